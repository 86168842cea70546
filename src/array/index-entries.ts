/** An index as a user writes it, read entry by entry: which axes each is of, all numbers counted from 0 and within them. */
import type { Block } from '../arrow/block.js';
import { type DType, type DTypeArray, isInteger } from '../arrow/dtype.js';
import { truePlaces } from '../kernels/mask.js';
import type { Range } from '../kernels/slice.js';
import { type Chunks, formatShape, shapeOf } from '../plan/chunks.js';
import type { Node } from '../plan/node.js';
import { InputError } from '../util/errors.js';
import { ArrayCore } from './core.js';
import type { Nested } from './ndarray.js';
import { toBlock } from './operands.js';

/** A new axis of one element. */
export const newaxis: unique symbol = Symbol('newaxis');
/** As many whole axes as the other entries leave. */
export const ellipsis: unique symbol = Symbol('ellipsis');

/** `[start, stop]` or `[start, stop, step]`, null for a default; `[]` is a whole axis. */
export type RangeLike = readonly (number | null)[];

/** Integers in any shape, or a mask of booleans: in memory, or computed. */
export type IndexArray = ArrayCore | Block<DType> | DTypeArray | readonly boolean[] | readonly (readonly Nested[])[];

/**
 * What stands for one axis in an index: an integer, which takes the axis away; a range, also as text `'1:10:2'`, where
 * `':'` is all; integers or a mask in an array; `array.newaxis`; `array.ellipsis` or `'...'`.
 */
export type IndexEntry = number | bigint | RangeLike | string | typeof newaxis | typeof ellipsis | IndexArray;

/** An entry for each axis, those left out whole; one that is no plain array may stand alone. */
export type Index = readonly IndexEntry[] | Exclude<IndexEntry, readonly unknown[]>;

/** An entry that is read. */
export type Entry =
  | { readonly kind: 'newaxis' }
  /** Where an ellipsis was, which parts what stands around it. */
  | { readonly kind: 'gap' }
  | { readonly kind: 'integer'; readonly axis: number; readonly at: number }
  | { readonly kind: 'range'; readonly axis: number; readonly range: Range | null }
  /** Places in memory. */
  | { readonly kind: 'list'; readonly axis: number; readonly shape: readonly number[]; readonly places: Int32Array }
  /** Places that are computed. */
  | { readonly kind: 'by'; readonly axis: number; readonly node: Node }
  /** A computed mask over the axes from `axis` on. */
  | { readonly kind: 'mask'; readonly axis: number; readonly node: Node };

/** An entry before it is known which axes it is of: how many these are, and what it is there. */
type Reader =
  | 'ellipsis'
  | { readonly ndim: number; readonly read: (axis: number, shape: readonly number[]) => readonly Entry[] };

const gap: Reader = { ndim: 0, read: () => [{ kind: 'gap' }] };

const isText = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/;

/** The entries of an index into an array of these chunks. Raises {@link InputError} for what does not exist. */
export function readIndex(index: Index, chunks: Chunks, who: string): readonly Entry[] {
  const items = Array.isArray(index) ? (index as readonly IndexEntry[]) : [index as IndexEntry];
  const shape = shapeOf(chunks);
  const readers = items.map((item) => readerOf(item, who));
  const taken = readers.reduce((sum, reader) => sum + (reader === 'ellipsis' ? 0 : reader.ndim), 0);
  if (taken > shape.length) {
    throw new InputError(
      `${who}: too many indices: there are ${taken} for the ${shape.length} axes of the shape ${formatShape(shape)}`,
    );
  }
  const rest = Array.from({ length: shape.length - taken }, () => rangeReader([null, null], who));
  const open = readers.indexOf('ellipsis');
  if (open !== readers.lastIndexOf('ellipsis')) throw new InputError(`${who}: an index has one ellipsis at most`);
  const all = open < 0 ? [...readers, ...rest] : readers.toSpliced(open, 1, gap, ...rest);
  let axis = 0;
  return all.flatMap((reader) => {
    const { ndim, read } = reader as Exclude<Reader, 'ellipsis'>;
    const entries = read(axis, shape);
    axis += ndim;
    return entries;
  });
}

function readerOf(item: IndexEntry, who: string): Reader {
  if (item === ellipsis || item === '...') return 'ellipsis';
  if (item === newaxis) return { ndim: 0, read: () => [{ kind: 'newaxis' }] };
  if (typeof item === 'number' || typeof item === 'bigint') return integerReader(Number(item), who);
  if (typeof item === 'string') {
    const match = isText.exec(item);
    if (!match)
      throw new InputError(`${who}: ${JSON.stringify(item)} is no index: write a range as "start:stop:step", or "..."`);
    return rangeReader(
      match.slice(1).map((text) => (text === undefined ? null : Number(text))),
      who,
    );
  }
  if (item instanceof ArrayCore) return computedReader(item.node, who);
  if (Array.isArray(item) && item.every((one) => one === null || typeof one === 'number')) {
    if (item.length > 3 || item.length === 1) {
      throw new InputError(
        `${who}: a plain array of numbers is a range, [start, stop] or [start, stop, step], got ${item.length} numbers: give integers as a typed array, Int32Array.of(${item.slice(0, 3)}${item.length > 3 ? ', …' : ''})`,
      );
    }
    return rangeReader(item as RangeLike, who);
  }
  if (item === null || item === undefined || typeof item === 'boolean') {
    throw new InputError(
      `${who}: ${String(item)} is no index of an axis: ':' is a whole one, and array.newaxis a new one`,
    );
  }
  return blockReader(toBlock(item, who), who);
}

