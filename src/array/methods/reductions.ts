import { checkNumbers } from '../axes.js';
import { type CovarianceOptions, correlationNode, covarianceNode } from '../correlation.js';
import { bincountNode, type HistogramOptions, histogramNodes, uniqueNodes } from '../counting.js';
import { type CumulateOptions, cumulateNode, differenceNode } from '../cumulate.js';
import type { Operand } from '../operands.js';
import {
  digitizeNode,
  extremeNode,
  isInNode,
  medianNode,
  quantileNode,
  type Side,
  searchNode,
  sortNode,
  topNode,
} from '../ordering.js';
import type { Axis, KeepOptions } from '../reduce.js';
import { NaNFoldedArray } from './nan-folds.js';

export interface UniqueOptions {
  readonly returnIndex?: boolean;
  readonly returnInverse?: boolean;
  readonly returnCounts?: boolean;
}

/** Distinct values, and what was asked of them. */
export interface Unique<A> {
  readonly values: A;
  /** Where each value is first, in C order. */
  readonly index?: A;
  /** Which value each element is, in the shape of the array. */
  readonly inverse?: A;
  /** How often each value is there. */
  readonly counts?: A;
}

/** What is computed of many elements: places and ranks, running sums, counts. */
export class ReductionArray extends NaNFoldedArray {
  /**
   * Where the smallest element is, the first of them or the first NaN: along an axis, or in C order of all. Raises
   * {@link InputError} for no elements.
   *
   * @example
   * await array.fromArray([3, 1, 2, 1]).argmin().compute(); // 1
   */
  argmin(axis?: number | null, options?: KeepOptions): this {
    return this.with(extremeNode(this.node, 'min', axis, options));
  }

  /** Where the largest element is: see {@link argmin}. */
  argmax(axis?: number | null, options?: KeepOptions): this {
    return this.with(extremeNode(this.node, 'max', axis, options));
  }

  /**
   * The running sum along an axis, or of all elements in C order, in the dtypes of {@link sum}.
   *
   * @example
   * (await array.fromArray([1, 2, 3]).cumsum().compute()).toArray(); // [1n, 3n, 6n]
   */
  cumsum(axis?: number, options?: CumulateOptions): this {
    return this.with(cumulateNode(this.node, 'sum', axis, options));
  }

  /** The running product along an axis: see {@link cumsum}. */
  cumprod(axis?: number, options?: CumulateOptions): this {
    return this.with(cumulateNode(this.node, 'prod', axis, options));
  }

  /**
   * Each element less the one before it along an axis, the last unless told, `n` times; of bools whether they differ.
   *
   * @example
   * (await array.fromArray([1, 4, 9]).diff().compute()).toArray(); // [3n, 5n]
   */
  diff(n = 1, axis = -1): this {
    return this.with(differenceNode(this.node, n, axis));
  }

  /**
   * The middle element, or the mean of the two in the middle, exactly; NaN where there is one. Along axes they are brought
   * into one chunk; of all elements it takes two passes over the chunks.
   *
   * @example
   * await array.fromArray([7, 1, 3]).median().compute(); // 3
   */
  median(axis?: Axis, options?: KeepOptions): this {
    return this.with(medianNode(this.node, axis, { ...options, who: 'median' }));
  }

  /**
   * The element before which the share `q` of all is, between two of them where it falls there; several of them along a new
   * first axis. Raises {@link InputError} for shares that are not from 0 to 1.
   *
   * @example
   * (await array.fromArray([0, 10, 20]).quantile([0.25, 0.5]).compute()).toArray(); // [5, 10]
   */
  quantile(q: number | readonly number[], axis?: Axis, options?: KeepOptions): this {
    return this.with(quantileNode(this.node, q, axis, options));
  }

  /** As {@link quantile}, of hundredths. */
  percentile(q: number | readonly number[], axis?: Axis, options: KeepOptions = {}): this {
    const shares = checkNumbers(q, 'percentile', 'a number of hundredths, or a list of them').map((one) => one / 100);
    return this.with(
      quantileNode(this.node, typeof q === 'number' ? shares[0]! : shares, axis, { ...options, who: 'percentile' }),
    );
  }

  /**
   * The elements in order along an axis, the last unless told; NaN is last. The axis is brought into one chunk.
   *
   * @example
   * (await array.fromArray([2.5, NaN, 1]).sort().compute()).toArray(); // [1, 2.5, NaN]
   */
  sort(axis = -1): this {
    return this.with(sortNode(this.node, axis, 'sort'));
  }

