import { knowOptions, ofArrays } from './known-options.js';
import { LinearArray } from './methods/linalg.js';

/**
 * An n-dimensional array in chunks, each of which a task computes, with NumPy's operations. Nothing runs before `compute`:
 * then chains of operations become one loop over each chunk. Made by the functions of {@link array}.
 *
 * @example
 * const x = array.ones([1000, 1000], { chunks: 500 });
 * await x.add(x.T).mean().compute(); // 2
 */
export class ChunkedArray extends LinearArray {}

knowOptions(ChunkedArray.prototype, ofArrays);
