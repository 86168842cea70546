/**
 * Streams of random numbers that are functions of a key and of a place: Philox4x64-10, with NumPy's order and fractions. For
 * a key k, `raw` is `numpy.random.Philox(key=k).random_raw(n)`, and `uniform` is `Generator(Philox(key=k)).random(n, dtype)`
 * for either float. Normal numbers are made of each two by Box's and Muller's method and rounded for float32, bounded
 * integers by Lemire's. What a place has does not depend on what else is asked for.
 */
import type { DTypeArray } from '../arrow/dtype.js';
import { wholeNumbers } from './int64.js';
import { type Instance, instantiate } from './wasm/instance.js';
import { randomWasm } from './wasm/random.js';

export type Key = readonly [bigint, bigint];

/** Distributions whose numbers take as many of a stream as they need, as the module numbers them. */
const OF_PARAMETERS = [
  ...['gamma', 'beta', 'poisson', 'binomial', 'negativeBinomial', 'standardT', 'f', 'wald'],
] as const;

export type OfParameters = (typeof OF_PARAMETERS)[number];

/** What is drawn: integers are from `low` to below `low + range`, with a range from 1 to 2^64. */
export type Distribution =
  | { readonly name: 'raw' | 'uniform' | 'normal' }
  | { readonly name: 'integers'; readonly low: bigint; readonly range: bigint }
  | { readonly name: OfParameters; readonly parameters: readonly number[] };

type Blocks = (pairs: number, counter: bigint, key0: bigint, key1: bigint, out: number) => void;
interface Exports {
  readonly raw: Blocks;
  readonly uniform: Blocks;
  readonly uniformFloat32: Blocks;
  readonly normal: Blocks;
  draws(
    distribution: number,
    a: number,
    b: number,
    count: number,
    place: bigint,
    key0: bigint,
    key1: bigint,
    out: number,
  ): void;
  bound(
    count: number,
    place: bigint,
    key0: bigint,
    key1: bigint,
    at: number,
    low: bigint,
    range: bigint,
    surplus: bigint,
  ): void;
}

/** The bytes that are made at once: blocks have 32, and the module makes four each time. Its constants lie before them. */
const BYTES = 16384;
const BLOCK = 32;
const START = 65536;

let instance: Instance<Exports> | undefined;

/** Writes `count` numbers of the stream, from place `start` on, to `out` from `at` on: floats or, for `raw`, 64-bit integers. */
export function draw(
  distribution: Distribution,
  key: Key,
  start: number,
  count: number,
  out: DTypeArray,
  at: number,
): void {
  instance ??= instantiate<Exports>(randomWasm);
  instance.reserve(START + BYTES + 4 * BLOCK);
  const { exports, memory } = instance;
  if ('parameters' in distribution) {
    drawEach(instance, distribution, key, start, count, out, at);
    return;
  }
  const isShort = distribution.name === 'uniform' && out instanceof Float32Array;
  const View = viewOf(distribution, out, isShort);
  const numbers = new View(memory.buffer, START, (BYTES + 4 * BLOCK) / View.BYTES_PER_ELEMENT);
  const make = isShort ? exports.uniformFloat32 : exports[distribution.name === 'integers' ? 'raw' : distribution.name];
  const perBlock = isShort ? 8 : 4;
  const atOnce = (BYTES / BLOCK) * perBlock;
  for (let done = 0; done < count; done += atOnce) {
    const place = start + done;
    const skipped = place % perBlock;
    const length = Math.min(count - done, atOnce);
    const pairs = Math.ceil((skipped + length) / (2 * perBlock));
    // NumPy counts before it makes a block.
    make(pairs, BigInt(Math.floor(place / perBlock)) + 1n, key[0], key[1], START);
    if (distribution.name === 'integers') toRange(exports, distribution, key, place, length, START + 8 * skipped);
    copy(numbers, skipped, length, out, at + done);
  }
}

/** Each number has a stream of its own, which no other reads: the second words of its counters are not zero. */
function drawEach(
  { exports, memory }: Instance<Exports>,
  { name, parameters }: Extract<Distribution, { parameters: readonly number[] }>,
  key: Key,
  start: number,
  count: number,
  out: DTypeArray,
  at: number,
): void {
  const [a, b = 0] = parameters as [number, number?];
  const numbers = new Float64Array(memory.buffer, START, BYTES / 8);
  for (let done = 0; done < count; done += numbers.length) {
    const length = Math.min(count - done, numbers.length);
    exports.draws(OF_PARAMETERS.indexOf(name), a, b, length, BigInt(start + done), key[0], key[1], START);
    const made = numbers.subarray(0, length);
    if (out instanceof BigInt64Array) out.set(wholeNumbers(made), at + done);
    else (out as Float64Array | Float32Array).set(made, at + done);
  }
}

type Numbers = Float64Array | Float32Array | BigInt64Array | BigUint64Array | Uint32Array;
type View = { readonly BYTES_PER_ELEMENT: number } & (new (buffer: ArrayBuffer, at: number, length: number) => Numbers);

/** Integers of up to 32 bits are the lower halves of what the module makes. */
function viewOf({ name }: Distribution, out: DTypeArray, isShort: boolean): View {
  if (name === 'uniform' || name === 'normal') return isShort ? Float32Array : Float64Array;
  if (out instanceof BigInt64Array) return BigInt64Array;
  return out instanceof BigUint64Array ? BigUint64Array : Uint32Array;
}

function toRange(
  exports: Exports,
  { low, range }: Extract<Distribution, { name: 'integers' }>,
  [key0, key1]: Key,
  place: number,
  count: number,
  at: number,
): void {
  const surplus = (1n << 64n) % range;
  exports.bound(count, BigInt(place), key0, key1, at, wrapped(low), wrapped(range), wrapped(surplus));
}

const wrapped = (value: bigint): bigint => BigInt.asIntN(64, value);

function copy(numbers: Numbers, from: number, length: number, out: DTypeArray, at: number): void {
  if (numbers instanceof Uint32Array) {
    const target = out as Int32Array;
    for (let i = 0; i < length; i++) target[at + i] = numbers[2 * (from + i)]!;
  } else (out as Float64Array).set((numbers as Float64Array).subarray(from, from + length), at);
}
