/** What elementwise nodes and reductions share: a program over several arrays that are walked through together. */
import type { Program } from '../expr/program.js';
import type { Key } from '../graph/task.js';
import { type Chunks, chunkShape, gridOf, indexIn, sameExtents, startsOf } from './chunks.js';
import type { Node } from './node.js';

export interface WalkParams {
  readonly program: Program;
  /** For each input the axis of the walk that each of its own axes is, or -1 for one of one element that is none. */
  readonly axes: readonly (readonly number[])[];
}

/** The parameters and dependencies of the task at a place of the walk over `space`. */
export function walkAt(
  { program, axes, beside = program }: WalkParams & { readonly beside?: Program },
  inputs: readonly Node[],
  space: Chunks,
) {
  const grids = inputs.map(({ chunks }) => gridOf(chunks));
  const starts = space.map(startsOf);
  const asksWhere = [program, beside].some(({ steps }) => steps.some(({ op }) => op === 'index'));
  // Where an input has the extent of an axis, the block tells it; else the task does.
  const isTold = space.every((extents, axis) =>
    inputs.some(({ chunks }, i) => axes[i]!.some((at, own) => at === axis && sameExtents(chunks[own]!, extents))),
  );
  const common = { program, axes, ndim: space.length };
  return (place: readonly number[], keys: readonly (readonly Key[])[]) => ({
    params: {
      ...common,
      ...(!isTold && { shape: chunkShape(space, place) }),
      ...(asksWhere && { origin: place.map((at, axis) => starts[axis]![at]!) }),
    },
    deps: inputs.map((_, i) => {
      const own = axes[i]!.map((axis, at) => (axis < 0 || grids[i]![at] === 1 ? 0 : place[axis]!));
      return keys[i]![indexIn(grids[i]!, own)]!;
    }),
  });
}
