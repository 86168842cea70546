/** Where the chunks of an array go. */
import { type Block, isBlock } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { resultsOf } from '../client/collections.js';
import { copyBox } from '../kernels/assemble.js';
import type { BlockPlace } from '../plan/blockwise.js';
import { formatShape, isKnown, places, startsOf } from '../plan/chunks.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { cast } from './cast.js';
import type { ArrayCore } from './core.js';
import { runOnChunks } from './effects.js';
import type { NDArray } from './ndarray.js';
import { shipFunctions } from './user-function.js';

/** An array in memory, or a function that puts a block where it belongs and runs where the block is. */
export type StoreTarget = Block<DType> | ((block: NDArray, place: BlockPlace) => void | Promise<void>);

export async function store(array: ArrayCore, target: StoreTarget): Promise<void> {
  if (typeof target === 'function') {
    const { fns, payloads } = shipFunctions('store', { fn: target });
    await runOnChunks(array, { op: 'array/block-ops.js#give', paramsAt: (place) => ({ fns, place }), payloads });
    return;
  }
  if (!isBlock(target)) {
    throw new InputError(`store takes an array in memory or a function (block, place) => …, got ${describe(target)}`);
  }
  if (!isKnown(array.chunks))
    throw new InputError('store takes an array of known chunk sizes: use computeChunkSizes first');
  if (formatShape(target.shape) !== formatShape(array.shape)) {
    throw new InputError(
      `an array of shape ${formatShape(array.shape)} cannot be stored in one of ${formatShape(target.shape)}`,
    );
  }
  const starts = array.chunks.map(startsOf);
  const all = places(array.numblocks);
  for await (const result of resultsOf(array)) {
    const block = result as Block<DType>;
    const to = (all.next().value as readonly number[]).map((at, axis) => starts[axis]![at]!);
    const fitting = block.dtype === target.dtype ? block : cast(block, target.dtype);
    copyBox(target, fitting, { from: to.map(() => 0), to, extents: block.shape });
  }
}
