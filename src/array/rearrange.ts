/** Arrays whose axes are runs along those of another: backwards, shifted, over and over, or with more around. */

import type { Element } from '../arrow/dtype.js';
import { checkChunkCount, evenly, formatShape, largest, shapeOf } from '../plan/chunks.js';
import { makeConcatenate } from '../plan/concatenate.js';
import type { Node } from '../plan/node.js';
import { makeRuns, type Run } from '../plan/runs.js';
import { makeSlice } from '../plan/slice.js';
import { InputError } from '../util/errors.js';
import { checkAxes, checkAxis, checkNumbers } from './axes.js';
import { checkKnown, reshapeNode } from './shape.js';

/** What an axis becomes: its runs and its chunks. */
export interface Axis {
  readonly runs: readonly Run[];
  readonly cut: readonly number[];
}

/** The node whose axes are as `axes` says, by number; the others stay. */
export function withAxes(input: Node, axes: ReadonlyMap<number, Axis>, who: string, fill?: Element): Node {
  checkKnown(input, who);
  if (axes.size === 0) return input;
  return makeRuns(
    input,
    input.chunks.map((_, axis) => axes.get(axis)?.runs ?? null),
    input.chunks.map((_, axis) => axes.get(axis)?.cut ?? null),
    fill,
  );
}

export function flipNode(input: Node, axis: number | readonly number[] | null | undefined, who: string): Node {
  checkKnown(input, who);
  const axes = checkAxes(axis, input.chunks.length, who);
  const extents = shapeOf(input.chunks);
  return makeSlice(
    input,
    extents.map((extent, at) => (axes.includes(at) ? { start: extent - 1, step: -1, extent } : null)),
  );
}

export function rollNode(
  input: Node,
  shift: number | readonly number[],
  axis: number | readonly number[] | null | undefined,
): Node {
  checkKnown(input, 'roll');
  const shape = shapeOf(input.chunks);
  const shifts = checkNumbers(shift, 'roll', 'a whole shift, or one for each axis');
  const wrong = shifts.find((by) => !Number.isInteger(by));
  if (wrong !== undefined) throw new InputError(`roll takes whole shifts, got ${wrong}`);
  if (axis === undefined || axis === null) {
    const flat = reshapeNode(input, -1, 'roll');
    const sum = shifts.reduce((total, by) => total + by, 0);
    return reshapeNode(rollNode(flat, sum, 0), shape, 'roll');
  }
  const axes = checkNumbers(axis, 'roll', 'an axis or a list of axes').map((at) => checkAxis(at, shape.length, 'roll'));
  if (axes.length !== shifts.length && axes.length !== 1 && shifts.length !== 1) {
    throw new InputError(`roll takes a shift for each axis, got ${shifts.length} for ${axes.length}`);
  }
  const total = new Map<number, number>();
  for (let i = 0; i < Math.max(axes.length, shifts.length); i++) {
    const at = axes.length === 1 ? axes[0]! : axes[i]!;
    total.set(at, (total.get(at) ?? 0) + (shifts.length === 1 ? shifts[0]! : shifts[i]!));
  }
  const rolled = [...total].flatMap(([at, by]): [number, Axis][] => {
    const extent = shape[at]!;
    const begin = extent === 0 ? 0 : (((-by % extent) + extent) % extent) + 0;
    if (begin === 0) return [];
    const runs = [
      { from: begin, extent: extent - begin },
      { from: 0, extent: begin },
    ];
    return [[at, { runs, cut: input.chunks[at]! }]];
  });
  return withAxes(input, new Map(rolled), 'roll');
}

const checkCount = (count: number, who: string): number => {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new InputError(`${who} takes whole numbers of repetitions of 0 or more, got ${count}`);
};

