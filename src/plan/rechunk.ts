/** The same array, cut otherwise; through cuts between where a task would have too many inputs. */
import { itemsize } from '../arrow/dtype.js';
import type { Key, Task } from '../graph/task.js';
import type { Piece } from '../kernels/assemble.js';
import { InputError } from '../util/errors.js';
import {
  type Chunks,
  chunkShape,
  formatShape,
  gridOf,
  indexIn,
  isKnown,
  places,
  sameChunks,
  sameExtents,
  shapeOf,
  startsOf,
} from './chunks.js';
import { type BlockTask, keyAt, makeNode, type Node, type NodeKind } from './node.js';
import { rechunkPath } from './rechunk-path.js';

export interface RechunkParams {
  /** The cuts between that of the input and its own. */
  readonly path: readonly Chunks[];
}

export const rechunk: NodeKind<RechunkParams> = {
  name: 'rechunk',
  lower(node, [given]) {
    const [input] = node.inputs as [Node];
    const tasks: Task[] = [];
    let keys = given!;
    let chunks = input.chunks;
    [...node.params.path, node.chunks].forEach((cut, step) => {
      const taskAt = cutTask(node, chunks, cut, keys);
      const isLast = step === node.params.path.length;
      const next: Key[] = [];
      for (const place of places(gridOf(cut))) {
        const key = isLast ? keyAt(node, place) : `recut${step}-${node.name}${place.map((at) => `-${at}`).join('')}`;
        tasks.push({ key, ...taskAt(place) });
        next.push(key);
      }
      keys = next;
      chunks = cut;
    });
    return { tasks, keys };
  },
  describe: ({ path }) =>
    path.length === 0 ? '' : `through ${path.map((cut) => `${gridOf(cut).join(' x ')} chunks`).join(', ')}`,
};

/** The task of each chunk of a cut on those of another. */
function cutTask(node: Node, from: Chunks, to: Chunks, keys: readonly Key[]) {
  const grid = gridOf(from);
  const overlaps = to.map((extents, axis) => overlapsOf(from[axis]!, extents));
  return (place: readonly number[]): BlockTask => {
    const perAxis = place.map((at, axis) => overlaps[axis]![at]!);
    const pieces: Piece[] = [];
    const deps: Key[] = [];
    for (const choice of places(perAxis.map(({ length }) => length))) {
      const parts = choice.map((at, axis) => perAxis[axis]![at]!);
      const chunk = parts.map((part) => part.chunk);
      deps.push(keys[indexIn(grid, chunk)]!);
      pieces.push({
        from: parts.map((part) => part.from),
        to: parts.map((part) => part.to),
        extents: parts.map((part) => part.extent),
      });
    }
    return {
      op: 'kernels/assemble.js#assemble',
      params: { dtype: node.dtype, shape: chunkShape(to, place), pieces },
      deps,
    };
  };
}

interface Overlap {
  readonly chunk: number;
  /** Where it begins in the old chunk, and in the new one. */
  readonly from: number;
  readonly to: number;
  readonly extent: number;
}

/** For each new chunk of an axis, the parts of old ones that it is made of. */
function overlapsOf(old: readonly number[], cut: readonly number[]): Overlap[][] {
  // Whole chunks, of extents that may be unknown.
  if (sameExtents(old, cut)) return old.map((extent, chunk) => [{ chunk, from: 0, to: 0, extent }]);
  const starts = startsOf(old);
  let first = 0;
  return startsOf(cut).map((start, i) => {
    const end = start + cut[i]!;
    while (first < old.length - 1 && starts[first]! + old[first]! <= start) first++;
    const parts: Overlap[] = [];
    for (let chunk = first; chunk < old.length && starts[chunk]! < end; chunk++) {
      const begin = Math.max(start, starts[chunk]!);
      const stop = Math.min(end, starts[chunk]! + old[chunk]!);
      if (stop > begin) parts.push({ chunk, from: begin - starts[chunk]!, to: begin - start, extent: stop - begin });
    }
    // An empty chunk still has an input, so that there is a task whose blocks tell everything.
    return parts.length > 0 ? parts : [{ chunk: first, from: 0, to: 0, extent: 0 }];
  });
}

/** Raises {@link InputError} where an axis of unknown chunks would be cut otherwise. */
export function makeRechunk(input: Node, chunks: Chunks): Node {
  if (sameChunks(input.chunks, chunks)) return input;
  const unknown = input.chunks.findIndex(
    (extents, axis) => !isKnown([extents]) && !sameExtents(extents, chunks[axis]!),
  );
  if (unknown >= 0) {
    throw new InputError(
      `rechunk: the chunks of axis ${unknown} of the shape ${formatShape(shapeOf(input.chunks))} have unknown sizes: use computeChunkSizes first, or leave them as they are`,
    );
  }
  const path = rechunkPath(input.chunks, chunks, itemsize(input.dtype));
  return makeNode(rechunk, { params: { path }, inputs: [input], dtype: input.dtype, chunks });
}
