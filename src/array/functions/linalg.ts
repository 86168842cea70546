/** Linear algebra on matrices; what is computed in floats is computed in float64 inside a block. */
import { promote } from '../../arrow/dtype.js';
import { shapeOf } from '../../plan/chunks.js';
import { makePermute } from '../../plan/permute.js';
import { InputError } from '../../util/errors.js';
import { ChunkedArray } from '../chunked-array.js';
import {
  choleskyNode,
  determinantNode,
  floating,
  inverseNode,
  luNodes,
  matrixOf,
  qrNodes,
  solved,
  solveNode,
  squareOf,
  svdNodes,
  triangularNode,
} from '../matrices.js';
import { norm } from '../norm.js';
import { nodeOf, type Operand } from '../operands.js';
import { joining } from './joining.js';
import { random } from './random.js';

const wrap = (node: ConstructorParameters<typeof ChunkedArray>[0]): ChunkedArray => new ChunkedArray(node);

/** A = U diag(s) Vh: `u` of m x k, `s` from the largest on, `vh` of k x n. */
export interface SingularValues {
  readonly u: ChunkedArray;
  readonly s: ChunkedArray;
  readonly vh: ChunkedArray;
}

export interface SvdCompressedOptions {
  /** How often the sketch is multiplied by the matrix and its transposed, which sharpens it; 0 unless told. */
  readonly nPowerIter?: number;
  /** How many columns more than `k` the sketch has, 10 unless told. */
  readonly nOversamples?: number;
  /** Of the random numbers, 0 unless told. */
  readonly seed?: number;
}

const decomposition = ({ u, s, vt }: ReturnType<typeof svdNodes>): SingularValues => ({
  u: wrap(u),
  s: wrap(s),
  vh: wrap(vt),
});

function qrOf(a: ChunkedArray): { readonly q: ChunkedArray; readonly r: ChunkedArray } {
  const { q, r } = qrNodes(a.node);
  return { q: wrap(q), r: wrap(r) };
}

