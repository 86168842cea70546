/** Arrays with strides, as other libraries have them. */
import { allocate, type Block, dtypeOf, sizeOf } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';

/** Over memory of either sort. */
export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array as the packages of scijs have it. */
export interface StridedArray {
  readonly data: TypedArray;
  readonly shape: readonly number[];
  /** In elements. */
  readonly stride: readonly number[];
  readonly offset?: number;
}

export const isStrided = (value: unknown): value is StridedArray => {
  const { data, shape, stride } = (value ?? {}) as Partial<StridedArray>;
  return dtypeOf(data) !== undefined && isList(shape) && isList(stride);
};
const isList = (value: unknown): boolean => Array.isArray(value) || ArrayBuffer.isView(value);
/** Its elements in C order. */
export function unstrided({ data, shape, stride, offset = 0 }: StridedArray): Block<DType> {
  const dtype = dtypeOf(data)!;
  const extents = [...shape];
  const values = allocate(dtype, sizeOf(extents));
  let out = 0;
  const copy = (axis: number, at: number): void => {
    if (axis === extents.length) values[out++] = data[at] as never;
    else for (let i = 0; i < extents[axis]!; i++) copy(axis + 1, at + i * stride[axis]!);
  };
  if (values.length > 0) copy(0, offset);
  return { dtype, shape: extents, data: values };
}
