/**
 * How an array is cut so that each chunk, as it lies in memory, is a chunk of the array in another shape. Axes before and
 * after fall into groups of as many elements, and within a group a cut that is contiguous in C order has a pivot: the
 * axes before it have chunks of one element, and those after it one chunk. (Dask's `reshape_rechunk` has the first axis
 * of a group as its pivot, so that its chunks may be as large as all other axes together; here the pivot is where chunks
 * stay of about the size that they have.)
 */
import { sizeOf } from '../arrow/block.js';
import { type Chunks, evenly, largest, startsOf } from './chunks.js';

/** Axes from `start` on to before `end`, of as many elements before and after. */
interface Group {
  readonly before: readonly [start: number, end: number];
  readonly after: readonly [start: number, end: number];
}

/** The smallest groups of axes, for shapes of as many elements, which are more than none. */
export function groupsOf(before: readonly number[], after: readonly number[]): Group[] {
  const groups: Group[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [start, startAfter] = [i, j];
    let left = i < before.length ? before[i++]! : 1;
    let right = j < after.length ? after[j++]! : 1;
    while (left !== right) {
      if (left < right) left *= before[i++]!;
      else right *= after[j++]!;
    }
    groups.push({ before: [start, i], after: [startAfter, j] });
  }
  return groups;
}

export interface Reshaping {
  /** How the array is cut first. */
  readonly before: Chunks;
  /** The chunks of the array in its new shape, one for each of those in C order. */
  readonly after: Chunks;
}

/** The cuts for a new shape of which each group of axes is one axis at least on one side. */
export function reshapeChunks(chunks: Chunks, shape: readonly number[], after: readonly number[]): Reshaping {
  const cuts = groupsOf(shape, after).map((group) =>
    regroup(chunks.slice(...group.before), shape.slice(...group.before), after.slice(...group.after)),
  );
  return { before: cuts.flatMap((cut) => cut.before), after: cuts.flatMap((cut) => cut.after) };
}

function regroup(chunks: Chunks, shape: readonly number[], after: readonly number[]): Reshaping {
  const wide = shape.filter((extent) => extent !== 1);
  const wideAfter = after.filter((extent) => extent !== 1);
  if (wide.length <= 1 && wideAfter.length <= 1) {
    // One axis, beside others of one element.
    const extents = chunks[shape.findIndex((extent) => extent !== 1)] ?? [1];
    return {
      before: shape.map((extent) => (extent === 1 ? [1] : extents)),
      after: after.map((extent) => (extent === 1 ? [1] : extents)),
    };
  }
  if (wideAfter.length === 1) {
    const before = pivoted(chunks, shape);
    const flat = flattened(before);
    return { before, after: after.map((extent) => (extent === 1 ? [1] : flat)) };
  }
  const extents = chunks[shape.findIndex((extent) => extent !== 1)]!;
  const cut = unflattened(extents, after);
  const flat = flattened(cut);
  return { before: shape.map((extent) => (extent === 1 ? [1] : flat)), after: cut };
}

/** Whether chunks lie in memory one after another, as they are. */
function isPivoted(chunks: Chunks): boolean {
  const pivot = chunks.findIndex((extents) => largest(extents) > 1);
  return pivot < 0 || chunks.slice(pivot + 1).every((extents) => extents.length === 1);
}

/** The cut of several axes that lies in memory one after another, of chunks about as large as they are. */
function pivoted(chunks: Chunks, shape: readonly number[]): Chunks {
  if (isPivoted(chunks)) return chunks;
  const elements = chunks.reduce((product, extents) => product * largest(extents), 1);
  const pivot = pivotOf(shape, elements);
  const width = Math.max(1, Math.floor(elements / sizeOf(shape.slice(pivot + 1))));
  return chunks.map((extents, axis) => {
    if (axis < pivot) return evenly(shape[axis]!, 1);
    if (axis > pivot) return [shape[axis]!];
    // Boundaries that are there stay, so that new chunks have fewer inputs.
    return largest(extents) >= width ? extents.flatMap((extent) => evenly(extent, width)) : evenly(shape[axis]!, width);
  });
}

/** The first axis of which one element, with all that is after it, is not larger than a chunk. */
function pivotOf(shape: readonly number[], elements: number): number {
  let pivot = shape.length - 1;
  for (let size = shape[pivot]!; pivot > 0 && size <= elements; size *= shape[pivot]!) pivot--;
  return pivot;
}

/** The cut of the one axis that a pivoted cut of several becomes. */
function flattened(chunks: Chunks): readonly number[] {
  return chunks.reduce((outer, extents) => outer.flatMap((left) => timesEach(left, extents)), [1]);
}

/** Chunks of `left` elements of the axes before: one, or the others have one chunk. */
const timesEach = (left: number, extents: readonly number[]): number[] => extents.map((extent) => left * extent);

/** The cut of several axes that chunks of one axis become, their boundaries where those axes allow. */
function unflattened(extents: readonly number[], shape: readonly number[]): Chunks {
  const pivot = pivotOf(shape, largest(extents));
  const inner = sizeOf(shape.slice(pivot + 1));
  const cut = pivot === firstWide(shape) ? rounded(extents, inner) : perRow(extents, inner, shape[pivot]!);
  return shape.map((extent, axis) => (axis < pivot ? evenly(extent, 1) : axis > pivot ? [extent] : cut));
}

const firstWide = (shape: readonly number[]): number => shape.findIndex((extent) => extent !== 1);

/** Boundaries rounded down to whole inner parts. */
function rounded(extents: readonly number[], inner: number): number[] {
  const total = extents.reduce((sum, extent) => sum + extent, 0) / inner;
  const starts = [...new Set(startsOf(extents).map((start) => Math.floor(start / inner)))].filter((at) => at < total);
  return starts.map((start, i) => (starts[i + 1] ?? total) - start);
}

/** Rows of the pivot's axis are cut alike. */
const perRow = (extents: readonly number[], inner: number, extent: number): number[] =>
  evenly(extent, Math.max(1, Math.floor(largest(extents) / inner)));