export function repeatNode(input: Node, asked: number | readonly number[], axis: number | null | undefined): Node {
  checkKnown(input, 'repeat');
  const repeats = checkNumbers(asked, 'repeat', 'a whole number of repetitions, or one for each element');
  if (axis === undefined || axis === null) return repeatNode(reshapeNode(input, -1, 'repeat'), repeats, 0);
  const at = checkAxis(axis, input.chunks.length, 'repeat');
  const shape = shapeOf(input.chunks);
  const extent = shape[at]!;
  if (repeats.length === 1) {
    const times = checkCount(repeats[0]!, 'repeat');
    if (times === 1) return input;
    const runs = times === 0 ? [] : [{ from: 0, times, extent: extent * times }];
    // Chunks stay as large as they are.
    const most = Math.max(1, largest(input.chunks[at]!));
    const cut = times === 0 ? [0] : input.chunks[at]!.flatMap((own) => evenly(own * times, most));
    return withAxes(input, new Map([[at, { runs, cut }]]), 'repeat');
  }
  if (repeats.length !== extent) {
    throw new InputError(
      `repeat takes one number, or one for each of the ${extent} elements of axis ${at} of the shape ${formatShape(shape)}, got ${repeats.length}`,
    );
  }
  const runs: { from: number; times: number; extent: number }[] = [];
  repeats.forEach((count, from) => {
    const times = checkCount(count, 'repeat');
    const last = runs.at(-1);
    if (times === 0) return;
    if (last?.times === times && last.from + last.extent / times === from) last.extent += times;
    else runs.push({ from, times, extent: times });
  });
  const total = repeats.reduce((sum, times) => sum + times, 0);
  return withAxes(
    input,
    new Map([[at, { runs, cut: evenly(total, Math.max(1, largest(input.chunks[at]!))) }]]),
    'repeat',
  );
}

/** For an array of as many axes as `reps` has. */
export function tileNode(input: Node, reps: readonly number[]): Node {
  const shape = shapeOf(input.chunks);
  const tiled = reps.flatMap((times, at): [number, Axis][] => {
    if (checkCount(times, 'tile') === 1) return [];
    checkChunkCount(times * input.chunks[at]!.length);
    const runs = Array.from({ length: times }, () => ({ from: 0, extent: shape[at]! }));
    const cut = times === 0 ? [0] : Array.from({ length: times }, () => input.chunks[at]!).flat();
    return [[at, { runs, cut }]];
  });
  return withAxes(input, new Map(tiled), 'tile');
}

/** The elements of an axis from `from` to before `to`. */
export const partNode = (input: Node, axis: number, from: number, to: number): Node =>
  makeSlice(
    input,
    input.chunks.map((_, at) => (at === axis ? { start: from, step: 1, extent: to - from } : null)),
  );

/** Without the elements of an axis that `gone` says. */
export function deleteNode(input: Node, gone: number | readonly number[], axis: number | null | undefined): Node {
  checkKnown(input, 'delete');
  if (axis === undefined || axis === null) return deleteNode(reshapeNode(input, -1, 'delete'), gone, 0);
  const at = checkAxis(axis, input.chunks.length, 'delete');
  const extent = shapeOf(input.chunks)[at]!;
  const indices = checkNumbers(gone, 'delete', 'an index or a list of them');
  const places = placesIn(indices, extent, extent - 1, 'delete');
  const sorted = [...new Set(places)].sort((a, b) => a - b);
  const ends = [...sorted, extent];
  const kept = ends.flatMap((end, i) => {
    const from = i === 0 ? 0 : ends[i - 1]! + 1;
    return end > from ? [partNode(input, at, from, end)] : [];
  });
  return kept.length > 0 ? makeConcatenate(kept, at) : partNode(input, at, 0, 0);
}

/** Places along an axis from 0 on, up to `last`. Raises {@link InputError} for others. */
export function placesIn(indices: readonly number[], extent: number, last: number, who: string): number[] {
  return indices.map((index) => {
    if (Number.isInteger(index) && index >= -extent && index <= last) return index < 0 ? index + extent : index;
    throw new InputError(`${who}: index ${index} is out of bounds for an axis of ${extent} elements`);
  });
}
