/** Where a box of an array in C order lies in the memory or the file that holds the whole: runs of neighbouring elements. */
import { sizeOf } from '../arrow/block.js';

export interface Runs {
  /** How many elements a run has. */
  readonly length: number;
  /** Where each run begins in the whole, in elements; in order, as the runs follow one another in the box. */
  readonly starts: Float64Array;
}

/** The runs of the box of `extents` elements from `from` on; they are as long as can be. */
export function runsOf(shape: readonly number[], from: readonly number[], extents: readonly number[]): Runs {
  if (extents.includes(0)) return { length: 0, starts: new Float64Array(0) };
  // The axes behind `outer` are whole, so that a run goes over them.
  let outer = shape.length - 1;
  while (outer > 0 && extents[outer] === shape[outer]) outer--;
  const length = sizeOf(extents.slice(Math.max(0, outer)));
  const starts = new Float64Array(sizeOf(extents.slice(0, Math.max(0, outer))));
  const steps = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const place = new Array<number>(Math.max(0, outer)).fill(0);
  for (let run = 0; run < starts.length; run++) {
    starts[run] = from.reduce((at, start, axis) => at + (start + (place[axis] ?? 0)) * steps[axis]!, 0);
    for (let axis = outer - 1; axis >= 0 && ++place[axis]! === extents[axis]; axis--) place[axis] = 0;
  }
  return { length, starts };
}
