/**
 * Kernel functions as libsvm computes them: from dot products, the radial one by ‖x‖² + ‖z‖² − 2x·z. So one matrix of
 * dot products serves every kernel and every gamma, and a kernel is a transformation of a run of dot products in place.
 */
import { allocate, type Block, zeros } from '../../arrow/block.js';
import { scratch, simd } from './simd.js';

export const kernelNames = ['linear', 'rbf', 'poly', 'sigmoid', 'precomputed'] as const;
export type KernelName = (typeof kernelNames)[number];

export interface KernelParams {
  readonly kernel: KernelName;
  readonly gamma: number;
  readonly degree: number;
  readonly coef0: number;
}

/**
 * Turns `values[start, start + length)`, the dot products of one row x with consecutive columns z, into kernel values.
 * `square` is ‖x‖²; `squares` holds the ‖z‖², the first of them at `column`.
 */
type Transform = (
  values: Float64Array,
  start: number,
  length: number,
  square: number,
  squares: Float64Array,
  column: number,
  params: KernelParams,
) => void;

const identity: Transform = () => {};

const transforms: { readonly [K in KernelName]: Transform } = {
  linear: identity,
  precomputed: identity,
  rbf: (values, start, length, square, squares, column, { gamma }) => {
    for (let k = 0; k < length; k++) {
      values[start + k] = Math.exp(-gamma * (square + squares[column + k] - 2 * values[start + k]));
    }
  },
  poly: (values, start, length, _square, _squares, _column, { gamma, coef0, degree }) => {
    for (let k = 0; k < length; k++) values[start + k] = powi(gamma * values[start + k] + coef0, degree);
  },
  sigmoid: (values, start, length, _square, _squares, _column, { gamma, coef0 }) => {
    for (let k = 0; k < length; k++) values[start + k] = Math.tanh(gamma * values[start + k] + coef0);
  },
};

/** libsvm's power by repeated squaring, whose rounding `**` does not share. */
function powi(base: number, exponent: number): number {
  let power = base;
  let result = 1;
  for (let t = exponent; t > 0; t >>= 1) {
    if (t & 1) result *= power;
    power *= power;
  }
  return result;
}

/** ‖x‖² of every row of a matrix [n, d], summed in the order of {@link dots}. */
export function squaredNorms(X: Block<'float64'>): Float64Array {
  const [n, d] = X.shape as [number, number];
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) squares[i] = dot(X.data, i * d, X.data, i * d, d);
  return squares;
}

/** The sum of a[i + k]·b[j + k] over k < length, in ascending k. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[i + k] * b[j + k];
  return sum;
}

/** X·Xᵀ [n, n] of a float64 matrix [n, d]: every sum runs over ascending columns, so equal rows give equal bits. */
export function dots(X: Block<'float64'>): Block<'float64'> {
  const [n, d] = X.shape as [number, number];
  const out = zeros('float64', [n, n]);
  const tile = tileBytes(d);
  const end = tile * tilesOf(n);
  const memory = scratch(end + stripBytes(n));
  packTiles(X, new Float64Array(memory, 0, end / 8));
  for (let i = 0; i < n; i += 4) {
    const start = (i / 4) * tile;
    simd.dotTiles(start, start, end, tile, end, stripBytes(n) / 4);
    copyStrip(new Float64Array(memory, end, stripBytes(n) / 8), out.data, i, Math.min(i + 4, n), i, n);
  }
  mirror(out.data, n);
  return out;
}

/** The dot products [m, n] of rows X [m, d] with rows Z [n, d], summed as {@link dots} sums. */
function crossDots(X: Block<'float64'>, Z: Block<'float64'>): Block<'float64'> {
  const [m, d] = X.shape as [number, number];
  const n = Z.shape[0] as number;
  const out = zeros('float64', [m, n]);
  const tile = tileBytes(d);
  const middle = tile * tilesOf(m);
  const end = middle + tile * tilesOf(n);
  const memory = scratch(end + stripBytes(n));
  packTiles(X, new Float64Array(memory, 0, middle / 8));
  packTiles(Z, new Float64Array(memory, middle, (end - middle) / 8));
  for (let i = 0; i < m; i += 4) {
    simd.dotTiles((i / 4) * tile, middle, end, tile, end, stripBytes(n) / 4);
    copyStrip(new Float64Array(memory, end, stripBytes(n) / 8), out.data, i, Math.min(i + 4, m), 0, n);
  }
  return out;
}

const tilesOf = (rows: number): number => Math.ceil(rows / 4);
/** Four rows of d doubles. */
const tileBytes = (d: number): number => 32 * d;
/** Four rows of products with n rows. */
const stripBytes = (n: number): number => 4 * 32 * tilesOf(n);

/** Lays out rows in tiles [d][4]; the last is filled up with zeros. */
function packTiles(X: Block<'float64'>, tiles: Float64Array): void {
  const [n, d] = X.shape as [number, number];
  for (let i = 0; i < 4 * tilesOf(n); i++) {
    const start = (i >> 2) * 4 * d + (i & 3);
    for (let k = 0; k < d; k++) tiles[start + 4 * k] = i < n ? X.data[i * d + k] : 0;
  }
}

/** Copies the products of rows [from, to) with rows [column, n) from a strip to their place in a matrix of n columns. */
function copyStrip(strip: Float64Array, out: Float64Array, from: number, to: number, column: number, n: number): void {
  for (let i = from; i < to; i++) {
    const start = (i - from) * (strip.length / 4);
    out.set(strip.subarray(start, start + n - column), i * n + column);
  }
}

