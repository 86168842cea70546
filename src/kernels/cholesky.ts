/** Cholesky's factorization on panels, which are all rows of some columns: right-looking in blocks (Golub and Van Loan, 4.2.6). */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { SheafError } from '../util/errors.js';
import { from, fromFloat64, inRows, subtractProduct, toFloat64, transposed } from './dense.js';
import { solveTriangle } from './triangular.js';

const BLOCK = 32;

/**
 * The columns of L of a panel whose diagonal begins at `row`. Raises {@link SheafError} where the matrix is not positive
 * definite.
 */
export function choleskyPanel({ row }: { readonly row: number }, panel: Block<DType>): Block<DType> {
  const [m, n] = panel.shape as [number, number];
  const data = toFloat64(panel);
  data.fill(0, 0, row * n);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    for (let j = start; j < end; j++) column(data, n, row, start, j, end);
    const at = inRows(data, n, row + start, start);
    const below = from(at, end - start, 0);
    const rest = m - row - end;
    // X * L^T = B is L * X^T = B^T.
    solveTriangle({ lower: true }, end - start, rest, at, transposed(below), row + start);
    subtractProduct(rest, n - end, end - start, below, transposed(below), from(below, 0, end - start));
  }
  for (let i = 0; i < n; i++) data.fill(0, (row + i) * n + i + 1, (row + i + 1) * n);
  return fromFloat64('float64', panel.shape, data);
}

/** One column of a block on the diagonal, from those before it. */
function column(data: Float64Array, n: number, row: number, start: number, j: number, end: number): void {
  const at = (row + j) * n;
  for (let i = j; i < end; i++) {
    const own = (row + i) * n;
    let value = data[own + j]!;
    for (let p = start; p < j; p++) value -= data[own + p]! * data[at + p]!;
    if (i > j) data[own + j] = value / data[at + j]!;
    else if (value > 0) data[own + j] = Math.sqrt(value);
    else
      throw new SheafError(
        `the matrix is not positive definite: its leading minor of order ${row + j + 1} is not positive`,
      );
  }
}

/** A panel whose diagonal begins at `row` without what a factored one before it, of L, takes from it. */
export function choleskyUpdate(
  { row }: { readonly row: number },
  factored: Block<DType>,
  panel: Block<DType>,
): Block<DType> {
  const [m, n] = panel.shape as [number, number];
  const k = factored.shape[1]!;
  const data = toFloat64(panel);
  const l = inRows(factored.data as Float64Array, k, row);
  subtractProduct(m - row, n, k, l, transposed(l), inRows(data, n, row));
  return fromFloat64('float64', panel.shape, data);
}
