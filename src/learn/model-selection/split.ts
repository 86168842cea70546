/** What every splitter gives. */
import { allocate } from '../../arrow/block.js';
import type { LabelsLike } from '../labels.js';

/** Row numbers of one split. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** A way to split rows into training and test sets, as scikit-learn's cross-validators. */
export interface Splitter {
  split(X: unknown, y?: LabelsLike): Iterable<Split>;
  getNSplits(): number;
}

/** The splits in which fold k is tested and the others train, for the fold number of every row; rows stay in order. */
export function splitsOfFolds(folds: Int32Array, nSplits: number): Split[] {
  const sizes = new Int32Array(nSplits);
  for (const fold of folds) sizes[fold]++;
  return Array.from(sizes, (size, k) => {
    const test = allocate('int32', size);
    const train = allocate('int32', folds.length - size);
    let nTest = 0;
    for (let row = 0; row < folds.length; row++) {
      if (folds[row] === k) test[nTest++] = row;
      else train[row - nTest] = row;
    }
    return { train, test };
  });
}
