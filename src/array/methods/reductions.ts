import type { ReducerName } from '../../expr/reducers.js';
import { type Axis, meanDType, type ReduceOptions, reduceNode } from '../reduce.js';
import { ElementwiseArray } from './math.js';

/** What is computed of many elements: of all of them, or along one axis or several. */
export class ReductionArray extends ElementwiseArray {
  /**
   * The sum: of integers in 64 bits, of floats in float64 and then in their own dtype.
   *
   * @example
   * await array.arange(10).sum().compute(); // 45
   */
  sum(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('sum', axis, options);
  }

  /** The product, in the dtypes of {@link sum}. */
  prod(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('prod', axis, options);
  }

  /** The smallest element; NaN where there is one. Raises {@link InputError} for no elements. */
  min(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('min', axis, options);
  }

  /** The largest element; NaN where there is one. Raises {@link InputError} for no elements. */
  max(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('max', axis, options);
  }

  /** Whether any element is true, or not zero. */
  any(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('any', axis, options);
  }

  /** Whether all elements are true, or not zero. */
  all(axis?: Axis, options?: ReduceOptions): this {
    return this.#reduce('all', axis, options);
  }

  /** The arithmetic mean, float64 of integers. */
  mean(axis?: Axis, options?: ReduceOptions): this {
    const node = reduceNode(
      this.node,
      {
        who: 'mean',
        reducer: 'sum',
        prepare: (builder, value) => builder.cast(value, meanDType(this.dtype)),
        finish: (builder, value, count) => builder.call('divide', value, builder.constant(count, 'float64')),
        dtype: meanDType(this.dtype),
      },
      axis,
      options,
    );
    return this.with(node);
  }

  #reduce(reducer: ReducerName, axis: Axis | undefined, options: ReduceOptions | undefined): this {
    const isLogical = reducer === 'any' || reducer === 'all';
    return this.with(
      reduceNode(
        this.node,
        {
          who: reducer,
          reducer,
          ...(isLogical && { prepare: (builder, value) => builder.cast(value, 'bool') }),
        },
        axis,
        options,
      ),
    );
  }
}
