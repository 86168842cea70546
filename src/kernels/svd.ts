/**
 * Singular values by one-sided Jacobi rotations (Hestenes, 1958), of the triangular factor with its rows sorted by length
 * (Drmac and Veselic, 2008, in outline): slower than bidiagonalization for large matrices, but short, and small singular
 * values come out to full relative accuracy.
 *
 * The rows of R are rotated until they are orthogonal: J R = S V', so that R = J' S V'.
 */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { SheafError } from '../util/errors.js';
import { fromFloat64, scratch, toFloat64 } from './dense.js';
import { factor, orthogonal, triangle } from './qr.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { jacobiWasm } from './wasm/jacobi.js';

const MOST_SWEEPS = 60;
/** Rows are filled up to so many values, and begin behind what the module has for itself. */
const ROW_UNIT = 4;
const START = 1024;

interface Decomposition {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** m x k, k and k x n, in rows. */
  readonly u: Float64Array;
  readonly s: Float64Array;
  readonly vt: Float64Array;
}

/** The decomposition of a block in one: U, below it the singular values in a row, below that V'. */
export function decompose(_: unknown, matrix: Block<DType>): Block<DType> {
  const { m, n, k, u, s, vt } = decomposed(matrix);
  const width = Math.max(k, n);
  const data = scratch((m + 1 + k) * width);
  for (let i = 0; i < m; i++) data.set(u.subarray(i * k, (i + 1) * k), i * width);
  data.set(s, m * width);
  for (let i = 0; i < k; i++) data.set(vt.subarray(i * n, (i + 1) * n), (m + 1 + i) * width);
  return fromFloat64('float64', [m + 1 + k, width], data);
}

/** A part of what {@link decompose} gives of an m x n matrix, with the first `k` singular values; transposed where that is asked for. */
export function part(
  {
    of,
    m,
    n,
    k,
    dtype,
    isTransposed = false,
  }: {
    readonly of: 'u' | 's' | 'v';
    readonly m: number;
    readonly n: number;
    readonly k: number;
    readonly dtype: DType;
    readonly isTransposed?: boolean;
  },
  packed: Block<DType>,
): Block<DType> {
  const width = packed.shape[1]!;
  const source = packed.data as Float64Array;
  const [row, rows, columns] = ({ u: [0, m, k], s: [m, 1, k], v: [m + 1, k, n] } as const)[of];
  const data = scratch(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      data[isTransposed ? j * rows + i : i * columns + j] = source[(row + i) * width + j]!;
    }
  }
  const shape = of === 's' ? [k] : isTransposed ? [columns, rows] : [rows, columns];
  return fromFloat64(dtype, shape, data);
}

export function decomposed(matrix: Block<DType>): Decomposition {
  const [m, n] = matrix.shape as [number, number];
  const values = toFloat64(matrix);
  if (m < n) {
    const { u, s, vt, k } = decomposed(fromFloat64('float64', [n, m], flipped(values, m, n)));
    return signed({ m, n, k, u: flipped(vt, k, m), s, vt: flipped(u, n, k) });
  }
  const factored = factor({}, matrix);
  const r = triangle({ dtype: 'float64' }, factored).data.slice() as Float64Array;
  const { j, s } = rotated(r, n);
  // U = Q J'; J holds the transposed left vectors.
  const seed = fromFloat64('float64', [n, n], flipped(j, n, n));
  const u = orthogonal({ dtype: 'float64' }, factored, seed).data as Float64Array;
  return signed({ m, n, k: n, u, s, vt: r });
}

function flipped(values: Float64Array, m: number, n: number): Float64Array {
  const result = scratch(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) result[j * m + i] = values[i * n + j]!;
  return result;
}

/** The element of each right vector that is largest in size is made positive, since the sign of a pair of vectors is free. */
function signed(all: Decomposition): Decomposition {
  const { m, n, k, u, vt } = all;
  for (let i = 0; i < k; i++) {
    let most = 0;
    for (let j = 0; j < n; j++) if (Math.abs(vt[i * n + j]!) > Math.abs(most)) most = vt[i * n + j]!;
    if (!(most < 0)) continue;
    for (let j = 0; j < n; j++) vt[i * n + j] = -vt[i * n + j]!;
    for (let row = 0; row < m; row++) u[row * k + i] = -u[row * k + i]!;
  }
  return all;
}

