/** Distinct values in order, how often each is there, and where first. NaN is one value, the last. */
import { arrayTypes, type DType, type DTypeArray } from '../arrow/dtype.js';
import { wholeNumbers } from '../kernels/int64.js';
import { compare, distinctValues } from '../kernels/sort.js';
import { type Chunk, placeIn, rowsOf, shared } from './chunk.js';
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
    const { extents, origin, whole } = chunk;
    const { data, dtype } = rowsOf({ ...chunk, reduced: extents.map((_, axis) => axis) });
    const { values, counts, places } = distinctValues(data, withPlaces);
    return { dtype, values, counts, places: new Float64Array(places).map((at) => placeIn(at, extents, origin, whole)) };
  },
  combine({ withPlaces }: UniqueParams, parts: readonly Unique[]): Unique {
    let level = parts;
    while (level.length > 1) {
      const next: Unique[] = [];
      for (let i = 0; i < level.length; i += 2) {
        const [a, b] = [level[i]!, level[i + 1]];
        next.push(b ? merge(a, b, withPlaces) : a);
      }
      level = next;
    }
    return level[0]!;
  },
  finish(_: UniqueParams, { dtype, values, counts, places }: Unique): readonly AnyBlock[] {
    const integers = (all: Float64Array): AnyBlock => ({
      dtype: 'int64',
      shape: [all.length],
      data: wholeNumbers(all),
    });
    return [{ dtype, shape: [values.length], data: shared(dtype, values) }, integers(counts), integers(places)];
  },
};

/** The distinct values of both, in order. */
function merge(a: Unique, b: Unique, withPlaces: boolean): Unique {
  const most = a.values.length + b.values.length;
  const values = new arrayTypes[a.dtype](most) as DTypeArray;
  const counts = new Float64Array(most);
  const places = new Float64Array(withPlaces ? most : 0);
  let [i, j, length] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const order = i === a.values.length ? 1 : j === b.values.length ? -1 : compare(a.values[i]!, b.values[j]!);
    const isOfB = order > 0 || (order === 0 && withPlaces && b.places[j]! < a.places[i]!);
    values[length] = isOfB ? b.values[j]! : a.values[i]!;
    counts[length] = (order <= 0 ? a.counts[i]! : 0) + (order >= 0 ? b.counts[j]! : 0);
    if (withPlaces) places[length] = isOfB ? b.places[j]! : a.places[i]!;
    length++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return {
    dtype: a.dtype,
    values: values.slice(0, length) as DTypeArray,
    counts: counts.slice(0, length),
    places: places.slice(0, withPlaces ? length : 0),
  };
}
