import { isFloat } from '../../arrow/dtype.js';
import type { ReducerName } from '../../expr/reducers.js';
import { type CumulateOptions, cumulateNode } from '../cumulate.js';
import { nanMeanNode, varianceNode } from '../moments.js';
import { extremeNode, medianNode, quantileNode } from '../ordering.js';
import {
  type Axis,
  foldNode,
  type KeepOptions,
  type ReduceOptions,
  type VarianceOptions,
  withoutNaN,
} from '../reduce.js';
import { FoldedArray } from './folds.js';

/** What is computed of the elements that are not NaN. */
export class NaNFoldedArray extends FoldedArray {
  /**
   * As {@link sum} without NaN.
   *
   * @example
   * await array.fromArray([1, NaN, 3]).nansum().compute(); // 4
   */
  nansum(axis?: Axis, options?: ReduceOptions): this {
    return this.#skipping('sum', 0, axis, options);
  }

  /** As {@link prod} without NaN. */
  nanprod(axis?: Axis, options?: ReduceOptions): this {
    return this.#skipping('prod', 1, axis, options);
  }

  /** As {@link min} without NaN; NaN where there is nothing else. */
  nanmin(axis?: Axis, options?: KeepOptions): this {
    return this.#extreme('min', axis, options);
  }

  /** As {@link max} without NaN; NaN where there is nothing else. */
  nanmax(axis?: Axis, options?: KeepOptions): this {
    return this.#extreme('max', axis, options);
  }

  /** As {@link mean} without NaN; NaN where there is nothing else. */
  nanmean(axis?: Axis, options?: ReduceOptions): this {
    return isFloat(this.dtype) ? this.with(nanMeanNode(this.node, axis, options)) : this.mean(axis, options);
  }

  /** As {@link var} without NaN; NaN where `ddof` leaves nothing. */
  nanvar(axis?: Axis, options?: VarianceOptions): this {
    return this.with(varianceNode(this.node, { who: 'nanvar', isRoot: false, skipNaN: true }, axis, options));
  }

  /** As {@link std} without NaN; NaN where `ddof` leaves nothing. */
  nanstd(axis?: Axis, options?: VarianceOptions): this {
    return this.with(varianceNode(this.node, { who: 'nanstd', isRoot: true, skipNaN: true }, axis, options));
  }

  /** As {@link argmin} without NaN. Rejects where there is nothing else. */
  nanargmin(axis?: number | null, options?: KeepOptions): this {
    return this.with(extremeNode(this.node, 'min', axis, { ...options, skipNaN: true }));
  }

  /** As {@link argmax} without NaN. Rejects where there is nothing else. */
  nanargmax(axis?: number | null, options?: KeepOptions): this {
    return this.with(extremeNode(this.node, 'max', axis, { ...options, skipNaN: true }));
  }

  /** As {@link median} without NaN; NaN where there is nothing else. */
  nanmedian(axis?: Axis, options?: KeepOptions): this {
    return this.with(medianNode(this.node, axis, { ...options, skipNaN: true, who: 'nanmedian' }));
  }

  /** As {@link quantile} without NaN; NaN where there is nothing else. */
  nanquantile(q: number | readonly number[], axis?: Axis, options?: KeepOptions): this {
    return this.with(quantileNode(this.node, q, axis, { ...options, skipNaN: true, who: 'nanquantile' }));
  }

  /** As {@link cumsum}, where NaN adds nothing. */
  nancumsum(axis?: number, options?: CumulateOptions): this {
    return this.with(cumulateNode(this.node, 'sum', axis, { ...options, skipNaN: true }));
  }

  /** As {@link cumprod}, where NaN counts as 1. */
  nancumprod(axis?: number, options?: CumulateOptions): this {
    return this.with(cumulateNode(this.node, 'prod', axis, { ...options, skipNaN: true }));
  }

  #skipping(reducer: ReducerName, value: number, axis?: Axis, options?: ReduceOptions): this {
    const who = `nan${reducer}`;
    return this.with(foldNode(this.node, reducer, axis, options, who, (b, element) => withoutNaN(b, element, value)));
  }

  #extreme(reducer: 'min' | 'max', axis?: Axis, options?: KeepOptions): this {
    const skipping = isFloat(this.dtype) ? (`nan${reducer}` as const) : reducer;
    return this.with(foldNode(this.node, skipping, axis, options, `nan${reducer}`));
  }
}
