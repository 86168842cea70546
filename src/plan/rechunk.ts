/** The same array, cut otherwise. */
import type { Piece } from '../kernels/assemble.js';
import { type Chunks, chunkShape, gridOf, indexIn, places, sameChunks, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export const rechunk: NodeKind<Record<string, never>> = {
  name: 'rechunk',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const grid = gridOf(input.chunks);
    const overlaps = node.chunks.map((extents, axis) => overlapsOf(input.chunks[axis]!, extents));
    return tasksOfBlocks(node, (place) => {
      const perAxis = place.map((at, axis) => overlaps[axis]![at]!);
      const pieces: Piece[] = [];
      const deps: string[] = [];
      for (const choice of places(perAxis.map(({ length }) => length))) {
        const parts = choice.map((at, axis) => perAxis[axis]![at]!);
        deps.push(
          keys![
            indexIn(
              grid,
              parts.map(({ chunk }) => chunk),
            )
          ]!,
        );
        pieces.push({
          from: parts.map(({ from }) => from),
          to: parts.map(({ to }) => to),
          extents: parts.map(({ extent }) => extent),
        });
      }
      const params = { dtype: node.dtype, shape: chunkShape(node.chunks, place), pieces };
      return { op: 'kernels/assemble.js#assemble', params, deps };
    });
  },
  describe: () => '',
};

interface Overlap {
  readonly chunk: number;
  /** Where it begins in the old chunk, and in the new one. */
  readonly from: number;
  readonly to: number;
  readonly extent: number;
}

/** For each new chunk of an axis, the parts of old ones that it is made of. */
function overlapsOf(old: readonly number[], cut: readonly number[]): Overlap[][] {
  const starts = startsOf(old);
  return startsOf(cut).map((start, i) => {
    const end = start + cut[i]!;
    const parts = old.flatMap((extent, chunk): Overlap[] => {
      const begin = Math.max(start, starts[chunk]!);
      const stop = Math.min(end, starts[chunk]! + extent);
      return stop > begin ? [{ chunk, from: begin - starts[chunk]!, to: begin - start, extent: stop - begin }] : [];
    });
    // An empty chunk still has an input, so that there is a task whose blocks tell everything.
    return parts.length > 0 ? parts : [{ chunk: 0, from: 0, to: 0, extent: 0 }];
  });
}

export const makeRechunk = (input: Node, chunks: Chunks): Node =>
  sameChunks(input.chunks, chunks)
    ? input
    : makeNode(rechunk, { params: {}, inputs: [input], dtype: input.dtype, chunks });
