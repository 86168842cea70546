import { InputError } from '../../util/errors.js';
import { checkRandomState, type RandomState } from '../../util/random.js';
import { warn } from '../../util/warnings.js';
import { consistentLength } from '../input.js';
import { countCodes, factorize, type LabelsLike, targetType, toLabels } from '../labels.js';
import { BaseKFold } from './base-k-fold.js';
import { type Split, splitsOfFolds } from './split.js';

/**
 * Splits rows into k folds that hold the classes in equal shares; equal to scikit-learn's `StratifiedKFold`.
 * Raises {@link InputError} for fewer than two folds, or when no class has a member for every fold; warns when one has not.
 *
 * @example
 * new StratifiedKFold({ nSplits: 2 }).split([1, 2, 3, 4], ['a', 'a', 'b', 'b']);
 * // [
 * //   { train: Int32Array [1, 3], test: Int32Array [0, 2] },
 * //   { train: Int32Array [0, 2], test: Int32Array [1, 3] },
 * // ]
 */
export class StratifiedKFold extends BaseKFold {
  /** One split per fold; `X` only has to have as many rows as there are labels. */
  override split(X: unknown, y?: LabelsLike): Split[] {
    if (y === undefined) throw new InputError('StratifiedKFold.split needs the class labels: split(X, y)');
    this.checkEnoughRows(consistentLength(X, y));
    const labels = toLabels(y, 'y');
    if (targetType(labels) === 'continuous') {
      throw new InputError(
        `Supported target types are: ('binary', 'multiclass'). Got 'continuous' instead: use KFold, or whole numbers as labels`,
      );
    }
    // Not sorted, so that the folds do not depend on what the classes are called.
    const { classes, codes } = factorize(labels);
    const counts = countCodes(codes, classes.length);
    checkCounts(counts, this.nSplits);
    const rng = this.shuffle ? checkRandomState(this.randomState) : undefined;
    return splitsOfFolds(stratifiedFolds(codes, counts, this.nSplits, rng), this.nSplits);
  }
}

function checkCounts(counts: Int32Array, nSplits: number): void {
  if (counts.every((count) => nSplits > count)) {
    throw new InputError(
      `nSplits=${nSplits} cannot be greater than the number of members in each class: the largest has ${counts.reduce((a, b) => Math.max(a, b), 0)}. Lower nSplits.`,
    );
  }
  const smallest = counts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (nSplits > smallest) {
    warn(
      'UserWarning',
      `The least populated class in y has only ${smallest} members, which is less than nSplits=${nSplits}.`,
    );
  }
}

/**
 * The fold of every row. Dealing the rows, sorted by class, round robin to the folds tells how many of each class a
 * fold gets; the rows of a class then fill the folds in blocks, or in shuffled order with a generator.
 */
function stratifiedFolds(
  codes: Int32Array,
  counts: Int32Array,
  nSplits: number,
  rng: RandomState | undefined,
): Int32Array {
  let dealt = 0;
  const foldsOfClass = Array.from(counts, (count) => {
    const folds = Int32Array.from({ length: count }, (_, i) => (dealt + i) % nSplits).sort();
    dealt += count;
    return rng ? rng.shuffle(folds) : folds;
  });
  const used = new Int32Array(counts.length);
  return codes.map((code) => foldsOfClass[code][used[code]++]);
}
