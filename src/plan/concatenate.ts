/** Arrays one after another along an axis: their chunks as they are, without a task. */
import type { Key } from '../graph/task.js';
import { type Chunks, gridOf, indexIn, places } from './chunks.js';
import { makeNode, type Node, type NodeKind } from './node.js';

export interface ConcatenateParams {
  readonly axis: number;
}

export const concatenate: NodeKind<ConcatenateParams> = {
  name: 'concatenate',
  lower({ params: { axis }, inputs, chunks }, inputKeys) {
    // Which input a chunk along the axis is of, and which of its chunks it is.
    const parts = inputs.flatMap((input, i) => input.chunks[axis]!.map((_, at) => ({ input: i, at })));
    const grids = inputs.map((input) => gridOf(input.chunks));
    const keys: Key[] = [];
    for (const place of places(gridOf(chunks))) {
      const { input, at } = parts[place[axis]!]!;
      keys.push(inputKeys[input]![indexIn(grids[input]!, place.with(axis, at))]!);
    }
    return { tasks: [], keys };
  },
  describe: ({ axis }) => `along ${axis}`,
};

/** Of one dtype, and in the same chunks along all other axes. */
export function makeConcatenate(inputs: readonly Node[], axis: number): Node {
  const [first] = inputs as [Node];
  if (inputs.length === 1) return first;
  const chunks: Chunks = first.chunks.with(
    axis,
    inputs.flatMap((input) => input.chunks[axis]!),
  );
  return makeNode(concatenate, { params: { axis }, inputs, dtype: first.dtype, chunks });
}
