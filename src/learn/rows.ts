import { type Block, zeros } from '../arrow/block.js';
import type { Label, Labels } from './estimator.js';

/** The given rows of a matrix, copied in their order. */
export function takeRows(X: Block, rows: ArrayLike<number>): Block<'float64'> {
  const columns = X.shape[1];
  const taken = zeros('float64', [rows.length, columns]);
  for (let i = 0; i < rows.length; i++) {
    taken.data.set(X.data.subarray(rows[i] * columns, (rows[i] + 1) * columns), i * columns);
  }
  return taken;
}

/** The labels of the given rows, decoded. */
export const labelsAt = ({ classes, codes }: Labels, rows: ArrayLike<number>): Label[] =>
  Array.from(rows, (row) => classes[codes[row]]);

/** The labels of all rows, decoded. */
export const decodeLabels = ({ classes, codes }: Labels): Label[] => Array.from(codes, (code) => classes[code]);
