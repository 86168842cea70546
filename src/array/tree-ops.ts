/** The operations of tasks of a reduction by users' functions. */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import type { Op } from '../graph/task.js';
import type { TreeTask } from '../plan/user-tree.js';
import { loadedFunction } from '../shipping/registry.js';
import { blockOf } from './block-like.js';
import { named } from './block-ops.js';
import { NDArray } from './ndarray.js';

interface TreeOpParams extends TreeTask {
  readonly fns: { readonly chunk: string; readonly combine: string; readonly finish: string };
  readonly axes: readonly number[];
  readonly dtype: DType;
}

export const chunk: Op = async ({ fns, axes, place }: TreeOpParams, block: Block<DType>) => {
  const fn = await loadedFunction(fns.chunk);
  return named('reduction', place, () => fn(new NDArray(block), axes));
};

export const combine: Op = async ({ fns, axes, place }: TreeOpParams, ...partials: unknown[]) => {
  const fn = await loadedFunction(fns.combine);
  return named('reduction', place, () => fn(partials, axes));
};

export const finish: Op = async (params: TreeOpParams, ...partials: unknown[]) => {
  const { fns, axes, dtype, place, expected } = params;
  const [join, fn] = [await loadedFunction(fns.combine), await loadedFunction(fns.finish)];
  return named('reduction', place, async () => {
    const last = partials.length === 1 ? partials[0] : await join(partials, axes);
    return blockOf(kept(await fn(last, axes), expected, axes), { dtype, shape: expected }, 'finish');
  });
};

/** A block without the reduced axes, with them. */
function kept(value: unknown, expected: readonly number[], axes: readonly number[]): unknown {
  const block = blockOf(value, {}, 'finish');
  if (block.shape.length !== expected.length - axes.length || axes.length === 0) return value;
  const { shape } = block;
  let at = 0;
  return { ...block, shape: expected.map((_, axis) => (axes.includes(axis) ? 1 : shape[at++]!)) };
}
