/**
 * Gaussian elimination with partial pivoting on panels, which are all rows of some columns: right-looking in blocks (Golub
 * and Van Loan, 3.2.11). A factored panel is one block: L below the diagonal, which begins at a row, U on it and above, and
 * in one more row at the end, for each column, the row that its pivot was taken from.
 */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { from, fromFloat64, inRows, scratch, subtractProduct, toFloat64 } from './dense.js';
import { solveTriangle, type Triangle } from './triangular.js';

const BLOCK = 32;

/** Factors a panel whose diagonal begins at `row`. */
export function factorPanel({ row }: { readonly row: number }, panel: Block<DType>): Block<DType> {
  const [m, n] = panel.shape as [number, number];
  const data = scratch((m + 1) * n);
  data.set(toFloat64(panel));
  const pivots = data.subarray(m * n);
  const steps = Math.max(0, Math.min(n, m - row));
  for (let start = 0; start < steps; start += BLOCK) {
    const end = Math.min(steps, start + BLOCK);
    for (let j = start; j < end; j++) {
      pivots[j] = largestIn(data, n, j, row + j, m);
      swapRows(data, n, row + j, pivots[j]!);
      eliminate(data, n, j, end, row + j, m);
    }
    const [at, rest] = [inRows(data, n, row + start, start), inRows(data, n, row + start, end)];
    solveTriangle({ lower: true, unit: true }, end - start, n - end, at, rest);
    const below = from(at, end - start, 0);
    subtractProduct(m - row - end, n - end, end - start, below, rest, from(rest, end - start, 0));
  }
  return fromFloat64('float64', [m + 1, n], data);
}

function largestIn(data: Float64Array, n: number, column: number, first: number, last: number): number {
  let best = first;
  let most = Math.abs(data[first * n + column]!);
  for (let i = first + 1; i < last; i++) {
    const size = Math.abs(data[i * n + column]!);
    if (size > most) {
      most = size;
      best = i;
    }
  }
  return best;
}

function swapRows(data: Float64Array, n: number, a: number, b: number): void {
  if (a === b) return;
  for (let j = 0, x = a * n, y = b * n; j < n; j++, x++, y++) {
    const kept = data[x]!;
    data[x] = data[y]!;
    data[y] = kept;
  }
}

/** One column: its multipliers, and the other columns before `end`. */
function eliminate(data: Float64Array, n: number, column: number, end: number, row: number, last: number): void {
  const pivot = data[row * n + column]!;
  if (pivot === 0) return;
  for (let i = row + 1; i < last; i++) {
    const factor = data[i * n + column]! / pivot;
    data[i * n + column] = factor;
    if (factor === 0) continue;
    for (let j = column + 1, x = i * n + j, y = row * n + j; j < end; j++, x++, y++) {
      data[x] = data[x]! - factor * data[y]!;
    }
  }
}

export interface Substitution extends Triangle {
  /** Where the diagonal of the panel begins. */
  readonly row: number;
  /** Whether the panel has a row of pivots, by which rows are exchanged first. */
  readonly hasPivots?: boolean;
  readonly dtype?: DType;
}

/** One step of a substitution: solves for the rows of the panel's diagonal, and takes them out of those below, or above. */
export function substitute(
  { row, hasPivots = false, lower, unit = false, dtype = 'float64' }: Substitution,
  panel: Block<DType>,
  right: Block<DType>,
): Block<DType> {
  const [m, p] = right.shape as [number, number];
  const width = panel.shape[1]!;
  const factors = panel.dtype === 'float64' ? (panel.data as Float64Array) : toFloat64(panel);
  const data = toFloat64(right);
  const n = Math.max(0, Math.min(width, m - row));
  if (hasPivots) exchange(data, p, factors.subarray(m * width), row, n);
  const [t, x] = [inRows(factors, width, row), inRows(data, p, row)];
  solveTriangle({ lower, unit }, n, p, t, x, row);
  if (lower) subtractProduct(m - row - n, p, n, from(t, n, 0), x, from(x, n, 0));
  else subtractProduct(row, p, n, inRows(factors, width), x, inRows(data, p));
  return fromFloat64(dtype, right.shape, data);
}

