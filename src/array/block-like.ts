/** What users' functions give for a block: blocks, typed arrays, strided arrays of other libraries, tensors, nested arrays, bare values. */
import { allocate, type Block, dtypeOf, isBlock, sizeOf } from '../arrow/block.js';
import type { DType, Element } from '../arrow/dtype.js';
import { formatShape } from '../plan/chunks.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { cast } from './cast.js';
import type { Nested } from './ndarray.js';
import { toBlock } from './operands.js';
import { isStrided, type StridedArray, type TypedArray } from './strided.js';
import { blockOfTensor, isTensor, type TensorLike } from './tensors.js';

/** What a function may give for a block. */
export type BlockLike =
  | { readonly dtype: DType; readonly shape: readonly number[]; readonly data: TypedArray }
  | TypedArray
  | StridedArray
  | TensorLike
  | Nested;

export interface Expected {
  readonly dtype?: DType | undefined;
  /** NaN where it is not known. */
  readonly shape?: readonly number[] | undefined;
}

const isElement = (value: unknown): value is Element => ['number', 'bigint', 'boolean'].includes(typeof value);

/**
 * The block of a function's result, in shared memory, of the dtype and shape that are expected. What has no shape of its
 * own takes the expected one. Raises {@link InputError} for another shape, and for what is no array.
 */
export function blockOf(value: unknown, { dtype, shape }: Expected, who: string): Block<DType> {
  const found = asBlock(value, who);
  const isShapeless = dtypeOf(value) !== undefined || isElement(value);
  const fits = shape && isShapeless && sizeOf(shape) === found.data.length;
  const block = fits ? { ...found, shape } : found;
  if (shape && !isOfShape(block.shape, shape)) {
    throw new InputError(
      `${who} gave a block of shape ${formatShape(block.shape)} where ${formatShape(shape)} was expected`,
    );
  }
  return shared(dtype === undefined || dtype === block.dtype ? block : cast(block, dtype));
}

/** The dtype of a result: numbers in arrays are floats, whichever they are this time. */
export function dtypeOfResult(value: unknown, who: string): DType {
  const { dtype } = asBlock(value, who);
  const isTyped = isBlock(value) || dtypeOf(value) !== undefined || isStrided(value) || isTensor(value);
  return !isTyped && dtype === 'int64' && typeof firstOf(value) === 'number' ? 'float64' : dtype;
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? firstOf(value[0]) : value);

const isOfShape = (shape: readonly number[], expected: readonly number[]): boolean =>
  shape.length === expected.length &&
  shape.every((extent, axis) => Number.isNaN(expected[axis]) || extent === expected[axis]);

function asBlock(value: unknown, who: string): Block<DType> {
  if (isStrided(value) || isBlock(value)) return toBlock(value, who);
  if (isTensor(value)) return blockOfTensor(value, who);
  if (dtypeOf(value) || isElement(value) || Array.isArray(value)) return toBlock(value, who);
  throw new InputError(
    `${who} gave ${describe(value)}: give a block, a typed array, a nested array of numbers or a number`,
  );
}

/** The block in memory that all threads see, and that holds nothing else. */
export function shared({ dtype, shape, data }: Block<DType>): Block<DType> {
  const isShared = (data.buffer as unknown) instanceof SharedArrayBuffer;
  if (isShared && data.byteLength === data.buffer.byteLength) return { dtype, shape, data };
  const copy = allocate(dtype, data.length);
  (copy as Uint8Array).set(data as Uint8Array);
  return { dtype, shape, data: copy };
}
