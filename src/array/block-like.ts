/** What users' functions give for a block: blocks, typed arrays, strided arrays of other libraries, tensors, nested arrays, bare values. */
import { allocate, type Block, dtypeOf, isBlock, sizeOf } from '../arrow/block.js';
import type { DType, DTypeArray, Element } from '../arrow/dtype.js';
import { ProgramBuilder } from '../expr/program.js';
import { map } from '../expr/tasks.js';
import { formatShape } from '../plan/chunks.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { Nested } from './ndarray.js';
import { toBlock } from './operands.js';
import { isStrided, type StridedArray, type TypedArray } from './strided.js';

/** The part of a TensorFlow.js tensor that is read. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): unknown;
}

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

export const isTensor = (value: unknown): value is TensorLike =>
  typeof (value as Partial<TensorLike> | null)?.dataSync === 'function' && Array.isArray((value as TensorLike).shape);

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
  if (isTensor(value)) return ofTensor(value, who);
  if (dtypeOf(value) || isElement(value) || Array.isArray(value)) return toBlock(value, who);
  throw new InputError(
    `${who} gave ${describe(value)}: give a block, a typed array, a nested array of numbers or a number`,
  );
}

const tensorDTypes: Readonly<Record<string, DType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

function ofTensor(tensor: TensorLike, who: string): Block<DType> {
  const dtype = tensorDTypes[tensor.dtype];
  if (!dtype) {
    throw new InputError(
      `${who} gave a tensor of ${tensor.dtype}: arrays are made of ${Object.keys(tensorDTypes).join(', ')}`,
    );
  }
  return { dtype, shape: tensor.shape, data: tensor.dataSync() as DTypeArray };
}

/** The block in another dtype, as `astype`. */
export function cast(block: Block<DType>, dtype: DType): Block<DType> {
  const builder = new ProgramBuilder();
  const program = builder.build(builder.cast(builder.input(0, block.dtype), dtype));
  const ndim = block.shape.length;
  return map({ program, axes: [block.shape.map((_, axis) => axis)], ndim, shape: block.shape }, block);
}

/** The block in memory that all threads see, and that holds nothing else. */
export function shared({ dtype, shape, data }: Block<DType>): Block<DType> {
  const isShared = (data.buffer as unknown) instanceof SharedArrayBuffer;
  if (isShared && data.byteLength === data.buffer.byteLength) return { dtype, shape, data };
  const copy = allocate(dtype, data.length);
  (copy as Uint8Array).set(data as Uint8Array);
  return { dtype, shape, data: copy };
}
