/** The methods of reductions as functions of anything that is an array; the methods of these names say what they do. */
import type { ChunkedArray } from '../chunked-array.js';
import type { Operand } from '../operands.js';
import { asarray } from './creation.js';

// biome-ignore format: a list
const methods = [
  'sum', 'prod', 'min', 'max', 'ptp', 'any', 'all', 'countNonzero', 'mean', 'average', 'var', 'std', 'moment', 'nansum', 'nanprod', 'nanmin', 'nanmax',
  'nanmean', 'nanvar', 'nanstd', 'nanargmin', 'nanargmax', 'nanmedian', 'nanquantile', 'nancumsum', 'nancumprod', 'argmin', 'argmax', 'cumsum', 'cumprod',
  'diff', 'median', 'quantile', 'percentile', 'sort', 'argsort', 'topk', 'argtopk', 'unique', 'bincount', 'histogram', 'digitize', 'searchsorted', 'isin',
  'cov', 'corrcoef',
] as const satisfies readonly (keyof ChunkedArray)[];

type Method = (typeof methods)[number];
type Functions = {
  readonly [K in Method]: (x: Operand, ...args: Parameters<ChunkedArray[K]>) => ReturnType<ChunkedArray[K]>;
};

const call =
  (method: Method) =>
  (x: Operand, ...args: unknown[]): unknown => {
    const whole = asarray(x, method);
    return (whole[method] as (...args: unknown[]) => unknown).apply(whole, args);
  };

export const reductions = Object.fromEntries(methods.map((method) => [method, call(method)])) as unknown as Functions;
