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

type Inner = (m: number, n: number, k: number, a: number, b: number, c: number) => void;
interface Exports {
  readonly gemmFloat64: Inner;
  readonly gemmFloat32: Inner;
}

/** Rows of A that a panel has; and columns of B: two vectors of 16 bytes. */
const ROWS = 4;
/** The sides of blocks: of rows, columns, and what is summed over. */
const MC = 128;
const NC = 512;
const KC = 256;

const panels = {
  float64: { columns: 4, bytes: 8, inner: 'gemmFloat64', View: Float64Array },
  float32: { columns: 8, bytes: 4, inner: 'gemmFloat32', View: Float32Array },
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
  instance ??= instantiate<Exports>(gemmWasm);
  const { columns, bytes, inner, View } = panels[dtype];
  const [mc, nc, kc] = [padded(Math.min(m, MC), ROWS), padded(Math.min(n, NC), columns), Math.min(k, KC)];
  instance.reserve(bytes * (mc * kc + kc * nc + mc * nc));
  const { memory, exports } = instance;
  const atA = 0;
  const atB = mc * kc;
  const atC = atB + kc * nc;
  const view = new View(memory.buffer, 0, atC + mc * nc);
  for (let j = 0; j < n; j += nc) {
    const width = Math.min(nc, n - j);
    const wide = padded(width, columns);
    for (let p = 0; p < k; p += kc) {
      const depth = Math.min(kc, k - p);
      pack(
        view,
        atB,
        columns,
        width,
        depth,
        b.data,
        b.offset + p * b.rowStride + j * b.colStride,
        b.colStride,
        b.rowStride,
      );
      for (let i = 0; i < m; i += mc) {
        const height = Math.min(mc, m - i);
        const high = padded(height, ROWS);
        pack(
          view,
          atA,
          ROWS,
          height,
          depth,
          a.data,
          a.offset + i * a.rowStride + p * a.colStride,
          a.rowStride,
          a.colStride,
        );
        view.fill(0, atC, atC + high * wide);
        exports[inner](high, wide, depth, bytes * atA, bytes * atB, bytes * atC);
        addTo(c, i, j, view, atC, height, width, wide);
      }
    }
  }
}

const padded = (size: number, to: number): number => Math.ceil(size / to) * to;

/** Copies `size` lines of `depth` elements into panels of `lines` lines, those of each step beside one another. */
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
  for (let first = 0, to = at; first < size; first += lines, to += lines * depth) {
    const count = Math.min(lines, size - first);
    if (count < lines) view.fill(0, to, to + lines * depth);
    const from = offset + first * step;
    // The loop over what lies together is the inner one.
    if (step === 1) {
      for (let p = 0; p < depth; p++)
        for (let l = 0; l < count; l++) view[to + p * lines + l] = source[from + p * along + l]!;
    } else {
      for (let l = 0; l < count; l++) {
        const line = from + l * step;
        for (let p = 0; p < depth; p++) view[to + p * lines + l] = source[line + p * along]!;
      }
    }
  }
}

function addTo(
  { data, offset, rowStride, colStride }: Matrix,
  i: number,
  j: number,
  view: Float32Array | Float64Array,
  at: number,
  height: number,
  width: number,
  wide: number,
): void {
  const target = data as Float64Array;
  for (let row = 0; row < height; row++) {
    const from = at + row * wide;
    const to = offset + (i + row) * rowStride + j * colStride;
    for (let column = 0; column < width; column++) target[to + column * colStride]! += view[from + column]!;
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
