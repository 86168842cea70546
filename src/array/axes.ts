/** Axes as users give them. */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

/** An axis from 0 on. Raises {@link InputError} for one that does not exist. */
export function checkAxis(axis: number, ndim: number, who: string): number {
  if (Number.isInteger(axis) && axis >= -ndim && axis < ndim) return axis < 0 ? axis + ndim : axis;
  const range = ndim === 0 ? 'it has none' : `they go from ${-ndim} to ${ndim - 1}`;
  if (typeof axis !== 'number') throw new InputError(`${who}: an axis is a whole number, got ${describe(axis)}`);
  throw new InputError(`${who}: axis ${axis} does not exist in an array of ${ndim} axes; ${range}`);
}

/** Numbers of which one may be given bare. Raises {@link InputError} for anything else, told as `what`. */
export function checkNumbers(value: number | readonly number[], who: string, what: string): readonly number[] {
  const all = typeof value === 'number' ? [value] : value;
  if (Array.isArray(all) && all.every((one) => typeof one === 'number')) return all;
  throw new InputError(`${who} takes ${what}, got ${describe(value)}`);
}

/** One axis, some, or all where none is told; in order. Raises {@link InputError} for one given twice. */
export function checkAxes(axis: number | readonly number[] | null | undefined, ndim: number, who: string): number[] {
  if (axis === undefined || axis === null) return Array.from({ length: ndim }, (_, i) => i);
  if (typeof axis !== 'number' && !Array.isArray(axis)) {
    throw new InputError(`${who} takes an axis, a list of axes or null, got ${describe(axis)}`);
  }
  const axes = (typeof axis === 'number' ? [axis] : (axis as readonly number[])).map((one) =>
    checkAxis(one, ndim, who),
  );
  if (new Set(axes).size < axes.length) throw new InputError(`${who}: axes ${axes.join(', ')} name one axis twice`);
  return axes.sort((a, b) => a - b);
}
