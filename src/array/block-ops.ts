/** The operations of tasks that call users' functions on blocks. */
import { type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import type { Call, Op } from '../graph/task.js';
import { assemble, join } from '../kernels/assemble.js';
import { type BlockPlace, type BlockwiseTask, formatBlock } from '../plan/blockwise.js';
import { type AxisOverlap, marginOf } from '../plan/overlap.js';
import { argumentsOf } from '../shipping/call.js';
import { loadedFunction } from '../shipping/registry.js';
import { SheafError } from '../util/errors.js';
import { blockOf } from './block-like.js';
import { NDArray } from './ndarray.js';
import { withTensors } from './tensors.js';

export interface BlockInfo extends BlockPlace {
  /** The shape that the block is to have. */
  readonly chunkShape: readonly number[];
  readonly dtype: DType;
  /** Where the blocks are that the function is given, for each array. */
  readonly inputs: readonly BlockPlace[];
}

export interface ApplyParams extends BlockwiseTask {
  readonly who: string;
  readonly fns: { readonly fn: string };
  readonly call: Call;
  readonly dtype: DType;
  /** Whether blocks along contracted labels are put together, or given in arrays. */
  readonly concatenate: boolean;
  /** By how much the blocks were extended, where as much is to be cut off the results. */
  readonly trim?: readonly AxisOverlap[];
  /** Whether the function gets tensors for blocks. */
  readonly tensors?: boolean;
}

/** The block that a user's function gives for some blocks. */
export const apply: Op = async (params: ApplyParams, ...inputs: unknown[]) => {
  const { who, fns, call, dtype, place, expected, from, trim, tensors } = params;
  const fn = await loadedFunction(fns.fn);
  const info: BlockInfo = { ...place, chunkShape: expected, dtype, inputs: from };
  return named(who, place, async () => {
    const args = await argumentsOf(call, grouped(params, inputs));
    const given = [...args, info];
    const result = await (tensors ? withTensors(given, isNDArray, fn) : fn(...given));
    if (!trim) return blockOf(result, { dtype, shape: expected }, 'the function');
    const margins = trim.map((axis, i) => marginOf(axis, place.location[i]!, place.shape[i]!));
    const untrimmed = expected.map((extent, axis) => extent + margins[axis]![0] + margins[axis]![1]);
    const block = blockOf(result, { dtype, shape: untrimmed }, 'the function');
    const pieces = [{ from: margins.map(([before]) => before), to: expected.map(() => 0), extents: expected }];
    return assemble({ dtype, shape: expected, pieces }, block);
  });
};

const isNDArray = (value: unknown): value is NDArray => value instanceof NDArray;

/** An error of a user's function, with the block that it was called for. */
export async function named<T>(who: string, place: BlockPlace, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SheafError(`${who}, ${formatBlock(place)}: ${why}`, { cause });
  }
}

/** For each argument that had to be computed what it is: the block, the blocks along contracted labels, or the value. */
function grouped({ grids, concatenate }: ApplyParams, inputs: readonly unknown[]): unknown[] {
  let at = 0;
  return grids.map((grid) => {
    if (grid === null) return inputs[at++];
    const count = sizeOf(grid);
    const blocks = inputs.slice(at, at + count) as Block<DType>[];
    at += count;
    if (count === 1 || concatenate) return new NDArray(count === 1 ? blocks[0]! : join({ grid }, ...blocks));
    return inLists(
      blocks,
      grid.filter((n) => n > 1),
    );
  });
}

type Lists = NDArray | readonly Lists[];

function inLists(blocks: readonly Block<DType>[], counts: readonly number[]): Lists {
  const [count, ...inner] = counts;
  if (count === undefined) return new NDArray(blocks[0]!);
  const size = blocks.length / count;
  return Array.from({ length: count }, (_, i) => inLists(blocks.slice(i * size, (i + 1) * size), inner));
}

export interface FromValueParams {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The block of a value that others computed. */
export const fromValue: Op = (params: FromValueParams, value: unknown) => blockOf(value, params, 'the delayed value');

interface GiveParams {
  readonly fns: { readonly fn: string };
  readonly place: BlockPlace;
}

/** Gives a block to a user's function for what that does with it. */
export const give: Op = async ({ fns, place }: GiveParams, block: Block<DType>) => {
  const fn = await loadedFunction(fns.fn);
  await named('store', place, () => fn(new NDArray(block), place));
};
