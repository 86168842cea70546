/** The same elements in C order in another shape: each chunk as it lies in memory is one of the result. */
import { sizeOf } from '../arrow/block.js';
import { chunkShape, formatShape, gridOf, indexIn, shapeOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';
import { makeRechunk } from './rechunk.js';
import { groupsOf, reshapeChunks } from './reshape-chunks.js';

export interface ReshapeParams {
  readonly shape: readonly number[];
}

export const reshape: NodeKind<ReshapeParams> = {
  name: 'reshape',
  lower(node, [keys]) {
    const grid = gridOf(node.chunks);
    return tasksOfBlocks(node, (place) => ({
      op: 'kernels/reshape.js#reshape',
      params: { shape: chunkShape(node.chunks, place) },
      deps: [keys![indexIn(grid, place)]!],
    }));
  },
  describe: ({ shape }) => formatShape(shape),
};

/** For a shape of as many elements, which are more than none. */
export function makeReshape(input: Node, shape: readonly number[]): Node {
  const given = shapeOf(input.chunks);
  if (given.length === shape.length && given.every((extent, axis) => extent === shape[axis])) return input;
  // Where several axes become several others, they are one axis between.
  const groups = groupsOf(given, shape);
  const flat = groups.flatMap(({ before, after }): readonly number[] => {
    const [from, to] = [given.slice(...before), shape.slice(...after)];
    const isCrossed = [from, to].every((extents) => extents.filter((extent) => extent !== 1).length > 1);
    return isCrossed ? [sizeOf(from)] : to;
  });
  const isCrossed = flat.length !== shape.length || flat.some((extent, axis) => extent !== shape[axis]);
  return isCrossed ? reshapeOnce(reshapeOnce(input, flat), shape) : reshapeOnce(input, shape);
}

function reshapeOnce(input: Node, shape: readonly number[]): Node {
  const { before, after } = reshapeChunks(input.chunks, shapeOf(input.chunks), shape);
  const inputs = [makeRechunk(input, before)];
  return makeNode(reshape, { params: { shape }, inputs, dtype: input.dtype, chunks: after });
}
