/** Rows of data in whatever form the caller holds it: blocks, arrays of any kind (nested ones by their outer level), Arrow vectors and tables. */
import type { Table, Vector } from 'apache-arrow';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { allocate, type Block, isBlock, sizeOf } from './block.js';
import { isTable, isVector, type TableLike, type VectorLike } from './convert.js';
import type { DType } from './dtype.js';
import { takeTable, takeVector } from './take-arrow.js';

type TypedArray = NodeJS.TypedArray;

/** Data that has rows. */
export type Rows = Block | ArrayLike<unknown> | VectorLike | TableLike;

/** What {@link takeRows} gives for an input of this type: the same kind. */
export type Taken<A> =
  A extends Block<infer D> ? Block<D> : A extends TypedArray ? A : A extends readonly (infer T)[] ? T[] : A;

/** The number of rows: the first extent of a Block, the rows of a table, else the length. Raises {@link InputError}. */
export function rowCount(data: unknown): number {
  if (isBlock(data)) {
    if (data.shape.length === 0)
      throw new InputError('a scalar block has no rows: give an array of one dimension or more');
    return data.shape[0];
  }
  const { numRows, length } = (data ?? {}) as { readonly numRows?: unknown; readonly length?: unknown };
  if (typeof numRows === 'number') return numRows;
  if (typeof length === 'number' && typeof data !== 'string') return length;
  throw new InputError(`expected a Block, an array, a typed array or an Arrow vector or table, got ${describe(data)}`);
}

/**
 * The rows of `data` with these numbers, in their order, copied. Raises {@link InputError} for data that has no rows
 * and for rows that do not exist.
 *
 * @example
 * takeRows([[1, 2], [3, 4], [5, 6]], [2, 0]); // [[5, 6], [1, 2]]
 */
export function takeRows<A>(data: A, rows: ArrayLike<number>): Taken<A> {
  const length = rowCount(data);
  for (let i = 0; i < rows.length; i++) {
    if (!(rows[i] >= 0 && rows[i] < length)) {
      throw new InputError(`row ${rows[i]} cannot be taken: the data has ${length} rows, numbered from 0`);
    }
  }
  return take(data, rows) as Taken<A>;
}

function take(data: unknown, rows: ArrayLike<number>): unknown {
  if (isBlock(data)) return takeBlock(data, rows);
  if (Array.isArray(data)) return Array.from(rows, (row) => data[row]);
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) return takeTyped(data as Float64Array, rows);
  if (isTable(data)) return takeTable(data as unknown as Table, rows);
  if (isVector(data)) return takeVector(data as Vector, rows);
  throw new InputError(
    `rows can be taken from a Block, an array, a typed array, an Arrow vector or table, not from ${describe(data)}`,
  );
}

function takeBlock<D extends DType>(block: Block<D>, rows: ArrayLike<number>): Block<D> {
  const inner = block.shape.slice(1);
  const width = sizeOf(inner);
  const data = allocate(block.dtype, rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    data.set((block.data as Uint8Array).subarray(rows[i] * width, (rows[i] + 1) * width) as never, i * width);
  }
  return { dtype: block.dtype, shape: [rows.length, ...inner], data };
}

function takeTyped(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  const taken = new (values.constructor as Float64ArrayConstructor)(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}
