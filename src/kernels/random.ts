/**
 * Random numbers of a key and a place: Philox4x64-10, with NumPy's order and its fractions, so that
 * `Generator(Philox(key=seed)).random(n)` in NumPy gives the same ones. An array has the number of an element's place in
 * it in C order, so it is the same however it is cut.
 */
import { allocate, type Block, sizeOf } from '../arrow/block.js';
import type { DTypeArray } from '../arrow/dtype.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { randomWasm } from './wasm/random.js';

type Inner = (pairs: number, counter: bigint, key0: bigint, key1: bigint, out: number) => void;
interface Exports {
  readonly uniform: Inner;
  readonly normal: Inner;
}
export type Distribution = keyof Exports;

export interface Stream {
  readonly distribution: Distribution;
  readonly dtype: 'float32' | 'float64';
  readonly key: readonly [bigint, bigint];
  /** The shape of the whole array, where this block begins in it, and its extents. */
  readonly whole: readonly number[];
  readonly origin: readonly number[];
  readonly shape: readonly number[];
}

/** The numbers that are made at once: two blocks of four each time. */
const AT_ONCE = 4096;
const PAIR = 8;

let instance: Instance<Exports> | undefined;

/** A block of a random array: the runs of elements that lie together in the whole are made one after another. */
export function fill({ distribution, dtype, key, whole, origin, shape }: Stream): Block<'float32' | 'float64'> {
  const data = allocate(dtype, sizeOf(shape));
  const run = shape.at(-1) ?? 1;
  const place = shape.slice(0, -1).map(() => 0);
  if (data.length > 0) {
    for (let at = 0; at < data.length; at += run) {
      write(distribution, key, startOf(whole, origin, place), run, data, at);
      for (let axis = place.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
    }
  }
  return { dtype, shape, data };
}

/** Where in the whole a run begins, in C order. */
function startOf(whole: readonly number[], origin: readonly number[], place: readonly number[]): number {
  return whole.reduce((start, extent, axis) => start * extent + origin[axis]! + (place[axis] ?? 0), 0);
}

/** Writes `count` numbers of the stream from place `start` on. */
function write(
  distribution: Distribution,
  [key0, key1]: readonly [bigint, bigint],
  start: number,
  count: number,
  data: DTypeArray,
  at: number,
): void {
  instance ??= instantiate<Exports>(randomWasm);
  instance.reserve(65536 + 8 * (AT_ONCE + PAIR));
  const view = new Float64Array(instance.memory.buffer, 65536, AT_ONCE + PAIR);
  const target = data as Float64Array;
  for (let done = 0; done < count; ) {
    const from = start + done;
    const skipped = from % 4;
    const length = Math.min(count - done, AT_ONCE);
    const pairs = Math.ceil((skipped + length) / PAIR);
    // NumPy counts before it makes a block.
    const counter = BigInt(Math.floor(from / 4)) + 1n;
    instance.exports[distribution](pairs, counter, key0, key1, view.byteOffset);
    target.set(view.subarray(skipped, skipped + length), at + done);
    done += length;
  }
}