let instance: Instance<Exports> | undefined;

interface Exports {
  sweep(
    n: number,
    stride: number,
    a: number,
    j: number,
    squares: number,
    order: number,
    tolerance: number,
    negligible: number,
  ): number;
}

/** Rotates the rows of `a` until they are orthogonal, sorts them by length and makes them unit vectors; J and the lengths. */
function rotated(a: Float64Array, n: number): { j: Float64Array; s: Float64Array } {
  const scale = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (!Number.isFinite(scale))
    throw new SheafError('the singular values of a matrix with NaN or infinities do not exist');
  instance ??= instantiate<Exports>(jacobiWasm);
  const width = Math.ceil(n / ROW_UNIT) * ROW_UNIT;
  const places = [0, width * n, 2 * width * n, (2 * width + 1) * n].map((values) => START + 8 * values);
  const [aAt, jAt, squaresAt, orderAt] = places as [number, number, number, number];
  instance.reserve(orderAt + 4 * n);
  const { exports, memory } = instance;
  const view = (at: number, length: number) => new Float64Array(memory.buffer, at, length);
  const [rows, turns, squares] = [view(aAt, width * n), view(jAt, width * n), view(squaresAt, n)];
  const order = new Uint32Array(memory.buffer, orderAt, n);
  rows.fill(0);
  turns.fill(0);
  for (let i = 0; i < n; i++) {
    rows.set(a.subarray(i * n, (i + 1) * n), i * width);
    turns[i * width + i] = 1;
    order[i] = i;
  }
  if (scale > 0) for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! / scale;
  const rowOf = (all: Float64Array, place: number) => all.subarray(order[place]! * width, order[place]! * width + n);
  const squareOf = (place: number) => dot(rowOf(rows, place), rowOf(rows, place));
  // Rows as short as rounding errors have no direction: they are not turned, and get one at the end.
  let negligible = 0;
  for (let sweep = 0, isMoved = true; isMoved; sweep++) {
    if (sweep === MOST_SWEEPS) throw new SheafError(`the singular values did not converge in ${MOST_SWEEPS} sweeps`);
    for (let i = 0; i < n; i++) squares[i] = squareOf(i);
    negligible = (n * Number.EPSILON) ** 2 * squares.reduce((most, x) => Math.max(most, x), 0);
    const tolerance = Math.sqrt(n) * Number.EPSILON;
    isMoved = exports.sweep(n, 8 * width, aAt, jAt, squaresAt, orderAt, tolerance, negligible) !== 0;
  }
  const lengths = Float64Array.from({ length: n }, (_, place) => Math.sqrt(squareOf(place)));
  const sorted = Array.from(lengths.keys()).sort((x, y) => lengths[y]! - lengths[x]!);
  const j = scratch(n * n);
  const isShort = (place: number) => lengths[place]! ** 2 <= negligible;
  sorted.forEach((from, to) => {
    j.set(rowOf(turns, from), to * n);
    const row = rowOf(rows, from);
    for (let i = 0; i < n; i++) a[to * n + i] = isShort(from) ? 0 : row[i]! / lengths[from]!;
  });
  for (let i = 0; i < n; i++) if (isShort(sorted[i]!)) complete(a, i, n);
  return { j, s: Float64Array.from(sorted, (place) => lengths[place]! * scale) };
}

function dot(x: Float64Array, y: Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const n = x.length;
  let i = 0;
  for (; i < n - 3; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < n; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/** A row of zeros becomes a unit vector that is orthogonal to those before it. */
function complete(a: Float64Array, row: number, n: number): void {
  const own = a.subarray(row * n, (row + 1) * n);
  for (let unit = 0; unit < n; unit++) {
    own.fill(0);
    own[unit] = 1;
    for (let round = 0; round < 2; round++) {
      for (let other = 0; other < row; other++) {
        const along = dot(a.subarray(other * n, (other + 1) * n), own);
        for (let i = 0; i < n; i++) own[i] = own[i]! - along * a[other * n + i]!;
      }
    }
    const length = Math.sqrt(dot(own, own));
    // One of n unit vectors has this much outside a space of fewer dimensions.
    if (length * Math.sqrt(n) < 0.5) continue;
    for (let i = 0; i < n; i++) own[i] = own[i]! / length;
    return;
  }
}
