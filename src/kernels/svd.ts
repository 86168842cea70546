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

const MOST_SWEEPS = 60;

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

/** Rotates the rows of `a` until they are orthogonal, sorts them by length and makes them unit vectors; J and the lengths. */
function rotated(a: Float64Array, n: number): { j: Float64Array; s: Float64Array } {
  let j = scratch(n * n);
  for (let i = 0; i < n; i++) j[i * n + i] = 1;
  const squares = scratch(n);
  const tolerance = Math.sqrt(n) * Number.EPSILON;
  const scale = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (!Number.isFinite(scale))
    throw new SheafError('the singular values of a matrix with NaN or infinities do not exist');
  if (scale > 0) for (let i = 0; i < a.length; i++) a[i] = a[i]! / scale;
  // Rows as short as rounding errors have no direction: they are not turned, and get one at the end.
  let negligible = 0;
  for (let sweep = 0, isMoved = true; isMoved; sweep++) {
    if (sweep === MOST_SWEEPS) throw new SheafError(`the singular values did not converge in ${MOST_SWEEPS} sweeps`);
    isMoved = false;
    for (let i = 0; i < n; i++) squares[i] = dot(a, i * n, a, i * n, n);
    negligible = (n * Number.EPSILON) ** 2 * squares.reduce((most, x) => Math.max(most, x), 0);
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const cross = dot(a, p * n, a, q * n, n);
        const [x, y] = [squares[p]!, squares[q]!];
        const isSorted = x >= y;
        const isOrthogonal = Math.abs(cross) <= tolerance * Math.sqrt(x) * Math.sqrt(y);
        if (isOrthogonal || Math.min(x, y) <= negligible) {
          if (!isSorted) exchange(a, j, squares, p, q, n);
          continue;
        }
        isMoved = true;
        const zeta = (y - x) / (2 * cross);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        rotate(a, p * n, q * n, c, c * t, n);
        rotate(j, p * n, q * n, c, c * t, n);
        squares[p] = x - t * cross;
        squares[q] = y + t * cross;
        // What cancelled is found again.
        if (squares[q]! < x * 1e-8 || squares[p]! < y * 1e-8) {
          squares[p] = dot(a, p * n, a, p * n, n);
          squares[q] = dot(a, q * n, a, q * n, n);
        }
        if (squares[p]! < squares[q]!) exchange(a, j, squares, p, q, n);
      }
    }
  }
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(dot(a, i * n, a, i * n, n)));
  const order = Array.from(lengths.keys()).sort((x, y) => lengths[y]! - lengths[x]!);
  const sortedA = scratch(n * n);
  const sortedJ = scratch(n * n);
  const s = scratch(n);
  const isShort = (row: number) => lengths[row]! ** 2 <= negligible;
  order.forEach((from, to) => {
    s[to] = lengths[from]! * scale;
    sortedJ.set(j.subarray(from * n, (from + 1) * n), to * n);
    for (let i = 0; i < n; i++) sortedA[to * n + i] = isShort(from) ? 0 : a[from * n + i]! / lengths[from]!;
  });
  a.set(sortedA);
  j = sortedJ;
  for (let i = 0; i < n; i++) if (isShort(order[i]!)) complete(a, i, n);
  return { j, s };
}

function dot(x: Float64Array, at: number, y: Float64Array, to: number, n: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i < n - 3; i += 4) {
    a += x[at + i]! * y[to + i]!;
    b += x[at + i + 1]! * y[to + i + 1]!;
    c += x[at + i + 2]! * y[to + i + 2]!;
    d += x[at + i + 3]! * y[to + i + 3]!;
  }
  for (; i < n; i++) a += x[at + i]! * y[to + i]!;
  return a + b + (c + d);
}

/** In Rutishauser's form, whose rounding errors are those of small corrections. */
function rotate(x: Float64Array, p: number, q: number, c: number, s: number, n: number): void {
  const tau = s / (1 + c);
  for (let i = 0; i < n; i++) {
    const u = x[p + i]!;
    const v = x[q + i]!;
    x[p + i] = u - s * (v + tau * u);
    x[q + i] = v + s * (u - tau * v);
  }
}

function exchange(a: Float64Array, j: Float64Array, squares: Float64Array, p: number, q: number, n: number): void {
  for (const x of [a, j]) {
    const kept = x.slice(p * n, (p + 1) * n);
    x.copyWithin(p * n, q * n, (q + 1) * n);
    x.set(kept, q * n);
  }
  [squares[p], squares[q]] = [squares[q]!, squares[p]!];
}

/** A row of zeros becomes a unit vector that is orthogonal to those before it. */
function complete(a: Float64Array, row: number, n: number): void {
  const own = a.subarray(row * n, (row + 1) * n);
  for (let unit = 0; unit < n; unit++) {
    own.fill(0);
    own[unit] = 1;
    for (let round = 0; round < 2; round++) {
      for (let other = 0; other < row; other++) {
        const along = dot(a, other * n, own, 0, n);
        for (let i = 0; i < n; i++) own[i] = own[i]! - along * a[other * n + i]!;
      }
    }
    const length = Math.sqrt(dot(own, 0, own, 0, n));
    // One of n unit vectors has this much outside a space of fewer dimensions.
    if (length * Math.sqrt(n) < 0.5) continue;
    for (let i = 0; i < n; i++) own[i] = own[i]! / length;
    return;
  }
}
