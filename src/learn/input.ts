/**
 * What scikit-learn calls validation: the data of a fit as the one form that the code behind works on, or an error that
 * names the place of the trouble. Labels are read in `labels.ts`.
 */
import { allocate, type Block, isBlock, sizeOf } from '../arrow/block.js';
import { type BlockLike, isTable, isVector, type TableLike, toBlock } from '../arrow/convert.js';
import { rowCount } from '../arrow/take.js';
import { InputError } from '../util/errors.js';

/** One row per sample, one column per feature: a block, rows of numbers, a flat array and its shape, or an Arrow table. */
export type MatrixLike =
  | Block
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] }
  | TableLike;

/**
 * The float64 block [samples, features] of `X`; a float64 block is returned as it is. Raises {@link InputError} for
 * anything but two dimensions, ragged rows, no rows or columns, and values that are no finite numbers.
 *
 * @example
 * toMatrix([[1, 2], [3, 4], [5, 6]]).shape; // [3, 2]
 */
export function toMatrix(X: MatrixLike, name = 'X'): Block<'float64'> {
  const matrix = asFloat64(toBlock(withDtype(X, name), name));
  checkTwoDimensional(matrix, name);
  checkFinite(matrix, name);
  return matrix;
}

/** `{ data, shape }` with its data as a typed array of the engine's, which makes it a block. */
function withDtype(X: MatrixLike, name: string): BlockLike {
  if (isBlock(X) || Array.isArray(X) || isTable(X) || isVector(X)) return X as BlockLike;
  const { data, shape } = (X ?? {}) as { readonly data?: ArrayLike<number>; readonly shape?: readonly number[] };
  if (data === undefined || !Array.isArray(shape)) return X as BlockLike;
  const flat = toBlock(data, `${name}.data`);
  if (flat.data.length !== sizeOf(shape)) {
    throw new InputError(`${name} has the shape [${shape.join(', ')}] but ${flat.data.length} values`);
  }
  return { ...flat, shape };
}

function asFloat64(block: Block): Block<'float64'> {
  if (block.dtype === 'float64') return block as Block<'float64'>;
  const data = allocate('float64', block.data.length);
  data.set(block.data);
  return { dtype: 'float64', shape: block.shape, data };
}

function checkTwoDimensional({ shape }: Block, name: string): void {
  const text = `[${shape.join(', ')}]`;
  if (shape.length === 1 && shape[0]! > 0) {
    throw new InputError(
      `expected a matrix, but ${name} has one dimension, shape ${text}: give rows, [[1], [2], …] for a single feature or [[1, 2, …]] for a single sample`,
    );
  }
  if (shape.length > 2) {
    throw new InputError(
      `expected a matrix, but ${name} has ${shape.length} dimensions, shape ${text}: give one row per sample`,
    );
  }
  if (shape.length < 2 || shape.includes(0)) {
    const missing = shape.length === 2 && shape[0]! > 0 ? 'feature' : 'sample';
    throw new InputError(`found no ${missing} in ${name}, shape ${text}: at least one is required`);
  }
}

function checkFinite({ data, shape }: Block<'float64'>, name: string): void {
  // x - x is 0 for finite numbers and NaN for the others, so one sum tells about all of them.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! - data[i]!;
  if (sum === 0) return;
  const at = data.findIndex((value) => !Number.isFinite(value));
  const columns = shape[1]!;
  throw new InputError(
    `${name} must be finite numbers, but row ${Math.floor(at / columns)}, column ${at % columns} holds ${data[at]}: fill or drop missing values first`,
  );
}

/** Raises {@link InputError} unless there is one label per row of X. */
export function checkLengths(X: Block, y: ArrayLike<unknown>): void {
  const [rows] = X.shape;
  if (rows !== y.length) {
    throw new InputError(`X has ${rows} rows, but y has ${y.length} labels: give one label per row`);
  }
}

/** The common number of rows. Raises {@link InputError} when the arrays differ in it. */
export function consistentLength(...arrays: readonly unknown[]): number {
  const lengths = arrays.map(rowCount);
  if (new Set(lengths).size > 1) {
    throw new InputError(`Found input variables with inconsistent numbers of samples: [${lengths.join(', ')}]`);
  }
  return lengths[0];
}
