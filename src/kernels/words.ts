/**
 * Elements as unsigned integers, of which those of 64 bits are two: what only moves elements has loops of three types, and
 * without BigInts.
 */
import type { DTypeArray } from '../arrow/dtype.js';

export type Words = Uint8Array | Uint16Array | Uint32Array;

/** How many words an element is. */
export const wordsPer = (data: DTypeArray): number => (data.BYTES_PER_ELEMENT === 8 ? 2 : 1);

export function wordsOf(data: DTypeArray): Words {
  const bytes = data.BYTES_PER_ELEMENT;
  const Type = bytes === 1 ? Uint8Array : bytes === 2 ? Uint16Array : Uint32Array;
  return new Type(data.buffer, data.byteOffset, data.byteLength / Type.BYTES_PER_ELEMENT);
}

/** Below it a loop is faster than a call. */
const SHORT = 24;

/** Copies a run of words. */
export function copyRun(to: Words, out: number, from: Words, at: number, length: number): void {
  if (length > SHORT) to.set(from.subarray(at, at + length), out);
  else for (let i = 0; i < length; i++) to[out + i] = from[at + i]!;
}
