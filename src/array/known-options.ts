/** The options of methods and functions: another one, mistyped or of another method, is refused at the call. */
import { InputError } from '../util/errors.js';
import { checkOptionNames, isPlainObject } from '../util/options.js';

/** Options, and what takes them. Those that are called with others check them themselves. */
const table: readonly (readonly [options: string, names: string])[] = [
  ['keepdims dtype', 'sum prod mean nansum nanprod nanmean norm'],
  ['keepdims dtype ddof', 'var std moment nanvar nanstd'],
  ['keepdims', 'min max ptp any all countNonzero average argmin argmax median quantile percentile'],
  ['keepdims', 'nanmin nanmax nanargmin nanargmax nanmedian nanquantile'],
  ['dtype', 'cumsum cumprod nancumsum nancumprod'],
  ['returnIndex returnInverse returnCounts', 'unique'],
  ['weights minlength', 'bincount'],
  ['range weights density', 'histogram'],
  ['side', 'searchsorted'],
  ['invert', 'isin'],
  ['rowvar ddof', 'cov'],
  ['rowvar', 'corrcoef'],
  ['constantValues endValues', 'pad'],
  ['threads', 'explain'],
  ['dtype chunks', 'fromArray fromFunction zeros ones full empty arange eye identity tri indices'],
  ['dtype chunks shape', 'zerosLike onesLike fullLike emptyLike'],
  ['dtype chunks endpoint', 'linspace geomspace'],
  ['dtype chunks endpoint base', 'logspace'],
  ['chunks', 'broadcastTo fromNpy fromZarr fromTensor'],
  ['indexing sparse', 'meshgrid'],
  ['norm', 'fft ifft rfft irfft'],
  ['nPowerIter nOversamples seed', 'svdCompressed'],
  ['lower', 'cholesky'],
  ['positive', 'solve'],
  ['lower unit', 'solveTriangular'],
  ['rcond', 'lstsq'],
];

const optionsOf = new Map(
  table.flatMap(([options, names]) => names.split(' ').map((name) => [name, options.split(' ')])),
);

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** Blocks and strided arrays are plain objects too, and have `data`. */
const areOptions = (value: unknown): value is object => isPlainObject(value) && !('data' in value);

/**
 * The functions of `target` that take options, so that they raise {@link InputError} for unknown ones. The first `operands`
 * arguments are none.
 */
export function refusing<T extends object>(target: T, operands: number): Partial<T> {
  const refusals = [...optionsOf].flatMap(([name, names]) => {
    const call = (target as Record<string, unknown>)[name];
    if (typeof call !== 'function') return [];
    const checked: Call = function (...args) {
      const at = args.findIndex((arg, i) => i >= operands && areOptions(arg));
      if (at >= 0) {
        checkOptionNames(name, args[at] as object, names);
        if (at < args.length - 1) throw new InputError(`${name} takes its options last, not as argument ${at + 1}`);
      }
      return call.apply(this, args);
    };
    return [[name, checked] as const];
  });
  return Object.fromEntries(refusals) as Partial<T>;
}
