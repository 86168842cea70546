import type { Block } from '../../arrow/block.js';
import type { DType, Element } from '../../arrow/dtype.js';
import type { Vector } from '../../arrow/table.js';
import { Delayed } from '../../delayed/delayed.js';
import { type AlongAxisOptions, alongAxisNode } from '../along.js';
import { toArrow } from '../arrow.js';
import { type BlockLike, blockOf } from '../block-like.js';
import { type MapBlocksOptions, mapBlocksNode } from '../map-blocks.js';
import { NDArray } from '../ndarray.js';
import { toNpy } from '../npy.js';
import { mapOverlapNode, type OverlapOptions } from '../overlap.js';
import { type StoreTarget, store } from '../store.js';
import type { TensorLike } from '../tensors.js';
import { type ToZarrOptions, toZarr } from '../zarr.js';
import { IndexedArray } from './indexing.js';

/** A function of {@link NDArray}s, further arguments, and at last a {@link BlockInfo} that says where they are. */
// biome-ignore lint/suspicious/noExplicitAny: whoever writes it knows the dtypes of its blocks
export type BlockFunction = (...args: any[]) => BlockLike | Promise<BlockLike>;

/** What is done chunk by chunk, and where arrays go. */
export class BlockArray extends IndexedArray {
  /**
   * A function of each block, which may be asynchronous: it is called `fn(block, ...args, info)` with an {@link NDArray},
   * `args` (of arrays the block at the same place), and where the block is. It gives a block, a typed array in C order, a
   * nested array, or a tensor of TensorFlow.js, of the shape that `chunks` tell, that of the block unless told. The blocks
   * are shared with others: they are not to be changed. Raises {@link InputError} where arrays have other numbers of
   * blocks, and where the dtype cannot be found by calling the function on a tiny block.
   *
   * @example
   * const x = array.arange(6, { chunks: 3 });
   * const y = x.mapBlocks((block, { blockId }) => Float64Array.from(block.data, (v) => Number(v) + 10 * blockId[0]));
   * (await y.compute()).toArray(); // [0, 1, 2, 13, 14, 15]
   */
  mapBlocks(fn: BlockFunction, options: MapBlocksOptions = {}): this {
    return this.with(mapBlocksNode(fn, [this], options));
  }

  /**
   * A function of each block with `depth` elements of its neighbours on each side, which are cut off its result again. See
   * {@link OverlapOptions} for what lies beyond the ends. Raises {@link InputError} for an axis too short for its depth.
   *
   * @example
   * const x = array.fromArray([1, 2, 4, 8, 16], { chunks: 2 });
   * const rise = (block: NDArray<'float64'>) => block.data.map((v, i, all) => (all[i + 1] ?? v) - v);
   * (await x.astype('float64').mapOverlap(rise, { depth: 1, boundary: 'nearest' }).compute()).toArray(); // [1, 2, 4, 8, 0]
   */
  mapOverlap(fn: BlockFunction, options: OverlapOptions): this {
    return this.with(mapOverlapNode(fn, [this, options]));
  }

  /**
   * A function of each line of elements along an axis, as a one-dimensional array, which is in one chunk for that. What it
   * gives, a value or an array, stands in the axis's place. Raises {@link InputError} for an axis that does not exist.
   *
   * @example
   * const x = array.fromArray([[3, 1, 2], [6, 9, 7]]);
   * (await x.applyAlongAxis((line) => Number(line.get(-1)) - Number(line.get(0)), 1).compute()).toArray(); // [-1, 1]
   */
  applyAlongAxis(fn: BlockFunction, axis: number, options: AlongAxisOptions = {}): this {
    return this.with(alongAxisNode(this.node, fn, axis, options));
  }

  /**
   * The chunks as delayed values, in C order.
   *
   * @example
   * const [first] = array.arange(4, { chunks: 2 }).toDelayed();
   * (await first.compute()).data; // BigInt64Array [0n, 1n]
   */
  toDelayed(): Delayed<Block<DType>>[] {
    return this.keys.map((key) => new Delayed({ key, part: this.part }));
  }

  /**
   * Computes the array into one in memory, chunk by chunk as they come, or gives each chunk to a function that is called
   * where the chunk is. Raises {@link InputError} for a target of another shape.
   *
   * @example
   * const target = { dtype: 'float64', shape: [2, 2], data: new Float64Array(4) } as const;
   * await array.ones([2, 2], { chunks: 1 }).store(target);
   * target.data; // Float64Array [1, 1, 1, 1]
   */
  store(target: StoreTarget): Promise<void> {
    return store(this, target);
  }

  /**
   * Writes a .npy file for NumPy, each chunk at its place by the worker that has it, so workers share the file system. The
   * file appears when it is whole. Rejects with {@link InputError} for unknown chunk sizes and a folder that is not there.
   *
   * @example
   * import { rmSync } from 'node:fs';
   * import { tmpdir } from 'node:os';
   * import { join } from 'node:path';
   * const path = join(tmpdir(), `sheaf-example-${process.pid}.npy`);
   * await array.arange(6, { chunks: 4 }).toNpy(path);
   * await array.fromNpy(path).sum().compute(); // 15
   * rmSync(path);
   */
  toNpy(path: string): Promise<void> {
    return toNpy(this, path);
  }

  /**
   * An Arrow vector of a chunk for each along the first axis, without a copy but for bools, which are packed; further axes
   * are fixed-size lists, int64 stays in BigInt64Arrays. Rejects with {@link InputError} for an array without axes.
   *
   * @example
   * const vector = await array.arange(3, { chunks: 2 }).toArrow();
   * [String(vector.type), vector.data.length, vector.get(2)]; // ['Int64', 2, 2n]
   */
  toArrow(): Promise<Vector> {
    return toArrow(this);
  }

  /**
   * Writes a Zarr array into a folder, by the workers, which share the file system. Stored chunks are as large as the largest
   * of the array unless told. Rejects with {@link InputError} where there is an array already, unless it is to be replaced.
   *
   * @example
   * import { rmSync } from 'node:fs';
   * import { tmpdir } from 'node:os';
   * import { join } from 'node:path';
   * const folder = join(tmpdir(), `sheaf-example-${process.pid}.zarr`);
   * await array.arange(6, { chunks: 4 }).toZarr(folder, { compressor: 'zstd' });
   * const x = await array.fromZarr(folder);
   * x.chunks; // [[4, 2]]
   * await x.sum().compute(); // 15
   * rmSync(folder, { recursive: true });
   */
  toZarr(path: string, options: ToZarrOptions = {}): Promise<void> {
    return toZarr(this, path, options);
  }

  /** Its elements in a tensor of TensorFlow.js: see {@link NDArray.toTensor}. */
  async toTensor<T extends TensorLike = TensorLike>(): Promise<T> {
    const { dtype } = this;
    const whole = await this.compute<NDArray | Element>();
    return new NDArray(blockOf(whole, { dtype }, 'the array')).toTensor<T>();
  }
}
