/** Reductions that vectors have, as `reducers` has them in JavaScript; the others are left to loops. */
import { type DType, isFloat } from '../../arrow/dtype.js';
import type { Code } from '../../kernels/wasm/assembler.js';
import { simd } from '../../kernels/wasm/simd.js';
import type { ReducerName } from '../reducers.js';
import { type Kind, kindOf, of } from './lanes.js';

export interface VectorReducer {
  /** What accumulators are; values are cast to it. */
  readonly kind: Kind;
  readonly initial: number;
  /** Takes a value to an accumulator, or another accumulator. */
  readonly step: (acc: Code, value: Code) => Code;
  /** Takes what a tile came to, or other tiles. */
  readonly take: (acc: number, value: number) => number;
  /** Whether accumulators are those of `reducers`, rather than counts in 32 bits that a tile comes to. */
  readonly isStored: boolean;
}

/** The less or the greater of two, of which NaN gives way. */
const present =
  (kind: Kind, name: 'le' | 'ge') =>
  (acc: Code, value: Code): Code =>
    simd(
      'v128.bitselect',
      acc,
      value,
      simd('v128.or', simd(of(kind, name), acc, value), simd(of(kind, 'ne'), value, value)),
    );

const isOr = (is: (a: number, b: number) => boolean) => (acc: number, value: number) =>
  is(acc, value) || Number.isNaN(value) ? acc : value;

type Row = (kind: Kind) => Omit<VectorReducer, 'isStored'>;

const INT32 = 2 ** 31;
const extreme =
  (name: 'min' | 'max', sign: 1 | -1): Row =>
  (kind) => ({
    kind,
    initial: kind === 'i32' ? (sign > 0 ? INT32 - 1 : -INT32) : sign * Number.POSITIVE_INFINITY,
    step: (acc, value) => simd(of(kind, name), acc, value),
    take: Math[name],
  });

const rows: Partial<Record<ReducerName, Row>> = {
  sum: () => ({
    kind: 'f64',
    initial: 0,
    step: (acc, value) => simd('f64x2.add', acc, value),
    take: (acc, value) => acc + value,
  }),
  prod: () => ({
    kind: 'f64',
    initial: 1,
    step: (acc, value) => simd('f64x2.mul', acc, value),
    take: (acc, value) => acc * value,
  }),
  min: extreme('min', 1),
  max: extreme('max', -1),
  nanmin: (kind) => ({
    kind,
    initial: Number.NaN,
    step: present(kind, 'le'),
    take: isOr((acc, value) => acc <= value),
  }),
  nanmax: (kind) => ({
    kind,
    initial: Number.NaN,
    step: present(kind, 'ge'),
    take: isOr((acc, value) => acc >= value),
  }),
};

const count: VectorReducer = {
  kind: 'i32',
  initial: 0,
  step: (acc, value) => simd('i32x4.add', acc, value),
  take: (acc, value) => acc + value,
  isStored: false,
};

/** The reduction of values of a dtype; undefined where loops must do it. */
export function vectorReducer(name: ReducerName, dtype: DType): VectorReducer | undefined {
  if (dtype === 'bool') return name === 'sum' ? count : undefined;
  const kind = kindOf(dtype);
  const isMinMax = name === 'min' || name === 'max';
  if (!kind || !(isFloat(dtype) || isMinMax)) return undefined;
  const row = rows[name]?.(kind);
  return row && { ...row, isStored: true };
}
