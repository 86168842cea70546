/** Where the smallest or the largest element is: the first such place, that of a NaN where there is one. */
import { sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray } from '../arrow/dtype.js';
import { extremes } from '../kernels/extremes.js';
import { wholeNumbers } from '../kernels/int64.js';
import { SheafError } from '../util/errors.js';
import { type Chunk, placeIn, rowsOf } from './chunk.js';
import type { AnyBlock } from './tasks.js';

interface ExtremeParams {
  readonly reducer: 'min' | 'max';
  readonly skipNaN: boolean;
}

interface Extremes {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: DTypeArray;
  /** In C order of the reduced axes of the whole array; -1 where there was none. */
  readonly places: Float64Array;
}

export const extremesRow = {
  chunk({ reducer, skipNaN }: ExtremeParams, chunk: Chunk): Extremes {
    const { extents, reduced, origin, whole } = chunk;
    const { data, dtype } = rowsOf({ ...chunk, reduced: [] });
    const inner = reduced.map((axis) => extents[axis]!);
    // One axis is reduced, or all are.
    const first = reduced[0] ?? extents.length;
    const shape = [
      sizeOf(extents.slice(0, first)),
      sizeOf(inner),
      sizeOf(extents.slice(first + reduced.length)),
    ] as const;
    const { values, places } = extremes(dtype, data, shape, { isMin: reducer === 'min', skipsNaN: skipNaN });
    const from = reduced.map((axis) => origin[axis]!);
    const of = reduced.map((axis) => whole[axis]!);
    for (let i = 0; i < places.length; i++) if (places[i]! >= 0) places[i] = placeIn(places[i]!, inner, from, of);
    const kept = extents.map((extent, axis) => (reduced.includes(axis) ? 1 : extent));
    return { shape: kept, dtype, values, places };
  },
  combine({ reducer }: ExtremeParams, parts: readonly Extremes[]): Extremes {
    const [first, ...others] = parts as [Extremes, ...Extremes[]];
    if (others.length === 0) return first;
    const values = first.values.slice() as DTypeArray;
    const places = first.places.slice();
    for (const other of others) {
      for (let i = 0; i < places.length; i++) {
        if (other.places[i]! < 0) continue;
        if (places[i]! >= 0 && !isBefore(reducer, other, values[i]!, places[i]!, i)) continue;
        values[i] = other.values[i]!;
        places[i] = other.places[i]!;
      }
    }
    return { ...first, values, places };
  },
  finish({ reducer, skipNaN }: ExtremeParams, { shape, places }: Extremes): readonly AnyBlock[] {
    if (places.some((place) => place < 0)) {
      const who = `${skipNaN ? 'nanarg' : 'arg'}${reducer}`;
      throw new SheafError(`${who} has no answer for a slice of nothing${skipNaN ? ' but NaN' : ''}`);
    }
    return [{ dtype: 'int64', shape, data: wholeNumbers(places) }];
  },
};

/** Whether another one goes before: it is better, NaN is best, or it is the same further ahead. */
function isBefore(reducer: 'min' | 'max', other: Extremes, value: unknown, place: number, i: number): boolean {
  const its = other.values[i]!;
  const [isNaNThere, isNaNHere] = [Number.isNaN(its), Number.isNaN(value)];
  if (isNaNThere || isNaNHere) return isNaNThere && (!isNaNHere || other.places[i]! < place);
  if (its === value) return other.places[i]! < place;
  return reducer === 'min' ? its < (value as number) : its > (value as number);
}
