import { type Block, block, isBlock, zeros } from '../arrow/block.js';
import { InputError } from '../util/errors.js';
import type { Label, Labels } from './estimator.js';

export type MatrixLike = Block | readonly ArrayLike<number>[];

/** A float64 Block [rows, columns] of `X`: the block itself where it is one. Raises {@link InputError} for anything that is not a matrix. */
export function toMatrix(X: MatrixLike): Block<'float64'> {
  if (isBlock(X)) {
    if (X.shape.length !== 2)
      throw new InputError(`X has shape [${X.shape.join(', ')}]: give a matrix [rows, columns]`);
    return X.dtype === 'float64' ? (X as Block<'float64'>) : block('float64', X.shape, Float64Array.from(X.data));
  }
  if (!Array.isArray(X)) throw new InputError('X is neither a Block nor an array of rows');
  const columns = X[0]?.length ?? 0;
  const matrix = zeros('float64', [X.length, columns]);
  X.forEach((row, i) => {
    if (row.length !== columns) throw new InputError(`row ${i} of X has ${row.length} columns, row 0 has ${columns}`);
    matrix.data.set(row as ArrayLike<number>, i * columns);
  });
  return matrix;
}

/** Labels as an array. */
export const toLabels = (y: ArrayLike<Label>): readonly Label[] => Array.from(y);

/** Codes into the sorted distinct classes of `y`: numbers by value, strings by code unit. */
export function encodeLabels(y: ArrayLike<Label>): Labels {
  const classes = [...new Set(toLabels(y))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  return { classes, codes: Int32Array.from(toLabels(y), (label) => codeOf.get(label)!) };
}
