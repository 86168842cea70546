/**
 * Kernel functions as libsvm computes them: from dot products, the radial one by ‖x‖² + ‖z‖² − 2x·z. So one matrix of
 * dot products serves every kernel and every gamma, and a kernel is a transformation of a run of dot products in place.
 */
import { type Block, zeros } from '../../arrow/block.js';
import { crossDots, mirror, squaredNorms } from './dots.js';

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

export const transforms: { readonly [K in KernelName]: Transform } = {
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

/** The kernel matrix [n, n] of the rows whose dot products are given. */
export function kernelMatrix(dotProducts: Block<'float64'>, params: KernelParams): Block<'float64'> {
  if (transforms[params.kernel] === identity) return dotProducts;
  const n = dotProducts.shape[0] as number;
  const out = zeros('float64', [n, n]);
  const squares = diagonalOf(dotProducts.data, n);
  const transform = transforms[params.kernel];
  for (let i = 0; i < n; i++) {
    const start = i * n + i;
    out.data.set(dotProducts.data.subarray(start, start + n - i), start);
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

function diagonalOf(matrix: Float64Array, n: number): Float64Array {
  const diagonal = new Float64Array(n);
  for (let i = 0; i < n; i++) diagonal[i] = matrix[i * n + i];
  return diagonal;
}
