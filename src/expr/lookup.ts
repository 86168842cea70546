/** The operations of tasks that look each element up in a table. */
import { allocate } from '../arrow/block.js';
import type { DTypeArray } from '../arrow/dtype.js';
import { evenEdges } from '../kernels/bins.js';
import { placeOf } from '../kernels/search.js';
import { compare, sortValues } from '../kernels/sort.js';
import { SheafError } from '../util/errors.js';
import type { AnyBlock } from './tasks.js';

/** Where each element would stand in the sorted table, before or after those equal to it; both of one dtype. */
export function search({ right }: { readonly right: boolean }, block: AnyBlock, table: AnyBlock): AnyBlock {
  const data = allocate('int64', block.data.length);
  for (let i = 0; i < data.length; i++) data[i] = BigInt(placeOf(table.data, block.data[i]!, right));
  return { dtype: 'int64', shape: block.shape, data };
}

/** In which bin each element is, of edges that go up or down; 0 before the first one. */
export function digitize({ right }: { readonly right: boolean }, block: AnyBlock, table: AnyBlock): AnyBlock {
  const edges = table.data;
  for (let i = 2; i < edges.length; i++) {
    if (compare(edges[0]!, edges.at(-1)!) * compare(edges[i - 1]!, edges[i]!) < 0) {
      throw new SheafError(
        `digitize takes edges that go up or down, and these turn at ${i}: ${edges[i - 1]}, ${edges[i]}`,
      );
    }
  }
  const isUp = edges.length < 2 || compare(edges[0]!, edges.at(-1)!) <= 0;
  if (isUp) return search({ right: !right }, block, table);
  const found = search({ right: !right }, block, { ...table, data: edges.slice().reverse() as DTypeArray });
  const places = found.data as BigInt64Array;
  for (let i = 0; i < places.length; i++) places[i] = BigInt(edges.length) - places[i]!;
  return found;
}

/** The same elements in another shape. */
export const shaped = ({ shape }: { readonly shape: readonly number[] }, block: AnyBlock): AnyBlock => ({
  ...block,
  shape,
});

/** Whether each element is in the table; NaN never is. */
export function isIn({ invert }: { readonly invert: boolean }, block: AnyBlock, table: AnyBlock): AnyBlock {
  const sorted = sortValues(table.data);
  const data = allocate('bool', block.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = block.data[i]!;
    const at = placeOf(sorted, value, false);
    data[i] = (sorted[at] === value) === invert ? 0 : 1;
  }
  return { dtype: 'bool', shape: block.shape, data };
}

/** The edges of bins as far from one another everywhere, from the lowest element to the highest. */
export function edges(
  { bins, dtype }: { readonly bins: number; readonly dtype: 'float32' | 'float64' },
  low: AnyBlock,
  high: AnyBlock,
): AnyBlock {
  const [from, to] = [Number(low.data[0]!), Number(high.data[0]!)];
  if (!Number.isFinite(to - from)) {
    throw new SheafError(`a histogram from ${from} to ${to} has no edges: give a range that is finite`);
  }
  const data = allocate(dtype, bins + 1);
  data.set(evenEdges(bins, from, to));
  return { dtype, shape: [bins + 1], data };
}

/** Counts by the width of their bins, so that they make 1 together. */
export function density(_: object, totals: AnyBlock, table: AnyBlock): AnyBlock {
  const counts = totals.data as Float64Array;
  const sum = counts.reduce((all, one) => all + one, 0);
  const data = allocate('float64', counts.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = counts[i]! / (Number(table.data[i + 1]!) - Number(table.data[i]!)) / sum;
  }
  return { dtype: 'float64', shape: totals.shape, data };
}
