/**
 * Products of matrices, C += A B, of any strides. Floats go block by block through WebAssembly (Goto and van de Geijn, 2008):
 * a block of B that fits the last cache and a block of A that fits the second are copied into panels, in the order in which the inner
 * loop reads them, padded with zeros to whole panels. Integers wrap around, as all arithmetic here does.
 */
import { type DType, type DTypeArray, isBig, isFloat } from '../arrow/dtype.js';
import { gemmWasm } from './wasm/gemm.js';
import { type Instance, instantiate } from './wasm/instance.js';

/** Where a matrix lies in an array, steps in elements. */
export interface Matrix {
  readonly data: DTypeArray;
  readonly offset: number;
  readonly rowStride: number;
  readonly colStride: number;
}

type Inner = (m: number, n: number, k: number, a: number, b: number, c: number, row: number) => void;
interface Exports {
  readonly gemmFloat64: Inner;
  readonly gemmFloat32: Inner;
}

/** Rows of A that a panel has; and columns of B: two vectors of 16 bytes. */
const ROWS = 4;
/** Below it a loop is faster than a call. */
const SHORT = 24;
/**
 * What lies in the module's memory: a part of C of so many columns and of 16 MiB, since A and B are packed anew for each part,
 * so many of its rows of A, and of B and A so much of what is summed over.
 */
const WIDE = 2048;
const MC = 128;
const KC = 256;

const panels = {
  float64: { tallest: 1024, columns: 4, bytes: 8, inner: 'gemmFloat64', View: Float64Array },
  float32: { tallest: 2048, columns: 8, bytes: 4, inner: 'gemmFloat32', View: Float32Array },
} as const;

let instance: Instance<Exports> | undefined;

/** `cblas_dgemm` and `cblas_sgemm`. */
type Product = (
  ...args: readonly [
    ...[order: number, transA: number, transB: number, m: number, n: number, k: number, alpha: number],
    ...[a: DTypeArray, lda: number, b: DTypeArray, ldb: number, beta: number, c: DTypeArray, ldc: number],
  ]
) => void;
export interface Blas {
  readonly float64: Product;
  readonly float32: Product;
}

let findBlas: (() => Blas | undefined) | undefined;
let blas: Blas | undefined;

/** From here on, large products of floats are those of the BLAS that `find` gives, which is looked for when the first one comes. */
export function useBlas(find: () => Blas | undefined): void {
  findBlas = find;
  blas = undefined;
}

/** Smaller products are done before a library would be found. */
const LARGE = 2 ** 20;
const [ROW_MAJOR, AS_IT_IS, TRANSPOSED] = [101, 111, 112];

/** How CBLAS is told of a matrix, whose elements of a row or of a column lie together. */
function leading({ rowStride, colStride }: Matrix, rows: number, columns: number) {
  if (colStride === 1 && rowStride >= columns) return { order: AS_IT_IS, step: rowStride };
  return rowStride === 1 && colStride >= rows ? { order: TRANSPOSED, step: colStride } : undefined;
}

/** Whether the product was done by a library. */
function byLibrary(
  dtype: 'float32' | 'float64',
  m: number,
  n: number,
  k: number,
  a: Matrix,
  b: Matrix,
  c: Matrix,
): boolean {
  if (m * n * k < LARGE) return false;
  if (findBlas) {
    blas = findBlas();
    findBlas = undefined;
  }
  const [x, y, z] = [leading(a, m, k), leading(b, k, n), leading(c, m, n)];
  if (!blas || !x || !y || z?.order !== AS_IT_IS) return false;
  const from = ({ data, offset }: Matrix) => data.subarray(offset) as DTypeArray;
  blas[dtype](ROW_MAJOR, x.order, y.order, m, n, k, 1, from(a), x.step, from(b), y.step, 1, from(c), z.step);
  return true;
}

/** Adds the m x k matrix A times the k x n matrix B to the m x n matrix C; all three have elements of `dtype`, in C rounded at every step. */
export function gemm(dtype: DType, m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  if (isFloat(dtype)) {
    if (!byLibrary(dtype, m, n, k, a, b, c)) blocked(dtype, m, n, k, a, b, c);
  } else if (isBig(dtype)) plainBig(m, n, k, a, b, c);
  else plain(dtype === 'bool', m, n, k, a, b, c);
}

function blocked(dtype: 'float32' | 'float64', m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  if (m === 0 || n === 0 || k === 0) return;
  instance ??= instantiate<Exports>(gemmWasm);
  const { tallest, columns, bytes, inner, View } = panels[dtype];
  const [tall, wide, deep] = [side(m, tallest, ROWS), side(n, WIDE, columns), side(k, KC, 1)];
  const mc = Math.min(MC, tall);
  const atB = mc * deep;
  const atC = atB + deep * wide;
  instance.reserve(bytes * (atC + tall * wide));
  const { memory, exports } = instance;
  const view = new View(memory.buffer, 0, atC + tall * wide);
  for (let j = 0; j < n; j += wide) {
    const width = Math.min(wide, n - j);
    for (let i = 0; i < m; i += tall) {
      const height = Math.min(tall, m - i);
      const partOfC: Part = { view, at: atC, height, width, wide };
      read(partOfC, c, i, j);
      for (let p = 0; p < k; p += deep) {
        const depth = Math.min(deep, k - p);
        pack(view, atB, columns, width, depth, b.data, place(b, p, j), b.colStride, b.rowStride);
        for (let row = 0; row < height; row += mc) {
          const rows = Math.min(mc, height - row);
          pack(view, 0, ROWS, rows, depth, a.data, place(a, i + row, p), a.rowStride, a.colStride);
          const to = atC + row * wide;
          exports[inner](padded(rows, ROWS), padded(width, columns), depth, 0, bytes * atB, bytes * to, bytes * wide);
        }
      }
      write(partOfC, c, i, j);
    }
  }
}

