/** Rows of data in whatever form the caller holds it: blocks, typed arrays, plain arrays (nested ones by their outer level). */
import { InputError } from '../util/errors.js';
import { allocate, type Block, type DType, isBlock, sizeOf } from './block.js';

type TypedArray = NodeJS.TypedArray;

/** Data that has rows. */
export type Rows = Block | ArrayLike<unknown> | { readonly numRows: number };

/** What {@link takeRows} gives for an input of this type: a Block for a Block, an array of the same kind for an array. */
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
  throw new InputError(`expected a Block, an array, a typed array or a table, got ${describe(data)}`);
}

/**
 * The rows of `data` with these numbers, in their order, copied. Raises {@link InputError} for data that has no rows.
 *
 * @example
 * takeRows([[1, 2], [3, 4], [5, 6]], [2, 0]); // [[5, 6], [1, 2]]
 */
export function takeRows<A>(data: A, rows: ArrayLike<number>): Taken<A> {
  return take(data, rows) as Taken<A>;
}

function take(data: unknown, rows: ArrayLike<number>): unknown {
  if (isBlock(data)) return takeBlock(data, rows);
  if (Array.isArray(data)) return Array.from(rows, (row) => data[row]);
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) return takeTyped(data as Float64Array, rows);
  throw new InputError(`rows can be taken from a Block, an array or a typed array, not from ${describe(data)}`);
}

function takeBlock<D extends DType>(block: Block<D>, rows: ArrayLike<number>): Block<D> {
  const inner = block.shape.slice(1);
  const width = sizeOf(inner);
  const data = allocate(block.dtype, rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    data.set(block.data.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return { dtype: block.dtype, shape: [rows.length, ...inner], data };
}

function takeTyped(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  const taken = new (values.constructor as Float64ArrayConstructor)(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}

function describe(data: unknown): string {
  if (data === null || typeof data !== 'object')
    return typeof data === 'string' ? `the string '${data}'` : String(data);
  return `an object of class ${data.constructor?.name ?? 'without a name'}`;
}
