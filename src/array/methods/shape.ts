import { type ChunksLike, normalizeChunks } from '../../plan/chunks.js';
import { makePermute } from '../../plan/permute.js';
import { makeRechunk } from '../../plan/rechunk.js';
import { InputError } from '../../util/errors.js';
import { checkAxis } from '../axes.js';
import { ReductionArray } from './reductions.js';

/** The same elements in another shape or cut. */
export class ShapedArray extends ReductionArray {
  /** The axes in reverse. */
  get T(): this {
    return this.transpose();
  }

  /** The axes in another order, reversed unless told. Raises {@link InputError} for what is no order of them. */
  transpose(axes: readonly number[] = this.chunks.map((_, axis) => axis).reverse()): this {
    const order = axes.map((axis) => checkAxis(axis, this.ndim, 'transpose'));
    if (new Set(order).size !== this.ndim || order.length !== this.ndim) {
      throw new InputError(`transpose takes each of the ${this.ndim} axes once, got ${axes.join(', ') || 'none'}`);
    }
    return this.with(makePermute(this.node, order));
  }

  /** Cut otherwise: see {@link ChunksLike}. */
  rechunk(chunks: ChunksLike): this {
    return this.with(makeRechunk(this.node, normalizeChunks(chunks, this.shape, this.dtype)));
  }
}
