/** Sorting of typed arrays, NaN last as in NumPy: by the digits of their keys, in WebAssembly (assembly/sort.ts). */
import type { DTypeArray } from '../arrow/dtype.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { type ArrayKind, kindOf } from './wasm/kinds.js';
import { sortWasm } from './wasm/sort.js';

type Sort = (values: number, rows: number, length: number, room: number) => void;
type Order = (values: number, length: number, room: number) => void;
/** Gives how many are found. */
type Find = (values: number, length: number, room: number) => number;
type Exports = Readonly<
  Record<`sort${ArrayKind}`, Sort> &
    Record<`order${ArrayKind}`, Order> &
    Record<`distinct${ArrayKind}`, Find> &
    Record<`firsts${ArrayKind}`, Find> & { foundAt(): number; countsAt(): number }
>;

/** The memory up to here has the module's tables. */
const START = 65536;
/** So many bytes of short rows are sorted at once. */
const TILE = 65536;
/** A module that has taken more memory than this is let go of. */
const LARGE = 2 ** 26;

let instance: Instance<Exports> | undefined;

/** Calls back with the module, whose memory has so many bytes for it. */
function withRoom(bytes: number, use: (instance: Instance<Exports>) => void): void {
  const module = instance ?? instantiate<Exports>(sortWasm);
  module.reserve(START + bytes);
  instance = module.memory.buffer.byteLength > LARGE ? undefined : module;
  use(module);
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Sorts every row of `length` values where it lies. */
export function sortRows(values: DTypeArray, length: number): void {
  if (length < 2) return;
  const rowBytes = length * values.BYTES_PER_ELEMENT;
  const atOnce = Math.max(1, Math.floor(TILE / rowBytes)) * length;
  const room = START + roundUp(Math.min(atOnce, values.length) * values.BYTES_PER_ELEMENT);
  withRoom(room - START + 16 * length, ({ memory, exports }) => {
    const sort = exports[`sort${kindOf(values)}`];
    const bytes = new Uint8Array(memory.buffer, START);
    const all = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let at = 0; at < values.length; at += atOnce) {
      const part = all.subarray(
        at * values.BYTES_PER_ELEMENT,
        Math.min(at + atOnce, values.length) * values.BYTES_PER_ELEMENT,
      );
      bytes.set(part);
      sort(START, part.length / rowBytes, length, room);
      part.set(bytes.subarray(0, part.length));
    }
  });
}

/**
 * Calls back with the places of the values of every row in their order, which are there until it returns; of equal values in
 * the order in which they are.
 */
export function argsortRows(values: DTypeArray, length: number, visit: (order: Uint32Array, at: number) => void): void {
  if (values.length === 0) return;
  const rowBytes = length * values.BYTES_PER_ELEMENT;
  const room = START + roundUp(rowBytes);
  withRoom(room - START + 24 * length, ({ memory, exports }) => {
    const order = exports[`order${kindOf(values)}`];
    const bytes = new Uint8Array(memory.buffer, START);
    const all = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let at = 0; at < values.length; at += length) {
      bytes.set(all.subarray(at * values.BYTES_PER_ELEMENT, at * values.BYTES_PER_ELEMENT + rowBytes));
      order(START, length, room);
      visit(new Uint32Array(memory.buffer, exports.foundAt(), length), at);
    }
  });
}

/** The places of the values in their order. */
export function argsortValues(values: DTypeArray): Uint32Array {
  let found = new Uint32Array(0);
  argsortRows(values, values.length, (order) => {
    found = order.slice();
  });
  return found;
}

/** A sorted copy. */
export function sortValues(values: DTypeArray): DTypeArray {
  const sorted = values.slice() as DTypeArray;
  sortRows(sorted, sorted.length);
  return sorted;
}

export interface Distinct {
  /** In order; zeros are one value, and NaN is one, the last. */
  readonly values: DTypeArray;
  /** How often each of them is there. */
  readonly counts: Float64Array;
  /** Where each of them is first, if that is asked for. */
  readonly places: Uint32Array;
}

export function distinctValues(values: DTypeArray, withPlaces: boolean): Distinct {
  const { length } = values;
  const room = START + roundUp(values.byteLength);
  let found: Distinct = {
    values: values.slice(0, 0) as DTypeArray,
    counts: new Float64Array(),
    places: new Uint32Array(),
  };
  if (length === 0) return found;
  withRoom(room - START + 24 * length, ({ memory: { buffer }, exports }) => {
    new Uint8Array(buffer, START).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const count = exports[`${withPlaces ? 'firsts' : 'distinct'}${kindOf(values)}`](START, length, room);
    const Type = values.constructor as new (buffer: ArrayBuffer, at: number, length: number) => DTypeArray;
    found = {
      values: new Type(buffer, withPlaces ? room : exports.foundAt(), count).slice() as DTypeArray,
      counts: new Float64Array(new Uint32Array(buffer, exports.countsAt(), count)),
      places: new Uint32Array(buffer, exports.foundAt(), withPlaces ? count : 0).slice(),
    };
  });
  return found;
}

/** NaN is above all others. */
export function compare(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : -1;
}
