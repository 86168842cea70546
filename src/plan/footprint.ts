/**
 * How much memory a plan is expected to take: that of its largest task, its inputs, each once, and its result. What lies
 * between the tasks of one node counts as much as the largest chunk of that node. What waits for later tasks, and what
 * functions of the user's allocate, is not in it.
 */
import { itemsize } from '../arrow/dtype.js';
import type { Key } from '../graph/task.js';
import { type Chunks, chunkShape, gridOf, places } from './chunks.js';
import type { Node } from './node.js';
import { inOrder } from './optimize.js';

export interface LargestTask {
  readonly op: string;
  /** NaN where extents are not known. */
  readonly nbytes: number;
}

/** The largest task of an optimised plan; undefined where it has none. */
export function largestTask(root: Node): LargestTask | undefined {
  const keysOf = new Map<string, readonly Key[]>();
  const nbytesOf = new Map<Key, number>();
  let largest: LargestTask | undefined;
  for (const node of inOrder(root)) {
    const { tasks, keys } = node.kind.lower(
      node,
      node.inputs.map(({ name }) => keysOf.get(name)!),
    );
    keysOf.set(node.name, keys);
    const sizes = sizesOf(node.chunks, itemsize(node.dtype));
    keys.forEach((key, i) => {
      nbytesOf.set(key, sizes[i]!);
    });
    const between = sizes.reduce((most, nbytes) => Math.max(most, nbytes), 0);
    for (const { key, op, deps } of tasks) {
      let nbytes = nbytesOf.get(key) ?? between;
      for (const dep of new Set(deps)) nbytes += nbytesOf.get(dep) ?? between;
      if (!largest || nbytes > largest.nbytes || Number.isNaN(nbytes)) largest = { op, nbytes };
      if (Number.isNaN(nbytes)) return largest;
    }
  }
  return largest;
}

/** The bytes of each chunk, in C order. */
const sizesOf = (chunks: Chunks, width: number): number[] =>
  Array.from(places(gridOf(chunks)), (place) => chunkShape(chunks, place).reduce((n, extent) => n * extent, width));
