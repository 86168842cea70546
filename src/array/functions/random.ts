/** Arrays of random numbers. */
import { randomBytes } from 'node:crypto';
import { checkDType, type DType, isFloat, isInteger } from '../../arrow/dtype.js';
import type { Distribution } from '../../kernels/philox.js';
import { type ChunksLike, normalizeChunks } from '../../plan/chunks.js';
import { makeRandom } from '../../plan/random.js';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { ChunkedArray } from '../chunked-array.js';
import { checkShape, type Shape } from '../shape.js';

export interface RandomOptions {
  /** The same numbers for the same seed, however the array is cut and wherever it is computed; others each time without one. */
  readonly seed?: number | bigint;
  readonly chunks?: ChunksLike;
  /** float64 unless told; integers for `integers`. */
  readonly dtype?: DType;
}

const BITS = 64n;

/** A seed as the key of Philox, as NumPy takes it: its lower and its upper 64 bits. */
function keyOf(seed: number | bigint | undefined): [bigint, bigint] {
  if (seed === undefined) return [randomBytes(8).readBigUInt64LE(), randomBytes(8).readBigUInt64LE()];
  if ((typeof seed !== 'bigint' && !Number.isSafeInteger(seed)) || seed < 0) {
    throw new InputError(`a seed is an integer of 0 or more, got ${describe(seed)}`);
  }
  return [BigInt.asUintN(64, BigInt(seed)), BigInt.asUintN(64, BigInt(seed) >> BITS)];
}

function make(
  who: string,
  distribution: Distribution,
  dtype: DType,
  shape: Shape,
  options: RandomOptions,
): ChunkedArray {
  const { seed, chunks = 'auto' } = options;
  const cut = normalizeChunks(chunks, checkShape(shape, who), dtype);
  return new ChunkedArray(makeRandom({ distribution, key: keyOf(seed) }, dtype, cut));
}

function floats(who: string, name: 'uniform' | 'normal', shape: Shape, options: RandomOptions): ChunkedArray {
  const dtype = checkDType(options.dtype ?? 'float64');
  if (!isFloat(dtype)) throw new InputError(`${who} gives float32 or float64, not ${dtype}; use astype, or integers`);
  return make(who, { name }, dtype, shape, options);
}

/**
 * Random numbers by Philox4x64-10: those of `random` are, for a seed, the ones that
 * `numpy.random.Generator(numpy.random.Philox(key=seed)).random(shape)` gives.
 */
const numbers = {
  /**
   * From 0 to below 1, all alike.
   *
   * @example
   * (await array.random.random(2, { seed: 7 }).compute()).toArray(); // [0.8720734548204873, 0.29536538151378355]
   */
  random: (shape: Shape, options: RandomOptions = {}): ChunkedArray => floats('random', 'uniform', shape, options),

  /** From `low` to below `high`, all alike. */
  uniform: (low: number, high: number, shape: Shape, options: RandomOptions = {}): ChunkedArray =>
    floats('uniform', 'uniform', shape, options)
      .multiply(high - low)
      .add(low),

  /**
   * Normally distributed, with mean 0 and standard deviation 1 unless told.
   *
   * @example
   * const x = array.random.normal([1000, 1000], { seed: 7 });
   * Math.abs(await x.mean().compute<number>()) < 0.01; // true
   */
  normal(shape: Shape, options: RandomOptions & { readonly loc?: number; readonly scale?: number } = {}): ChunkedArray {
    const { loc = 0, scale = 1, ...rest } = options;
    const x = floats('normal', 'normal', shape, rest);
    const scaled = scale === 1 ? x : x.multiply(scale);
    return loc === 0 ? scaled : scaled.add(loc);
  },

  /** Exponentially distributed with that mean. */
  exponential: (scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray =>
    floats('exponential', 'uniform', shape, options).negative().log1p().multiply(-scale),

  /**
   * Integers from `low` to below `high`, all alike, int64 unless told.
   *
   * @example
   * (await array.random.integers(0, 10, 3, { seed: 7 }).compute()).toArray(); // [8n, 2n, 4n]
   */
  integers(low: number, high: number, shape: Shape, { dtype = 'int64', ...options }: RandomOptions = {}): ChunkedArray {
    if (!isInteger(checkDType(dtype))) throw new InputError(`integers gives an integer dtype, not ${dtype}`);
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
      throw new InputError(`integers takes whole numbers low < high, got ${low} and ${high}`);
    }
    const distribution = { name: 'integers', low: BigInt(low), range: BigInt(high) - BigInt(low) } as const;
    return make('integers', distribution, dtype, shape, options);
  },
};

/** What makes arrays of random numbers: see {@link array}. */
export const random = { random: numbers };
