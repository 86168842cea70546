/** The memory of a thread in which it solves one binary problem after another, and the assembled steps that work in it. */

import { compileModule, createMemory } from '../../kernels/wasm/instance.js';
import { frame, frameBytes } from './frame.js';
import { padded, type RowBuffers } from './row-cache.js';
import type { KernelMatrix } from './sources.js';
import { stepsCode } from './steps-code.js';

/**
 * Arrays for problems of up to `capacity` items, used again by one problem after another. A workspace is good until the
 * next one is made.
 *
 * An item is in I_up when yα may grow (y = +1 below its bound, y = −1 above zero) and in I_low when it may shrink.
 * `upper` and `lower` hold 0 for members and −∞ for others, so that adding them masks a candidate without a branch.
 * Up to three positions after the active ones are masked: vector loops run over them.
 */
export interface Workspace extends RowBuffers {
  /** What the assembled steps know of the state, in words; see `frame`. */
  readonly frame: Int32Array;
  readonly g: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** The part of g due to items at their upper bound. */
  readonly bounded: Float64Array;
  /** Position -> index of the item in the problem. */
  readonly order: Int32Array;
  readonly y: Float64Array;
  readonly alpha: Float64Array;
  readonly bound: Float64Array;
  /** 1 where α is at its upper bound. */
  readonly atBound: Int32Array;
  /** The positions that came to (+) or left (−) their bound since the last look at them, each plus one, in order. */
  readonly changes: Int32Array;
}

/** At most so many steps are taken from one shrinking to the next. */
export const shrinkPeriod = 1000;

interface StepsCode {
  takeSteps(budget: number, tol: number): number;
  gather(from: number, items: number, itemsEnd: number, to: number): void;
}

/** Who makes the rows that the steps miss: the cache of the problem that is being solved. */
interface RowSupply {
  /** The slot of the row of the item at `position`. */
  fill(position: number): number;
}

let supply: RowSupply | undefined;
const memory = createMemory();
const code = compileModule<StepsCode>(stepsCode(), { memory, fillRow: (position: number) => supply!.fill(position) });

/** Runs `takeSteps` over what the frame says, with missing rows made by `rows`. */
export function runSteps(rows: RowSupply, budget: number, tol: number): number {
  supply = rows;
  return code.takeSteps(budget, tol);
}

/** The id of the kernel matrix that the memory holds behind the frame. */
let resident: string | undefined;
const maxResidentBytes = 64 * 2 ** 20;

/**
 * A workspace for problems of up to `capacity` items that keep up to `values` kernel values; a `matrix` that is not too
 * large is copied in before it, and stays for the next workspace.
 */
export function createWorkspace(capacity: number, values: number, matrix?: KernelMatrix): Workspace {
  const held = matrix && matrix.values.byteLength <= maxResidentBytes ? matrix : undefined;
  const length = padded(capacity);
  const size = 8 * length;
  const g = frameBytes + (held ? 8 * Math.ceil(held.values.length / 2) : 0);
  const items = g + 10 * size;
  const changes = items + 5 * (size / 2);
  const rows = changes + 8 * maxChanges(length);
  reserve(rows + 4 * values);
  const { buffer } = memory;
  if (held && resident !== held.id) new Float32Array(buffer, frameBytes, held.values.length).set(held.values);
  resident = held?.id;
  const doubles = (index: number) => new Float64Array(buffer, g + index * size, length);
  const integers = (index: number) => new Int32Array(buffer, items + index * (size / 2), length);
  const workspace: Workspace = {
    frame: new Int32Array(buffer, 0, frameBytes / 4),
    g: doubles(0),
    upper: doubles(1),
    lower: doubles(2),
    diagonal: doubles(3),
    // The fifth is scratch space: the decrease of the objective that every second item promises.
    y: doubles(5),
    alpha: doubles(6),
    bound: doubles(7),
    bounded: doubles(8),
    lastUse: doubles(9),
    clock: new Float64Array(buffer, frame.clock, 1),
    items: integers(0),
    slotOf: integers(1),
    positionOf: integers(2),
    order: integers(3),
    atBound: integers(4),
    changes: new Int32Array(buffer, changes, maxChanges(length)),
    values: new Float32Array(buffer, rows, values),
    gather:
      held &&
      ((item: number, columns: number, start: number) => {
        code.gather(frameBytes + 4 * item * held.width, items, items + 4 * padded(columns), rows + 4 * start);
      }),
  };
  const distance = (array: Float64Array) => array.byteOffset - g;
  const words: readonly (readonly [address: number, value: number])[] = [
    [frame.g, g],
    [frame.toUpper, distance(workspace.upper)],
    [frame.toLower, distance(workspace.lower)],
    [frame.toDiagonal, distance(workspace.diagonal)],
    [frame.toDecrease, 4 * size],
    [frame.toY, distance(workspace.y)],
    [frame.toAlpha, distance(workspace.alpha)],
    [frame.toBound, distance(workspace.bound)],
    [frame.atBound, workspace.atBound.byteOffset],
    [frame.slotOf, workspace.slotOf.byteOffset],
    [frame.lastUse, workspace.lastUse.byteOffset],
    [frame.values, rows],
  ];
  for (const [address, value] of words) workspace.frame[address / 4] = value;
  return workspace;
}

/** Two for every step until they are looked at, which is at every shrinking; an even number. */
const maxChanges = (items: number): number => 2 * Math.min(items, shrinkPeriod);

function reserve(bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
