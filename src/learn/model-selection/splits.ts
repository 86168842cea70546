/** What a caller may give as `cv`, made a list of splits. */
import type { Block } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import type { Label } from '../estimator.js';
import type { Split } from './split.js';
import { StratifiedKFold } from './stratified-k-fold.js';

type Rows = ArrayLike<number>;
export type SplitLike = { readonly train: Rows; readonly test: Rows } | readonly [train: Rows, test: Rows];

/** Anything that splits rows, as KFold does. */
export interface SplitterLike {
  split(X: Block, y: readonly Label[]): Iterable<SplitLike>;
}

/** A number of stratified folds without shuffling, a splitter, or the splits themselves. */
export type CrossValidation = number | SplitterLike | Iterable<SplitLike>;

/** The splits of `cv` on the given rows. Raises {@link InputError} when there are none or they name rows that do not exist. */
export function checkSplits(cv: CrossValidation, X: Block, y: readonly Label[]): Split[] {
  const splits = Array.from(splitsOf(cv, X, y), (split, i) => {
    const [train, test] = 'train' in split ? [split.train, split.test] : split;
    return {
      train: checkRows(train, y.length, `train of split ${i}`),
      test: checkRows(test, y.length, `test of split ${i}`),
    };
  });
  if (splits.length === 0) throw new InputError('cv gave no splits: was it an iterator that had been used before?');
  return splits;
}

function splitsOf(cv: CrossValidation, X: Block, y: readonly Label[]): Iterable<SplitLike> {
  if (typeof cv === 'number') return new StratifiedKFold({ nSplits: cv }).split(X, y);
  if (typeof cv === 'object' && cv !== null) {
    if ('split' in cv) return cv.split(X, y);
    if (Symbol.iterator in cv) return cv;
  }
  throw new InputError(
    `cv is ${String(cv)}: give a number of folds, a splitter with split(X, y), or an iterable of { train, test }`,
  );
}

function checkRows(rows: Rows, count: number, where: string): Int32Array {
  if (rows.length === 0) throw new InputError(`${where} is empty`);
  const wrong = Array.prototype.find.call(rows, (row) => !Number.isInteger(row) || row < 0 || row >= count);
  if (wrong !== undefined) {
    throw new InputError(`${where} names row ${String(wrong)}, but the data has rows 0 to ${count - 1}`);
  }
  return Int32Array.from(rows);
}
