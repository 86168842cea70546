/** Arrays of Arrow's vectors and tables, and vectors of arrays. */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { blocksToVector, type Vector } from '../arrow/table.js';
import { arrowBlocks } from '../arrow/vector-blocks.js';
import { resultsOf } from '../client/collections.js';
import type { Task } from '../graph/task.js';
import type { Node } from '../plan/node.js';
import { makeRechunk } from '../plan/rechunk.js';
import { makeSource } from '../plan/source.js';
import { InputError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { ArrayCore } from './core.js';

/** One chunk for each of Arrow's, as they lie there. */
export function arrowNode(value: unknown): Node {
  const blocks = arrowBlocks(value);
  const { dtype, shape } = blocks[0]!;
  const tasks = blocks.map((block): Task => {
    const key = `arrow-${contentHash([block.dtype, block.shape, block.data])}`;
    return { key, op: 'graph/ops.js#value', params: block, deps: [] };
  });
  const unique = new Map(tasks.map((task) => [task.key, task]));
  const chunks = [blocks.map((block) => block.shape[0]!), ...shape.slice(1).map((extent) => [extent])];
  const keys = tasks.map(({ key }) => key);
  return makeSource(
    keys,
    { inputs: [], layers: [{ kind: 'tasks', tasks: [...unique.values()] }] },
    dtype,
    chunks,
    'arrow',
  );
}

export async function toArrow(array: ArrayCore): Promise<Vector> {
  const [first, ...others] = array.chunks;
  if (!first) throw new InputError('toArrow takes an array of at least one axis, and this one has none');
  const whole = array.shape.slice(1).map((extent, i) => (others[i]!.length === 1 ? others[i]! : [extent]));
  const rows = new ArrayCore(makeRechunk(array.node, [first, ...whole]));
  const blocks: Block<DType>[] = [];
  for await (const block of resultsOf(rows)) blocks.push(block as Block<DType>);
  return blocksToVector(blocks);
}
