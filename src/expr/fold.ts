/** Reductions that a generated loop computes: one accumulator for each cell, the same for chunks and for what comes of them. */
import { allocate, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray } from '../arrow/dtype.js';
import { SheafError } from '../util/errors.js';
import type { Chunk } from './chunk.js';
import { stridesOf } from './layout.js';
import { identityOf, resultOf } from './program.js';
import { type ReducerName, reducers } from './reducers.js';
import { prepared, run } from './run.js';
import { type AnyBlock, extentsOf, stepsOf, type Walk } from './tasks.js';

/** What gives accumulators of what is in the blocks when it is called: always the same block, with one element along reduced axes. */
export function folder(
  walk: Walk,
  reducer: ReducerName,
  reduced: readonly number[],
  blocks: readonly AnyBlock[],
): () => AnyBlock {
  const { program, axes, ndim, origin } = walk;
  const extents = extentsOf(walk, blocks);
  const shape = extents.map((extent, axis) => (reduced.includes(axis) ? 1 : extent));
  const dtype = reducers[reducer].accumulator(resultOf(program));
  const data = allocate(dtype, sizeOf(shape));
  const initial = reducers[reducer].initial(dtype) as number;
  const output = stridesOf(shape).map((step, axis) => (reduced.includes(axis) ? 0 : step));
  const inputs = blocks.map((block, i) => stepsOf(block, axes[i]!, ndim));
  const arrays: DTypeArray[] = blocks.map((block) => block.data);
  const layout = { extents, strides: [output, ...inputs] };
  const go = prepared(program, layout, data, arrays, { reducer, ...(origin && { origin }) });
  return () => {
    (data as Float64Array).fill(initial);
    go();
    return { dtype, shape, data };
  };
}

export const fold = (...args: Parameters<typeof folder>): AnyBlock => folder(...args)();

/** What a chunk comes to, and of how many elements each cell is. */
interface Folded {
  readonly block: AnyBlock;
  readonly count: number;
}

interface FoldParams {
  readonly reducer: ReducerName;
}

/** Gives the accumulators, and the number of elements of each. */
export const foldRow = {
  chunk({ reducer }: FoldParams, { walk, reduced, extents, blocks }: Chunk): Folded {
    return { block: fold(walk, reducer, reduced, blocks), count: sizeOf(reduced.map((axis) => extents[axis]!)) };
  },
  combine({ reducer }: FoldParams, parts: readonly Folded[]): Folded {
    const [first, ...others] = parts as [Folded, ...Folded[]];
    if (others.length === 0) return first;
    const { dtype, shape } = first.block;
    const data = allocate(dtype, first.block.data.length);
    (data as Float64Array).set(first.block.data as Float64Array);
    const steps = stridesOf(shape);
    for (const { block } of others) {
      run(identityOf(dtype), { extents: shape, strides: [steps, steps] }, data, [block.data], { reducer });
    }
    return { block: { dtype, shape, data }, count: parts.reduce((sum, { count }) => sum + count, 0) };
  },
  finish({ reducer }: FoldParams, { block, count }: Folded): readonly AnyBlock[] {
    if (count === 0 && block.data.length > 0 && !reducers[reducer].hasIdentity) {
      throw new SheafError(`${reducer} of no elements has no answer`);
    }
    return [block, numberBlock(count, block.shape.length)];
  },
};

/** One number that goes with a block of `ndim` axes. */
const numberBlock = (value: number, ndim: number): AnyBlock => ({
  dtype: 'float64' satisfies DType,
  shape: new Array<number>(ndim).fill(1),
  data: Float64Array.of(value),
});
