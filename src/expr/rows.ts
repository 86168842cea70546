/** The operations of tasks that see all elements along an axis at once: sorting and quantiles. */
import { allocate, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray } from '../arrow/dtype.js';
import { LOW } from '../kernels/int64.js';
import { quantiles } from '../kernels/quantile.js';
import { argsortRows, sortRows } from '../kernels/sort.js';
import { plainWalk, rowsOf } from './chunk.js';
import { stridesOf } from './layout.js';
import { run } from './run.js';
import type { AnyBlock } from './tasks.js';

const rowsAlong = (block: AnyBlock, reduced: readonly number[]) =>
  rowsOf({ walk: plainWalk(block), extents: block.shape, blocks: [block], reduced });

/** Every row along the axis in order, NaN last. */
export function sort({ axis }: { readonly axis: number }, block: AnyBlock): AnyBlock {
  const { data, dtype, length } = rowsAlong(block, [axis]);
  const isLast = axis === block.shape.length - 1;
  // Rows that lie together in the block are its memory: they are sorted in a copy.
  const sorted = isLast ? allocate(dtype, data.length) : data;
  if (isLast) (sorted as Float64Array).set(data as Float64Array);
  sortRows(sorted, length);
  return isLast ? { dtype, shape: block.shape, data: sorted } : fromRows(dtype, sorted, block.shape, axis);
}

/** The places along the axis of the elements of every row in order; of equal ones in the order in which they are. */
export function argsort({ axis }: { readonly axis: number }, block: AnyBlock): AnyBlock {
  const { data, length } = rowsAlong(block, [axis]);
  const places = new BigInt64Array(data.length);
  // Places are the lower words of integers: thus none is made a BigInt.
  const words = new Uint32Array(places.buffer);
  argsortRows(data, length, (order, at) => {
    for (let i = 0; i < length; i++) words[2 * (at + i) + LOW] = order[i]!;
  });
  return fromRows('int64', places, block.shape, axis);
}

/** The block of that shape of rows along an axis. */
function fromRows(dtype: DType, rows: DTypeArray, shape: readonly number[], axis: number): AnyBlock {
  const kept = shape.map((_, i) => i).filter((i) => i !== axis);
  const order = [...kept, axis];
  const steps = new Array<number>(shape.length);
  stridesOf(order.map((i) => shape[i]!)).forEach((step, i) => {
    steps[order[i]!] = step;
  });
  const data = allocate(dtype, rows.length);
  const { program } = plainWalk({ dtype, shape });
  run(program, { extents: shape, strides: [stridesOf(shape), steps] }, data, [rows]);
  return { dtype, shape, data };
}

export interface QuantileParams {
  readonly axes: readonly number[];
  readonly q: readonly number[];
  /** Whether the result has an axis for them, the first. */
  readonly hasAxis: boolean;
  readonly skipNaN: boolean;
  readonly keepdims: boolean;
  readonly dtype: 'float32' | 'float64';
}

/** Quantiles of all elements along some axes; NaN where there is one. */
export function quantile(params: QuantileParams, block: AnyBlock): AnyBlock {
  const { axes, q, hasAxis, skipNaN, keepdims, dtype } = params;
  const { data, cells, length } = rowsAlong(block, axes);
  const count = sizeOf(cells);
  const results = allocate(dtype, q.length * count);
  const row = new Float64Array(length);
  for (let cell = 0; cell < count; cell++) {
    const from = cell * length;
    let valid = 0;
    for (let i = 0; i < length; i++) {
      const value = Number(data[from + i]!);
      if (!Number.isNaN(value)) row[valid++] = value;
    }
    const isSpoilt = !skipNaN && valid < length;
    quantiles(row, isSpoilt ? 0 : valid, q, (i, value) => {
      results[i * count + cell] = value;
    });
  }
  const kept = block.shape.flatMap((extent, axis) => (axes.includes(axis) ? (keepdims ? [1] : []) : [extent]));
  return { dtype, shape: [...(hasAxis ? [q.length] : []), ...kept], data: results };
}
