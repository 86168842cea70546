/** Axes as users give them. */
import { InputError } from '../util/errors.js';

/** An axis from 0 on. Raises {@link InputError} for one that does not exist. */
export function checkAxis(axis: number, ndim: number, who: string): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  const range = ndim === 0 ? 'it has none' : `they go from ${-ndim} to ${ndim - 1}`;
  throw new InputError(`${who}: axis ${axis} does not exist in an array of ${ndim} axes; ${range}`);
}

/** One axis, some, or all where none is told; in order. Raises {@link InputError} for one given twice. */
export function checkAxes(axis: number | readonly number[] | null | undefined, ndim: number, who: string): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: ndim }, (_, i) => i);
  const axes = (typeof axis === 'number' ? [axis] : [...axis]).map((one) => checkAxis(one, ndim, who));
  if (new Set(axes).size < axes.length) throw new InputError(`${who}: axes ${axes.join(', ')} name one axis twice`);
  return axes.sort((a, b) => a - b);
}
