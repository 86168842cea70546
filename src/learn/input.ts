import { allocate, type Block, isBlock, zeros } from '../arrow/block.js';
import type { Label, Labels } from './estimator.js';

export type MatrixLike = Block | readonly ArrayLike<number>[];
export type LabelsLike = readonly Label[];

/** Stand-in. */
export function toMatrix(X: MatrixLike): Block<'float64'> {
  if (isBlock(X)) return X as Block<'float64'>;
  const matrix = zeros('float64', [X.length, X[0].length]);
  X.forEach((row, i) => {
    matrix.data.set(row, i * row.length);
  });
  return matrix;
}

/** Stand-in. */
export function encodeLabels(y: LabelsLike): Labels {
  const classes = [...new Set(y)].sort((a, b) => (typeof a === 'number' ? a - (b as number) : a < b ? -1 : 1));
  const codes = allocate('int32', y.length);
  y.forEach((label, i) => {
    codes[i] = classes.indexOf(label);
  });
  return { classes, codes };
}

/** Stand-in. */
export function checkLengths(X: Block, y: ArrayLike<unknown>): void {
  if (X.shape[0] !== y.length) throw new Error(`X has ${X.shape[0]} rows, y has ${y.length} labels`);
}
