/** The factors of matrices of few columns, piece by piece in WebAssembly; see qr.ts for how they are kept. */
import { type Instance, instantiate } from './wasm/instance.js';
import { qrWasm } from './wasm/qr.js';

interface Exports {
  toColumns(rows: number, n: number, from: number, to: number, stride: number): void;
  toRows(rows: number, n: number, from: number, to: number, stride: number): void;
  factorPiece(
    rows: number,
    n: number,
    steps: number,
    a: number,
    stride: number,
    top: number,
    topStride: number,
    tau: number,
    isFirst: number,
  ): void;
}

/** The most columns of which a piece is factored as a whole. */
const MOST_COLUMNS = 128;
const START = 1024;

export const isNarrow = (m: number, n: number): boolean => m > 0 && n > 0 && n <= MOST_COLUMNS;

let made: Instance<Exports> | undefined;

/**
 * R, in rows, of matrices in rows of `n` that lie below one another and are cut into `pieces`. The reflections, with their
 * factors behind them, are written to `packed` if it is given.
 */
export function factorNarrow(
  matrices: readonly Float64Array[],
  n: number,
  pieces: readonly number[],
  packed?: Float64Array,
): Float64Array {
  made ??= instantiate<Exports>(qrWasm);
  const m = pieces.at(-1)!;
  const height = Math.max(...pieces.slice(1).map((end, piece) => end - pieces[piece]!));
  const k = Math.min(m, n);
  const stride = 8 * height;
  const rowsAt = START;
  const columnsAt = rowsAt + stride * n;
  const triangleAt = columnsAt + stride * n;
  const tauAt = triangleAt + 8 * n * n;
  made.reserve(tauAt + 8 * n);
  const { exports, memory } = made;
  const view = (address: number, length: number) => new Float64Array(memory.buffer, address, length);
  const [rows, columns, triangle, tau] = [
    view(rowsAt, height * n),
    view(columnsAt, height * n),
    view(triangleAt, n * n),
    view(tauAt, n),
  ];
  const read = readerOf(matrices);
  for (let piece = 0; piece < pieces.length - 1; piece++) {
    const count = pieces[piece + 1]! - pieces[piece]!;
    read(rows, count * n);
    exports.toColumns(count, n, rowsAt, columnsAt, stride);
    if (piece === 0) {
      tau.fill(0);
      exports.factorPiece(count, n, k, columnsAt, stride, columnsAt, stride, tauAt, 1);
      triangle.fill(0);
      for (let j = 0; j < n; j++) {
        for (let i = 0; i <= Math.min(j, k - 1); i++) triangle[j * n + i] = columns[j * height + i]!;
      }
    } else exports.factorPiece(count, n, n, columnsAt, stride, triangleAt, 8 * n, tauAt, 0);
    if (!packed) continue;
    exports.toRows(count, n, columnsAt, rowsAt, stride);
    packed.set(rows.subarray(0, count * n), pieces[piece]! * n);
    packed.set(tau, (m + piece) * n);
  }
  const r = new Float64Array(k * n);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < n; j++) r[i * n + j] = triangle[j * n + i]!;
    packed?.set(r.subarray(i * n + i, (i + 1) * n), i * n + i);
  }
  return r;
}

/** Reads the next values of arrays that follow one another. */
function readerOf(arrays: readonly Float64Array[]): (to: Float64Array, count: number) => void {
  let [which, at] = [0, 0];
  return (to, count) => {
    for (let read = 0; read < count; ) {
      const from = arrays[which]!;
      const length = Math.min(count - read, from.length - at);
      to.set(from.subarray(at, at + length), read);
      read += length;
      at += length;
      if (at === from.length) {
        which += 1;
        at = 0;
      }
    }
  };
}