const integerReader = (index: number, who: string): Reader => ({
  ndim: 1,
  read: (axis, shape) => [{ kind: 'integer', axis, at: placeIn(index, axis, shape, who) }],
});

/** An index from 0 on. Raises {@link InputError} for one that does not exist. */
export function placeIn(index: number, axis: number, shape: readonly number[], who: string): number {
  const extent = knownExtent(axis, shape, who);
  if (Number.isInteger(index) && index >= -extent && index < extent) return index < 0 ? index + extent : index + 0;
  const what = Number.isInteger(index) ? 'is out of bounds' : 'is no integer';
  throw new InputError(`${who}: index ${index} ${what} for axis ${axis} of ${extent} elements`);
}

function knownExtent(axis: number, shape: readonly number[], who: string): number {
  const extent = shape[axis]!;
  if (!Number.isNaN(extent)) return extent;
  throw new InputError(
    `${who}: axis ${axis} of the shape ${formatShape(shape)} has an unknown extent: use computeChunkSizes first`,
  );
}

function rangeReader(given: RangeLike, who: string): Reader {
  const [start = null, stop = null, step = null] = given;
  const wrong = [start, stop, step].find((one) => one !== null && !Number.isInteger(one));
  if (wrong !== undefined) throw new InputError(`${who}: ranges have integers and null, got ${wrong}`);
  if (step === 0) throw new InputError(`${who}: the step of a range is 0: it goes forwards or backwards`);
  return {
    ndim: 1,
    read: (axis, shape) => {
      const isWhole = start === null && stop === null && (step ?? 1) === 1;
      const range = isWhole ? null : rangeIn(start, stop, step ?? 1, knownExtent(axis, shape, who));
      return [{ kind: 'range', axis, range }];
    },
  };
}

/** As Python's `slice.indices`. */
export function rangeIn(start: number | null, stop: number | null, step: number, extent: number): Range {
  const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
  const within = (index: number): number => Math.min(high, Math.max(low, index < 0 ? index + extent : index));
  const from = start === null ? (step > 0 ? low : high) : within(start);
  const to = stop === null ? (step > 0 ? high : low) : within(stop);
  return { start: from, step, extent: Math.max(0, Math.ceil((to - from) / step)) };
}

function computedReader(node: Node, who: string): Reader {
  const { dtype, chunks } = node;
  if (dtype === 'bool') {
    if (chunks.length === 0) throw new InputError(`${who}: a mask has an axis at least, got a single bool`);
    return {
      ndim: chunks.length,
      read: (axis, shape) => {
        checkMask(shapeOf(chunks), axis, shape, who);
        return [{ kind: 'mask', axis, node }];
      },
    };
  }
  checkIntegers(dtype, who);
  return { ndim: 1, read: (axis) => [{ kind: 'by', axis, node }] };
}

function checkIntegers(dtype: DType, who: string): void {
  if (!isInteger(dtype)) throw new InputError(`${who}: arrays in an index are of integers or bool, got ${dtype}`);
}

/** Extents fit where either is unknown. */
function checkMask(mask: readonly number[], axis: number, shape: readonly number[], who: string): void {
  const wrong = mask.findIndex((extent, i) => Math.abs(extent - shape[axis + i]!) > 0);
  if (wrong >= 0 || axis + mask.length > shape.length) {
    const where = mask.length === 1 ? `axis ${axis}` : `the axes from ${axis} on`;
    throw new InputError(
      `${who}: a mask of shape ${formatShape(mask)} does not fit ${where} of the shape ${formatShape(shape)}`,
    );
  }
}

function blockReader(block: Block<DType>, who: string): Reader {
  const { dtype, shape: own, data } = block;
  if (dtype === 'bool') {
    if (own.length === 0) throw new InputError(`${who}: a mask has an axis at least, got a single bool`);
    return {
      ndim: own.length,
      read: (axis, shape) => {
        for (let i = 0; i < own.length; i++) knownExtent(axis + i, shape, who);
        checkMask(own, axis, shape, who);
        return listsOfMask(block as Block<'bool'>, axis);
      },
    };
  }
  if (data.length > 0) checkIntegers(dtype, who);
  if (own.length === 0) return integerReader(Number(data[0]), who);
  return {
    ndim: 1,
    read: (axis, shape) => [{ kind: 'list', axis, shape: own, places: placesIn(data, axis, shape, who) }],
  };
}

/** Indices along an axis from 0 on. Raises {@link InputError} for one that does not exist. */
export function placesIn(data: DTypeArray, axis: number, shape: readonly number[], who: string): Int32Array {
  const places = new Int32Array(data.length);
  for (let i = 0; i < places.length; i++) places[i] = placeIn(Number(data[i]), axis, shape, who);
  return places;
}

/** The places of the true elements along each axis of the mask. */
function listsOfMask({ shape, data }: Block<'bool'>, first: number): Entry[] {
  const places = truePlaces(data);
  let step = data.length;
  return shape.map((extent, i): Entry => {
    step /= extent;
    const within = step;
    const own = places.map((place) => Math.floor(place / within) % extent);
    return { kind: 'list', axis: first + i, shape: [places.length], places: own };
  });
}
