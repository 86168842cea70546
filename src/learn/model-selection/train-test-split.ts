import { isBlock } from '../../arrow/block.js';
import { type Rows, type Taken, takeRows } from '../../arrow/take.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import { checkRandomState, type RandomStateLike } from '../../util/random.js';
import { consistentLength } from '../input.js';
import { factorize, type LabelsLike, sortClasses, toLabels } from '../labels.js';
import { type SplitSizes, shuffleSplit, splitSizes, stratifiedShuffleSplit } from './shuffle-split.js';
import type { Split } from './split.js';

/** `testSize` is 0.25 when neither size is given. Sizes below 1 are fractions, from 1 on they are numbers of rows. */
export interface TrainTestSplitOptions extends SplitSizes {
  readonly randomState?: RandomStateLike | undefined;
  /** Without it the first rows train and the next ones test. */
  readonly shuffle?: boolean;
  /** Class labels, one per row: both sides get the classes in equal shares. */
  readonly stratify?: LabelsLike | undefined;
}

/** `[aTrain, aTest, bTrain, bTest, ...]` for the arrays `[a, b, ...]`. */
export type TrainTestArrays<Arrays extends readonly unknown[]> = Arrays extends readonly [infer A, ...infer Rest]
  ? [train: Taken<A>, test: Taken<A>, ...rest: TrainTestArrays<Rest>]
  : [];

const optionNames = ['testSize', 'trainSize', 'randomState', 'shuffle', 'stratify'];

/**
 * Splits the rows of Blocks, arrays, typed arrays, Arrow vectors and tables at random into a training and a test set, equal to scikit-learn's
 * `train_test_split` for the same integer `randomState`. Raises {@link InputError} for arrays of different lengths and
 * for sizes that they cannot give.
 *
 * @example
 * const [XTrain, XTest, yTrain, yTest] = trainTestSplit([[1], [2], [3], [4]], ['a', 'b', 'c', 'd'], { randomState: 0 });
 * yTest; // ['c']
 */
export function trainTestSplit<Arrays extends readonly [Rows, ...Rows[]]>(
  ...args: [...arrays: Arrays, options: TrainTestSplitOptions]
): TrainTestArrays<Arrays>;
export function trainTestSplit<Arrays extends readonly [Rows, ...Rows[]]>(...arrays: Arrays): TrainTestArrays<Arrays>;
export function trainTestSplit(...args: readonly unknown[]): unknown[] {
  const last = args.at(-1);
  const [arrays, options] = isOptions(last) ? [args.slice(0, -1), last] : [args, {}];
  if (arrays.length === 0) throw new InputError('At least one array required as input');
  checkOptionNames('trainTestSplit', options, optionNames);
  const { train, test } = splitRows(consistentLength(...arrays), options);
  return arrays.flatMap((array) => [takeRows(array, train), takeRows(array, test)]);
}

function isOptions(value: unknown): value is TrainTestSplitOptions {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && !isBlock(value)
  );
}

function splitRows(rows: number, options: TrainTestSplitOptions): Split {
  const { shuffle = true, stratify, randomState } = options;
  const { nTrain, nTest } = splitSizes(rows, options, 0.25);
  if (!shuffle) {
    if (stratify !== undefined) throw new InputError('stratify needs shuffle: true, got shuffle: false');
    const order = Int32Array.from({ length: nTrain + nTest }, (_, row) => row);
    return { train: order.slice(0, nTrain), test: order.slice(nTrain) };
  }
  const rng = checkRandomState(randomState);
  if (stratify === undefined) return shuffleSplit(rows, nTrain, nTest, rng);
  const labels = toLabels(stratify, 'stratify');
  if (labels.length !== rows) {
    throw new InputError(`stratify has ${labels.length} labels, but the arrays have ${rows} rows`);
  }
  return stratifiedShuffleSplit(sortClasses(factorize(labels)), nTrain, nTest, rng);
}
