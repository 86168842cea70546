/** The k largest elements of each row, or the smallest where k is negative, best first; NaN counts as the largest. */
import { allocate, sizeOf } from '../arrow/block.js';
import { arrayTypes, type DType, type DTypeArray, isBig } from '../arrow/dtype.js';
import { argsortRows } from '../kernels/sort.js';
import { type Chunk, rowsOf } from './chunk.js';
import type { AnyBlock } from './tasks.js';

interface TopParams {
  readonly k: number;
  readonly axis: number;
}

interface Top {
  readonly dtype: DType;
  /** Of rows, without the axis. */
  readonly cells: readonly number[];
  readonly length: number;
  readonly values: DTypeArray;
  readonly places: Float64Array;
}

/** Gives the values, and their places along the axis. */
export const topkRow = {
  chunk({ k, axis }: TopParams, chunk: Chunk): Top {
    const { data, dtype, cells, length } = rowsOf(chunk);
    const places = new Float64Array(data.length);
    const from = chunk.origin[axis]!;
    for (let i = 0; i < places.length; i++) places[i] = from + (i % length);
    return best(k, { dtype, cells, length, values: data, places });
  },
  combine({ k }: TopParams, parts: readonly Top[]): Top {
    const [first] = parts as [Top];
    if (parts.length === 1) return first;
    const { dtype, cells } = first;
    const rows = sizeOf(cells);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const values = new arrayTypes[dtype](rows * length) as DTypeArray;
    const places = new Float64Array(rows * length);
    let at = 0;
    for (const part of parts) {
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < part.length; i++) {
          values[row * length + at + i] = part.values[row * part.length + i]!;
          places[row * length + at + i] = part.places[row * part.length + i]!;
        }
      }
      at += part.length;
    }
    return best(k, { dtype, cells, length, values, places });
  },
  finish({ axis }: TopParams, { dtype, cells, length, values, places }: Top): readonly AnyBlock[] {
    const shape = [...cells.slice(0, axis), length, ...cells.slice(axis)];
    const found = allocate(dtype, values.length);
    const where = allocate('int64', values.length);
    const inner = sizeOf(cells.slice(axis));
    for (let i = 0; i < values.length; i++) {
      const row = Math.floor(i / length);
      const at = (Math.floor(row / inner) * length + (i % length)) * inner + (row % inner);
      found[at] = values[i]!;
      where[at] = BigInt(places[i]!);
    }
    return [
      { dtype, shape, data: found },
      { dtype: 'int64', shape, data: where },
    ];
  },
};

/** Up to so many are kept in order while a row is gone through; for more, rows are sorted. */
const FEW = 64;

function best(k: number, top: Top): Top {
  const { dtype, cells, length, values, places } = top;
  const kept = Math.min(Math.abs(k), length);
  const rows = sizeOf(cells);
  const result = { dtype, cells, length: kept, values: new arrayTypes[dtype](rows * kept) as DTypeArray };
  const where = new Float64Array(rows * kept);
  const take = (row: number, i: number, from: number) => {
    result.values[row * kept + i] = values[row * length + from]!;
    where[row * kept + i] = places[row * length + from]!;
  };
  if (kept <= FEW && !isBig(dtype)) {
    const order = new Uint32Array(kept);
    for (let row = 0; row < rows; row++) {
      bestOfRow(values as Float64Array, row * length, length, k < 0, order);
      for (let i = 0; i < kept; i++) take(row, i, order[i]!);
    }
  } else if (length > 0) {
    argsortRows(values, length, (order, at) => {
      for (let i = 0; i < kept; i++) take(at / length, i, order[k < 0 ? i : length - 1 - i]!);
    });
  }
  return { ...result, places: where };
}

/** Writes the places of the best of a row, best first: most values are no better than the worst of those. */
function bestOfRow(values: Float64Array, at: number, length: number, isLeast: boolean, order: Uint32Array): void {
  const sign = isLeast ? -1 : 1;
  const kept = order.length;
  const top = new Float64Array(kept);
  let filled = 0;
  let worst = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length; i++) {
    // NaN is the largest.
    const value = Number.isNaN(values[at + i]!) ? sign * Number.POSITIVE_INFINITY : sign * values[at + i]!;
    if (filled === kept && !(value > worst)) continue;
    let place = filled < kept ? filled++ : kept - 1;
    while (place > 0 && top[place - 1]! < value) {
      top[place] = top[place - 1]!;
      order[place] = order[place - 1]!;
      place--;
    }
    top[place] = value;
    order[place] = i;
    worst = top[filled - 1]!;
  }
}
