/** Shapes as users give them. */
import { InputError } from '../util/errors.js';

/** The extents of an array, or of its only axis. */
export type Shape = number | readonly number[];

/** The extents. Raises {@link InputError} for what is none. */
export function checkShape(shape: Shape, who: string): readonly number[] {
  const extents = typeof shape === 'number' ? [shape] : shape;
  if (!Array.isArray(extents)) throw new InputError(`${who} takes a shape, got ${String(shape)}`);
  const wrong = extents.find((extent) => !Number.isInteger(extent) || extent < 0);
  if (wrong !== undefined) throw new InputError(`${who}: a shape has integers of 0 or more, got ${String(wrong)}`);
  return extents;
}
