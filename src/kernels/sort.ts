/**
 * Sorting of typed arrays, NaN last as in NumPy: by the digits of their keys from the lowest on, stable (radix sort;
 * Knuth, The Art of Computer Programming 5.2.5). Digits that all keys share are skipped, so that small integers take few
 * passes.
 */
import type { DTypeArray } from '../arrow/dtype.js';
import { planesOf, readKeys, writeKeys } from './sort-keys.js';

/** Below so many values, V8's own sort is faster. */
const SHORT = 100;
/** From so many values on, digits are of 11 bits instead of 8: the counters cost less than another pass. */
const LONG = 1 << 14;

const PASSES = 4;

/** Sorts planes of keys, and what goes with them: the first `keys` planes, the lowest first, are the key. */
class Sorter {
  planes: Uint32Array[];
  #others: Uint32Array[];
  readonly #keys: number;
  readonly #counts: Uint32Array;
  readonly #bits: number;

  constructor(keys: number, planes: number, length: number) {
    const make = () => Array.from({ length: planes }, () => new Uint32Array(length));
    this.planes = make();
    this.#others = make();
    this.#keys = keys;
    this.#bits = length < LONG ? 8 : 11;
    this.#counts = new Uint32Array(PASSES << this.#bits);
  }

  sort(length: number): void {
    const highest = this.#keys - 1;
    this.#sortBy(highest, length);
    if (highest > 0 && !settle(this.planes, length)) for (let key = 0; key <= highest; key++) this.#sortBy(key, length);
  }

  #sortBy(key: number, length: number): void {
    const bits = this.#bits;
    const mask = (1 << bits) - 1;
    countDigits(this.planes[key]!, length, bits, this.#counts);
    for (let pass = 0; pass * bits < 32; pass++) {
      const shift = pass * bits;
      const begin = pass << bits;
      const digit = (this.planes[key]![0]! >>> shift) & mask;
      if (this.#counts[begin + digit] === length) continue;
      startsOf(this.#counts, begin, begin + mask);
      const scatter = scatters[this.planes.length - 1]!;
      scatter(this.planes[key]!, length, shift, mask, this.#counts, begin, this.planes, this.#others);
      [this.planes, this.#others] = [this.#others, this.planes];
    }
  }
}

/** How often each digit is there, for all passes at once. */
function countDigits(keys: Uint32Array, length: number, bits: number, counts: Uint32Array): void {
  const mask = (1 << bits) - 1;
  const [second, third, fourth] = [1 << bits, 2 << bits, 3 << bits];
  counts.fill(0);
  for (let i = 0; i < length; i++) {
    const key = keys[i]!;
    counts[key & mask]!++;
    counts[second + ((key >>> bits) & mask)]!++;
    counts[third + ((key >>> (2 * bits)) & mask)]!++;
    if (bits === 8) counts[fourth + (key >>> 24)]!++;
  }
}

/** From counts to where the first of each digit goes. */
function startsOf(counts: Uint32Array, first: number, last: number): void {
  let at = 0;
  for (let digit = first; digit <= last; digit++) {
    const count = counts[digit]!;
    counts[digit] = at;
    at += count;
  }
}

type Scatter = (
  keys: Uint32Array,
  length: number,
  shift: number,
  mask: number,
  starts: Uint32Array,
  begin: number,
  from: readonly Uint32Array[],
  to: readonly Uint32Array[],
) => void;

/** Every key, and what goes with it, to the place of its digit: of one plane, of two, and of three. */
const scatters: readonly Scatter[] = [
  (keys, length, shift, mask, starts, begin, _, [to]) => {
    for (let i = 0; i < length; i++) {
      const key = keys[i]!;
      to![starts[begin + ((key >>> shift) & mask)]!++] = key;
    }
  },
  (keys, length, shift, mask, starts, begin, [a, b], [toA, toB]) => {
    for (let i = 0; i < length; i++) {
      const place = starts[begin + ((keys[i]! >>> shift) & mask)]!++;
      toA![place] = a![i]!;
      toB![place] = b![i]!;
    }
  },
  (keys, length, shift, mask, starts, begin, [a, b, c], [toA, toB, toC]) => {
    for (let i = 0; i < length; i++) {
      const place = starts[begin + ((keys[i]! >>> shift) & mask)]!++;
      toA![place] = a![i]!;
      toB![place] = b![i]!;
      toC![place] = c![i]!;
    }
  },
];

/** The runs of equal higher words may be so long that inserting by the lower ones is quicker than passes over all. */
const RUN = 32;

/** Puts runs of equal higher words in the order of the lower ones, stably; false where a run is too long for that. */
function settle(planes: readonly Uint32Array[], length: number): boolean {
  const [low, high] = planes as [Uint32Array, Uint32Array];
  let start = 0;
  for (let i = 1; i < length; i++) {
    if (high[i] !== high[i - 1]) {
      start = i;
      continue;
    }
    if (low[i]! >= low[i - 1]!) continue;
    if (i - start > RUN) return false;
    let at = i;
    for (; at > start && low[at]! < low[at - 1]!; at--) {
      for (const plane of planes) {
        const value = plane[at]!;
        plane[at] = plane[at - 1]!;
        plane[at - 1] = value;
      }
    }
  }
  return true;
}

/** Sorts every row of `length` values where it lies. */
export function sortRows(values: DTypeArray, length: number): void {
  if (length < SHORT) {
    for (let at = 0; at < values.length; at += length) (values as Float64Array).subarray(at, at + length).sort();
    return;
  }
  const keys = planesOf(values);
  const sorter = new Sorter(keys, keys, length);
  for (let at = 0; at < values.length; at += length) {
    writeKeys(values, at, length, sorter.planes, false);
    sorter.sort(length);
    readKeys(values, at, length, sorter.planes);
  }
}

/** Calls back with the places of the values of every row in their order; of equal ones in the order in which they are. */
export function argsortRows(values: DTypeArray, length: number, visit: (order: Uint32Array, at: number) => void): void {
  const keys = planesOf(values);
  const sorter = new Sorter(keys, keys + 1, length);
  for (let at = 0; at < values.length; at += length) {
    writeKeys(values, at, length, sorter.planes, true);
    const order = sorter.planes[keys]!;
    for (let i = 0; i < length; i++) order[i] = i;
    sorter.sort(length);
    visit(sorter.planes[keys]!, at);
  }
}

/** The places of the values in their order. */
export function argsortValues(values: DTypeArray): Uint32Array {
  let found = new Uint32Array(0);
  argsortRows(values, values.length, (order) => {
    found = order as typeof found;
  });
  return found;
}

/** A sorted copy. */
export function sortValues(values: DTypeArray): DTypeArray {
  const sorted = values.slice() as DTypeArray;
  sortRows(sorted, sorted.length);
  return sorted;
}

/** NaN is above all others. */
export function compare(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
}
