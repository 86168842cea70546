/** Arrays with more around them. */

import type { Element } from '../arrow/dtype.js';
import { castElement, isInteger } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { evenly, largest, shapeOf } from '../plan/chunks.js';
import { makeConcatenate } from '../plan/concatenate.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import type { Run } from '../plan/runs.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { type Axis, flipNode, partNode, withAxes } from './rearrange.js';
import { checkKnown } from './shape.js';

/** One for both ends of all axes, or both ends of all, or both ends of each. */
export type PerEnd<T> = T | readonly [T, T] | readonly (readonly [T, T])[];

const modes = ['constant', 'edge', 'reflect', 'symmetric', 'wrap', 'linear_ramp', 'empty'] as const;
export type PadMode = (typeof modes)[number];

export interface PadOptions {
  /** What is at the ends in mode 'constant', 0 unless told. */
  readonly constantValues?: PerEnd<Element>;
  /** What mode 'linear_ramp' goes to, 0 unless told. */
  readonly endValues?: PerEnd<number>;
}

export function padNode(
  input: Node,
  padWidth: PerEnd<number>,
  mode: PadMode,
  { constantValues = 0, endValues = 0 }: PadOptions,
): Node {
  checkKnown(input, 'pad');
  if (!modes.includes(mode)) {
    throw new InputError(
      `pad has no mode ${typeof mode === 'string' ? JSON.stringify(mode) : describe(mode)}; there are ${modes.join(', ')}`,
    );
  }
  const ndim = input.chunks.length;
  const widths = perEnd(padWidth, ndim, 'pad');
  for (const width of widths.flat()) {
    if (!Number.isInteger(width) || width < 0) {
      throw new InputError(`pad takes whole widths of 0 or more, got ${String(width)}`);
    }
  }
  if (mode === 'linear_ramp') {
    const ends = perEnd(endValues, ndim, 'pad');
    return widths.reduce((node, width, axis) => rampAxis(node, axis, width, ends[axis]!), input);
  }
  if (mode === 'constant' || mode === 'empty') {
    return padConstant(input, widths, mode === 'empty' ? 0 : constantValues);
  }
  const shape = shapeOf(input.chunks);
  const padded = widths.flatMap(([before, after], axis): [number, Axis][] => {
    if (before === 0 && after === 0) return [];
    if (shape[axis] === 0) {
      throw new InputError(`pad: axis ${axis} is empty, so only the modes constant and empty can extend it`);
    }
    const runs = runsOf[mode](shape[axis]!, before, after);
    return [[axis, { runs, cut: paddedCut(input.chunks[axis]!, before, after) }]];
  });
  return withAxes(input, new Map(padded), 'pad');
}

/** Both ends of each axis. */
function perEnd<T extends Element>(given: PerEnd<T>, ndim: number, who: string): (readonly [T, T])[] {
  if (!Array.isArray(given)) return Array.from({ length: ndim }, () => [given as T, given as T] as const);
  const all = given as readonly (T | readonly [T, T])[];
  if (all.length === 2 && all.every((one) => !Array.isArray(one))) {
    return Array.from({ length: ndim }, () => [all[0], all[1]] as unknown as readonly [T, T]);
  }
  const isPairs = all.every((one) => Array.isArray(one) && one.length === 2);
  if (isPairs && all.length === ndim) return all as (readonly [T, T])[];
  if (isPairs && all.length === 1) return Array.from({ length: ndim }, () => all[0] as readonly [T, T]);
  throw new InputError(
    `${who} takes one number, [before, after], or that for each of the ${ndim} axes, got ${describe(given)}`,
  );
}

/** What is added goes to the chunks at the ends, or into chunks of its own where it is more than the largest. */
function paddedCut(chunks: readonly number[], before: number, after: number): number[] {
  const most = largest(chunks) || Number.POSITIVE_INFINITY;
  const cut = [...chunks];
  if (before <= most) cut[0]! += before;
  if (after <= most) cut[cut.length - 1]! += after;
  return [...(before > most ? evenly(before, most) : []), ...cut, ...(after > most ? evenly(after, most) : [])];
}

