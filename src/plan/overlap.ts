/**
 * Chunks with their neighbours' edges. Beyond the ends of the array lies what the boundary says: nothing, the elements
 * mirrored (the outermost twice), those of the other end, the outermost one, or one value. Axes are extended one after
 * another, so in the corners a later axis decides; a value, once there, is mirrored like any other.
 */
import type { HaloFill, HaloPiece } from '../kernels/halo.js';
import { type Chunks, chunkShape, gridOf, indexIn, places, startsOf } from './chunks.js';
import { makeNode, type Node, type NodeKind, tasksOfBlocks } from './node.js';

export type Boundary = 'none' | 'reflect' | 'periodic' | 'nearest' | number | bigint;

/** Along one axis. */
export interface AxisOverlap {
  /** How many elements each chunk gets at its beginning, and at its end. */
  readonly before: number;
  readonly after: number;
  readonly boundary: Boundary;
}

export interface OverlapParams {
  readonly axes: readonly AxisOverlap[];
}

/** A run of elements along one axis: of a chunk, or of a value where there is none. */
interface Run {
  readonly chunk: number;
  readonly from: number;
  readonly step: number;
  readonly to: number;
  readonly extent: number;
  readonly value?: number | bigint;
}

export const overlap: NodeKind<OverlapParams> = {
  name: 'overlap',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const grid = gridOf(input.chunks);
    const runs = node.params.axes.map((axis, i) => runsOf(input.chunks[i]!, axis));
    return tasksOfBlocks(node, (place) => {
      const perAxis = place.map((at, axis) => runs[axis]![at]!);
      const [deps, numbers] = [[] as string[], new Map<number, number>()];
      const [pieces, fills] = [[] as HaloPiece[], [] as HaloFill[]];
      for (const choice of places(perAxis.map(({ length }) => length))) {
        const box = choice.map((at, axis) => perAxis[axis]![at]!);
        const to = box.map((run) => run.to);
        const extents = box.map(({ extent }) => extent);
        const value = box.findLast((run) => run.value !== undefined)?.value;
        if (value !== undefined) {
          fills.push({ value, to, extents });
          continue;
        }
        const index = indexIn(
          grid,
          box.map(({ chunk }) => chunk),
        );
        if (!numbers.has(index)) numbers.set(index, deps.push(keys![index]!) - 1);
        const steps = box.map(({ step }) => step);
        pieces.push({ block: numbers.get(index)!, from: box.map(({ from }) => from), steps, to, extents });
      }
      const params = { dtype: node.dtype, shape: chunkShape(node.chunks, place), pieces, fills };
      return { op: 'kernels/halo.js#halo', params, deps };
    });
  },
  describe: ({ axes }) =>
    axes
      .map(({ before, after, boundary }) => `${before === after ? before : `${before}/${after}`} ${boundary}`)
      .join(', '),
};

export function makeOverlap(input: Node, axes: readonly AxisOverlap[]): Node {
  if (axes.every(({ before, after }) => before === 0 && after === 0)) return input;
  const chunks = input.chunks.map((extents, axis) => extended(extents, axes[axis]!));
  return makeNode(overlap, { params: { axes }, inputs: [input], dtype: input.dtype, chunks });
}

/** How many elements a chunk that lies from `start` to `stop` of an axis has more at its beginning and its end. */
export function marginOf(
  { before, after, boundary }: AxisOverlap,
  [start, stop]: readonly [number, number],
  total: number,
): [before: number, after: number] {
  return boundary === 'none' ? [Math.min(before, start), Math.min(after, total - stop)] : [before, after];
}

/** {@link marginOf} of all chunks of an axis. */
export function marginsOf(extents: readonly number[], axis: AxisOverlap): [before: number, after: number][] {
  const total = extents.reduce((sum, extent) => sum + extent, 0);
  return startsOf(extents).map((start, i) => marginOf(axis, [start, start + extents[i]!], total));
}

const extended = (extents: readonly number[], axis: AxisOverlap): Chunks[number] =>
  marginsOf(extents, axis).map(([before, after], i) => extents[i]! + before + after);

/** For each chunk the runs that it is made of with its margins. */
function runsOf(extents: readonly number[], axis: AxisOverlap): Run[][] {
  const starts = startsOf(extents);
  const total = starts.at(-1)! + extents.at(-1)!;
  const margins = marginsOf(extents, axis);
  return starts.map((start, i) => {
    const [before, after] = margins[i]!;
    const [first, end] = [start - before, start + extents[i]! + after];
    const inside: [number, number] = [Math.max(0, first), Math.min(total, end)];
    return [
      ...outside(extents, starts, first, 0, total, first, axis.boundary),
      ...straight(extents, starts, inside[0], inside[1], inside[0] - first),
      ...outside(extents, starts, total, end, total, first, axis.boundary),
    ];
  });
}

/** The elements from `start` to `stop` of the array, wherever they lie. */
function straight(
  extents: readonly number[],
  starts: readonly number[],
  start: number,
  stop: number,
  to: number,
): Run[] {
  return extents.flatMap((extent, chunk): Run[] => {
    const from = Math.max(start, starts[chunk]!);
    const end = Math.min(stop, starts[chunk]! + extent);
    return end > from
      ? [{ chunk, from: from - starts[chunk]!, step: 1, to: to + from - start, extent: end - from }]
      : [];
  });
}

/** What lies from `start` to `stop`, which are both before the array or both behind it; `first` is where the chunk begins. */
function outside(
  extents: readonly number[],
  starts: readonly number[],
  start: number,
  stop: number,
  total: number,
  first: number,
  boundary: Boundary,
): Run[] {
  const extent = stop - start;
  if (extent <= 0) return [];
  const to = start - first;
  if (typeof boundary !== 'string') return [{ chunk: 0, from: 0, step: 0, to, extent, value: boundary }];
  const isBefore = start < 0;
  if (boundary === 'periodic') {
    const shift = isBefore ? total : -total;
    return straight(extents, starts, start + shift, stop + shift, to);
  }
  if (boundary === 'nearest') {
    const [run] = straight(extents, starts, isBefore ? 0 : total - 1, isBefore ? 1 : total, to);
    return [{ ...run!, step: 0, extent }];
  }
  // Mirrored: what lies at -1 - i is the element i, what lies at total + i is total - 1 - i.
  const mirror = (at: number) => (isBefore ? -1 - at : 2 * total - 1 - at);
  const lowest = mirror(stop - 1);
  return straight(extents, starts, lowest, lowest + extent, 0).map((run) => ({
    ...run,
    from: run.from + run.extent - 1,
    step: -1,
    to: to + extent - run.to - run.extent,
  }));
}
