/** Arrays of random numbers. */
import { checkDType, isInteger } from '../../arrow/dtype.js';
import type { Key, OfParameters } from '../../kernels/philox.js';
import { InputError } from '../../util/errors.js';
import { type ChoiceOptions, chosen } from '../choice.js';
import type { ChunkedArray } from '../chunked-array.js';
import { knowOptions, ofRandom } from '../known-options.js';
import type { Operand } from '../operands.js';
import {
  checkFloat,
  checkInt64,
  checkParameters,
  checkPlace,
  drawn,
  dtypeFor,
  keyOf,
  type RandomOptions,
  scaled,
  unseeded,
} from '../random.js';
import { checkShape, type Shape } from '../shape.js';
import { asarray, creation } from './creation.js';
import { elementwise } from './elementwise.js';

/** The least fraction above 0 that a logarithm may get. */
const SMALLEST = 2 ** -54;

/**
 * Random numbers by Philox4x64-10, of which an element is a function of the seed and of its place: those of `random` are, for
 * a seed, the ones that `numpy.random.Generator(numpy.random.Philox(key=seed)).random(shape)` gives.
 */
export class RandomGenerator {
  readonly #seed: number | bigint | undefined;
  #draws = 0n;

  constructor(seed?: number | bigint) {
    if (seed !== undefined) keyOf(seed);
    this.#seed = seed;
  }

