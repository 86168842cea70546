/** The options of methods and functions: another one, mistyped or of another method, is refused at the call. */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames, isPlainObject } from '../util/options.js';

/** Options, what takes them, and how many arguments stand before them. Functions of methods have the array before those. */
type Row = readonly [options: string, before: number, names: string];

const ofMethods: readonly Row[] = [
  ['keepdims dtype', 1, 'sum prod mean nansum nanprod nanmean'],
  ['keepdims dtype ddof', 1, 'var std nanvar nanstd'],
  ['keepdims dtype ddof', 2, 'moment'],
  ['keepdims', 1, 'min max ptp any all countNonzero argmin argmax median nanmin nanmax nanargmin nanargmax nanmedian'],
  ['keepdims', 2, 'average quantile percentile nanquantile'],
  ['dtype', 1, 'cumsum cumprod nancumsum nancumprod'],
  ['returnIndex returnInverse returnCounts', 0, 'unique'],
  ['weights minlength', 0, 'bincount'],
  ['range weights density', 1, 'histogram'],
  ['side', 1, 'searchsorted'],
  ['invert', 1, 'isin'],
  ['rowvar ddof', 0, 'cov'],
  ['rowvar', 0, 'corrcoef'],
  ['chunks', 1, 'broadcastTo'],
  ['constantValues endValues', 2, 'pad'],
  ['blockSizeBytes', 1, 'rechunk'],
];
export const ofArrays: readonly Row[] = [...ofMethods, ['threads', 0, 'explain']];

export const ofRandom: readonly Row[] = [
  ['seed chunks dtype', 1, 'random standardCauchy'],
  ['seed chunks dtype', 2, 'exponential weibull pareto power rayleigh chisquare standardT poisson geometric'],
  ['seed chunks dtype', 3, 'uniform lognormal laplace logistic gumbel gamma beta f wald'],
  ['seed chunks dtype', 3, 'binomial negativeBinomial integers'],
  ['seed chunks dtype', 4, 'triangular'],
  ['seed chunks dtype loc scale', 1, 'normal'],
  ['seed chunks dtype replace p', 2, 'choice'],
  ['seed', 1, 'permutation'],
];

const ofFunctions: readonly Row[] = [
  ...ofMethods.map(([options, before, names]): Row => [options, before + 1, names]),
  ['dtype chunks', 1, 'fromArray zeros ones empty identity indices'],
  ['dtype chunks', 2, 'fromFunction full'],
  ['dtype chunks', 3, 'eye tri'],
  ['dtype chunks shape', 1, 'zerosLike onesLike emptyLike'],
  ['dtype chunks shape', 2, 'fullLike'],
  ['dtype chunks endpoint', 3, 'linspace geomspace'],
  ['dtype chunks endpoint base', 3, 'logspace'],
  ['chunks', 1, 'fromNpy fromZarr fromTensor'],
  ['norm', 3, 'fft ifft rfft irfft'],
  ['keepdims dtype', 3, 'norm'],
  ['nPowerIter nOversamples seed', 2, 'svdCompressed'],
  ['lower', 1, 'cholesky'],
  ['positive', 2, 'solve'],
  ['lower unit', 2, 'solveTriangular'],
  ['rcond', 2, 'lstsq'],
];

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** The methods and functions of `target` in the table, so that they raise {@link InputError} for options that they have not. */
function refusing<T extends object>(target: T, rows: readonly Row[]): Partial<T> {
  const refusals = rows.flatMap(([options, before, names]) =>
    names.split(' ').flatMap((name) => {
      const call = (target as Record<string, unknown>)[name];
      return typeof call === 'function'
        ? [[name, checked(name, call as Call, options.split(' '), before)] as const]
        : [];
    }),
  );
  return Object.fromEntries(refusals) as Partial<T>;
}

const checked = (name: string, call: Call, options: readonly string[], before: number): Call =>
  function (...args) {
    const given = args[before];
    if (given !== undefined && !isPlainObject(given)) {
      throw new InputError(
        `${name} takes options as argument ${before + 1}, such as { ${options[0]} }, got ${describe(given)}`,
      );
    }
    if (given) checkOptionNames(name, given, options);
    if (args.length > before + 1) {
      throw new InputError(`${name} takes ${before + 1} arguments at most, the last one options, got ${args.length}`);
    }
    return call.apply(this, args);
  };

/** Functions that refuse unknown options. */
export const withKnownOptions = <T extends object>(functions: T): T => ({
  ...functions,
  ...refusing(functions, ofFunctions),
});

/** Lets the methods of a class refuse unknown options. */
export function knowOptions(prototype: object, rows: readonly Row[]): void {
  Object.assign(prototype, refusing(prototype, rows));
}
