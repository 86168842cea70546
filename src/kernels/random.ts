/** Blocks of random arrays. An array has the number of an element's place in it in C order, so it is the same however it is cut. */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';
import { type Distribution, draw, type Key } from './philox.js';

export interface Stream {
  readonly distribution: Distribution;
  readonly dtype: DType;
  readonly key: Key;
  /** The shape of the whole array, where this block begins in it, and its extents. */
  readonly whole: readonly number[];
  readonly origin: readonly number[];
  readonly shape: readonly number[];
}

/** The runs of elements that lie together in the whole are made one after another. */
export function fill({ distribution, dtype, key, whole, origin, shape }: Stream): Block<DType> {
  const data = allocate(dtype, sizeOf(shape));
  const run = shape.at(-1) ?? 1;
  const place = shape.slice(0, -1).map(() => 0);
  if (data.length > 0) {
    for (let at = 0; at < data.length; at += run) {
      draw(distribution, key, startOf(whole, origin, place), run, data, at);
      for (let axis = place.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
    }
  }
  return { dtype, shape, data };
}

/** Where in the whole a run begins, in C order. */
function startOf(whole: readonly number[], origin: readonly number[], place: readonly number[]): number {
  return whole.reduce((start, extent, axis) => start * extent + origin[axis]! + (place[axis] ?? 0), 0);
}
