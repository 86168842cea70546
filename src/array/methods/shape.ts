import type { ChunksLike } from '../../plan/chunks.js';
import { makePermute } from '../../plan/permute.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { checkAxis, checkNumbers } from '../axes.js';
import { type PadMode, type PadOptions, type PerEnd, padNode } from '../pad.js';
import { flipNode, repeatNode, rollNode, tileNode } from '../rearrange.js';
import { type RechunkLike, type RechunkOptions, rechunkTo } from '../rechunk.js';
import {
  atLeastNode,
  broadcastNode,
  expandNode,
  moveAxisNode,
  reshapeNode,
  type Shape,
  squeezeNode,
} from '../shape.js';
import { ReductionArray } from './reductions.js';

/** The same elements in another shape or cut. */
export class ShapedArray extends ReductionArray {
  /** The axes in reverse. */
  get T(): this {
    return this.transpose();
  }

  /** The axes in another order, reversed unless told. Raises {@link InputError} for what is no order of them. */
  transpose(axes: readonly number[] = this.chunks.map((_, axis) => axis).reverse()): this {
    const given = checkNumbers(axes, 'transpose', 'a list of axes');
    const order = given.map((axis) => checkAxis(axis, this.ndim, 'transpose'));
    if (new Set(order).size !== this.ndim || order.length !== this.ndim) {
      throw new InputError(`transpose takes each of the ${this.ndim} axes once, got ${given.join(', ') || 'none'}`);
    }
    return this.with(makePermute(this.node, order));
  }

  /**
   * Axes at other places, the others in their order. Raises {@link InputError} for axes that do not exist and places that
   * are not as many.
   *
   * @example
   * array.zeros([3, 4, 5]).moveaxis(0, -1).shape; // [4, 5, 3]
   */
  moveaxis(source: number | readonly number[], destination: number | readonly number[]): this {
    return this.with(moveAxisNode(this.node, source, destination));
  }

  /** Two axes at each other's places. Raises {@link InputError} for one that does not exist. */
  swapaxes(axis1: number, axis2: number): this {
    const [a, b] = [checkAxis(axis1, this.ndim, 'swapaxes'), checkAxis(axis2, this.ndim, 'swapaxes')];
    const order = this.chunks.map((_, axis) => axis);
    return this.with(makePermute(this.node, order.with(a, b).with(b, a)));
  }

  /**
   * The same elements, in C order, in another shape; one extent may be -1, for what is left. Chunks go along where they lie
   * in memory one after another, else the array is cut so that they do, in chunks about as large. Raises
   * {@link InputError} for a shape of more or fewer elements.
   *
   * @example
   * const x = array.arange(6, { chunks: 4 }).reshape([2, -1]);
   * (await x.compute()).toArray(); // [[0n, 1n, 2n], [3n, 4n, 5n]]
   */
  reshape(shape: Shape): this {
    return this.with(reshapeNode(this.node, shape, 'reshape'));
  }

  /** All elements along one axis, in C order. */
  ravel(): this {
    return this.with(reshapeNode(this.node, -1, 'ravel'));
  }

  /** As {@link ravel}. */
  flatten(): this {
    return this.with(reshapeNode(this.node, -1, 'flatten'));
  }

  /**
   * Without axes of one element, all of them unless told. Raises {@link InputError} for an axis of more.
   *
   * @example
   * array.zeros([1, 3, 1]).squeeze().shape; // [3]
   */
  squeeze(axis?: number | readonly number[] | null): this {
    return this.with(squeezeNode(this.node, axis));
  }

  /**
   * With axes of one element at those places of the result.
   *
   * @example
   * array.zeros([3, 4]).expandDims([0, -1]).shape; // [1, 3, 4, 1]
   */
  expandDims(axis: number | readonly number[]): this {
    return this.with(expandNode(this.node, axis));
  }

  /** With one axis at least. */
  atleast1d(): this {
    return this.with(atLeastNode(this.node, 1));
  }

  /** With two axes at least: one axis becomes the last. */
  atleast2d(): this {
    return this.with(atLeastNode(this.node, 2));
  }

  /** With three axes at least: one axis becomes the second, two become the first two. */
  atleast3d(): this {
    return this.with(atLeastNode(this.node, 3));
  }

  /**
   * Backwards along one axis, some, or all unless told.
   *
   * @example
   * (await array.arange(4).flip().compute()).toArray(); // [3n, 2n, 1n, 0n]
   */
  flip(axis?: number | readonly number[] | null): this {
    return this.with(flipNode(this.node, axis, 'flip'));
  }

  /** Backwards along the second axis. */
  fliplr(): this {
    return this.with(flipNode(this.node, checkAxis(1, this.ndim, 'fliplr'), 'fliplr'));
  }

