/** Triangular systems, by substitution in blocks of columns, so that nearly all of the work is in products of matrices. */
import { SheafError } from '../util/errors.js';
import { type Dense, from, subtractProduct } from './dense.js';

export interface Triangle {
  readonly lower: boolean;
  /** Whether the diagonal is taken for ones. */
  readonly unit?: boolean;
}

const BLOCK = 32;

/**
 * Replaces the n x p matrix `x` by the solution y of `t * y = x`. Raises {@link SheafError} for a zero on the diagonal; rows
 * are told from `row` on.
 */
export function solveTriangle(
  { lower, unit = false }: Triangle,
  n: number,
  p: number,
  t: Dense,
  x: Dense,
  row = 0,
): void {
  const starts: number[] = [];
  for (let at = 0; at < n; at += BLOCK) starts.push(at);
  if (!lower) starts.reverse();
  for (const start of starts) {
    const end = Math.min(n, start + BLOCK);
    const size = end - start;
    for (let step = 0; step < size; step++) {
      const i = lower ? start + step : end - 1 - step;
      const [first, last] = lower ? [start, i] : [i + 1, end];
      for (let j = first; j < last; j++) {
        const factor = t.data[t.offset + i * t.rowStride + j * t.colStride]!;
        if (factor !== 0) subtractRow(p, factor, x, j, i);
      }
      if (!unit) divideRow(p, t.data[t.offset + i * t.rowStride + i * t.colStride]!, x, i, row + i);
    }
    if (lower) subtractProduct(n - end, p, size, from(t, end, start), from(x, start, 0), from(x, end, 0));
    else subtractProduct(start, p, size, from(t, 0, start), from(x, start, 0), x);
  }
}

function subtractRow(
  p: number,
  factor: number,
  { data, offset, rowStride, colStride }: Dense,
  from: number,
  to: number,
): void {
  let source = offset + from * rowStride;
  let target = offset + to * rowStride;
  for (let j = 0; j < p; j++) {
    data[target] = data[target]! - factor * data[source]!;
    source += colStride;
    target += colStride;
  }
}

function divideRow(
  p: number,
  pivot: number,
  { data, offset, rowStride, colStride }: Dense,
  row: number,
  told: number,
): void {
  if (pivot === 0)
    throw new SheafError(`the matrix is singular: the diagonal of its triangular factor is 0 in row ${told}`);
  for (let j = 0, at = offset + row * rowStride; j < p; j++, at += colStride) data[at] = data[at]! / pivot;
}
