/**
 * QR by Householder's reflections. A matrix is taken in pieces of rows that stay in the cache: the first as usual, each
 * other together with the R of those before it (`geqrf` and `tpqrt` of LAPACK), in panels of columns whose reflections are
 * applied as products of matrices, I - V T V' (Schreiber and Van Loan, 1989). Narrow ones are factored column by column in
 * WebAssembly (qr-narrow.ts), as a piece of theirs stays in the cache whole.
 *
 * A factored matrix is one block: R on and above the diagonal, the vectors V of the reflections in all other places, and
 * behind the rows of the matrix one row for each piece, with the factors tau of its reflections.
 */
import { allocate, type Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { type Dense, fromFloat64, inRows, product, scratch, subtractProduct, toFloat64, transposed } from './dense.js';
import { factorNarrow, isNarrow } from './qr-narrow.js';

/** How many columns are factored before their reflections are applied to the others. */
const PANEL = 16;
/** How many elements a piece has. */
const PIECE = 2 ** 15;

/** Where the pieces of m rows begin, and the end: the first has n rows at least. */
function piecesOf(m: number, n: number): number[] {
  const size = Math.max(n, Math.floor(PIECE / Math.max(1, n)), 1);
  const starts = [0];
  for (let at = size; at < m; at += size) starts.push(at);
  return [...starts, m];
}

/** Factors blocks that lie below one another. */
export function factor(_: unknown, ...blocks: Block<DType>[]): Block<DType> {
  const [m, n] = heightAndWidth(blocks);
  const pieces = piecesOf(m, n);
  const count = pieces.length - 1;
  const shape = [m + count, n];
  const data = allocate('float64', (m + count) * n);
  if (isNarrow(m, n)) {
    factorNarrow(blocks.map(floatsOf), n, pieces, data);
    return { dtype: 'float64', shape, data };
  }
  let at = 0;
  for (const block of blocks) {
    data.set(floatsOf(block), at);
    at += block.data.length;
  }
  for (let piece = 0; piece < count; piece++) {
    const [start, end] = [pieces[piece]!, pieces[piece + 1]!];
    const tau = data.subarray((m + piece) * n, (m + piece + 1) * n);
    const steps = piece === 0 ? Math.min(m, n) : n;
    for (let j = 0; j < steps; j += PANEL) factorColumns(data, n, start, end, j, Math.min(steps, j + PANEL), tau);
  }
  return { dtype: 'float64', shape, data };
}

/** R of blocks that lie below one another, to the bit that of {@link factor}, without the reflections that Q is made of. */
export function triangular({ dtype }: { readonly dtype: DType }, ...blocks: Block<DType>[]): Block<DType> {
  const [m, n] = heightAndWidth(blocks);
  if (!isNarrow(m, n)) return triangle({ dtype }, factor({}, ...blocks));
  return fromFloat64(dtype, [Math.min(m, n), n], factorNarrow(blocks.map(floatsOf), n, piecesOf(m, n)));
}

/** The values of a block as they lie, where they are float64. */
const floatsOf = (block: Block<DType>): Float64Array =>
  block.dtype === 'float64' ? (block.data as Float64Array) : toFloat64(block);

const heightAndWidth = (blocks: readonly Block<DType>[]): [number, number] => [
  blocks.reduce((rows, { shape }) => rows + shape[0]!, 0),
  blocks[0]!.shape[1]!,
];

/** The vectors of the reflections of some columns of a piece, each in one piece of memory, and the factor T. */
interface Reflections {
  readonly v: Dense;
  readonly t: Float64Array;
  /** From which row of the matrix on they act, how many rows, and how many of them there are. */
  readonly row: number;
  readonly rows: number;
  readonly count: number;
}

function factorColumns(
  data: Float64Array,
  n: number,
  start: number,
  end: number,
  first: number,
  last: number,
  tau: Float64Array,
): void {
  const isFirst = start === 0;
  const row = isFirst ? first : start;
  const rows = end - row;
  const count = last - first;
  const values = scratch(rows * count);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < count; j++) values[j * rows + i] = data[(row + i) * n + first + j]!;
  }
  // Columns of the panel one after another; the element that a reflection leaves is in R, which is elsewhere for later pieces.
  for (let j = 0; j < count; j++) {
    const top = (first + j) * n + first + j;
    const skip = isFirst ? j + 1 : 0;
    const own = values.subarray(j * rows, (j + 1) * rows);
    const alpha = isFirst ? own[j]! : data[top]!;
    const norm = normFrom(own, skip);
    let factor = 0;
    if (norm !== 0) {
      const beta = -Math.sign(alpha || 1) * Math.hypot(alpha, norm);
      factor = (beta - alpha) / beta;
      for (let i = skip; i < rows; i++) own[i] = own[i]! / (alpha - beta);
      if (isFirst) own[j] = beta;
      else data[top] = beta;
    }
    tau[first + j] = factor;
    if (factor === 0) continue;
    for (let c = j + 1; c < count; c++) {
      const other = values.subarray(c * rows, (c + 1) * rows);
      const at = (first + j) * n + first + c;
      const value = isFirst ? other[j]! : data[at]!;
      const weight = factor * (value + dotFrom(own, other, skip));
      if (isFirst) other[j] = value - weight;
      else data[at] = value - weight;
      for (let i = skip; i < rows; i++) other[i] = other[i]! - weight * own[i]!;
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < count; j++) data[(row + i) * n + first + j] = values[j * rows + i]!;
  }
  if (last < n)
    reflect(reflectionsOf(data, n, start, end, first, last, tau), isFirst, true, data, n, last, n - last, first);
}