  /** Backwards along the first axis. */
  flipud(): this {
    return this.with(flipNode(this.node, checkAxis(0, this.ndim, 'flipud'), 'flipud'));
  }

  /**
   * Turned by 90 degrees `k` times, from the first of two axes towards the second. Raises {@link InputError} for axes that
   * are not two.
   *
   * @example
   * const x = array.fromArray([[1n, 2n], [3n, 4n]]);
   * (await x.rot90().compute()).toArray(); // [[2n, 4n], [1n, 3n]]
   */
  rot90(k = 1, axes: readonly number[] = [0, 1]): this {
    const given = checkNumbers(axes, 'rot90', 'two axes');
    if (!Number.isInteger(k)) throw new InputError(`rot90 takes a whole number of turns, got ${describe(k)}`);
    const [first, second] = given.map((axis) => checkAxis(axis, this.ndim, 'rot90')) as [number, number];
    if (given.length !== 2 || first === second) {
      throw new InputError(`rot90 takes two different axes, got ${given.join(', ') || 'none'}`);
    }
    const turns = ((k % 4) + 4) % 4;
    if (turns === 0) return this;
    if (turns === 2) return this.flip([first, second]);
    if (turns === 1) return this.flip(second).swapaxes(first, second);
    return this.swapaxes(first, second).flip(second);
  }

  /**
   * Shifted along axes, what goes over the end coming in at the beginning; as if there were one axis unless told. Raises
   * {@link InputError} where there are not as many shifts as axes.
   *
   * @example
   * (await array.arange(5).roll(2).compute()).toArray(); // [3n, 4n, 0n, 1n, 2n]
   */
  roll(shift: number | readonly number[], axis?: number | readonly number[] | null): this {
    return this.with(rollNode(this.node, shift, axis));
  }

  /**
   * Each element several times, or each as often as an array says; along one axis, or of all elements in C order unless told.
   *
   * @example
   * (await array.arange(3).repeat([1, 0, 2]).compute()).toArray(); // [0n, 2n, 2n]
   */
  repeat(repeats: number | readonly number[], axis?: number | null): this {
    return this.with(repeatNode(this.node, repeats, axis));
  }

  /**
   * The whole array over and over, so often along each axis; numbers and axes count from the last on.
   *
   * @example
   * (await array.arange(2).tile([2, 2]).compute()).toArray(); // [[0n, 1n, 0n, 1n], [0n, 1n, 0n, 1n]]
   */
  tile(reps: number | readonly number[]): this {
    const given = checkNumbers(reps, 'tile', 'a whole number of repetitions, or one for each axis');
    const ndim = Math.max(given.length, this.ndim);
    const added = Array.from({ length: ndim - this.ndim }, () => null);
    const all = [...new Array<number>(ndim - given.length).fill(1), ...given];
    return this.with(tileNode(makePermute(this.node, [...added, ...this.chunks.map((_, axis) => axis)]), all));
  }

  /**
   * Repeated along axes of one element and along new ones before, which are cut automatically unless `chunks` says how.
   * Raises {@link InputError} for a shape that it cannot be broadcast to.
   *
   * @example
   * (await array.arange(2).broadcastTo([2, 2]).compute()).toArray(); // [[0n, 1n], [0n, 1n]]
   */
  broadcastTo(shape: Shape, { chunks }: { readonly chunks?: ChunksLike } = {}): this {
    return this.with(broadcastNode(this.node, shape, 'broadcastTo', chunks));
  }

  /**
   * With more elements around: `padWidth` is how many at all ends, before and after, or that for each axis. The modes are
   * NumPy's: 'constant', 'edge', 'reflect', 'symmetric', 'wrap', 'linear_ramp' and 'empty'. Raises {@link InputError} for
   * others, and for widths that are not whole.
   *
   * @example
   * const x = array.arange(3);
   * (await x.pad([1, 2], 'edge').compute()).toArray(); // [0n, 0n, 1n, 2n, 2n, 2n]
   * (await x.pad(1, 'constant', { constantValues: 9 }).compute()).toArray(); // [9n, 0n, 1n, 2n, 9n]
   */
  pad(padWidth: PerEnd<number>, mode: PadMode = 'constant', options: PadOptions = {}): this {
    return this.with(padNode(this.node, padWidth, mode, options));
  }

  /**
   * Cut otherwise: see {@link ChunksLike}; an object says it of some axes, and the others stay. Where a chunk would need
   * very many others, the array goes through cuts between, so that it is never in memory as a whole for one chunk. Raises
   * {@link InputError} for chunks that do not add up.
   *
   * @example
   * const x = array.zeros([6, 4], { chunks: [2, 4] });
   * x.rechunk({ 0: 3 }).chunks; // [[3, 3], [4]]
   */
  rechunk(chunks: RechunkLike = 'auto', options: RechunkOptions = {}): this {
    return this.with(rechunkTo(this.node, chunks, options));
  }
}
