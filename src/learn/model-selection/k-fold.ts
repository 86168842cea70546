import { InputError } from '../../util/errors.js';
import { checkRandomState, type RandomStateLike } from '../../util/random.js';
import type { LabelValues } from '../labels.js';
import { consistentLength, type Split, type Splitter, splitsOfFolds } from './split.js';

export interface KFoldOptions {
  /** How many folds, at least 2; 5 unless told. */
  readonly nSplits?: number;
  readonly shuffle?: boolean;
  /** A seed gives the same folds at every call; only with `shuffle`. */
  readonly randomState?: RandomStateLike | undefined;
}

/** The options with their defaults. Raises {@link InputError} for those that scikit-learn refuses. */
export function checkKFoldOptions(options: KFoldOptions) {
  const { nSplits = 5, shuffle = false, randomState } = options;
  if (!Number.isInteger(nSplits))
    throw new InputError(`The number of folds must be an integer, got nSplits=${nSplits}`);
  if (nSplits <= 1) {
    throw new InputError(
      `k-fold cross-validation requires at least one train/test split by setting nSplits=2 or more, got nSplits=${nSplits}`,
    );
  }
  if (typeof shuffle !== 'boolean') throw new InputError(`shuffle must be true or false; got ${String(shuffle)}`);
  if (!shuffle && randomState !== undefined) {
    throw new InputError(
      'Setting a randomState has no effect since shuffle is false: leave randomState out, or set shuffle: true',
    );
  }
  return { nSplits, shuffle, randomState };
}

/** Raises {@link InputError} when there are fewer rows than folds. */
export function checkEnoughRows(nSplits: number, rows: number): void {
  if (nSplits > rows) {
    throw new InputError(
      `Cannot have number of splits nSplits=${nSplits} greater than the number of samples: ${rows}. Lower nSplits.`,
    );
  }
}

/**
 * Splits rows into k consecutive folds, each tested once while the others train; equal to scikit-learn's `KFold`.
 * Raises {@link InputError} for fewer than two folds or fewer rows than folds.
 *
 * @example
 * new KFold({ nSplits: 2 }).split([10, 20, 30]);
 * // [{ train: [2], test: [0, 1] }, { train: [0, 1], test: [2] }]
 */
export class KFold implements Splitter {
  readonly nSplits: number;
  readonly shuffle: boolean;
  readonly randomState: RandomStateLike | undefined;

  constructor(options: KFoldOptions = {}) {
    ({ nSplits: this.nSplits, shuffle: this.shuffle, randomState: this.randomState } = checkKFoldOptions(options));
  }

  /** One split per fold. `y` is only checked to have as many rows as `X`. */
  split(X: unknown, y?: LabelValues): Split[] {
    const rows = y === undefined ? consistentLength(X) : consistentLength(X, y);
    checkEnoughRows(this.nSplits, rows);
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    if (this.shuffle) checkRandomState(this.randomState).shuffle(order);
    return splitsOfFolds(foldsOfOrder(order, this.nSplits), this.nSplits);
  }

  getNSplits(): number {
    return this.nSplits;
  }
}

/** The fold of every row when `order` is cut into runs whose lengths differ by one at most, the longer ones first. */
function foldsOfOrder(order: Int32Array, nSplits: number): Int32Array {
  const folds = new Int32Array(order.length);
  const short = Math.floor(order.length / nSplits);
  const long = order.length % nSplits;
  for (let fold = 0, i = 0; fold < nSplits; fold++) {
    for (const end = i + short + (fold < long ? 1 : 0); i < end; i++) folds[order[i]] = fold;
  }
  return folds;
}
