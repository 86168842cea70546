import { makeExtents } from '../../plan/blocks.js';
import { isKnown } from '../../plan/chunks.js';
import { makePermute } from '../../plan/permute.js';
import { makeSlice } from '../../plan/slice.js';
import { makeSource } from '../../plan/source.js';
import { InputError } from '../../util/errors.js';
import { chunksOf } from '../chunk-sizes.js';
import { ArrayCore } from '../core.js';
import type { Index, IndexEntry } from '../index-entries.js';
import { indexNode } from '../index-node.js';
import type { NDArray } from '../ndarray.js';
import { type Operand, toBlock } from '../operands.js';
import { setItemNode } from '../set-item.js';
import { blocksNode, compressedNode, extractNode, nonzeroNode, takeAlongNode, takeNode } from '../takes.js';
import { ShapedArray } from './shape.js';

/** Parts of an array. */
export class IndexedArray extends ShapedArray {
  /**
   * The elements that an index takes, as between NumPy's brackets, with an entry for each axis: an integer takes the axis
   * away; `[start, stop, step]`, with null for a default, or `'start:stop:step'` is a range, `':'` or `[]` all of it;
   * integers in a typed array (or any array but a plain one of numbers) list elements, several such arrays go together
   * place by place; a mask of booleans, over one axis or more, takes those where it is true. `array.newaxis` is a new axis,
   * `array.ellipsis` or `'...'` all axes that no other entry is of. Where a mask is computed, the extent is unknown until
   * it is: see {@link computeChunkSizes}. Only the chunks that matter are computed. Raises {@link InputError} for an index
   * out of bounds, too many of them, a step of 0 and a mask that does not fit.
   *
   * @example
   * const x = array.fromArray([[0n, 1n, 2n], [3n, 4n, 5n]]);
   * (await x.slice([[null, null, -1], 1]).compute()).toArray(); // [4n, 1n]
   * (await x.slice([':', Int32Array.of(2, 0)]).compute()).toArray(); // [[2n, 0n], [5n, 3n]]
   * (await x.slice(x.greater(3)).compute()).toArray(); // [4n, 5n]
   */
  slice(index: Index): this {
    return this.with(indexNode(this.node, index, 'slice'));
  }

  /**
   * The elements at places that several arrays list together, one for each axis, plain arrays of integers too; `':'` or
   * another range keeps an axis. The axes of the places come first. Raises {@link InputError} as {@link slice} does.
   *
   * @example
   * const x = array.fromArray([[0n, 1n, 2n], [3n, 4n, 5n]]);
   * (await x.vindex([0, 1], [2, 0]).compute()).toArray(); // [2n, 3n]
   */
  vindex(...index: readonly (IndexEntry | readonly number[])[]): this {
    const entries = index.map((entry) =>
      Array.isArray(entry) && entry.length > 0 && !entry.includes(null)
        ? toBlock(entry, 'vindex')
        : (entry as IndexEntry),
    );
    return this.with(indexNode(this.node, entries, 'vindex', { isPointwise: true }));
  }

  /**
   * The elements at `indices` along an axis, or of all elements in C order where none is told; the axis is replaced by
   * those of the indices. Raises {@link InputError} for an index out of bounds, at the call unless the indices are computed.
   *
   * @example
   * const x = array.fromArray([[0n, 1n, 2n], [3n, 4n, 5n]]);
   * (await x.take([2, 2, 0], 1).compute()).toArray(); // [[2n, 2n, 0n], [5n, 5n, 3n]]
   */
  take(indices: Operand, axis?: number | null): this {
    return this.with(takeNode(this.node, indices, axis));
  }

  /**
   * For each element of `indices`, the one there along the axis and at the same place along the others, along which both
   * are broadcast together. Raises {@link InputError} for shapes that do not fit, and an index out of bounds.
   *
   * @example
   * const x = array.fromArray([[10n, 30n, 20n], [60n, 40n, 50n]]);
   * (await x.takeAlongAxis([[1], [0]], 1).compute()).toArray(); // [[30n], [60n]]
   */
  takeAlongAxis(indices: Operand, axis = -1): this {
    return this.with(takeAlongNode(this.node, indices, axis));
  }

