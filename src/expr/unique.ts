/** Distinct values in order, how often each is there, and where first. NaN is one value, the last. */
import { allocate, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray } from '../arrow/dtype.js';
import { argsortValues, sortValues } from '../kernels/sort.js';
import { type Chunk, rowsOf, shared } from './chunk.js';
import type { AnyBlock } from './tasks.js';

interface UniqueParams {
  /** Whether anybody asks where values are first. */
  readonly withPlaces: boolean;
}

interface Unique {
  readonly dtype: DType;
  readonly values: DTypeArray;
  readonly counts: Float64Array;
  readonly places: Float64Array;
}

/** Gives the values, the counts and the places. */
export const uniqueRow = {
  chunk({ withPlaces }: UniqueParams, chunk: Chunk): Unique {
    const { data, dtype } = rowsOf({ ...chunk, reduced: chunk.extents.map((_, axis) => axis) });
    if (!withPlaces) return distinct(dtype, sortValues(data), undefined, undefined);
    const order = argsortValues(data);
    const values = data.slice() as DTypeArray;
    const places = new Float64Array(data.length);
    for (let i = 0; i < order.length; i++) {
      values[i] = data[order[i]!]!;
      places[i] = placeIn(order[i]!, chunk);
    }
    return distinct(dtype, values, undefined, places);
  },
  combine({ withPlaces }: UniqueParams, parts: readonly Unique[]): Unique {
    const [first] = parts as [Unique];
    if (parts.length === 1) return first;
    const values = allocate(
      first.dtype,
      parts.reduce((sum, part) => sum + part.values.length, 0),
    );
    let at = 0;
    for (const part of parts) {
      (values as Float64Array).set(part.values as Float64Array, at);
      at += part.values.length;
    }
    const order = argsortValues(values);
    const take = (field: 'counts' | 'places') => {
      const all = Float64Array.from(parts.flatMap((part) => [...part[field]]));
      return Float64Array.from(order, (i) => all[i]!);
    };
    const sorted = values.slice() as DTypeArray;
    for (let i = 0; i < order.length; i++) sorted[i] = values[order[i]!]!;
    return distinct(first.dtype, sorted, take('counts'), withPlaces ? take('places') : undefined);
  },
  finish(_: UniqueParams, { dtype, values, counts, places }: Unique): readonly AnyBlock[] {
    const integers = (all: Float64Array): AnyBlock => ({
      dtype: 'int64',
      shape: [all.length],
      data: shared('int64', BigInt64Array.from(all, BigInt)),
    });
    return [{ dtype, shape: [values.length], data: shared(dtype, values) }, integers(counts), integers(places)];
  },
};

/** Of sorted values, each once, with the sums of their counts and the first of their places. */
function distinct(
  dtype: DType,
  values: DTypeArray,
  counts: Float64Array | undefined,
  places: Float64Array | undefined,
): Unique {
  let last = -1;
  const found = values.slice() as DTypeArray;
  const totals = new Float64Array(values.length);
  const firsts = new Float64Array(places ? values.length : 0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const isSame = last >= 0 && (value === found[last] || (Number.isNaN(value) && Number.isNaN(found[last])));
    if (!isSame) {
      found[++last] = value;
      if (places) firsts[last] = places[i]!;
    } else if (places && places[i]! < firsts[last]!) firsts[last] = places[i]!;
    totals[last]! += counts ? counts[i]! : 1;
  }
  return {
    dtype,
    values: found.slice(0, last + 1) as DTypeArray,
    counts: totals.slice(0, last + 1),
    places: firsts.slice(0, last + 1),
  };
}

/** From a place in a chunk to that in the whole array, both in C order. */
function placeIn(at: number, { extents, origin, whole }: Chunk): number {
  let rest = at;
  let place = 0;
  let step = 1;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    place += (origin[axis]! + (rest % extents[axis]!)) * step;
    rest = Math.floor(rest / extents[axis]!);
    step *= whole[axis]!;
  }
  return sizeOf(extents) === 0 ? 0 : place;
}