function exchange(data: Float64Array, p: number, pivots: Float64Array, row: number, n: number): void {
  for (let j = 0; j < n; j++) swapRows(data, p, row + j, pivots[j]!);
}

/** The pivots of a panel and its diagonal: two rows, of which those that it has none for are NaN. */
export function diagonalOf({ row }: { readonly row: number }, panel: Block<DType>): Block<DType> {
  const [rows, n] = panel.shape as [number, number];
  const data = panel.data as Float64Array;
  const steps = Math.max(0, Math.min(n, rows - 1 - row));
  const values = scratch(2 * n).fill(Number.NaN);
  for (let j = 0; j < steps; j++) {
    values[j] = data[(rows - 1) * n + j]!;
    values[n + j] = data[(row + j) * n + j]!;
  }
  return fromFloat64('float64', [2, n], values);
}

interface Part {
  readonly row: number;
  readonly dtype: DType;
}

/** The columns of L of a panel; `later` are the diagonals of all panels behind it, whose pivots move its rows. */
export function lowerPart(
  { row, dtype, width, starts }: Part & { readonly width: number; readonly starts: readonly number[] },
  panel: Block<DType>,
  ...later: Block<DType>[]
): Block<DType> {
  const [rows, n] = panel.shape as [number, number];
  const m = rows - 1;
  const source = panel.data as Float64Array;
  const data = scratch(m * width);
  for (let i = row; i < m; i++) {
    for (let j = 0; j < width && row + j <= i; j++) data[i * width + j] = row + j === i ? 1 : source[i * n + j]!;
  }
  for (const [i, diagonal] of later.entries()) exchangeAll(data, width, diagonal, starts[i]!);
  return fromFloat64(dtype, [m, width], data);
}

function exchangeAll(data: Float64Array, width: number, diagonal: Block<DType>, row: number): void {
  const pivots = diagonal.data as Float64Array;
  for (let j = 0; j < diagonal.shape[1]!; j++) {
    if (!Number.isNaN(pivots[j]!)) swapRows(data, width, row + j, pivots[j]!);
  }
}

/** The columns of U of a panel. */
export function upperPart(
  { row, dtype, height }: Part & { readonly height: number },
  panel: Block<DType>,
): Block<DType> {
  const n = panel.shape[1]!;
  const source = panel.data as Float64Array;
  const data = scratch(height * n);
  for (let i = 0; i < height; i++) {
    for (let j = Math.max(0, i - row); j < n; j++) data[i * n + j] = source[i * n + j]!;
  }
  return fromFloat64(dtype, [height, n], data);
}

/** Columns of the matrix P of A = P L U, from one on. */
export function permutation(
  {
    size,
    column,
    width,
    dtype,
    starts,
  }: {
    readonly size: number;
    readonly column: number;
    readonly width: number;
    readonly dtype: DType;
    readonly starts: readonly number[];
  },
  ...diagonals: Block<DType>[]
): Block<DType> {
  const order = scratch(size);
  for (let i = 0; i < size; i++) order[i] = i;
  for (const [i, diagonal] of diagonals.entries()) exchangeAll(order, 1, diagonal, starts[i]!);
  const data = scratch(size * width);
  for (let j = 0; j < width; j++) data[order[column + j]! * width + j] = 1;
  return fromFloat64(dtype, [size, width], data);
}

/** The sign of a determinant and the logarithm of its size, or the determinant itself. */
export function determinant(
  {
    part,
    starts,
    dtype,
  }: { readonly part: 'sign' | 'log' | 'det'; readonly starts: readonly number[]; readonly dtype: DType },
  ...diagonals: Block<DType>[]
): Block<DType> {
  let sign = 1;
  let log = 0;
  let product = 1;
  diagonals.forEach(({ data, shape }, i) => {
    const values = data as Float64Array;
    const n = shape[1]!;
    for (let j = 0; j < n; j++) {
      const value = values[n + j]!;
      const isSwapped = values[j] !== starts[i]! + j;
      sign *= (isSwapped ? -1 : 1) * Math.sign(value);
      log += Math.log(Math.abs(value));
      product *= isSwapped ? -value : value;
    }
  });
  return fromFloat64(dtype, [], [{ sign, log, det: product }[part]]);
}
