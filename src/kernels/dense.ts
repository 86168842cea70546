/** What dense factorizations share: matrices of float64 in rows, into which any block is read. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { type DType, isBig } from '../arrow/dtype.js';
import { gemm, type Matrix } from './gemm.js';

/** A matrix of float64 in an array: element (i, j) is at `offset + i * rowStride + j * colStride`. */
export interface Dense {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/** The elements of a block as float64, in an array of their own. */
export function toFloat64({ dtype, data }: Block<DType>): Float64Array {
  if (isBig(dtype)) return Float64Array.from(data as BigInt64Array, Number);
  const values = new Float64Array(data.length);
  values.set(data as Float64Array);
  return values;
}

/** A block of float64 values as another dtype, in shared memory. */
export function fromFloat64(dtype: DType, shape: readonly number[], values: ArrayLike<number>): Block<DType> {
  const data = allocate(dtype, sizeOf(shape));
  (data as Float64Array).set(values);
  return { dtype, shape, data };
}

/** The matrix of so many columns in an array, from a row and a column on. */
export const inRows = (data: Float64Array, columns: number, row = 0, column = 0): Dense => ({
  data,
  offset: row * columns + column,
  rowStride: columns,
  colStride: 1,
});

export const transposed = ({ data, offset, rowStride, colStride }: Dense): Dense => ({
  data,
  offset,
  rowStride: colStride,
  colStride: rowStride,
});

/** From an element on. */
export const from = (matrix: Dense, row: number, column: number): Dense => ({
  ...matrix,
  offset: matrix.offset + row * matrix.rowStride + column * matrix.colStride,
});

/** C += A * B, of m x k and k x n. */
export function product(m: number, n: number, k: number, a: Dense, b: Dense, c: Dense): void {
  gemm('float64', m, n, k, a as Matrix, b as Matrix, c as Matrix);
}

/** C -= A * B, of m x k and k x n. */
export function subtractProduct(m: number, n: number, k: number, a: Dense, b: Dense, c: Dense): void {
  if (m === 0 || n === 0 || k === 0) return;
  const negated = new Float64Array(k * n);
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) negated[p * n + j] = -b.data[b.offset + p * b.rowStride + j * b.colStride]!;
  }
  product(m, n, k, a, inRows(negated, n), c);
}

/** A zeroed working array. */
export const scratch = (length: number): Float64Array => new Float64Array(length);

/** A block of float64 as another dtype. */
export const cast = ({ dtype }: { readonly dtype: DType }, block: Block<DType>): Block<DType> =>
  block.dtype === dtype ? block : fromFloat64(dtype, block.shape, block.data as Float64Array);
