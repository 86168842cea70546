/** A regular part of an array: for each axis, elements at a distance of `step`, backwards where that is negative. */
import { ProgramBuilder } from '../expr/program.js';
import type { Key, Task } from '../graph/task.js';
import type { Range } from '../kernels/slice.js';
import { type Chunks, gridOf, indexIn, isKnown, places, shapeOf, startsOf } from './chunks.js';
import { makeElementwise } from './elementwise.js';
import { keyAt, makeNode, type Node, type NodeKind } from './node.js';

export interface SliceParams {
  /** For each axis; null where it is whole, and its extent may be unknown. */
  readonly ranges: Ranges;
}
export type Ranges = readonly (Range | null)[];

export const slice: NodeKind<SliceParams> = {
  name: 'slice',
  lower(node, [keys]) {
    const [input] = node.inputs as [Node];
    const grid = gridOf(input.chunks);
    const parts = cutAll(input.chunks, node.params.ranges);
    const tasks: Task[] = [];
    const own: Key[] = [];
    for (const place of places(gridOf(node.chunks))) {
      const chosen = place.map((at, axis) => parts[axis]![at]!);
      const chunk =
        keys![
          indexIn(
            grid,
            chosen.map((part) => part.chunk),
          )
        ]!;
      const ranges = chosen.map(({ range }) => range);
      if (ranges.every((range) => range === null)) own.push(chunk);
      else {
        const key = keyAt(node, place);
        tasks.push({ key, op: 'kernels/slice.js#slice', params: { ranges }, deps: [chunk] });
        own.push(key);
      }
    }
    return { tasks, keys: own };
  },
  describe: ({ ranges }) => `[${ranges.map(formatRange).join(', ')}]`,
};

/** As Python writes it. */
export function formatRange(range: Range | null): string {
  if (range === null) return ':';
  const { start, step, extent } = range;
  const stop = start + extent * step;
  return `${start}:${stop < 0 ? '' : stop}${step === 1 ? '' : `:${step}`}`;
}

/** What is taken of a chunk of an axis; null for all of it as it is. */
export interface PartOfAxis {
  readonly chunk: number;
  readonly range: Range | null;
}

/** For each chunk of the result along an axis, what it is of; chunks that give nothing are none, unless nothing is given at all. */
export function cut(extents: readonly number[], range: Range | null): PartOfAxis[] {
  if (range === null) return extents.map((_, chunk) => ({ chunk, range: null }));
  const { start, step, extent } = range;
  const starts = startsOf(extents);
  const parts = extents.flatMap((own, chunk): PartOfAxis[] => {
    // The first and the last element of the range that lie in the chunk, by their numbers in the range.
    const [near, far] =
      step > 0 ? [starts[chunk]!, starts[chunk]! + own - 1] : [starts[chunk]! + own - 1, starts[chunk]!];
    const first = Math.max(0, Math.ceil((near - start) / step));
    const last = Math.min(extent - 1, Math.floor((far - start) / step));
    if (own === 0 || last < first) return [];
    const count = last - first + 1;
    const at = start + first * step - starts[chunk]!;
    const isAll = count === own && (step === 1 || own === 1);
    return [{ chunk, range: isAll ? null : { start: at, step: count === 1 ? 1 : step, extent: count } }];
  });
  if (step < 0) parts.reverse();
  return parts.length > 0 ? parts : [{ chunk: 0, range: { start: 0, step: 1, extent: 0 } }];
}

const cutAll = (chunks: Chunks, ranges: Ranges): PartOfAxis[][] =>
  chunks.map((extents, axis) => cut(extents, ranges[axis]!));

/** The chunks of a slice. */
export const slicedChunks = (chunks: Chunks, ranges: Ranges): Chunks =>
  cutAll(chunks, ranges).map((parts, axis) => parts.map(({ chunk, range }) => range?.extent ?? chunks[axis]![chunk]!));

/** One form for ranges that take the same: those of all are null, and steps behind the only element are 1. */
function canonical(range: Range | null, extents: readonly number[]): Range | null {
  if (range === null) return null;
  const { start, step, extent } = range;
  if (extent === shapeOf([extents])[0] && (step === 1 || extent <= 1)) return null;
  if (extent === 0) return { start: 0, step: 1, extent: 0 };
  return extent === 1 ? { start, step: 1, extent } : range;
}

/** Whether nothing is taken at all. */
export const isEmpty = (ranges: Ranges): boolean => ranges.some((range) => range?.extent === 0);

/** Ranges lie within the axes, whose extents are known where they are not whole. */
export function makeSlice(input: Node, given: Ranges): Node {
  const ranges = given.map((range, axis) => canonical(range, input.chunks[axis]!));
  if (ranges.every((range) => range === null)) return input;
  const chunks = slicedChunks(input.chunks, ranges);
  if (isKnown(chunks) && isEmpty(ranges)) return makeEmpty(input.dtype, chunks);
  return makeNode(slice, { params: { ranges }, inputs: [input], dtype: input.dtype, chunks });
}

/** An array without elements needs none of another. */
export function makeEmpty(dtype: Node['dtype'], chunks: Chunks): Node {
  const builder = new ProgramBuilder();
  return makeElementwise({ program: builder.build(builder.constant(0, dtype), []), axes: [] }, [], chunks);
}