  /** The key of a draw: that of its seed; else of this generator, whose draws differ in the upper half. */
  #key({ seed }: RandomOptions): Key {
    if (seed !== undefined) return keyOf(seed);
    return this.#seed === undefined ? unseeded() : keyOf(BigInt(this.#seed) + (this.#draws++ << 64n));
  }

  #floats(who: string, name: 'uniform' | 'normal', shape: Shape, options: RandomOptions): ChunkedArray {
    const dtype = checkFloat(who, options.dtype);
    return drawn(who, { name }, dtype, shape, this.#key(options), options);
  }

  /** Each number by itself, of a distribution that takes its parameters. */
  #each(name: OfParameters, parameters: readonly number[], shape: Shape, options: RandomOptions): ChunkedArray {
    return drawn(name, { name, parameters }, dtypeFor(name, options.dtype), shape, this.#key(options), options);
  }

  /**
   * A generator of its own, whose draws differ from each other and are the same ones again for the same seed; the first is
   * that of the seed.
   *
   * @example
   * const rng = array.random.generator(7);
   * const [a, b] = [rng.random(2), rng.random(2)];
   * (await a.compute()).toArray(); // [0.8720734548204873, 0.29536538151378355]
   * (await b.compute()).toArray(); // [0.8824668302545412, 0.3690383346754841]
   */
  generator(seed: number | bigint): RandomGenerator {
    return new RandomGenerator(seed);
  }

  /**
   * From 0 to below 1, all alike.
   *
   * @example
   * (await array.random.random(2, { seed: 7 }).compute()).toArray(); // [0.8720734548204873, 0.29536538151378355]
   */
  random(shape: Shape, options: RandomOptions = {}): ChunkedArray {
    return this.#floats('random', 'uniform', shape, options);
  }

  /** From `low` to below `high`, all alike. */
  uniform(low: number, high: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('uniform', 'a finite number', { low, high });
    return this.#floats('uniform', 'uniform', shape, options)
      .multiply(high - low)
      .add(low);
  }

  /**
   * Normally distributed, with mean 0 and standard deviation 1 unless told.
   *
   * @example
   * const x = array.random.normal([1000, 1000], { seed: 7 });
   * Math.abs(await x.mean().compute<number>()) < 0.01; // true
   */
  normal(shape: Shape, options: RandomOptions & { readonly loc?: number; readonly scale?: number } = {}): ChunkedArray {
    const { loc = 0, scale = 1, ...rest } = options;
    checkPlace('normal', loc, scale);
    return scaled(this.#floats('normal', 'normal', shape, rest), scale, loc);
  }

  /** The exponentials of normally distributed numbers with that mean and standard deviation. */
  lognormal(mean: number, sigma: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('lognormal', 'a finite number', { mean });
    checkParameters('lognormal', 'a finite number of 0 or more', { sigma });
    return scaled(this.#floats('lognormal', 'normal', shape, options), sigma, mean).exp();
  }

  /** Minus the logarithm of a fraction: exponentially distributed with mean 1. */
  #standardExponential(who: string, shape: Shape, options: RandomOptions): ChunkedArray {
    return this.#floats(who, 'uniform', shape, options).negative().log1p().negative();
  }

  /** Exponentially distributed with that mean. */
  exponential(scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('exponential', 'a finite number of 0 or more', { scale });
    return this.#standardExponential('exponential', shape, options).multiply(scale);
  }

  /** Weibull's with that shape `a`, and scale 1. */
  weibull(a: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('weibull', 'a finite number above 0', { a });
    return this.#standardExponential('weibull', shape, options).power(1 / a);
  }

  /** Pareto's of the second kind (Lomax's) with that shape `a`; add 1 for the first kind. */
  pareto(a: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('pareto', 'a finite number above 0', { a });
    return this.#standardExponential('pareto', shape, options).divide(a).expm1();
  }

  /** From 0 to 1 with a density of a·x^(a - 1). */
  power(a: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('power', 'a finite number above 0', { a });
    return this.#floats('power', 'uniform', shape, options).power(1 / a);
  }

  /** Rayleigh's with that mode. */
  rayleigh(scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('rayleigh', 'a finite number of 0 or more', { scale });
    return this.#standardExponential('rayleigh', shape, options).multiply(2).sqrt().multiply(scale);
  }

  /** Laplace's, the double exponential, about `loc`. */
  laplace(loc: number, scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkPlace('laplace', loc, scale);
    const fraction = this.#floats('laplace', 'uniform', shape, options).maximum(SMALLEST);
    const below = fraction.multiply(2).log();
    const above = fraction.negative().log1p().add(Math.LN2).negative();
    return scaled(elementwise.where(fraction.less(0.5), below, above), scale, loc);
  }

  /** The logistic distribution about `loc`. */
  logistic(loc: number, scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkPlace('logistic', loc, scale);
    const fraction = this.#floats('logistic', 'uniform', shape, options).maximum(SMALLEST);
    return scaled(fraction.log().subtract(fraction.negative().log1p()), scale, loc);
  }

  /** Gumbel's, of largest values, with mode `loc`. */
  gumbel(loc: number, scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkPlace('gumbel', loc, scale);
    const fraction = this.#floats('gumbel', 'uniform', shape, options).maximum(SMALLEST);
    return scaled(fraction.log().negative().log(), -scale, loc);
  }

  /** Cauchy's about 0. */
  standardCauchy(shape: Shape, options: RandomOptions = {}): ChunkedArray {
    return this.#floats('standardCauchy', 'uniform', shape, options).subtract(0.5).multiply(Math.PI).tan();
  }

  /** From `left` to `right`, with a density that rises up to `mode` and falls from there. */
  triangular(left: number, mode: number, right: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('triangular', 'a finite number', { left, mode, right });
    if (!(left <= mode && mode <= right && left < right)) {
      throw new InputError(`triangular takes left <= mode <= right, got ${left}, ${mode} and ${right}`);
    }
    const fraction = this.#floats('triangular', 'uniform', shape, options);
    const rising = fraction.multiply((right - left) * (mode - left)).sqrt();
    const falling = fraction
      .negative()
      .add(1)
      .multiply((right - left) * (right - mode))
      .sqrt();
    const isRising = fraction.less((mode - left) / (right - left));
    return elementwise.where(isRising, rising.add(left), falling.negative().add(right));
  }

  /**
   * Of the gamma distribution with shape `k` and that scale.
   *
   * @example
   * const x = array.random.gamma(2, 3, 100_000, { seed: 7 });
   * Math.abs((await x.mean().compute<number>()) - 6) < 0.1; // true
   */
  gamma(k: number, scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('gamma', 'a finite number of 0 or more', { k, scale });
    return scaled(this.#each('gamma', [k], shape, options), scale, 0);
  }

  /** Chi-squared of so many degrees of freedom. */
  chisquare(df: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('chisquare', 'a finite number above 0', { df });
    return this.#each('gamma', [df / 2], shape, options).multiply(2);
  }

  /** Of the beta distribution, from 0 to 1. */
  beta(a: number, b: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('beta', 'a finite number above 0', { a, b });
    return this.#each('beta', [a, b], shape, options);
  }

  /** Student's t of so many degrees of freedom. */
  standardT(df: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('standardT', 'a finite number above 0', { df });
    return this.#each('standardT', [df], shape, options);
  }

  /** Fisher's F: the ratio of two chi-squared numbers over their degrees of freedom. */
  f(dfnum: number, dfden: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('f', 'a finite number above 0', { dfnum, dfden });
    return this.#each('f', [dfnum, dfden], shape, options);
  }

  /** Wald's, the inverse Gaussian. */
  wald(mean: number, scale: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('wald', 'a finite number above 0', { mean, scale });
    return this.#each('wald', [mean, scale], shape, options);
  }

  /** Counts of events, with that mean, as int64. */
  poisson(lam: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('poisson', 'a number from 0 to 1e15', { lam });
    return this.#each('poisson', [lam], shape, options);
  }

  /** Successes among `n` trials of probability `p`, as int64. */
  binomial(n: number, p: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('binomial', 'a whole number of 0 or more', { n });
    checkParameters('binomial', 'from 0 to 1', { p });
    return this.#each('binomial', [n, p], shape, options);
  }

  /** Failures before `n` successes of probability `p`, as int64. */
  negativeBinomial(n: number, p: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    checkParameters('negativeBinomial', 'a finite number above 0', { n });
    checkParameters('negativeBinomial', 'above 0, and 1 at most', { p });
    return this.#each('negativeBinomial', [n, p], shape, options);
  }

  /** Trials of probability `p` up to the first success, as int64. */
  geometric(p: number, shape: Shape, { dtype, ...options }: RandomOptions = {}): ChunkedArray {
    checkParameters('geometric', 'above 0, and 1 at most', { p });
    checkInt64('geometric', dtype);
    const waits = this.#standardExponential('geometric', shape, options).divide(-Math.log1p(-p));
    return waits.ceil().maximum(1).astype('int64');
  }

  /**
   * Integers from `low` to below `high`, all alike, int64 unless told.
   *
   * @example
   * (await array.random.integers(0, 10, 3, { seed: 7 }).compute()).toArray(); // [8n, 2n, 4n]
   */
  integers(low: number, high: number, shape: Shape, options: RandomOptions = {}): ChunkedArray {
    const { dtype = 'int64' } = options;
    if (!isInteger(checkDType(dtype))) throw new InputError(`integers gives an integer dtype, not ${dtype}`);
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
      throw new InputError(`integers takes whole numbers low < high, got ${low} and ${high}`);
    }
    const distribution = { name: 'integers', low: BigInt(low), range: BigInt(high) - BigInt(low) } as const;
    return drawn('integers', distribution, dtype, shape, this.#key(options), options);
  }

  /**
   * The numbers below `x`, or the entries of an array along its first axis, in an order by chance; the order is made in one
   * chunk.
   *
   * @example
   * (await array.random.permutation(5, { seed: 7 }).compute()).toArray(); // [4n, 1n, 3n, 2n, 0n]
   */
  permutation(x: Operand, options: Pick<RandomOptions, 'seed'> = {}): ChunkedArray {
    const entries = typeof x === 'number' ? creation.arange(x) : asarray(x, 'permutation');
    const [extent] = entries.shape;
    if (extent === undefined) throw new InputError('permutation takes a whole number, or an array with an axis');
    return entries.take(this.random(extent, { ...options, chunks: -1 }).argsort(), 0);
  }

  /**
   * Numbers below `a`, or entries of an array of one axis, by chance: all alike, or with the probabilities `p`; each may come
   * again unless `replace` is false, which takes the order of all of them.
   *
   * @example
   * (await array.random.choice(['a', 'b'].length, 4, { seed: 7 }).compute()).toArray(); // [1n, 0n, 0n, 0n]
   */
  choice(a: Operand, shape: Shape, options: ChoiceOptions = {}): ChunkedArray {
    const entries = typeof a === 'number' ? undefined : asarray(a, 'choice');
    const indices = chosen(this, entries?.shape ?? [a as number], checkShape(shape, 'choice'), options);
    return entries ? entries.take(indices.ravel(), 0).reshape(indices.shape) : indices;
  }
}

knowOptions(RandomGenerator.prototype, ofRandom);

/** What makes arrays of random numbers: see {@link array}. */
export const random = { random: new RandomGenerator() };