function normFrom(x: Float64Array, start: number): number {
  let sum = 0;
  for (let i = start; i < x.length; i++) sum += x[i]! * x[i]!;
  if (sum > 1e-280 && sum < 1e280) return Math.sqrt(sum);
  let most = 0;
  for (let i = start; i < x.length; i++) most = Math.max(most, Math.abs(x[i]!));
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return most;
  sum = 0;
  for (let i = start; i < x.length; i++) sum += (x[i]! / most) ** 2;
  return most * Math.sqrt(sum);
}

function dotFrom(x: Float64Array, y: Float64Array, start: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = start;
  for (const last = x.length - 3; i < last; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/** Reads the reflections of some columns of a piece back, and makes T of them (`larft`). */
function reflectionsOf(
  data: Float64Array,
  n: number,
  start: number,
  end: number,
  first: number,
  last: number,
  tau: Float64Array,
): Reflections {
  const isFirst = start === 0;
  const row = isFirst ? first : start;
  const rows = end - row;
  const count = last - first;
  const values = scratch(rows * count);
  for (let i = 0; i < rows; i++) {
    const at = (row + i) * n + first;
    for (let j = 0; j < count; j++) values[i * count + j] = !isFirst || i > j ? data[at + j]! : i === j ? 1 : 0;
  }
  const v = inRows(values, count);
  const gram = scratch(count * count);
  product(count, count, rows, transposed(v), v, inRows(gram, count));
  const t = scratch(count * count);
  for (let j = 0; j < count; j++) {
    const factor = tau[first + j]!;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * count + k]! * gram[k * count + j]!;
      t[i * count + j] = -factor * sum;
    }
    t[j * count + j] = factor;
  }
  return { v, t, row, rows, count };
}

/** Applies reflections, or in the other order, to some columns of a matrix with `width` in a row; `top` is the row of R that those of later pieces act on too. */
function reflect(
  { v, t, row, rows, count }: Reflections,
  isFirst: boolean,
  isTransposed: boolean,
  data: Float64Array,
  width: number,
  column: number,
  columns: number,
  top: number,
): void {
  const below = inRows(data, width, row, column);
  const above = inRows(data, width, top, column);
  const sums = scratch(count * columns);
  if (!isFirst) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < columns; j++) sums[i * columns + j] = data[above.offset + i * width + j]!;
    }
  }
  product(count, columns, rows, transposed(v), below, inRows(sums, columns));
  const weights = scratch(count * columns);
  const factor = inRows(t, count);
  product(
    count,
    columns,
    count,
    isTransposed ? transposed(factor) : factor,
    inRows(sums, columns),
    inRows(weights, columns),
  );
  if (!isFirst) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < columns; j++) data[above.offset + i * width + j]! -= weights[i * columns + j]!;
    }
  }
  subtractProduct(rows, columns, count, v, inRows(weights, columns), below);
}

/** The rows of a factored matrix, and where its pieces begin. */
function heightOf(rows: number, n: number): { m: number; pieces: number[] } {
  // So many rows of tau as pieces: the fewest rows of which the pieces leave that height.
  let m = rows - 1;
  while (m + piecesOf(m, n).length - 1 > rows) m--;
  return { m, pieces: piecesOf(m, n) };
}

/** R of a factored matrix: as many rows as the matrix has, n at most. */
export function triangle({ dtype }: { readonly dtype: DType }, factored: Block<DType>): Block<DType> {
  const [rows, n] = factored.shape as [number, number];
  const k = Math.min(heightOf(rows, n).m, n);
  const source = factored.data as Float64Array;
  const data = scratch(k * n);
  for (let i = 0; i < k; i++) data.set(source.subarray(i * n + i, (i + 1) * n), i * n + i);
  return fromFloat64(dtype, [k, n], data);
}

/** Q of a factored matrix, or its product with some rows of a seed. */
export function orthogonal(
  { dtype, rows }: { readonly dtype: DType; readonly rows?: readonly [number, number] },
  factored: Block<DType>,
  seed?: Block<DType>,
): Block<DType> {
  const n = factored.shape[1]!;
  const { m, pieces } = heightOf(factored.shape[0]!, n);
  const source = factored.data as Float64Array;
  const k = Math.min(m, n);
  const width = seed ? seed.shape[1]! : k;
  const data = scratch(m * width);
  if (seed) {
    const [start, end] = rows ?? [0, k];
    data.set((seed.data as Float64Array).subarray(start * width, end * width));
  } else for (let i = 0; i < k; i++) data[i * width + i] = 1;
  for (let piece = pieces.length - 2; piece >= 0; piece--) {
    const [start, end] = [pieces[piece]!, pieces[piece + 1]!];
    const tau = source.subarray((m + piece) * n, (m + piece + 1) * n);
    for (let first = Math.floor((k - 1) / PANEL) * PANEL; first >= 0; first -= PANEL) {
      const reflections = reflectionsOf(source, n, start, end, first, Math.min(k, first + PANEL), tau);
      reflect(reflections, piece === 0, false, data, width, 0, width, first);
    }
  }
  return fromFloat64(dtype, [m, width], data);
}
