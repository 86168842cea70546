import type { Params } from '../estimator.js';

export type Grid = Readonly<Record<string, ArrayLike<unknown>>>;

/** Stand-in. */
export function parameterGrid(grid: Grid | readonly Grid[]): Params[] {
  const grids = (Array.isArray(grid) ? grid : [grid]) as readonly Grid[];
  return grids.flatMap((each) =>
    Object.keys(each)
      .sort()
      .reduce<Params[]>(
        (partial, name) => partial.flatMap((p) => Array.from(each[name], (v) => ({ ...p, [name]: v }))),
        [{}],
      ),
  );
}
