/** Blocks in other shapes, over the same memory. */
import type { Block } from '../arrow/block.js';
import type { DType } from '../arrow/dtype.js';

export const reshape = (
  { shape }: { readonly shape: readonly number[] },
  { dtype, data }: Block<DType>,
): Block<DType> => ({
  dtype,
  shape,
  data,
});

/** With new axes of one element where `order` has null, and without those that it lacks. */
export const reorder = (
  { order }: { readonly order: readonly (number | null)[] },
  { dtype, shape, data }: Block<DType>,
): Block<DType> => ({ dtype, shape: order.map((axis) => (axis === null ? 1 : shape[axis]!)), data });