export const linalg = {
  norm,

  /**
   * A = Q R of a matrix of m x n: Q of m x k with orthonormal columns and R of k x n, upper triangular, where k is the smaller
   * of both. For tall matrices in blocks of rows, each of which fits into memory; of
   * a wide one the first columns, as many as there are rows, are one chunk.
   *
   * @example
   * const { r } = array.linalg.qr(array.fromArray([[3, 1], [4, 2]]));
   * (await r.absolute().sum(1).compute()).shape; // [2]
   */
  qr(x: Operand): { readonly q: ChunkedArray; readonly r: ChunkedArray } {
    const a = wrap(matrixOf(x, 'qr'));
    const [m, n] = a.shape as [number, number];
    if (m >= n) return qrOf(a);
    const { q, r } = qrOf(a.slice([':', [0, m]]));
    return { q, r: joining.concatenate([r, q.T.matmul(a.slice([':', [m, n]]))], 1) };
  },

  /**
   * The singular values of a matrix and their vectors. For matrices that are tall and skinny, or short and fat: the shorter
   * axis becomes one chunk. The largest element of each vector of the shorter axis is positive.
   *
   * @example
   * const { s } = array.linalg.svd(array.fromArray([[3, 0], [0, 4]]));
   * (await s.compute()).toArray(); // [4, 3]
   */
  svd: (x: Operand): SingularValues => decomposition(svdNodes(matrixOf(x, 'svd'))),

  /**
   * The `k` largest singular values and their vectors, nearly, by a random sketch (Halko, Martinsson and Tropp, 2011): for
   * matrices of any size whose singular values fall off. Raises {@link InputError} for a `k` that is not from 1 to the smaller
   * extent.
   *
   * @example
   * const x = array.arange(200, { chunks: 50 });
   * array.linalg.svdCompressed(x.outer(x), 2).u.shape; // [200, 2]
   */
  svdCompressed(x: Operand, k: number, options: SvdCompressedOptions = {}): SingularValues {
    const node = matrixOf(x, 'svdCompressed');
    const [m, n] = shapeOf(node.chunks) as [number, number];
    const { nPowerIter = 0, nOversamples = 10, seed = 0 } = options;
    if (!Number.isInteger(k) || k < 1 || k > Math.min(m, n)) {
      throw new InputError(
        `svdCompressed gives 1 to ${Math.min(m, n)} singular values of a ${m} x ${n} matrix, not ${k}`,
      );
    }
    const size = Math.min(k + nOversamples, m, n);
    const a = wrap(node);
    const orthonormal = (of: ChunkedArray) => wrap(qrNodes(of.node).q);
    let sketch = a.matmul(
      random.random.normal([n, size], { seed, chunks: [node.chunks[1]!, size], dtype: floating(node.dtype) }),
    );
    for (let i = 0; i < nPowerIter; i++) sketch = a.matmul(orthonormal(a.T.matmul(orthonormal(sketch))));
    const q = orthonormal(sketch);
    const small = svdNodes(q.T.matmul(a).node, k);
    return { u: q.matmul(wrap(small.u)), s: wrap(small.s), vh: wrap(small.vt) };
  },

  /**
   * L of A = L L' of a symmetric, positive definite matrix, of which the lower triangle is read; or U of A = U' U for
   * `{ lower: false }`. A task raises an error where the matrix is not positive definite.
   *
   * @example
   * (await array.linalg.cholesky([[4, 2], [2, 5]]).compute()).toArray(); // [[2, 0], [1, 2]]
   */
  cholesky(x: Operand, { lower = true }: { readonly lower?: boolean } = {}): ChunkedArray {
    const l = wrap(choleskyNode(squareOf(x, 'cholesky')));
    return lower ? l : l.T;
  },

  /**
   * A = P L U, with pivots from whole columns, as in LAPACK: P a permutation, L lower triangular with ones on its diagonal, U
   * upper triangular.
   *
   * @example
   * const { u } = array.linalg.lu([[1, 2], [2, 2]]);
   * (await u.compute()).toArray(); // [[2, 2], [0, 1]]
   */
  lu(x: Operand): { readonly p: ChunkedArray; readonly l: ChunkedArray; readonly u: ChunkedArray } {
    const { p, l, u } = luNodes(matrixOf(x, 'lu'));
    return { p: wrap(p), l: wrap(l), u: wrap(u) };
  },

  /**
   * x of A x = b, for one column or several. With `{ positive: true }` the matrix is symmetric and positive definite, which
   * takes half the time. Raises {@link InputError} for shapes that do not fit; a task raises an error where the matrix is
   * singular.
   *
   * @example
   * (await array.linalg.solve([[2, 0], [0, 4]], [2, 8]).compute()).toArray(); // [1, 2]
   */
  solve(a: Operand, b: Operand, { positive = false }: { readonly positive?: boolean } = {}): ChunkedArray {
    const [matrix, right] = [squareOf(a, 'solve'), nodeOf(b, 'solve')];
    const dtype = floating(promote(matrix.dtype, right.dtype));
    const solve = (side: typeof right) => {
      if (!positive) return solveNode(matrix, side, dtype);
      const l = choleskyNode(matrix);
      const half = triangularNode(l, side, { lower: true, unit: false, dtype: 'float64' });
      return triangularNode(makePermute(l, [1, 0]), half, { lower: false, unit: false, dtype });
    };
    return wrap(solved(matrix, right, 'solve', solve));
  },

  /**
   * x of A x = b for a triangular matrix, of which the upper triangle is read, or the lower one. A task raises an error for a
   * zero on the diagonal.
   *
   * @example
   * (await array.linalg.solveTriangular([[2, 0], [1, 1]], [4, 5], { lower: true }).compute()).toArray(); // [2, 3]
   */
  solveTriangular(
    a: Operand,
    b: Operand,
    { lower = false, unit = false }: { readonly lower?: boolean; readonly unit?: boolean } = {},
  ): ChunkedArray {
    const [matrix, right] = [squareOf(a, 'solveTriangular'), nodeOf(b, 'solveTriangular')];
    const dtype = floating(promote(matrix.dtype, right.dtype));
    return wrap(
      solved(matrix, right, 'solveTriangular', (side) => triangularNode(matrix, side, { lower, unit, dtype })),
    );
  },

  /**
   * The inverse of a square matrix; a task raises an error where it is singular. To solve a system use `solve`.
   *
   * @example
   * (await array.linalg.inv([[2, 0], [0, 4]]).compute()).toArray(); // [[0.5, 0], [0, 0.25]]
   */
  inv: (x: Operand): ChunkedArray => wrap(inverseNode(squareOf(x, 'inv'))),

  /**
   * The determinant of a square matrix.
   *
   * @example
   * await array.linalg.det([[2, 1], [0, 4]]).compute(); // 8
   */
  det: (x: Operand): ChunkedArray => wrap(determinantNode(squareOf(x, 'det'), 'det')),

  /** The sign of a determinant, and the natural logarithm of its size, which has no bounds. */
  slogdet(x: Operand): { readonly sign: ChunkedArray; readonly logabsdet: ChunkedArray } {
    const node = squareOf(x, 'slogdet');
    return { sign: wrap(determinantNode(node, 'sign')), logabsdet: wrap(determinantNode(node, 'log')) };
  },

  /**
   * The x that makes A x - b smallest, the shortest one where there are several, by the singular values of A: those below
   * `rcond` times the largest count as zero (the machine epsilon times the longer extent unless told). Also the sums of squares
   * that are left, the rank of A and its singular values.
   *
   * @example
   * const { x } = array.linalg.lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5]);
   * (await x.multiply(1000).add(0.5).floorDivide(1000).compute()).toArray(); // [1, 2]
   */
  lstsq(a: Operand, b: Operand, { rcond }: { readonly rcond?: number } = {}) {
    const [matrix, right] = [matrixOf(a, 'lstsq'), nodeOf(b, 'lstsq')];
    const shape = shapeOf(matrix.chunks) as [number, number];
    const dtype = floating(promote(matrix.dtype, right.dtype));
    const epsilon = dtype === 'float32' ? 2 ** -23 : Number.EPSILON;
    const given = wrap(matrix).astype(dtype);
    const { u, s, vh } = decomposition(svdNodes(given.node));
    const isKept = s.greater(s.max().multiply(rcond ?? epsilon * Math.max(...shape)));
    const weights = isKept.divide(s.add(isKept.equal(0)));
    let left: ChunkedArray | undefined;
    const x = solved(matrix, right, 'lstsq', (side) => {
      const sides = wrap(side).astype(dtype);
      const found = vh.T.matmul(u.T.matmul(sides).multiply(wrap(makePermute(weights.astype(dtype).node, [0, null]))));
      left = sides.subtract(given.matmul(found)).square().sum(0);
      return found.node;
    });
    return { x: wrap(x), residuals: left!, rank: isKept.sum(), s };
  },
};
