/** The operation of tasks that call a user's function line by line. */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import type { Call, Op } from '../graph/task.js';
import type { BlockwiseTask } from '../plan/blockwise.js';
import { argumentsOf } from '../shipping/call.js';
import { loadedFunction } from '../shipping/registry.js';
import { alongLines } from './along.js';
import { named } from './block-ops.js';
import { NDArray } from './ndarray.js';

interface AlongParams extends BlockwiseTask {
  readonly who: string;
  readonly fns: { readonly fn: string };
  readonly call: Call;
  readonly dtype: DType;
  readonly axis: number;
  readonly lineShape: readonly number[];
}

export const along: Op = async (params: AlongParams, block: Block<DType>, ...values: unknown[]) => {
  const { who, fns, call, dtype, axis, lineShape, place } = params;
  const fn = await loadedFunction(fns.fn);
  return named(who, place, async () => {
    const args = await argumentsOf(call, values);
    return alongLines(block, axis, lineShape, dtype, (line) => fn(new NDArray(line), ...args));
  });
};