function padConstant(input: Node, widths: readonly (readonly [number, number])[], values: PerEnd<Element>): Node {
  const shape = shapeOf(input.chunks);
  const axisOf = ([before, after]: readonly [number, number], axis: number): Axis => ({
    runs: [{ extent: before }, { from: 0, extent: shape[axis]! }, { extent: after }].filter(({ extent }) => extent > 0),
    cut: paddedCut(input.chunks[axis]!, before, after),
  });
  const isPadded = ([before, after]: readonly [number, number]) => before > 0 || after > 0;
  if (!Array.isArray(values)) {
    const axes = widths.flatMap((width, axis): [number, Axis][] =>
      isPadded(width) ? [[axis, axisOf(width, axis)]] : [],
    );
    return withAxes(input, new Map(axes), 'pad', castElement(values as Element, input.dtype));
  }
  // Values that differ: one end after the other, and in the corners is that of the last axis.
  const ends = perEnd(values as PerEnd<Element>, shape.length, 'pad');
  return widths.reduce((node, [before, after], axis) => {
    const first = padConstant(node, only(axis, [before, 0], shape.length), ends[axis]![0]);
    return padConstant(first, only(axis, [0, after], shape.length), ends[axis]![1]);
  }, input);
}

const only = (axis: number, width: readonly [number, number], ndim: number): (readonly [number, number])[] =>
  Array.from({ length: ndim }, (_, at) => (at === axis ? width : [0, 0]));

type Extending = Exclude<PadMode, 'constant' | 'linear_ramp' | 'empty'>;

/** The runs of an axis of `n` elements with more before and after. */
const runsOf: Readonly<Record<Extending, (n: number, before: number, after: number) => Run[]>> = {
  edge: (n, before, after) =>
    [
      { from: 0, times: Math.max(1, before), extent: before },
      { from: 0, extent: n },
      { from: n - 1, times: Math.max(1, after), extent: after },
    ].filter(({ extent }) => extent > 0),
  wrap: (n, before, after) => periodic(n, before, after, (turn) => ({ from: turn * n, step: 1, extent: n })),
  symmetric: (n, before, after) =>
    periodic(n, before, after, (turn) => ({ from: turn * n, step: turn % 2 === 0 ? 1 : -1, extent: n })),
  // Without the edge twice: parts of n - 1 elements, forwards and backwards; all alike where there is only one.
  reflect: (n, before, after) =>
    n === 1
      ? runsOf.edge(n, before, after)
      : periodic(n, before, after, (turn) => ({ from: turn * (n - 1), step: turn % 2 === 0 ? 1 : -1, extent: n - 1 })),
};

/**
 * The runs of an axis that goes on in parts, of which `part` tells where the `turn`-th lies in the axis gone on; those with
 * steps of -1 begin at the other end: the elements of each part are the first ones of the axis, or those from its last on.
 */
function periodic(
  n: number,
  before: number,
  after: number,
  part: (turn: number) => { readonly from: number; readonly step: number; readonly extent: number },
): Run[] {
  const period = part(0).extent;
  const runs: Run[] = [];
  for (let turn = Math.floor(-before / period); turn * period < n + after; turn++) {
    const { from, step, extent } = part(turn);
    const begin = Math.max(from, -before);
    const end = Math.min(from + extent, n + after);
    if (end <= begin) continue;
    runs.push({ from: step > 0 ? begin - from : n - 1 - (begin - from), step, extent: end - begin });
  }
  return runs;
}

/** Ramps from what an axis ends with to the values that it goes to, as `numpy.linspace` makes them. */
function rampAxis(
  input: Node,
  axis: number,
  [before, after]: readonly [number, number],
  ends: readonly [number, number],
) {
  const extent = shapeOf(input.chunks)[axis]!;
  if (before + after === 0) return input;
  if (extent === 0)
    throw new InputError(`pad: axis ${axis} is empty, so only the modes constant and empty can extend it`);
  const left = ramp(partNode(input, axis, 0, 1), axis, before, ends[0]);
  const right = flipNode(ramp(partNode(input, axis, extent - 1, extent), axis, after, ends[1]), axis, 'pad');
  const parts = [...(before > 0 ? [left] : []), input, ...(after > 0 ? [right] : [])];
  return makeConcatenate(parts, axis);
}

/** From `end` on to before the elements of an edge. */
function ramp(edge: Node, axis: number, width: number, end: number): Node {
  const { dtype } = edge;
  const builder = new ProgramBuilder();
  const start = builder.constant(end, 'float64');
  const span = builder.call('subtract', builder.cast(builder.input(0, dtype), 'float64'), start);
  const step = builder.call('divide', span, builder.constant(width, 'float64'));
  const walked = builder.call('multiply', builder.cast(builder.index(axis), 'float64'), step);
  const value = builder.call('add', walked, start);
  const program = builder.build(builder.cast(isInteger(dtype) ? builder.call('floor', value) : value, dtype));
  const axes = [edge.chunks.map((_, at) => at)];
  return makeElementwise({ program, axes }, [edge], edge.chunks.with(axis, width > 0 ? [width] : [0]));
}
