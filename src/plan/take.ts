/**
 * Elements at listed places along one axis, or along several together: these axes go, and at `at` among the others come
 * those of the shape in which the places are listed.
 */
import { sizeOf } from '../arrow/block.js';
import type { Key } from '../graph/task.js';
import type { Pick } from '../kernels/take.js';
import { type Chunks, chunkShape, evenly, gridOf, indexIn, isKnown, places, shapeOf, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';
import { makeEmpty } from './slice.js';

export interface TakeParams {
  readonly axes: readonly number[];
  readonly at: number;
  readonly shape: readonly number[];
  /** For each indexed axis the places in C order, from 0 on. */
  readonly lists: readonly Int32Array[];
}

/** The chunks that hold some of the places, and which those are. */
interface Group {
  /** The chunk along each indexed axis. */
  readonly chunk: readonly number[];
  readonly pick: Pick;
}

export const take: NodeKind<TakeParams> = {
  name: 'take',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const { axes, at, shape } = node.params;
    const grid = gridOf(input.chunks);
    const kept = grid.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const listed = node.chunks.slice(at, at + shape.length);
    const groups = groupsOf(node.params, input.chunks, listed);
    const listedGrid = gridOf(listed);
    return tasksOfBlocks(node, (place) => {
      const own = place.slice(at, at + shape.length);
      const others = place.toSpliced(at, shape.length);
      const of = groups[indexIn(listedGrid, own)]!;
      const chunk = new Array<number>(grid.length);
      kept.forEach((axis, i) => {
        chunk[axis] = others[i]!;
      });
      const deps = of.map((group): Key => {
        axes.forEach((axis, i) => {
          chunk[axis] = group.chunk[i]!;
        });
        return keys![indexIn(grid, chunk)]!;
      });
      const params = { axes, at, shape: chunkShape(listed, own), picks: of.map(({ pick }) => pick) };
      return { op: 'kernels/take.js#take', params, deps };
    });
  },
  describe: ({ axes, shape }) => `[${shape.join(', ')}] of axes [${axes.join(', ')}]`,
};

/** For each chunk of listed places, in C order, which lie one after the other, where they are. */
function groupsOf({ axes, lists }: TakeParams, chunks: Chunks, listed: Chunks): Group[][] {
  const grid = axes.map((axis) => chunks[axis]!.length);
  const starts = axes.map((axis) => startsOf(chunks[axis]!));
  // The number of the chunk of each place, and where it is there.
  const within = lists.map((list) => new Int32Array(list.length));
  const owner = new Int32Array(lists[0]!.length);
  lists.forEach((list, i) => {
    const own = starts[i]!;
    let chunk = 0;
    for (let at = 0; at < list.length; at++) {
      const place = list[at]!;
      if (place < own[chunk]! || place >= (own[chunk + 1] ?? Number.POSITIVE_INFINITY)) chunk = chunkOf(place, own);
      owner[at] = owner[at]! * grid[i]! + chunk;
      within[i]![at] = place - own[chunk]!;
    }
  });
  let begin = 0;
  return [...places(gridOf(listed))].map((place) => {
    const end = begin + sizeOf(chunkShape(listed, place));
    const counts = new Map<number, number>();
    for (let at = begin; at < end; at++) counts.set(owner[at]!, (counts.get(owner[at]!) ?? 0) + 1);
    if (counts.size === 0) counts.set(0, 0);
    const filled = new Map<number, { pick: Pick; count: number }>();
    const groups = Array.from(counts, ([number, count]): Group => {
      const pick = { from: lists.map(() => new Int32Array(count)), to: new Int32Array(count) };
      filled.set(number, { pick, count: 0 });
      return { chunk: placeIn(grid, number), pick };
    });
    for (let at = begin; at < end; at++) {
      const group = filled.get(owner[at]!)!;
      const i = group.count++;
      group.pick.to[i] = at - begin;
      for (let axis = 0; axis < within.length; axis++) group.pick.from[axis]![i] = within[axis]![at]!;
    }
    begin = end;
    return groups;
  });
}

/** The last chunk that begins at a place or before. */
function chunkOf(place: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

function placeIn(grid: readonly number[], number: number): number[] {
  const place = new Array<number>(grid.length);
  let rest = number;
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    place[axis] = rest % grid[axis]!;
    rest = Math.floor(rest / grid[axis]!);
  }
  return place;
}

/** Chunks of at most so many elements, each of which is one run of the whole in C order. */
export function runChunks(shape: readonly number[], most: number): Chunks {
  const chunks: number[][] = [];
  let room = Math.max(1, most);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    chunks.unshift(evenly(shape[axis]!, room));
    room = room >= shape[axis]! ? Math.max(1, Math.floor(room / Math.max(1, shape[axis]!))) : 1;
  }
  return chunks;
}

/** Whether each chunk is one run of the whole in C order. */
export function areRuns(chunks: Chunks): boolean {
  const pivot = chunks.findIndex((extents) => extents.some((extent) => extent !== 1));
  return chunks.every((extents, axis) => axis <= pivot || pivot < 0 || extents.length === 1);
}

/** The places lie within their axes, whose extents are known. */
export function makeTake(input: Node, params: TakeParams): Node {
  const { axes, at, shape, lists } = params;
  const indexed = axes.map((axis) => input.chunks[axis]!);
  const kept = input.chunks.filter((_, axis) => !axes.includes(axis));
  const most = indexed.reduce((product, extents) => product * Math.max(...extents), 1);
  const listed =
    axes.length === 1 && shape.length === 1 ? cutInOrder(lists[0]!, indexed[0]!, most) : runChunks(shape, most);
  const chunks = kept.toSpliced(at, 0, ...listed);
  if (isKnown(chunks) && shapeOf(chunks).includes(0)) return makeEmpty(input.dtype, chunks);
  return makeNode(take, { params, inputs: [input], dtype: input.dtype, chunks });
}

/** Places in order are cut where the chunks are that they lie in, so that each task has one input. */
function cutInOrder(list: Int32Array, extents: readonly number[], most: number): Chunks {
  const isOrdered = list.every((place, i) => i === 0 || place >= list[i - 1]!);
  if (!isOrdered || list.length === 0) return [evenly(list.length, Math.max(1, most))];
  const starts = startsOf(extents);
  const chunks: number[] = [];
  for (let begin = 0; begin < list.length; ) {
    const next = starts[chunkOf(list[begin]!, starts) + 1] ?? Number.POSITIVE_INFINITY;
    let end = begin;
    while (end < list.length && list[end]! < next) end++;
    chunks.push(...evenly(end - begin, Math.max(1, most)));
    begin = end;
  }
  return [chunks];
}
