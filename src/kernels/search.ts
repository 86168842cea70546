/** Places in sorted arrays. */
import type { DTypeArray } from '../arrow/dtype.js';
import { compare } from './sort.js';

/** Before which of the sorted values one would stand: the first such place, or with `right` the last. NaN stands last. */
export function placeOf(sorted: DTypeArray, value: number | bigint, right: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(sorted[middle]!, value);
    if (order < 0 || (right && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
