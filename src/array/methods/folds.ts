import { averageNode } from '../correlation.js';
import { centralMomentNode, meanNode, varianceNode } from '../moments.js';
import type { Operand } from '../operands.js';
import { type Axis, foldNode, type KeepOptions, type ReduceOptions, type VarianceOptions } from '../reduce.js';
import { ElementwiseArray } from './math.js';

/**
 * Sums, extremes, means and moments: of all elements, or along one axis or several, which go unless `keepdims` is told.
 * Floats are added up in float64 and then rounded to their own dtype.
 */
export class FoldedArray extends ElementwiseArray {
  /**
   * The sum: of integers in 64 bits, which wrap around, of floats in their own dtype.
   *
   * @example
   * await array.arange(10).sum().compute(); // 45
   */
  sum(axis?: Axis, options?: ReduceOptions): this {
    return this.with(foldNode(this.node, 'sum', axis, options));
  }

  /** The product, in the dtypes of {@link sum}. */
  prod(axis?: Axis, options?: ReduceOptions): this {
    return this.with(foldNode(this.node, 'prod', axis, options));
  }

  /** The smallest element; NaN where there is one. Raises {@link InputError} for no elements. */
  min(axis?: Axis, options?: KeepOptions): this {
    return this.with(foldNode(this.node, 'min', axis, options));
  }

  /** The largest element; NaN where there is one. Raises {@link InputError} for no elements. */
  max(axis?: Axis, options?: KeepOptions): this {
    return this.with(foldNode(this.node, 'max', axis, options));
  }

  /** The largest element less the smallest. Raises {@link InputError} for no elements. */
  ptp(axis?: Axis, options?: KeepOptions): this {
    return this.max(axis, options).subtract(this.min(axis, options));
  }

  /** Whether any element is true, or not zero. */
  any(axis?: Axis, options?: KeepOptions): this {
    return this.with(foldNode(this.node, 'any', axis, options));
  }

  /** Whether all elements are true, or not zero. */
  all(axis?: Axis, options?: KeepOptions): this {
    return this.with(foldNode(this.node, 'all', axis, options));
  }

  /**
   * How many elements are true, or not zero.
   *
   * @example
   * await array.fromArray([0, 3, 0, 5]).countNonzero().compute(); // 2
   */
  countNonzero(axis?: Axis, options: KeepOptions = {}): this {
    const isNonzero = foldNode(this.node, 'sum', axis, options, 'countNonzero', (b, value) => b.cast(value, 'bool'));
    return this.with(isNonzero);
  }

  /** The arithmetic mean, float64 of integers; NaN of no elements. */
  mean(axis?: Axis, options?: ReduceOptions): this {
    return this.with(meanNode(this.node, axis, options));
  }

  /**
   * The mean where each element counts as `weights` say: an array of the same shape, or one value for each element of the
   * axis. Raises {@link InputError} for weights of another shape.
   *
   * @example
   * await array.fromArray([1, 2, 3]).average(0, [3, 1, 0]).compute(); // 1.25
   */
  average(axis?: Axis, weights?: Operand, options: KeepOptions = {}): this {
    return this.with(averageNode(this.node, axis, weights, options));
  }

  /**
   * The mean square of the differences from the mean, divided by the number of elements less `ddof`. Each element is
   * compared with the mean of those beside it, and means are joined later, so that large numbers lose no digits.
   *
   * @example
   * await array.fromArray([1, 2, 3, 4]).var(null, { ddof: 1 }).compute(); // 1.6666666666666667
   */
  var(axis?: Axis, options?: VarianceOptions): this {
    return this.with(varianceNode(this.node, { who: 'var', isRoot: false, skipNaN: false }, axis, options));
  }

  /** The standard deviation: the root of {@link var}. */
  std(axis?: Axis, options?: VarianceOptions): this {
    return this.with(varianceNode(this.node, { who: 'std', isRoot: true, skipNaN: false }, axis, options));
  }

  /**
   * The mean of a power of the differences from the mean: the central moment of that order. Raises {@link InputError} for
   * an order that is no whole number of 0 or more.
   *
   * @example
   * await array.fromArray([1, 1, 4]).moment(3).compute(); // 2
   */
  moment(order: number, axis?: Axis, options?: VarianceOptions): this {
    return this.with(centralMomentNode(this.node, order, axis, options));
  }
}
