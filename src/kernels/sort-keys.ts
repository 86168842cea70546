/**
 * Values as unsigned integers in the same order, in planes of 32 bits, the lowest first: floats with the sign bit turned,
 * negative ones with all bits, and NaN above all others.
 */
import type { DTypeArray } from '../arrow/dtype.js';

const SIGN = 0x80000000;
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

export const planesOf = (values: DTypeArray): 1 | 2 => (values instanceof Float64Array || isBigArray(values) ? 2 : 1);

const isBigArray = (values: DTypeArray): boolean => values instanceof BigInt64Array || values instanceof BigUint64Array;

const isSigned = (values: DTypeArray): boolean =>
  values instanceof BigInt64Array ||
  values instanceof Int32Array ||
  values instanceof Int16Array ||
  values instanceof Int8Array;

const wordsOf = ({ buffer, byteOffset, byteLength }: DTypeArray): Uint32Array =>
  new Uint32Array(buffer, byteOffset, byteLength / 4);

/** Writes the keys of `length` values from `at` on. With `joinsZeros`, -0 has the key of 0. */
export function writeKeys(
  values: DTypeArray,
  at: number,
  length: number,
  [low, high]: readonly Uint32Array[],
  joinsZeros: boolean,
): void {
  const turn = isSigned(values) ? SIGN : 0;
  if (values instanceof Float64Array) keysOfFloat64(wordsOf(values), 2 * at, length, low!, high!, joinsZeros);
  else if (values instanceof Float32Array) keysOfFloat32(wordsOf(values), at, length, low!, joinsZeros);
  else if (isBigArray(values)) {
    const words = wordsOf(values);
    for (let i = 0; i < length; i++) {
      low![i] = words[2 * (at + i) + LOW]!;
      high![i] = words[2 * (at + i) + 1 - LOW]! ^ turn;
    }
  } else {
    const numbers = values as Int32Array;
    for (let i = 0; i < length; i++) low![i] = numbers[at + i]! ^ turn;
  }
}

function keysOfFloat64(
  words: Uint32Array,
  at: number,
  length: number,
  low: Uint32Array,
  high: Uint32Array,
  joinsZeros: boolean,
): void {
  for (let i = 0; i < length; i++) {
    let l = words[at + 2 * i + LOW]!;
    let h = words[at + 2 * i + 1 - LOW]!;
    const size = h & 0x7fffffff;
    if (size > 0x7ff00000 || (size === 0x7ff00000 && l !== 0)) {
      l = h = -1;
    } else if (joinsZeros && size === 0 && l === 0) h = SIGN;
    else if (h & SIGN) {
      h = ~h;
      l = ~l;
    } else h |= SIGN;
    low[i] = l;
    high[i] = h;
  }
}

function keysOfFloat32(words: Uint32Array, at: number, length: number, low: Uint32Array, joinsZeros: boolean): void {
  for (let i = 0; i < length; i++) {
    const bits = words[at + i]!;
    const size = bits & 0x7fffffff;
    if (size > 0x7f800000) low[i] = -1;
    else if (joinsZeros && size === 0) low[i] = SIGN;
    else low[i] = bits & SIGN ? ~bits : bits | SIGN;
  }
}

/** Writes the values of keys back, NaN as the one that there is in JavaScript. */
export function readKeys(values: DTypeArray, at: number, length: number, [low, high]: readonly Uint32Array[]): void {
  const turn = isSigned(values) ? SIGN : 0;
  if (values instanceof Float64Array) {
    const words = wordsOf(values);
    for (let i = 0; i < length; i++) {
      let l = low![i]!;
      let h = high![i]!;
      if (h === 0xffffffff) {
        h = 0x7ff80000;
        l = 0;
      } else if (h & SIGN) h ^= SIGN;
      else {
        h = ~h;
        l = ~l;
      }
      words[2 * (at + i) + LOW] = l;
      words[2 * (at + i) + 1 - LOW] = h;
    }
  } else if (values instanceof Float32Array) {
    const words = wordsOf(values);
    for (let i = 0; i < length; i++) {
      const key = low![i]!;
      words[at + i] = key === 0xffffffff ? 0x7fc00000 : key & SIGN ? key ^ SIGN : ~key;
    }
  } else if (isBigArray(values)) {
    const words = wordsOf(values);
    for (let i = 0; i < length; i++) {
      words[2 * (at + i) + LOW] = low![i]!;
      words[2 * (at + i) + 1 - LOW] = high![i]! ^ turn;
    }
  } else {
    for (let i = 0; i < length; i++) values[at + i] = low![i]! ^ turn;
  }
}
