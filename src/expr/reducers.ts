/**
 * What reduces many values to one, as kernels do it: `step` takes a value to an accumulator, and what a step does with
 * another accumulator joins them. An empty reduction gives `initial`.
 */
import { type DType, isBig, isFloat, kindOf, rangeOf } from '../arrow/dtype.js';
import { wrap } from './ops.js';

export interface Reducer {
  /** The dtype of the accumulator for values of a dtype; values are cast to it. */
  readonly accumulator: (dtype: DType) => DType;
  readonly initial: (accumulator: DType) => number | bigint;
  readonly step: (accumulator: DType, acc: string, value: string) => string;
  /** Whether there is an answer for no values at all. */
  readonly hasIdentity: boolean;
}

/** Floats are added up in float64, integers in 64 bits. */
const wide = (dtype: DType): DType => (isFloat(dtype) ? 'float64' : kindOf(dtype) === 'uint' ? 'uint64' : 'int64');

const ends = (dtype: DType): readonly [number | bigint, number | bigint] => {
  if (isFloat(dtype)) return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (dtype === 'bool') return [0, 1];
  const [low, high] = rangeOf(dtype);
  return isBig(dtype) ? [low, high] : [Number(low), Number(high)];
};

/** Of floats, a NaN stays. */
const extreme =
  (name: string, sign: string): Reducer['step'] =>
  (dtype, acc, value) =>
    isFloat(dtype) ? `Math.${name}(${acc},${value})` : `(${value}${sign}${acc}?${value}:${acc})`;

export const reducers = {
  sum: {
    accumulator: wide,
    initial: (dtype) => (isBig(dtype) ? 0n : 0),
    step: (dtype, acc, value) => wrap[dtype](`(${acc}+${value})`),
    hasIdentity: true,
  },
  prod: {
    accumulator: wide,
    initial: (dtype) => (isBig(dtype) ? 1n : 1),
    step: (dtype, acc, value) => wrap[dtype](`(${acc}*${value})`),
    hasIdentity: true,
  },
  min: {
    accumulator: (dtype) => dtype,
    initial: (dtype) => ends(dtype)[1],
    step: extreme('min', '<'),
    hasIdentity: false,
  },
  max: {
    accumulator: (dtype) => dtype,
    initial: (dtype) => ends(dtype)[0],
    step: extreme('max', '>'),
    hasIdentity: false,
  },
  // It begins as NaN, which gives way to anything.
  nanmin: {
    accumulator: (dtype) => dtype,
    initial: () => Number.NaN,
    step: (_, acc, value) => `(${acc}<=${value}||${value}!==${value}?${acc}:${value})`,
    hasIdentity: false,
  },
  nanmax: {
    accumulator: (dtype) => dtype,
    initial: () => Number.NaN,
    step: (_, acc, value) => `(${acc}>=${value}||${value}!==${value}?${acc}:${value})`,
    hasIdentity: false,
  },
  any: { accumulator: () => 'bool', initial: () => 0, step: (_, acc, value) => `(${acc}|${value})`, hasIdentity: true },
  all: { accumulator: () => 'bool', initial: () => 1, step: (_, acc, value) => `(${acc}&${value})`, hasIdentity: true },
} as const satisfies Record<string, Reducer>;

export type ReducerName = keyof typeof reducers;
