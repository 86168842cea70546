/** Dot products of the rows of matrices, in tiles of four by four rows. */
import { type Block, zeros } from '../../arrow/block.js';
import { scratch, simd } from './simd.js';

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

/**
 * X·Xᵀ [n, n] of the rows `order` of a float64 matrix [n, d]. Every sum runs over ascending columns, so equal rows give
 * equal bits wherever they stand.
 */
export function dots(X: Block<'float64'>, order: Int32Array = everyRow(X)): Block<'float64'> {
  const d = X.shape[1] as number;
  const n = order.length;
  const out = zeros('float64', [n, n]);
  const tile = tileBytes(d);
  const end = tile * tilesOf(n);
  const memory = scratch(end + stripBytes(n));
  packTiles(X, order, new Float64Array(memory, 0, end / 8));
  for (let i = 0; i < n; i += 4) {
    const start = (i / 4) * tile;
    simd.dotTiles(start, start, end, tile, end, stripBytes(n) / 4);
    copyStrip(new Float64Array(memory, end, stripBytes(n) / 8), out.data, i, Math.min(i + 4, n), i, n);
  }
  mirror(out.data, n);
  return out;
}

/** The dot products [m, n] of rows X [m, d] with rows Z [n, d], summed as {@link dots} sums. */
export function crossDots(X: Block<'float64'>, Z: Block<'float64'>): Block<'float64'> {
  const [m, d] = X.shape as [number, number];
  const n = Z.shape[0] as number;
  const out = zeros('float64', [m, n]);
  const tile = tileBytes(d);
  const middle = tile * tilesOf(m);
  const end = middle + tile * tilesOf(n);
  const memory = scratch(end + stripBytes(n));
  packTiles(X, everyRow(X), new Float64Array(memory, 0, middle / 8));
  packTiles(Z, everyRow(Z), new Float64Array(memory, middle, (end - middle) / 8));
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

const everyRow = (X: Block): Int32Array => Int32Array.from({ length: X.shape[0] as number }, (_, row) => row);

/** Lays out rows in tiles [d][4]; the last is filled up with zeros. */
function packTiles(X: Block<'float64'>, order: Int32Array, tiles: Float64Array): void {
  const d = X.shape[1] as number;
  for (let i = 0; i < 4 * tilesOf(order.length); i++) {
    const start = (i >> 2) * 4 * d + (i & 3);
    const row = i < order.length ? order[i] * d : -1;
    for (let k = 0; k < d; k++) tiles[start + 4 * k] = row < 0 ? 0 : X.data[row + k];
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
export function mirror(data: Float64Array, n: number): void {
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
