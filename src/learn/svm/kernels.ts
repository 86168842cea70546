/**
 * Kernel functions as libsvm computes them: from dot products, the radial one by ‖x‖² + ‖z‖² − 2x·z. So one matrix of
 * dot products serves every kernel and every gamma, and a kernel is a transformation of a run of dot products in place.
 */
import { type Block, zeros } from '../../arrow/block.js';

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
  const even = n & ~1;
  for (let i = 0; i < even; i += 2) {
    dotTiles(X.data, i, X.data, i, even, d, out.data, n);
    for (let j = even; j < n; j++) dotEdge(X.data, i, j, d, out.data, n);
  }
  if (even < n) out.data[n * n - 1] = dot(X.data, even * d, X.data, even * d, d);
  mirror(out.data, n);
  return out;
}

function dotEdge(data: Float64Array, i: number, j: number, d: number, out: Float64Array, n: number): void {
  out[i * n + j] = dot(data, i * d, data, j * d, d);
  out[(i + 1) * n + j] = dot(data, (i + 1) * d, data, j * d, d);
}

/** Rows i and i + 1 of A against rows [from, to) of B, two by two: four sums at a time stay in registers. */
function dotTiles(
  A: Float64Array,
  i: number,
  B: Float64Array,
  from: number,
  to: number,
  d: number,
  out: Float64Array,
  n: number,
): void {
  const a0 = i * d;
  const a1 = a0 + d;
  for (let j = from; j < to; j += 2) {
    const b0 = j * d;
    const b1 = b0 + d;
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    for (let k = 0; k < d; k++) {
      const x0 = A[a0 + k];
      const x1 = A[a1 + k];
      const z0 = B[b0 + k];
      const z1 = B[b1 + k];
      s00 += x0 * z0;
      s01 += x0 * z1;
      s10 += x1 * z0;
      s11 += x1 * z1;
    }
    const at = i * n + j;
    out[at] = s00;
    out[at + 1] = s01;
    out[at + n] = s10;
    out[at + n + 1] = s11;
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
  const [m, d] = X.shape as [number, number];
  const n = Z.shape[0] as number;
  const out = zeros('float64', [m, n]);
  const rows = m & ~1;
  const columns = n & ~1;
  for (let i = 0; i < rows; i += 2) dotTiles(X.data, i, Z.data, 0, columns, d, out.data, n);
  for (let i = 0; i < m; i++) {
    for (let j = i < rows ? columns : 0; j < n; j++) out.data[i * n + j] = dot(X.data, i * d, Z.data, j * d, d);
  }
  const squaresX = squaredNorms(X);
  const squaresZ = squaredNorms(Z);
  for (let i = 0; i < m; i++) transforms[params.kernel](out.data, i * n, n, squaresX[i], squaresZ, 0, params);
  return out;
}

/** Where a solver takes kernel values from: items i and j of whatever the source was made of. */
export interface KernelSource {
  /** Writes K(item, columns[k]) to out[start + k] for k < length, rounded to float32. */
  gather(item: number, columns: Int32Array, length: number, out: Float32Array, start: number): void;
  diagonal(item: number): number;
}

/** The kernel of one training set in the solver's precision, its items side by side as the solver will want them. */
export interface TrainingKernel {
  /** [n, n]. */
  readonly values: Block<'float32'>;
  /** [n], not rounded. */
  readonly diagonal: Block<'float64'>;
}

/** The kernel of the items `rows` of a kernel matrix, in their order. */
export function takeKernel(matrix: Block<'float64'>, rows: Int32Array): TrainingKernel {
  const width = matrix.shape[1] as number;
  const n = rows.length;
  const values = zeros('float32', [n, n]);
  const diagonal = zeros('float64', [n]);
  for (let i = 0; i < n; i++) {
    gatherRow(matrix.data, rows[i] * width, rows, values.data, i * n);
    diagonal.data[i] = matrix.data[rows[i] * width + rows[i]];
  }
  return { values, diagonal };
}

function gatherRow(from: Float64Array, at: number, columns: Int32Array, to: Float32Array, start: number): void {
  for (let k = 0; k < columns.length; k++) to[start + k] = from[at + columns[k]];
}

/** Values looked up in the kernel of a training set: item i is its row i. */
export function kernelSource({ values: { data, shape }, diagonal }: TrainingKernel): KernelSource {
  const n = shape[0] as number;
  return {
    gather: (item, columns, length, out, start) => {
      const at = item * n;
      for (let k = 0; k < length; k++) out[start + k] = data[at + columns[k]];
    },
    diagonal: (item) => diagonal.data[item],
  };
}

/** Values computed from the items `rows` of X [n, d] when they are asked for; the same bits as {@link kernelSource} gives. */
export function rowSource(X: Block<'float64'>, rows: Int32Array, params: KernelParams): KernelSource {
  const [n, d] = X.shape as [number, number];
  if (params.kernel === 'precomputed') return lookupSource(X.data, n, rows);
  const transform = transforms[params.kernel];
  const squares = squaredNorms(X);
  const values = new Float64Array(rows.length);
  const columnSquares = new Float64Array(rows.length);
  const one = new Float64Array(1);
  return {
    gather: (item, columns, length, out, start) => {
      const row = rows[item];
      for (let k = 0; k < length; k++) {
        const column = rows[columns[k]];
        columnSquares[k] = squares[column];
        values[k] = dot(X.data, row * d, X.data, column * d, d);
      }
      transform(values, 0, length, squares[row], columnSquares, 0, params);
      for (let k = 0; k < length; k++) out[start + k] = values[k];
    },
    diagonal: (item) => {
      const row = rows[item];
      one[0] = squares[row];
      transform(one, 0, 1, squares[row], squares, row, params);
      return one[0];
    },
  };
}

const lookupSource = (matrix: Float64Array, n: number, rows: Int32Array): KernelSource => ({
  gather: (item, columns, length, out, start) => {
    for (let k = 0; k < length; k++) out[start + k] = matrix[rows[item] * n + rows[columns[k]]];
  },
  diagonal: (item) => matrix[rows[item] * n + rows[item]],
});