  /**
   * The parts along an axis for which the condition is true; of all elements in C order where no axis is told. A condition
   * in memory may be shorter than the axis.
   *
   * @example
   * const x = array.fromArray([[1n, 2n], [3n, 4n], [5n, 6n]]);
   * (await x.compress([false, true, true], 0).compute()).toArray(); // [[3n, 4n], [5n, 6n]]
   */
  compress(condition: Operand, axis?: number | null): this {
    return this.with(compressedNode(this.node, condition, axis));
  }

  /** The elements where a condition of the same shape is true, or not zero, in C order; their number is unknown. */
  extract(condition: Operand): this {
    return this.with(extractNode(this.node, condition));
  }

  /**
   * A new array in which the elements that an index takes are replaced by `value`, which is broadcast to them and cast to
   * the dtype of the array. With a mask, the value is broadcast to what lies under it, as in `where(mask, value, x)`: its
   * elements keep their places. Raises {@link InputError} for values that do not fit and for what {@link slice} refuses.
   *
   * @example
   * const x = array.zeros([2, 3]);
   * (await x.setItem([':', [null, null, 2]], [7, 8]).compute()).toArray(); // [[7, 0, 8], [7, 0, 8]]
   * (await x.setItem(x.equal(0), 1).sum().compute()); // 6
   */
  setItem(index: Index, value: Operand): this {
    return this.with(setItemNode(this.node, index, value));
  }

  /**
   * The indices of the elements that are true, or not zero, in C order: a row for each, with one along every axis (int64).
   * How many there are is unknown.
   *
   * @example
   * const x = array.fromArray([[0, 7], [8, 0]]);
   * (await x.argwhere().compute()).toArray(); // [[0n, 1n], [1n, 0n]]
   */
  argwhere(): this {
    return this.with(nonzeroNode(this.node, 'argwhere', false));
  }

  /** The columns of {@link argwhere}, an array for each axis. Raises {@link InputError} for an array without axes. */
  nonzero(): this[] {
    if (this.ndim === 0) throw new InputError('nonzero takes an array of one axis or more, got one without');
    const rows = nonzeroNode(this.node, 'nonzero', false);
    return this.chunks.map((_, axis) =>
      this.with(makePermute(makeSlice(rows, [null, { start: axis, step: 1, extent: 1 }]), [0])),
    );
  }

  /** The places in C order of the elements that are true, or not zero (int64). */
  flatnonzero(): this {
    return this.with(nonzeroNode(this.node, 'flatnonzero', true));
  }

  /**
   * Some of its chunks as an array: for each axis the number of one, a range of them, or several in a typed array; axes stay.
   * Extents may be unknown. Raises {@link InputError} for chunks that do not exist.
   *
   * @example
   * const x = array.arange(10, { chunks: 4 });
   * (await x.blocks(-1).compute()).toArray(); // [8n, 9n]
   */
  blocks(...index: readonly IndexEntry[]): this {
    return this.with(blocksNode(this.node, index));
  }

  /**
   * Computes the array, and resolves to it with the extents of all chunks known, which masks leave open. It is not computed
   * again.
   *
   * @example
   * const x = array.arange(10, { chunks: 4 });
   * const small = await x.slice(x.less(6)).computeChunkSizes();
   * small.chunks; // [[4, 2, 0]]
   */
  async computeChunkSizes(): Promise<this> {
    if (isKnown(this.chunks)) return this;
    const computed = await this.persist();
    const rows = await new ArrayCore(makeExtents(computed.node)).compute<NDArray>();
    return this.with(makeSource(computed.keys, computed.part, this.dtype, chunksOf(this.chunks, rows), 'persisted'));
  }
}
