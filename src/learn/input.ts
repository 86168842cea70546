/**
 * What scikit-learn calls validation: the data and the labels of a fit as the one form that the code behind works on,
 * or an error that names the place of the trouble.
 */
import { allocate, type Block, isBlock, type NumericArray, sizeOf } from '../arrow/block.js';
import {
  type BlockLike,
  describe,
  isNumericVector,
  isTable,
  isVector,
  type TableLike,
  toBlock,
  type VectorLike,
} from '../arrow/convert.js';
import { InputError } from '../util/errors.js';
import type { Label, Labels } from './estimator.js';

/** One row per sample, one column per feature: a block, rows of numbers, a flat array and its shape, or an Arrow table. */
export type MatrixLike =
  | Block
  | readonly ArrayLike<number>[]
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] }
  | TableLike;

/** One class label per sample: numbers or strings. */
export type LabelsLike = ArrayLike<Label> | NumericArray | BigInt64Array | BigUint64Array | Block | VectorLike;

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

/** The labels as an array of numbers or of strings. Raises {@link InputError} for more than one dimension and for other values. */
export function toLabels(y: LabelsLike, name = 'y'): Label[] {
  const labels =
    isVector(y) && !isNumericVector(y) ? stringsOf(y, name) : isListOfLabels(y) ? [...y] : numbersOf(y, name);
  labels.forEach((label, row) => {
    if (typeof label !== 'string' && (typeof label !== 'number' || Number.isNaN(label))) {
      throw new InputError(`${name} must hold numbers or strings, but row ${row} holds ${describe(label)}`);
    }
  });
  return labels as Label[];
}

const isListOfLabels = (y: LabelsLike): y is readonly Label[] => Array.isArray(y);

function stringsOf(vector: VectorLike, name: string): unknown[] {
  const labels: unknown[] = [];
  for (let row = 0; row < vector.length; row++) labels.push(vector.get(row));
  const missing = labels.indexOf(null);
  if (missing >= 0) throw new InputError(`${name} has a null in row ${missing}: every sample needs a label`);
  return labels;
}

function numbersOf(y: Exclude<LabelsLike, readonly Label[]>, name: string): number[] {
  const { data, shape } = toBlock(y, name);
  const isColumn = shape.length === 2 && shape[1] === 1;
  if (shape.length !== 1 && !isColumn) {
    throw new InputError(
      `${name} must have one dimension, one label per sample, but its shape is [${shape.join(', ')}]`,
    );
  }
  return Array.from(data);
}

/**
 * Labels as codes into the sorted distinct classes: numbers by value, strings by code point, as NumPy sorts them.
 * Raises {@link InputError} for a mixture of numbers and strings and for numbers that are no integers.
 *
 * @example
 * encodeLabels(['spam', 'ham', 'spam']); // { classes: ['ham', 'spam'], codes: Int32Array [1, 0, 1] }
 */
export function encodeLabels(y: LabelsLike, name = 'y'): Labels {
  const labels = toLabels(y, name);
  const kind = typeof labels[0];
  labels.forEach((label, row) => {
    if (typeof label !== kind) {
      throw new InputError(
        `${name} mixes numbers and strings: row 0 holds ${describe(labels[0])}, row ${row} ${describe(label)}`,
      );
    }
    if (typeof label === 'number' && !Number.isInteger(label)) {
      throw new InputError(
        `${name} holds ${label} in row ${row}: class labels are integers or strings, not continuous values`,
      );
    }
  });
  const classes = [...new Set(labels)].sort(kind === 'number' ? byValue : byCodePoint);
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  const codes = allocate('int32', labels.length);
  for (let row = 0; row < codes.length; row++) codes[row] = codeOf.get(labels[row]!)!;
  return { classes, codes };
}

const byValue = (a: Label, b: Label): number => (a as number) - (b as number);

/** JavaScript compares UTF-16 units, which puts U+10000 and above before U+E000; by code point they come last. */
function byCodePoint(a: Label, b: Label): number {
  const left = Array.from(a as string);
  const right = Array.from(b as string);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Raises {@link InputError} unless there is one label per row of X. */
export function checkLengths(X: Block, y: ArrayLike<unknown>): void {
  const [rows] = X.shape;
  if (rows !== y.length) {
    throw new InputError(`X and y differ in their number of samples: X has ${rows} rows, y has ${y.length} labels`);
  }
}
