import { compareStrings } from '../../util/compare.js';
import { InputError } from '../../util/errors.js';
import { pythonRepr } from '../../util/format.js';
import type { Params } from '../estimator.js';

/** The values to try, by parameter name. */
export type Grid = Readonly<Record<string, ArrayLike<unknown>>>;

/**
 * All combinations of the values of a grid, or of several grids one after the other, in scikit-learn's order: the names
 * sorted, the last one changing fastest. Raises {@link InputError} for values that are not a list, or an empty one.
 *
 * @example
 * parameterGrid({ kernel: ['rbf'], C: [1, 10] }); // [{ C: 1, kernel: 'rbf' }, { C: 10, kernel: 'rbf' }]
 */
export function parameterGrid(grid: Grid | readonly Grid[]): Params[] {
  const grids: readonly unknown[] = Array.isArray(grid) ? grid : [grid];
  for (const each of grids) checkGrid(each);
  return (grids as readonly Grid[]).flatMap(combinations);
}

function combinations(grid: Grid): Params[] {
  const names = Object.keys(grid).sort(compareStrings);
  return names.reduce<Params[]>(
    (partial, name) => partial.flatMap((params) => Array.from(grid[name], (value) => ({ ...params, [name]: value }))),
    [{}],
  );
}

function checkGrid(grid: unknown): asserts grid is Grid {
  if (typeof grid !== 'object' || grid === null || Array.isArray(grid) || ArrayBuffer.isView(grid)) {
    throw new InputError(
      `A parameter grid is an object of lists such as { C: [1, 10] }, or a list of such objects; got ${pythonRepr(grid)}`,
    );
  }
  for (const [name, values] of Object.entries(grid)) {
    if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
      throw new InputError(
        `Parameter grid for parameter '${name}' needs to be a list, but got ${pythonRepr(values)}. Single values need to be wrapped in a list with one element.`,
      );
    }
    if ((values as ArrayLike<unknown>).length === 0) {
      throw new InputError(`Parameter grid for parameter '${name}' needs to be a non-empty list, got []`);
    }
  }
}
