/** Integers of 64 bits without a BigInt for each. */
import { allocate } from '../arrow/block.js';
import type { ArrayOf } from '../arrow/dtype.js';

/** The place of the lower word: the first, on all machines that there are for Node. */
export const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const WORD = 2 ** 32;

/** Whole numbers as an int64 array in shared memory. */
export function wholeNumbers(values: Float64Array | Uint32Array): ArrayOf<'int64'> {
  const data = allocate('int64', values.length);
  const words = new Int32Array(data.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    words[2 * i + LOW] = value;
    words[2 * i + 1 - LOW] = Math.floor(value / WORD);
  }
  return data;
}