  /** The places of the elements in order along an axis; of equal ones in the order in which they are. */
  argsort(axis = -1): this {
    return this.with(sortNode(this.node, axis, 'argsort'));
  }

  /**
   * The `k` largest elements along an axis, the largest first; the smallest first for a negative `k`. Raises
   * {@link InputError} for 0.
   *
   * @example
   * (await array.fromArray([4, 9, 1, 7]).topk(2).compute()).toArray(); // [9n, 7n]
   */
  topk(k: number, axis = -1): this {
    return this.with(topNode(this.node, k, axis, 'topk'));
  }

  /** The places along an axis of what {@link topk} gives. */
  argtopk(k: number, axis = -1): this {
    return this.with(topNode(this.node, k, axis, 'argtopk'));
  }

  /**
   * The distinct values in order, NaN as one; with what is asked of them. How many there are only computing tells.
   *
   * @example
   * const { values, counts } = array.fromArray([3, 1, 3]).unique({ returnCounts: true });
   * (await counts!.compute()).toArray(); // [1n, 2n]
   */
  unique(): this;
  unique(options: UniqueOptions): Unique<this>;
  unique(options?: UniqueOptions): this | Unique<this> {
    const { values, counts, index, inverse } = uniqueNodes(this.node, options?.returnIndex ?? false);
    if (!options) return this.with(values);
    return {
      values: this.with(values),
      ...(options.returnIndex && { index: this.with(index()) }),
      ...(options.returnInverse && { inverse: this.with(inverse()) }),
      ...(options.returnCounts && { counts: this.with(counts()) }),
    };
  }

  /**
   * How often each integer from 0 on is there, or the sum of its weights. How many there are only computing tells. Raises
   * {@link InputError} for floats and for more than one axis, and rejects for negative ones.
   *
   * @example
   * (await array.fromArray([1, 1, 3]).bincount().compute()).toArray(); // [0n, 2n, 0n, 1n]
   */
  bincount(options: { readonly weights?: Operand; readonly minlength?: number } = {}): this {
    return this.with(bincountNode(this.node, options));
  }

  /**
   * How many elements are in each of so many bins, or between such edges, and the edges. A bin ends before its upper edge,
   * the last one with it.
   *
   * @example
   * const [counts, edges] = array.fromArray([0, 1, 1, 4]).histogram(2);
   * (await counts.compute()).toArray(); // [3n, 1n]
   * (await edges.compute()).toArray(); // [0, 2, 4]
   */
  histogram(bins: number | Operand = 10, options: HistogramOptions = {}): readonly [this, this] {
    const [counts, edges] = histogramNodes(this.node, bins, options);
    return [this.with(counts), this.with(edges)];
  }

  /**
   * In which bin each element is, of edges that go up or down; 0 before the first, their number behind the last. With
   * `right`, bins end with their upper edges.
   *
   * @example
   * (await array.fromArray([0.5, 1, 9]).digitize([0, 1, 2]).compute()).toArray(); // [1n, 2n, 3n]
   */
  digitize(bins: Operand, right = false): this {
    return this.with(digitizeNode(this.node, bins, right));
  }

  /**
   * Where values would stand in this array, which is in order: before those equal to them, or behind for `'right'`.
   *
   * @example
   * (await array.fromArray([1, 3, 5]).searchsorted([3, 4]).compute()).toArray(); // [1n, 2n]
   */
  searchsorted(values: Operand, { side = 'left' }: { readonly side?: Side } = {}): this {
    return this.with(searchNode(this.node, values, side));
  }

  /**
   * Whether each element is one of the values; NaN never is.
   *
   * @example
   * (await array.fromArray([1, 2, 3]).isin([3, 1]).compute()).toArray(); // [true, false, true]
   */
  isin(values: Operand, { invert = false }: { readonly invert?: boolean } = {}): this {
    return this.with(isInNode(this.node, values, invert));
  }

  /**
   * The covariances of variables, which are rows, or columns unless `rowvar`.
   *
   * @example
   * (await array.fromArray([[0, 1, 2], [2, 1, 0]]).cov().compute()).toArray(); // [[1, -1], [-1, 1]]
   */
  cov(options: CovarianceOptions = {}): this {
    return this.with(covarianceNode(this.node, options));
  }

  /** The correlations of variables, from -1 to 1: see {@link cov}. */
  corrcoef(options: Pick<CovarianceOptions, 'rowvar'> = {}): this {
    return this.with(correlationNode(this.node, options));
  }
}
