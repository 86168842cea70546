/** The chunks of an array once it is known how many elements each has. */
import { type Chunks, gridOf, indexIn } from '../plan/chunks.js';
import type { NDArray } from './ndarray.js';

/** From a row of extents for each chunk in C order. */
export function chunksOf(chunks: Chunks, { data }: NDArray): Chunks {
  const grid = gridOf(chunks);
  return chunks.map((extents, axis) =>
    extents.map((_, i) => {
      const place = grid.map((_, at) => (at === axis ? i : 0));
      return Number(data[indexIn(grid, place) * grid.length + axis]);
    }),
  );
}
