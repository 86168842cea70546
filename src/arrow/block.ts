/**
 * A Block is one chunk of an n-d array: a dtype, a shape and a C-order buffer. It is plain data, so it crosses
 * threads and sockets as it is; the functions on it live beside it.
 *
 * Buffers that the engine allocates are SharedArrayBuffers: every compute thread of a process sees a chunk without a
 * copy, and the garbage collector frees it, so no use after free can exist.
 */
import { InputError } from '../util/errors.js';
import { type ArrayOf, arrayTypes, type DType, itemsize } from './dtype.js';

/** The dtypes whose elements are numbers one by one. */
export type NumericDType = Exclude<DType, 'int64' | 'uint64'>;
export type NumericArray = ArrayOf<NumericDType>;

export interface Block<D extends DType = NumericDType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** C order; its length is the product of the shape. */
  readonly data: ArrayOf<D>;
}

/** The number of elements of a shape: 1 for the empty shape of a scalar. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((n, extent) => n * extent, 1);

/** A zeroed array of `length` elements in shared memory. */
export function allocate<D extends DType>(dtype: D, length: number): ArrayOf<D> {
  const Type = arrayTypes[dtype] as unknown as new (buffer: SharedArrayBuffer) => ArrayOf<D>;
  const bytes = length * itemsize(dtype);
  allocatedBytes += bytes;
  return new Type(new SharedArrayBuffer(bytes));
}

let allocatedBytes = 0;

/** The bytes that this thread has allocated since it was asked last. */
export function takeAllocatedBytes(): number {
  const bytes = allocatedBytes;
  allocatedBytes = 0;
  return bytes;
}

/** A zeroed block in shared memory. */
export const zeros = <D extends DType>(dtype: D, shape: readonly number[]): Block<D> => ({
  dtype,
  shape,
  data: allocate(dtype, sizeOf(shape)),
});

/** The block over `data` as it is, without a copy. Raises {@link InputError} when the shape does not hold its elements. */
export function block<D extends DType>(dtype: D, shape: readonly number[], data: ArrayOf<D>): Block<D> {
  if (sizeOf(shape) !== data.length) {
    throw new InputError(
      `a block of shape [${shape.join(', ')}] holds ${sizeOf(shape)} elements, but the data has ${data.length}`,
    );
  }
  return { dtype, shape, data };
}

/** The dtype of a typed array, bytes taken for uint8; undefined for anything that is not one of the engine's. */
export function dtypeOf(data: unknown): DType | undefined {
  for (const [dtype, Type] of Object.entries(arrayTypes))
    if (dtype !== 'bool' && data instanceof Type) return dtype as DType;
  return undefined;
}

/** Whether `value` is a Block: told by its three fields, since blocks cross threads without a prototype. */
export function isBlock(value: unknown): value is Block<DType> {
  const candidate = value as Partial<Block> | null;
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.dtype === 'string' &&
    candidate.dtype in arrayTypes &&
    Array.isArray(candidate.shape) &&
    candidate.data instanceof arrayTypes[candidate.dtype]
  );
}
