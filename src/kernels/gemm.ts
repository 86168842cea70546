/** Products of matrices: C += A * B, of matrices that lie in arrays with any steps. Integers wrap around; a sum of bools is whether any is true. */
import type { DType, DTypeArray } from '../arrow/dtype.js';

/** A matrix in an array: element (i, j) is at `offset + i * rowStride + j * colStride`. */
export interface Matrix {
  readonly data: DTypeArray;
  readonly offset: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/** Adds the product of the m x k matrix `a` and the k x n matrix `b` to the m x n matrix `c`. */
export function gemm(dtype: DType, m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  if (m === 0 || n === 0 || k === 0) return;
  const rows = inRows(dtype, b, k, n);
  if (dtype === 'bool') products.bool(m, n, k, a, rows, c);
  else if (dtype === 'int64' || dtype === 'uint64') products.big(m, n, k, a, rows, c);
  else if (dtype === 'float32') products.float32(m, n, k, a, rows, c);
  else if (dtype === 'float64') products.float64(m, n, k, a, rows, c);
  else products.int(m, n, k, a, rows, c);
}

/** B with its rows in one piece each. */
function inRows(_: DType, b: Matrix, k: number, n: number): Matrix {
  if (b.colStride === 1) return b;
  const from = b.data as Float64Array;
  const data = new (from.constructor as Float64ArrayConstructor)(k * n);
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < n; j++) data[p * n + j] = from[b.offset + p * b.rowStride + j * b.colStride]!;
  }
  return { data, offset: 0, rowStride: n, colStride: 1 };
}

type Product = (m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix) => void;

/** How many rows of B stay in the cache. */
const ROWS = 64;

/** A loop of its own for each sort, so that V8 sees one sort of array in it. */
function floats(): Product {
  return (m, n, k, a, b, c) => {
    const [x, y, z] = [a.data, b.data, c.data] as [Float64Array, Float64Array, Float64Array];
    for (let start = 0; start < k; start += ROWS) {
      const end = Math.min(k, start + ROWS);
      for (let i = 0; i < m; i++) {
        const out = c.offset + i * c.rowStride;
        let p = start;
        for (; p + 3 < end; p += 4) {
          const at = a.offset + i * a.rowStride + p * a.colStride;
          const x0 = x[at]!;
          const x1 = x[at + a.colStride]!;
          const x2 = x[at + 2 * a.colStride]!;
          const x3 = x[at + 3 * a.colStride]!;
          const y0 = b.offset + p * b.rowStride;
          const y1 = y0 + b.rowStride;
          const y2 = y1 + b.rowStride;
          const y3 = y2 + b.rowStride;
          for (let j = 0, o = out; j < n; j++, o += c.colStride) {
            z[o] = z[o]! + (x0 * y[y0 + j]! + x1 * y[y1 + j]! + (x2 * y[y2 + j]! + x3 * y[y3 + j]!));
          }
        }
        for (; p < end; p++) {
          const x0 = x[a.offset + i * a.rowStride + p * a.colStride]!;
          const y0 = b.offset + p * b.rowStride;
          for (let j = 0, o = out; j < n; j++, o += c.colStride) z[o] = z[o]! + x0 * y[y0 + j]!;
        }
      }
    }
  };
}

/** The loops of dtypes whose products are no products of numbers. */
function others<T extends Int32Array | BigInt64Array>(step: (sum: T[number], x: T[number], y: T[number]) => T[number]) {
  const product: Product = (m, n, k, a, b, c) => {
    const [x, y, z] = [a.data, b.data, c.data] as unknown as [T, T, T];
    for (let i = 0; i < m; i++) {
      for (let p = 0; p < k; p++) {
        const x0 = x[a.offset + i * a.rowStride + p * a.colStride]!;
        const y0 = b.offset + p * b.rowStride;
        const out = c.offset + i * c.rowStride;
        for (let j = 0, o = out; j < n; j++, o += c.colStride) z[o] = step(z[o]!, x0, y[y0 + j]!);
      }
    }
  };
  return product;
}

const products = {
  float32: floats(),
  float64: floats(),
  bool: others<Int32Array>((sum, x, y) => sum | (x & y)),
  int: others<Int32Array>((sum, x, y) => sum + Math.imul(x, y)),
  big: others<BigInt64Array>((sum, x, y) => BigInt.asIntN(64, sum + x * y)),
} satisfies Record<string, Product>;
