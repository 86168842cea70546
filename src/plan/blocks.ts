/** Some of the chunks of an array, as they are, and how many elements each has. */
import { sizeOf } from '../arrow/block.js';
import { gridOf, indexIn, places } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export interface BlocksParams {
  /** The numbers of the chunks along each axis. */
  readonly chosen: readonly (readonly number[])[];
}

export const blocks: NodeKind<BlocksParams> = {
  name: 'blocks',
  lower(node, [keys]) {
    const { chosen } = node.params;
    const grid = gridOf(node.inputs[0]!.chunks);
    const own = [...places(gridOf(node.chunks))].map(
      (place) =>
        keys![
          indexIn(
            grid,
            place.map((at, axis) => chosen[axis]![at]!),
          )
        ]!,
    );
    return { tasks: [], keys: own };
  },
  describe: ({ chosen }) => `[${chosen.map((numbers) => numbers.join(' ')).join(', ')}]`,
};

export const makeBlocks = (input: Node, chosen: readonly (readonly number[])[]): Node =>
  makeNode(blocks, {
    params: { chosen },
    inputs: [input],
    dtype: input.dtype,
    chunks: chosen.map((numbers, axis) => numbers.map((number) => input.chunks[axis]![number]!)),
  });

/** A row for each chunk in C order: how many elements it has along each axis. */
export const extents: NodeKind<Record<string, never>> = {
  name: 'extents',
  lower: (node, [keys]) =>
    tasksOfBlocks(node, ([at]) => ({ op: 'kernels/mask.js#extentsOf', params: {}, deps: [keys![at!]!] })),
  describe: () => '',
};

export function makeExtents(input: Node): Node {
  const rows = new Array<number>(sizeOf(gridOf(input.chunks))).fill(1);
  return makeNode(extents, { params: {}, inputs: [input], dtype: 'float64', chunks: [rows, [input.chunks.length]] });
}
