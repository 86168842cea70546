/** Blocks whose axes are runs along those of others: backwards, over and over, or of what is in none. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray, Element } from '../arrow/dtype.js';
import { steps } from './assemble.js';
import { copyRun, type Words, wordsOf, wordsPer } from './words.js';

/** Elements of an axis that come from one block: element i is the block's `from + floor((phase + i) / times) * step`. */
export interface Segment {
  /** Which of the blocks along the axis; -1 for none, where the fill is. */
  readonly block: number;
  readonly from: number;
  readonly step: number;
  readonly times: number;
  readonly phase: number;
  readonly extent: number;
}

export interface Runs {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The segments of each axis, in order. */
  readonly axes: readonly (readonly Segment[])[];
  /** How many blocks there are along each axis. */
  readonly grid: readonly number[];
  readonly fill?: Element;
}

/** The block of that shape whose axes are those runs along the blocks, which are given in C order. */
export function runs({ dtype, shape, axes, grid, fill }: Runs, ...blocks: Block<DType>[]): Block<DType> {
  const data = allocate(dtype, sizeOf(shape));
  if (fill !== undefined) (data as Float64Array).fill((typeof fill === 'boolean' ? Number(fill) : fill) as number);
  const stepsOut = steps(shape);
  const ndim = shape.length;
  /** Goes through the choices of a segment for each axis. */
  const choose = (axis: number, index: number, at: number, chosen: readonly Segment[]): void => {
    if (axis === ndim) {
      copyRuns(data, at, stepsOut, blocks[index]!, chosen);
      return;
    }
    let to = at;
    for (const segment of axes[axis]!) {
      if (segment.block >= 0) choose(axis + 1, index * grid[axis]! + segment.block, to, [...chosen, segment]);
      to += segment.extent * stepsOut[axis]!;
    }
  };
  choose(0, 0, 0, []);
  return { dtype, shape, data };
}

/** Copies what the segments choose of a block to where it begins in the target. */
function copyRuns(
  target: DTypeArray,
  begin: number,
  stepsOut: readonly number[],
  block: Block<DType>,
  segments: readonly Segment[],
): void {
  const stepsIn = steps(block.shape);
  const [to, from, size] = [wordsOf(target), wordsOf(block.data), wordsPer(target)];
  // Trailing axes that are whole in both lie in one run with the axis before them.
  let inner = segments.length - 1;
  while (inner > 0 && isWhole(segments[inner]!, block.shape[inner]!, stepsIn[inner - 1]!, stepsOut[inner - 1]!))
    inner--;
  const unit = inner < 0 ? 1 : stepsIn[inner]!;
  const places = segments.slice(0, inner + 1).map((segment, axis) => placesOf(segment, stepsIn[axis]! * size));
  const last = segments[inner];
  const isRun = last === undefined || (last.step === 1 && last.times === 1);
  const length = (last ? last.extent : 1) * unit * size;
  const copy = (axis: number, at: number, out: number): void => {
    if (axis < inner) {
      const along = places[axis]!;
      const step = stepsOut[axis]! * size;
      for (let i = 0; i < along.length; i++) copy(axis + 1, at + along[i]!, out + i * step);
    } else if (isRun) {
      const start = at + (places[inner]?.[0] ?? 0);
      copyRun(to, out, from, start, length);
    } else scatter(to, out, from, at, places[inner]!, unit * size);
  };
  if (!segments.some(({ extent }) => extent === 0)) copy(0, 0, begin * size);
}

const isWhole = (segment: Segment, extent: number, stepIn: number, stepOut: number): boolean =>
  segment.extent === extent && segment.step === 1 && segment.times === 1 && stepIn === stepOut;

/** Where along an axis of a block each element of a segment is. */
function placesOf({ from, step, times, phase, extent }: Segment, unit: number): Float64Array {
  const places = new Float64Array(extent);
  for (let i = 0; i < extent; i++) places[i] = (from + Math.floor((phase + i) / times) * step) * unit;
  return places;
}

/** Copies units of so many words from each of some places, one after another. */
function scatter(to: Words, out: number, from: Words, at: number, places: Float64Array, unit: number): void {
  if (unit === 1) {
    for (let i = 0; i < places.length; i++) to[out + i] = from[at + places[i]!]!;
  } else if (unit === 2) {
    for (let i = 0; i < places.length; i++) {
      const start = at + places[i]!;
      to[out + 2 * i] = from[start]!;
      to[out + 2 * i + 1] = from[start + 1]!;
    }
  } else {
    for (let i = 0; i < places.length; i++) copyRun(to, out + i * unit, from, at + places[i]!, unit);
  }
}