/** Copies the upper half of an n×n matrix to the lower, tile by tile so that both sides stay in cache. */
function mirror(data: Float64Array, n: number): void {
  const tile = 32;
  for (let rows = 0; rows < n; rows += tile) {
    for (let columns = rows; columns < n; columns += tile) {
      const rowsEnd = Math.min(rows + tile, n);
      const columnsEnd = Math.min(columns + tile, n);
      for (let i = rows; i < rowsEnd; i++) {
        for (let j = Math.max(columns, i + 1); j < columnsEnd; j++) data[j * n + i] = data[i * n + j];
      }
    }
  }
}

/** The kernel matrix [n, n] of the rows whose dot products are given. */
export function kernelMatrix(dotProducts: Block<'float64'>, params: KernelParams): Block<'float64'> {
  if (transforms[params.kernel] === identity) return dotProducts;
  const n = dotProducts.shape[0] as number;
  const out = zeros('float64', [n, n]);
  const squares = Float64Array.from({ length: n }, (_, i) => dotProducts.data[i * n + i]);
  const transform = transforms[params.kernel];
  for (let i = 0; i < n; i++) {
    const start = i * n + i;
    const end = (i + 1) * n;
    for (let k = start; k < end; k++) out.data[k] = dotProducts.data[k];
    transform(out.data, start, n - i, squares[i], squares, i, params);
  }
  mirror(out.data, n);
  return out;
}

/** The kernel values [m, n] of rows X [m, d] against rows Z [n, d]; a precomputed X [m, n] is its own. */
export function crossKernel(X: Block<'float64'>, Z: Block<'float64'>, params: KernelParams): Block<'float64'> {
  if (params.kernel === 'precomputed') return X;
  const m = X.shape[0] as number;
  const n = Z.shape[0] as number;
  const out = crossDots(X, Z);
  const squaresX = squaredNorms(X);
  const squaresZ = squaredNorms(Z);
  for (let i = 0; i < m; i++) transforms[params.kernel](out.data, i * n, n, squaresX[i], squaresZ, 0, params);
  return out;
}

/** Where a solver takes kernel values from. It numbers the rows of the data in its own way: those numbers are items. */
export interface KernelSource {
  itemOf(row: number): number;
  /** Writes K(item, columns[k]) of the items in `columns` to out[start + k] for k < length, rounded to float32. */
  gather(item: number, columns: Int32Array, length: number, out: Float32Array, start: number): void;
  /** K(row, row), not rounded. */
  diagonal(row: number): number;
}

/** A kernel matrix in the solver's precision, with the rows of each class side by side as the solver reads them. */
export interface GroupedKernel {
  /** [n, n]. */
  readonly values: Block<'float32'>;
  /** [n], in the order of the rows and not rounded. */
  readonly diagonal: Block<'float64'>;
  /** Where each row stands in `values`. */
  readonly places: Int32Array;
}

/** Groups a kernel matrix [n, n] by the class codes of its rows. */
export function groupKernel(matrix: Block<'float64'>, codes: Int32Array): GroupedKernel {
  const n = codes.length;
  const rows = Int32Array.from(codes.keys()).sort((a, b) => codes[a] - codes[b] || a - b);
  const values = zeros('float32', [n, n]);
  const diagonal = zeros('float64', [n]);
  const places = allocate('int32', n);
  for (let i = 0; i < n; i++) {
    gatherRow(matrix.data, rows[i] * n, rows, values.data, i * n);
    diagonal.data[i] = matrix.data[i * n + i];
    places[rows[i]] = i;
  }
  return { values, diagonal, places };
}

function gatherRow(from: Float64Array, at: number, columns: Int32Array, to: Float32Array, start: number): void {
  for (let k = 0; k < columns.length; k++) to[start + k] = from[at + columns[k]];
}

/** Values looked up in a grouped kernel. */
export function kernelSource({ values: { data, shape }, diagonal, places }: GroupedKernel): KernelSource {
  const n = shape[0] as number;
  return {
    itemOf: (row) => places[row],
    gather: (item, columns, length, out, start) => gather(data, item * n, columns, length, out, start),
    diagonal: (row) => diagonal.data[row],
  };
}

function gather(
  from: Float32Array,
  at: number,
  columns: Int32Array,
  length: number,
  out: Float32Array,
  start: number,
): void {
  for (let k = 0; k < length; k++) out[start + k] = from[at + columns[k]];
}

/** Values computed from the rows of X [n, d] when they are asked for; the same bits as {@link kernelSource} gives. */
export function rowSource(X: Block<'float64'>, params: KernelParams): KernelSource {
  const [n, d] = X.shape as [number, number];
  if (params.kernel === 'precomputed') return lookupSource(X.data, n);
  const transform = transforms[params.kernel];
  const squares = squaredNorms(X);
  const values = new Float64Array(n);
  const columnSquares = new Float64Array(n);
  const one = new Float64Array(1);
  return {
    itemOf: (row) => row,
    gather: (item, columns, length, out, start) => {
      for (let k = 0; k < length; k++) {
        const column = columns[k];
        columnSquares[k] = squares[column];
        values[k] = dot(X.data, item * d, X.data, column * d, d);
      }
      transform(values, 0, length, squares[item], columnSquares, 0, params);
      for (let k = 0; k < length; k++) out[start + k] = values[k];
    },
    diagonal: (row) => {
      one[0] = squares[row];
      transform(one, 0, 1, squares[row], squares, row, params);
      return one[0];
    },
  };
}

const lookupSource = (matrix: Float64Array, n: number): KernelSource => ({
  itemOf: (row) => row,
  gather: (item, columns, length, out, start) => {
    for (let k = 0; k < length; k++) out[start + k] = matrix[item * n + columns[k]];
  },
  diagonal: (row) => matrix[row * n + row],
});
