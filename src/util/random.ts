/**
 * NumPy's legacy `RandomState`: the same seed gives the same numbers, hence the same splits as scikit-learn.
 *
 * The generator is MT19937 (Matsumoto and Nishimura, 1998) seeded by its `init_genrand`; bounded integers are drawn by
 * masked rejection, and the shuffle is Fisher-Yates from the end. NumPy froze all three (NEP 19), so they stay equal.
 */
import { randomInt } from 'node:crypto';
import { InputError } from './errors.js';

const N = 624;
const M = 397;
const TWO_32 = 2 ** 32;

/** What estimators and splitters take as `randomState`: a seed, or a generator to go on with. */
export type RandomStateLike = number | RandomState;

/**
 * A stream of random numbers equal to that of `numpy.random.RandomState(seed)`; without a seed it differs every time.
 * Raises {@link InputError} unless the seed is an integer from 0 to 2**32 - 1.
 *
 * @example
 * new RandomState(0).permutation(5); // Int32Array [2, 0, 1, 3, 4]
 */
export class RandomState {
  readonly #key = new Uint32Array(N);
  #position = N;

  constructor(seed: number = randomInt(TWO_32)) {
    if (!Number.isInteger(seed) || seed < 0 || seed >= TWO_32) {
      throw new InputError(`Seed must be an integer between 0 and 2**32 - 1, got ${seed}`);
    }
    const key = this.#key;
    key[0] = seed;
    for (let i = 1; i < N; i++) key[i] = Math.imul(1812433253, key[i - 1] ^ (key[i - 1] >>> 30)) + i;
  }

  /** Seeded by several words, as `RandomState([...])` and Python's `random.Random`: `init_by_array` of MT19937. */
  static fromWords(words: readonly number[]): RandomState {
    const state = new RandomState(19650218);
    const key = state.#key;
    const mix = (i: number, by: number) => key[i]! ^ Math.imul(key[i - 1]! ^ (key[i - 1]! >>> 30), by);
    let i = 1;
    const step = () => {
      if (++i < N) return;
      key[0] = key[N - 1]!;
      i = 1;
    };
    for (let k = 0; k < Math.max(N, words.length); k++) {
      const j = k % words.length;
      key[i] = mix(i, 1664525) + words[j]! + j;
      step();
    }
    for (let k = 1; k < N; k++) {
      key[i] = mix(i, 1566083941) - i;
      step();
    }
    key[0] = 0x80000000;
    return state;
  }

  /** One that begins with these 624 words. */
  static fromKey(key: Uint32Array): RandomState {
    const state = new RandomState(0);
    state.#key.set(key);
    return state;
  }

  /** An integer from 0 to 2**32 - 1. */
  nextUint32(): number {
    if (this.#position === N) {
      twist(this.#key);
      this.#position = 0;
    }
    let y = this.#key[this.#position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** A multiple of 2**-53 in [0, 1), as `random_sample()`. */
  random(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** An integer from 0 to `max`, both included, for a safe integer `max`. */
  interval(max: number): number {
    if (max === 0) return 0;
    if (max < TWO_32) {
      const mask = onesBelow(max);
      for (;;) {
        const value = (this.nextUint32() & mask) >>> 0;
        if (value <= max) return value;
      }
    }
    const mask = onesBelow(Math.floor(max / TWO_32));
    for (;;) {
      const high = (this.nextUint32() & mask) >>> 0;
      const value = high * TWO_32 + this.nextUint32();
      if (value <= max) return value;
    }
  }

  /** An integer of [low, high), as `randint(low, high)`. Raises {@link InputError} when there is none. */
  randint(low: number, high: number): number {
    const range = high - 1 - low;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || !Number.isSafeInteger(range)) {
      throw new InputError(`randint needs safe integers less than 2**53 apart, got low=${low} and high=${high}`);
    }
    if (range < 0) throw new InputError(`low >= high: there is no integer in [${low}, ${high})`);
    return low + this.interval(range);
  }

  /** Shuffles in place and returns what it was given. */
  shuffle<T extends { [index: number]: unknown; readonly length: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.interval(i);
      const swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
    return values;
  }

  /** The integers below `n` in random order. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    return this.shuffle(order);
  }
}

/** The generator that a `randomState` option stands for; a new one, differently seeded, when it is undefined. */
export const checkRandomState = (randomState: RandomStateLike | undefined): RandomState =>
  randomState instanceof RandomState ? randomState : new RandomState(randomState);

/** The smallest 2**k - 1 that is at least `max`, for 0 < max < 2**32, as a signed 32-bit pattern. */
const onesBelow = (max: number): number => -1 >>> Math.clz32(max);

function twist(key: Uint32Array): void {
  for (let i = 0; i < N; i++) {
    const y = (key[i] & 0x80000000) | (key[(i + 1) % N] & 0x7fffffff);
    key[i] = key[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
