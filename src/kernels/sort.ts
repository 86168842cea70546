/** Sorting of typed arrays, NaN last as in NumPy; orders are stable. */
import type { DTypeArray } from '../arrow/dtype.js';

/** A sorted copy. */
export const sortValues = (values: DTypeArray): DTypeArray => {
  const sorted = values.slice() as DTypeArray;
  sorted.sort();
  return sorted;
};

/** The places of the values in their order. */
export function argsortValues(values: DTypeArray): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => compare(values[a]!, values[b]!) || a - b);
}

/** NaN is above all others. */
export function compare(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
}

/** Sorts every row of `length` values where it lies. */
export function sortRows(values: DTypeArray, length: number): void {
  for (let at = 0; at < values.length; at += length) (values as Float64Array).subarray(at, at + length).sort();
}
