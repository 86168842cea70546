/** Norms of vectors and of matrices, as `numpy.linalg.norm`. */
import { InputError } from '../util/errors.js';
import { checkAxes, checkAxis, checkNumbers } from './axes.js';
import { ChunkedArray } from './chunked-array.js';
import { svdNodes } from './matrices.js';
import { nodeOf, type Operand } from './operands.js';
import type { Axis, ReduceOptions } from './reduce.js';

export type NormOrder = number | 'fro' | 'nuc' | null;

const INFINITY = Number.POSITIVE_INFINITY;

/**
 * The norm of all elements, of each vector along an axis, or of each matrix of two axes. Of vectors by `ord`: 2 unless told,
 * any other number p for the p-norm, infinite ones for the largest or the smallest element, 0 for how many are not zero. Of
 * matrices: `'fro'` unless told, the root of the sum of squares; 1 and Infinity the largest sum of a column or row, -1 and
 * -Infinity the smallest; 2, -2 and `'nuc'` the largest, the smallest and the sum of the singular values, of an array of two
 * axes. Raises {@link InputError} for others.
 *
 * @example
 * await array.linalg.norm([3, 4]).compute(); // 5
 */
export function norm(x: Operand, ord: NormOrder = null, axis: Axis = null, options: ReduceOptions = {}): ChunkedArray {
  const given = new ChunkedArray(nodeOf(x, 'norm'));
  const values = given.dtype === 'float32' ? given : given.astype('float64');
  const { ndim } = given;
  if (axis === null && ord === null) return values.square().sum(null, options).sqrt();
  const axes =
    axis === null
      ? checkAxes(null, ndim, 'norm')
      : checkNumbers(axis, 'norm', 'an axis, two of them or null').map((one) => checkAxis(one, ndim, 'norm'));
  if (axes.length === 1) return vectorNorm(values, ord, axes[0]!, options);
  if (axes.length !== 2 || axes[0] === axes[1]) {
    throw new InputError(
      `norm is along one axis or two different ones, got ${axes.length === 0 ? 'none' : axes.join(', ')}`,
    );
  }
  return matrixNorm(values, ord, axes as [number, number], options);
}

function vectorNorm(x: ChunkedArray, ord: NormOrder, axis: number, options: ReduceOptions): ChunkedArray {
  if (ord === null || ord === 2) return x.square().sum(axis, options).sqrt();
  if (ord === INFINITY) return x.absolute().max(axis, options);
  if (ord === -INFINITY) return x.absolute().min(axis, options);
  if (ord === 0) return x.astype('bool').sum(axis, options).astype(x.dtype);
  if (ord === 1) return x.absolute().sum(axis, options);
  if (typeof ord === 'number' && !Number.isNaN(ord))
    return x
      .absolute()
      .power(ord)
      .sum(axis, options)
      .power(1 / ord);
  throw new InputError(`norm of vectors takes a number for ord, got ${ord}`);
}

function matrixNorm(
  x: ChunkedArray,
  ord: NormOrder,
  axes: readonly [number, number],
  options: ReduceOptions,
): ChunkedArray {
  const [row, column] = axes;
  if (ord === null || ord === 'fro') return x.square().sum(axes, options).sqrt();
  if (ord === 'nuc' || ord === 2 || ord === -2) {
    if (x.ndim !== 2) throw new InputError(`norm of order ${ord} takes an array of two axes, got ${x.ndim}`);
    const s = new ChunkedArray(svdNodes(x.node).s);
    const value = ord === 'nuc' ? s.sum() : ord === 2 ? s.max() : s.min();
    return options.keepdims ? value.add(x.square().sum(null, options).multiply(0)) : value;
  }
  const keepdims = { keepdims: true };
  const sums = (along: number) => x.absolute().sum(along, keepdims);
  // The other axis goes with the first, which has one element by then.
  const last = { max: (of: ChunkedArray) => of.max(axes, options), min: (of: ChunkedArray) => of.min(axes, options) };
  if (ord === 1) return last.max(sums(row));
  if (ord === -1) return last.min(sums(row));
  if (ord === INFINITY) return last.max(sums(column));
  if (ord === -INFINITY) return last.min(sums(column));
  throw new InputError(`norm of matrices takes 'fro', 'nuc', 1, 2, Infinity or their negatives for ord, got ${ord}`);
}
