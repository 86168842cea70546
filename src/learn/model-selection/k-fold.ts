import { checkRandomState } from '../../util/random.js';
import { consistentLength } from '../input.js';
import type { LabelsLike } from '../labels.js';
import { BaseKFold } from './base-k-fold.js';
import { type Split, splitsOfFolds } from './split.js';

/**
 * Splits rows into k consecutive folds, each tested once while the others train; equal to scikit-learn's `KFold`.
 * Raises {@link InputError} for fewer than two folds or fewer rows than folds.
 *
 * @example
 * new KFold({ nSplits: 2 }).split([10, 20, 30]);
 * // [{ train: Int32Array [2], test: Int32Array [0, 1] }, { train: Int32Array [0, 1], test: Int32Array [2] }]
 */
export class KFold extends BaseKFold {
  /** One split per fold. `y` is only checked to have as many rows as `X`. */
  override split(X: unknown, y?: LabelsLike): Split[] {
    const rows = y === undefined ? consistentLength(X) : consistentLength(X, y);
    this.checkEnoughRows(rows);
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    if (this.shuffle) checkRandomState(this.randomState).shuffle(order);
    return splitsOfFolds(foldsOfOrder(order, this.nSplits), this.nSplits);
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
