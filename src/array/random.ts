/** Arrays of random numbers, as the generator in functions/random.ts asks for them. */
import { randomBytes } from 'node:crypto';
import { checkDType, type DType, isFloat } from '../arrow/dtype.js';
import type { Distribution, Key, OfParameters } from '../kernels/philox.js';
import { type ChunksLike, normalizeChunks } from '../plan/chunks.js';
import { makeRandom } from '../plan/random.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { ChunkedArray } from './chunked-array.js';
import { checkShape, type Shape } from './shape.js';

export interface RandomOptions {
  /** The same numbers for the same seed, however the array is cut and wherever it is computed; others each time without one. */
  readonly seed?: number | bigint;
  readonly chunks?: ChunksLike;
  /** float64 or float32 where numbers are not whole: float64 unless told. Of whole numbers, `integers` alone has others than int64. */
  readonly dtype?: DType;
}

const BITS = 64n;

export const unseeded = (): Key => [randomBytes(8).readBigUInt64LE(), randomBytes(8).readBigUInt64LE()];

/** A seed as the key of Philox, as NumPy takes it: its lower and its upper 64 bits. */
export function keyOf(seed: number | bigint): Key {
  if ((typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) || seed < 0) {
    throw new InputError(`a seed is an integer of 0 or more, got ${describe(seed)}`);
  }
  return [BigInt.asUintN(64, BigInt(seed)), BigInt.asUintN(64, BigInt(seed) >> BITS)];
}

/** Raises {@link InputError} for a shape and chunks that are none. */
export function drawn(
  who: string,
  distribution: Distribution,
  dtype: DType,
  shape: Shape,
  key: Key,
  options: RandomOptions,
): ChunkedArray {
  const { chunks = 'auto' } = options;
  const cut = normalizeChunks(chunks, checkShape(shape, who), dtype);
  return new ChunkedArray(makeRandom({ distribution, key }, dtype, cut));
}

export function checkFloat(who: string, dtype: DType = 'float64'): DType {
  if (isFloat(checkDType(dtype))) return dtype;
  throw new InputError(`${who} gives float32 or float64, not ${dtype}; use astype, or integers`);
}

export function checkInt64(who: string, dtype: DType = 'int64'): DType {
  if (checkDType(dtype) === 'int64') return dtype;
  throw new InputError(`${who} gives int64, not ${dtype}; use astype`);
}

const counts: ReadonlySet<OfParameters> = new Set(['poisson', 'binomial', 'negativeBinomial']);

export const dtypeFor = (name: OfParameters, dtype?: DType): DType =>
  counts.has(name) ? checkInt64(name, dtype) : checkFloat(name, dtype);

/** What a parameter of a distribution may be. */
const kinds = {
  'a finite number': Number.isFinite,
  'a finite number of 0 or more': (x: number) => Number.isFinite(x) && x >= 0,
  'a finite number above 0': (x: number) => Number.isFinite(x) && x > 0,
  'a whole number of 0 or more': (x: number) => Number.isSafeInteger(x) && x >= 0,
  'from 0 to 1': (x: number) => x >= 0 && x <= 1,
  'above 0, and 1 at most': (x: number) => x > 0 && x <= 1,
  'a number from 0 to 1e15': (x: number) => x >= 0 && x <= 1e15,
} as const;

/** Raises {@link InputError} for the first of `parameters` that is not what it has to be. */
export function checkParameters(
  who: string,
  kind: keyof typeof kinds,
  parameters: Readonly<Record<string, number>>,
): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === 'number' && kinds[kind](value)) continue;
    throw new InputError(`${who}: ${name} is ${kind}, got ${describe(value)}`);
  }
}

/** Raises {@link InputError} for what is no place and no spread. */
export function checkPlace(who: string, loc: number, scale: number): void {
  checkParameters(who, 'a finite number', { loc });
  checkParameters(who, 'a finite number of 0 or more', { scale });
}

/** Standard numbers with another spread and place. */
export const scaled = (x: ChunkedArray, scale: number, loc: number): ChunkedArray => {
  const spread = scale === 1 ? x : x.multiply(scale);
  return loc === 0 ? spread : spread.add(loc);
};
