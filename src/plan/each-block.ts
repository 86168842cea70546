/** An operation on every chunk of an array, which gives the chunk at the same place of the result. */
import type { DType } from '../arrow/dtype.js';
import type { OpRef } from '../graph/task.js';
import type { Chunks } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface EachBlockParams {
  readonly op: OpRef;
  /** Those of the operation. */
  readonly params: unknown;
}

/** The grid of the result is that of the first input, without or with more axes of one chunk; other inputs have one chunk. */
export const eachBlock: NodeKind<EachBlockParams> = {
  name: 'each-block',
  lower(node, [keys, ...tables]) {
    const { op, params } = node.params;
    let next = 0;
    return tasksOfBlocks(node, () => ({ op, params, deps: [keys![next++]!, ...tables.map((table) => table[0]!)] }));
  },
  describe: ({ op }) => op.slice(op.indexOf('#') + 1),
};

export const makeEachBlock = (
  params: EachBlockParams,
  inputs: readonly Node[],
  dtype: DType,
  chunks: Chunks,
): Node<EachBlockParams> => makeNode(eachBlock, { params, inputs, dtype, chunks });
