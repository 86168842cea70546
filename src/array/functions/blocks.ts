import type { TableLike, VectorLike } from '../../arrow/convert.js';
import type { ChunksLike } from '../../plan/chunks.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { arrowNode } from '../arrow.js';
import { type AxisLabels, blockwiseNode } from '../blockwise.js';
import { ChunkedArray } from '../chunked-array.js';
import { delayedNode, type FromDelayedOptions } from '../from-delayed.js';
import { type MapBlocksOptions, mapBlocksNode, takeOptions } from '../map-blocks.js';
import type { BlockFunction } from '../methods/blocks.js';
import { blockNode, nodeOf } from '../operands.js';
import { mapOverlapNode } from '../overlap.js';
import { blockOfTensor, isTensor, type TensorLike } from '../tensors.js';
import { type UserReductionOptions, userReductionNode } from '../user-reduction.js';

/** Functions of the user's of the blocks of one array or several. */
export const blocks = {
  /**
   * {@link ChunkedArray.mapBlocks} of several arrays, or of none where `{ chunks }` tells the result's: `fn` gets the block
   * of each at the same place, counted from the last axis, other arguments as they are, and where it is. Axes of one block
   * meet all blocks. Options come last.
   *
   * @example
   * const [x, y] = [array.ones(4, { chunks: 2 }), array.arange(4, { dtype: 'float64', chunks: 2 })];
   * const z = array.mapBlocks((a: NDArray<'float64'>, b: NDArray<'float64'>, k: number) => a.data.map((v, i) => v + k * b.data[i]), x, y, 10);
   * (await z.compute()).toArray(); // [1, 11, 21, 31]
   */
  mapBlocks(fn: BlockFunction, ...args: readonly unknown[]): ChunkedArray {
    const [given, options] = takeOptions<MapBlocksOptions>(args);
    return new ChunkedArray(mapBlocksNode(fn, given, options));
  },

  /**
   * A function of the blocks that meet where the labels of their axes do, as in Einstein's notation: `fn`, the labels of the
   * result, then each argument and its labels, `null` for a value. Along labels that the result lacks the function gets all
   * blocks, in arrays, or in one with `{ concatenate: true }`. Options come last. Raises {@link InputError} where
   * extents along a label differ.
   *
   * @example
   * const [x, y] = [array.ones(3, { chunks: 2 }), array.ones(2)];
   * const outer = (a: NDArray<'float64'>, b: NDArray<'float64'>) => [...a.data].map((v) => [...b.data].map((w) => v * w));
   * (await array.blockwise(outer, 'ij', x, 'i', y, 'j', { dtype: 'float64' }).compute()).shape; // [3, 2]
   */
  blockwise(fn: BlockFunction, outIndex: AxisLabels, ...args: readonly unknown[]): ChunkedArray {
    return new ChunkedArray(blockwiseNode(fn, outIndex, args));
  },

  /** {@link ChunkedArray.mapOverlap} of several arrays of one shape; options, with the `depth`, come last. */
  mapOverlap(fn: BlockFunction, ...args: readonly unknown[]): ChunkedArray {
    return new ChunkedArray(mapOverlapNode(fn, args));
  },

  /**
   * A reduction by functions: `chunk` makes a partial result of any kind of a block, `combine` one of several in order, a few
   * at a time, and `finish` the block of the last. Raises {@link InputError} where the dtype cannot be found by trying.
   *
   * @example
   * const longest = array.reduction(array.fromArray([[3, 4], [6, 8]], { chunks: 1 }).astype('float64'), {
   *   chunk: (block) => Math.hypot(...(block.data as Float64Array)),
   *   combine: (norms) => Math.max(...norms),
   * });
   * await longest.compute(); // 8
   */
  reduction<P>(x: ChunkedArray, options: UserReductionOptions<P>): ChunkedArray {
    return new ChunkedArray(userReductionNode(nodeOf(x, 'reduction'), options));
  },

  /**
   * Of an Arrow vector, of some of them one after another, or of the rows of a table of numbers, a chunk for each of Arrow's:
   * without a copy where elements lie in vectors as they do here. Bools are unpacked, float16 becomes float32, fixed-size
   * lists are axes, nulls of floats are NaN, and the columns of a table take their dtype together. Raises
   * {@link InputError} for other nulls and types.
   *
   * @example
   * import { vectorFromArray } from 'apache-arrow';
   * await array.fromArrow(vectorFromArray([0.5, null, 2])).compute().then((x) => x.toArray()); // [0.5, NaN, 2]
   */
  fromArrow(value: VectorLike | readonly VectorLike[] | TableLike): ChunkedArray {
    return new ChunkedArray(arrowNode(value));
  },

  /** Of the elements of a tensor of TensorFlow.js, copied: float32, int32 or bool. Raises {@link InputError} for other tensors. */
  fromTensor(tensor: TensorLike, { chunks = 'auto' }: { readonly chunks?: ChunksLike } = {}): ChunkedArray {
    if (!isTensor(tensor)) throw new InputError(`fromTensor takes a tensor of TensorFlow.js, got ${describe(tensor)}`);
    return new ChunkedArray(blockNode(blockOfTensor(tensor, 'fromTensor'), chunks));
  },

  /**
   * An array of one chunk: a delayed value that is an array of that shape and dtype when computed. Raises
   * {@link InputError} for what is not delayed.
   *
   * @example
   * const value = delayed((n: number) => new Float64Array(n))(3);
   * await array.fromDelayed(value, { shape: [3], dtype: 'float64' }).sum().compute(); // 0
   */
  fromDelayed(value: unknown, options: FromDelayedOptions): ChunkedArray {
    return new ChunkedArray(delayedNode(value, options));
  },
};