const padded = (size: number, to: number): number => Math.ceil(size / to) * to;

/** Equal parts of `size`, each of so many at most, and whole panels. */
const side = (size: number, most: number, to: number): number => padded(size / Math.ceil(size / most), to);

const place = ({ offset, rowStride, colStride }: Matrix, row: number, column: number): number =>
  offset + row * rowStride + column * colStride;

/** Copies `size` lines of `depth` elements into panels of `lines` lines, a multiple of four, those of each step beside one another. */
function pack(
  view: Float32Array | Float64Array,
  at: number,
  lines: number,
  size: number,
  depth: number,
  data: DTypeArray,
  offset: number,
  step: number,
  along: number,
): void {
  const source = data as Float64Array;
  for (let first = 0; first < padded(size, lines); first += 4) {
    const to = at + first * depth - (first % lines) * (depth - 1);
    const from = offset + first * step;
    if (size - first >= 4) packFour(view, to, lines, depth, source, from, step, along);
    else packFewer(view, to, lines, depth, source, from, step, along, size - first);
  }
}

function packFour(
  view: Float32Array | Float64Array,
  at: number,
  lines: number,
  depth: number,
  source: Float32Array | Float64Array,
  from: number,
  step: number,
  along: number,
): void {
  for (let p = 0, to = at, a = from, b = a + step, c = b + step, d = c + step; p < depth; p++, to += lines) {
    view[to] = source[a]!;
    view[to + 1] = source[b]!;
    view[to + 2] = source[c]!;
    view[to + 3] = source[d]!;
    a += along;
    b += along;
    c += along;
    d += along;
  }
}

/** The lines that are not there are zeros. */
function packFewer(
  view: Float32Array | Float64Array,
  at: number,
  lines: number,
  depth: number,
  source: Float32Array | Float64Array,
  from: number,
  step: number,
  along: number,
  count: number,
): void {
  for (let l = 0; l < 4; l++) {
    for (let p = 0; p < depth; p++) view[at + p * lines + l] = l < count ? source[from + l * step + p * along]! : 0;
  }
}

/** Where a part of C lies in the module's memory, its rows `wide` elements apart. */
interface Part {
  readonly view: Float32Array | Float64Array;
  readonly at: number;
  readonly height: number;
  readonly width: number;
  readonly wide: number;
}

function read({ view, at, height, width, wide }: Part, c: Matrix, i: number, j: number): void {
  const source = c.data as Float64Array;
  for (let row = 0; row < height; row++) {
    const [to, from] = [at + row * wide, place(c, i + row, j)];
    if (c.colStride === 1 && width > SHORT) view.set(source.subarray(from, from + width), to);
    else for (let column = 0; column < width; column++) view[to + column] = source[from + column * c.colStride]!;
  }
}

function write({ view, at, height, width, wide }: Part, c: Matrix, i: number, j: number): void {
  const target = c.data as Float64Array;
  for (let row = 0; row < height; row++) {
    const [to, from] = [place(c, i + row, j), at + row * wide];
    if (c.colStride === 1 && width > SHORT) target.set(view.subarray(from, from + width), to);
    else for (let column = 0; column < width; column++) target[to + column * c.colStride] = view[from + column]!;
  }
}

/** Row by row, so that B and C are read along their rows. Products of 32-bit integers wrap in `Math.imul`, smaller ones when they are stored. */
function plain(isBool: boolean, m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  const [x, y, z] = [a.data as Int32Array, b.data as Int32Array, c.data as Int32Array];
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = x[a.offset + i * a.rowStride + p * a.colStride]!;
      if (factor === 0) continue;
      const from = b.offset + p * b.rowStride;
      const to = c.offset + i * c.rowStride;
      for (let j = 0; j < n; j++) {
        const product = Math.imul(factor, y[from + j * b.colStride]!);
        const place = to + j * c.colStride;
        z[place] = isBool ? z[place]! | product : (z[place]! + product) | 0;
      }
    }
  }
}

function plainBig(m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  const [x, y, z] = [a.data as BigInt64Array, b.data as BigInt64Array, c.data as BigInt64Array];
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = x[a.offset + i * a.rowStride + p * a.colStride]!;
      const from = b.offset + p * b.rowStride;
      const to = c.offset + i * c.rowStride;
      for (let j = 0; j < n; j++) {
        const place = to + j * c.colStride;
        z[place] = BigInt.asIntN(64, z[place]! + BigInt.asIntN(64, factor * y[from + j * b.colStride]!));
      }
    }
  }
}
