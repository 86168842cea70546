/** Elements of blocks at places that are listed, or told by other blocks. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import { type DType, isBig } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';
import { steps as stepsOf } from './assemble.js';
import { copyListed, multiples, scaled } from './strided.js';

/** Of one block, which elements along the axes that are indexed, and which of the taken ones they are. */
export interface Pick {
  /** One list for each indexed axis. */
  readonly from: readonly Int32Array[];
  readonly to: Int32Array;
}

export interface Taking {
  /** The indexed axes. */
  readonly axes: readonly number[];
  /** How many of the other axes come before those of what is taken. */
  readonly at: number;
  /** The shape in which the elements are taken. */
  readonly shape: readonly number[];
  /** One for each block. */
  readonly picks: readonly Pick[];
}

/** The block of elements taken from several; at each place of the indexed axes all that lies along the others. */
export function take({ axes, at, shape, picks }: Taking, ...blocks: Block<DType>[]): Block<DType> {
  const [{ dtype, shape: first }] = blocks as [Block<DType>];
  const kept = first.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const extents = kept.map((axis) => first[axis]!);
  const whole = [...extents.slice(0, at), ...shape, ...extents.slice(at)];
  const data = allocate(dtype, sizeOf(whole));
  const own = stepsOf(whole);
  const to = [...own.slice(0, at), ...own.slice(at + shape.length)];
  const step = sizeOf(extents.slice(at));
  blocks.forEach((block, i) => {
    const steps = stepsOf(block.shape);
    const pick = picks[i]!;
    const places = {
      to: scaled(pick.to, step),
      from: sumOf(
        pick.from,
        axes.map((axis) => steps[axis]!),
      ),
    };
    copyListed(data, block.data, places, { extents, to, from: kept.map((axis) => steps[axis]!) });
  });
  return { dtype, shape: whole, data };
}

function sumOf(lists: readonly Int32Array[], steps: readonly number[]): Int32Array {
  const sums = new Int32Array(lists[0]!.length);
  lists.forEach((list, axis) => {
    const step = steps[axis]!;
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + list[i]! * step;
  });
  return sums;
}

/** The places along an axis that a block of integers tells. Raises {@link InputError} for those that do not exist. */
export function placesOf({ dtype, data }: Block<DType>, extent: number, axis: number): Int32Array {
  const places = new Int32Array(data.length);
  for (let i = 0; i < places.length; i++) {
    const index = isBig(dtype) ? Number(data[i]) : (data[i] as number);
    if (index < -extent || index >= extent) {
      throw new InputError(`index ${index} is out of bounds for axis ${axis} of ${extent} elements`);
    }
    places[i] = index < 0 ? index + extent : index;
  }
  return places;
}

/** What a block has at the places along an axis that a block of integers tells, in the shape of that. */
export function takeBlock(
  { axis }: { readonly axis: number },
  block: Block<DType>,
  indices: Block<DType>,
): Block<DType> {
  const from = [placesOf(indices, block.shape[axis]!, axis)];
  const to = multiples(from[0]!.length);
  return take({ axes: [axis], at: axis, shape: indices.shape, picks: [{ from, to }] }, block);
}

/** For each index, the element there along the axis, at the same place along the others; those of one element are repeated. */
export function takeAlong(
  { axis }: { readonly axis: number },
  block: Block<DType>,
  indices: Block<DType>,
): Block<DType> {
  const found = placesOf(indices, block.shape[axis]!, axis);
  const shape = indices.shape.map((extent, at) => (at === axis || extent !== 1 ? extent : block.shape[at]!));
  const data = allocate(block.dtype, sizeOf(shape));
  const own = stepsOf(block.shape);
  // Where the lines along the axis begin in the block, of which one element is taken.
  const from = walked(
    shape,
    block.shape.map((extent, at) => (at === axis || extent === 1 ? 0 : own[at]!)),
  );
  const given = walked(
    shape,
    stepsOf(indices.shape).map((step, at) => (indices.shape[at] === 1 ? 0 : step)),
  );
  const step = own[axis]!;
  for (let i = 0; i < from.length; i++) from[i] = from[i]! + found[given[i]!]! * step;
  const to = multiples(from.length);
  copyListed(data, block.data, { to, from }, { extents: [], to: [], from: [] });
  return { dtype: block.dtype, shape, data };
}

/** Where each element of a walk in C order is. */
function walked(shape: readonly number[], steps: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(shape));
  let filled = Math.min(1, places.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const step = steps[axis]!;
    for (let i = 1; i < shape[axis]! && filled > 0; i++) {
      const shift = i * step;
      const start = i * filled;
      for (let j = 0; j < filled; j++) places[start + j] = places[j]! + shift;
    }
    filled *= shape[axis]!;
  }
  return places;
}
