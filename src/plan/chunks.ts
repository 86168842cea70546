/**
 * How an array is cut: for each axis the extents of its chunks, in order. An extent that only computing tells is NaN, as
 * after a boolean mask.
 */
import { type DType, itemsize } from '../arrow/dtype.js';
import { InputError } from '../util/errors.js';

export type Chunks = readonly (readonly number[])[];

/** What a user may say of chunks: one size for all axes, or for each a size, the extents themselves, -1 for the whole axis, or 'auto'. */
export type ChunksLike = number | 'auto' | readonly (number | 'auto' | readonly number[])[];

/** The bytes that a chunk has at most where nobody says otherwise. */
export const AUTO_BYTES = 64 * 2 ** 20;

const sum = (extents: readonly number[]): number => extents.reduce((total, extent) => total + extent, 0);

/** The largest extent; without a call of as many arguments as there are chunks. */
export const largest = (extents: readonly number[]): number =>
  extents.reduce((most, extent) => Math.max(most, extent), 0);

export const shapeOf = (chunks: Chunks): number[] => chunks.map(sum);

/** How many chunks there are along each axis. */
export const gridOf = (chunks: Chunks): number[] => chunks.map(({ length }) => length);

export const isKnown = (chunks: Chunks): boolean => chunks.every((extents) => !extents.some(Number.isNaN));

export const formatShape = (shape: readonly number[]): string =>
  `[${shape.map((extent) => (Number.isNaN(extent) ? '?' : extent)).join(', ')}]`;

/** So many chunks are more than a scheduler can take, and fit in memory. */
const MOST_CHUNKS = 1e7;

/** Raises {@link InputError} where an array, or an axis of it, has more chunks than can be. */
export function checkChunkCount(count: number): void {
  if (count <= MOST_CHUNKS) return;
  throw new InputError(
    `that makes ${count} chunks, each with a task: there may be ${MOST_CHUNKS}; give larger chunks or a smaller shape`,
  );
}

/** Equal extents along an axis, the last one smaller where they do not go into it. */
export function evenly(extent: number, size: number): number[] {
  if (extent === 0) return [0];
  const count = Math.ceil(extent / size);
  checkChunkCount(count);
  return Array.from({ length: count }, (_, i) => Math.min(size, extent - i * size));
}

/** Where each chunk of an axis begins. */
export function startsOf(extents: readonly number[]): number[] {
  let at = 0;
  return extents.map((extent) => {
    const start = at;
    at += extent;
    return start;
  });
}

/** Every place of a grid, in C order. */
export function* places(grid: readonly number[]): Generator<readonly number[]> {
  if (grid.includes(0)) return;
  const place = grid.map(() => 0);
  while (true) {
    yield [...place];
    let axis = grid.length - 1;
    while (axis >= 0 && ++place[axis]! === grid[axis]) place[axis--] = 0;
    if (axis < 0) return;
  }
}

/** The number of a place of a grid in C order. */
export const indexIn = (grid: readonly number[], place: readonly number[]): number =>
  place.reduce((index, at, axis) => index * grid[axis]! + at, 0);

/** The shape of the chunk at a place. */
export const chunkShape = (chunks: Chunks, place: readonly number[]): number[] =>
  chunks.map((extents, axis) => extents[place[axis]!]!);

/**
 * The chunks of a shape. `'auto'` axes share what is left of `bytes` alike. Raises {@link InputError} for
 * chunks that do not add up to the shape.
 */
export function normalizeChunks(
  chunks: ChunksLike,
  shape: readonly number[],
  dtype: DType,
  bytes: number = AUTO_BYTES,
): Chunks {
  const perAxis = Array.isArray(chunks)
    ? (chunks as Exclude<ChunksLike, number | 'auto'>)
    : shape.map(() => chunks as number | 'auto');
  if (perAxis.length !== shape.length) {
    throw new InputError(
      `chunks are given for ${perAxis.length} axes, but the shape ${formatShape(shape)} has ${shape.length}`,
    );
  }
  const fixed = perAxis.map((given, axis) =>
    given === 'auto' && !Number.isNaN(shape[axis]) ? undefined : extentsOf(given, shape[axis]!, axis, shape),
  );
  const side = autoSide(fixed, shape, bytes / itemsize(dtype));
  return fixed.map((extents, axis) => extents ?? evenly(shape[axis]!, Math.max(1, Math.min(side, shape[axis]!))));
}

function extentsOf(
  given: number | 'auto' | readonly number[],
  extent: number,
  axis: number,
  shape: readonly number[],
): readonly number[] {
  if (Number.isNaN(extent)) {
    if (Array.isArray(given)) return given as readonly number[];
    throw new InputError(
      `axis ${axis} of the shape ${formatShape(shape)} has an unknown extent, which cannot be cut: use computeChunkSizes first`,
    );
  }
  if (typeof given === 'number') {
    if (given === -1) return [extent];
    if (!Number.isInteger(given) || given < 1) {
      throw new InputError(
        `the chunk size of axis ${axis} is ${given}: give a positive integer, -1 for the whole axis, or 'auto'`,
      );
    }
    return evenly(extent, given);
  }
  if (!Array.isArray(given)) {
    throw new InputError(
      `the chunks of axis ${axis} are ${String(given)}: give a size, the extents of all chunks, or 'auto'`,
    );
  }
  const wrong = given.find((size) => !Number.isInteger(size) || size < 0);
  if (wrong !== undefined)
    throw new InputError(`a chunk of axis ${axis} has ${wrong} elements: give integers of 0 or more`);
  if (sum(given) !== extent) {
    throw new InputError(
      `the chunks of axis ${axis} add up to ${sum(given)}, but the shape ${formatShape(shape)} has ${extent} there`,
    );
  }
  return given.length === 0 ? [0] : given;
}

/** The extent of automatic axes: alike, but none longer than its axis, and what such a one leaves goes to the others. */
function autoSide(fixed: readonly (readonly number[] | undefined)[], shape: readonly number[], most: number): number {
  let free = shape.flatMap((extent, axis) => (fixed[axis] ? [] : [extent]));
  const taken = fixed.reduce((product, extents) => product * (extents ? Math.max(1, ...extents) : 1), 1);
  let elements = Math.max(1, Math.floor(most / taken));
  while (free.length > 0) {
    const side = Math.max(1, Math.floor(elements ** (1 / free.length)));
    const short = free.filter((extent) => extent <= side);
    if (short.length === 0) return side;
    for (const extent of short) elements /= Math.max(1, extent);
    free = free.filter((extent) => extent > side);
  }
  return Number.POSITIVE_INFINITY;
}

/** The coarsest cut of an axis of which every chunk lies within one of both. */
export function common(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a === b || (a.length === b.length && a.every((extent, i) => extent === b[i]))) return a;
  const ends = new Set([...startsOf(a), ...startsOf(b), sum(a)]);
  const sorted = [...ends].sort((x, y) => x - y);
  if (sorted.length === 1) return [0];
  return sorted.slice(1).map((end, i) => end - sorted[i]!);
}

export const sameExtents = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((extent, i) => Object.is(extent, b[i]));

export const sameChunks = (a: Chunks, b: Chunks): boolean =>
  a.length === b.length && a.every((extents, axis) => sameExtents(extents, b[axis]!));
