/** An array with a regular part replaced; chunks without any of it are as they were. */
import type { Key, Task } from '../graph/task.js';
import type { Range } from '../kernels/slice.js';
import { gridOf, indexIn, places } from './chunks.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { cut, formatRange, isEmpty, type SliceParams } from './slice.js';

export const assign: NodeKind<SliceParams> = {
  name: 'assign',
  lower(node, [keys, valueKeys]) {
    const { ranges } = node.params;
    const [input, values] = node.inputs as [Node, Node];
    const [grid, valueGrid] = [gridOf(input.chunks), gridOf(values.chunks)];
    // For each chunk of an axis, what is replaced of it and which of the parts that is.
    const parts = input.chunks.map((extents, axis) => {
      const touched = new Array<{ readonly number: number; readonly range: Range | null }>(extents.length);
      cut(extents, ranges[axis]!).forEach(({ chunk, range }, number) => {
        touched[chunk] = { number, range };
      });
      return touched;
    });
    const tasks: Task[] = [];
    const own = [...places(grid)].map((place, i): Key => {
      const touched = place.map((chunk, axis) => parts[axis]![chunk]);
      if (touched.some((part) => part === undefined)) return keys![i]!;
      const from = touched.map((part, axis) => (valueGrid[axis] === 1 ? 0 : part!.number));
      const key = keyAt(node, place);
      tasks.push({
        key,
        op: 'kernels/slice.js#assign',
        params: { ranges: touched.map((part) => part!.range) },
        deps: [keys![i]!, valueKeys![indexIn(valueGrid, from)]!],
      });
      return key;
    });
    return { tasks, keys: own };
  },
  describe: ({ ranges }) => `[${ranges.map(formatRange).join(', ')}]`,
};

/** The values are of the dtype of the array, and cut as the slice of it is, or have one element along an axis. */
export function makeAssign(input: Node, values: Node, { ranges }: SliceParams): Node {
  if (isEmpty(ranges)) return input;
  return makeNode(assign, {
    params: { ranges },
    inputs: [input, values],
    dtype: input.dtype,
    chunks: input.chunks,
  });
}
