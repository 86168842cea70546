/**
 * The scalar operations, as NumPy has them: for each, the dtypes that it computes in, its JavaScript in a kernel, and,
 * for the interpreter, what it means. In kernels a bool is 0 or 1, integers up to 32 bits are numbers, 64-bit ones
 * BigInts that never leave their 64 bits (so V8 keeps them in registers), and float32 values are rounded at every step.
 * The interpreter has booleans, BigInts for all integers, and numbers for floats.
 */
import { type DType, isBig, isFloat, itemsize } from '../arrow/dtype.js';
import {
  bitwise,
  choosing,
  comparing,
  counting,
  dividing,
  floating,
  integral,
  type LoopRule,
  logical,
  numeric,
  rounding,
  same,
  shifting,
  testing,
} from './loops.js';
import { runtime } from './runtime.js';

// biome-ignore lint/suspicious/noExplicitAny: numbers, bigints or booleans, as the dtype says
type Value = any;

export interface ScalarOp {
  readonly arity: number;
  readonly loopFor: LoopRule;
  /** The expression of it on arguments of `dtype`, the first of the loop's after a condition. */
  readonly js: (dtype: DType, ...args: string[]) => string;
  /** Its value before it is cast to the dtype of the result. */
  readonly of: (...args: Value[]) => Value;
}

/** The expression in the range of its dtype. */
export const wrap: { readonly [D in DType]: (code: string) => string } = {
  bool: (code) => code,
  int8: (code) => `(${code}<<24>>24)`,
  uint8: (code) => `(${code}&255)`,
  int16: (code) => `(${code}<<16>>16)`,
  uint16: (code) => `(${code}&65535)`,
  int32: (code) => `(${code}|0)`,
  uint32: (code) => `(${code}>>>0)`,
  int64: (code) => `BigInt.asIntN(64,${code})`,
  uint64: (code) => `BigInt.asUintN(64,${code})`,
  float32: (code) => `F(${code})`,
  float64: (code) => code,
};

const op = (arity: number, loopFor: LoopRule, js: ScalarOp['js'], of: ScalarOp['of']): ScalarOp => ({
  arity,
  loopFor,
  js,
  of,
});

/** An expression wrapped to its dtype. */
const wrapped =
  (code: (...args: string[]) => string): ScalarOp['js'] =>
  (dtype, ...args) =>
    wrap[dtype](`(${code(...args)})`);

/** One expression for each sort of dtype. */
const bySort =
  (sorts: {
    readonly bool?: (...args: string[]) => string;
    readonly big: (...args: string[]) => string;
    readonly int: (...args: string[]) => string;
    readonly float: (...args: string[]) => string;
  }): ScalarOp['js'] =>
  (dtype, ...args) => {
    if (dtype === 'bool' && sorts.bool) return sorts.bool(...args);
    const sort = isBig(dtype) ? sorts.big : isFloat(dtype) ? sorts.float : sorts.int;
    return wrap[dtype](`(${sort(...args)})`);
  };

const test = (code: (...args: string[]) => string, of: ScalarOp['of'], rule: LoopRule = comparing): ScalarOp =>
  op(2, rule, (_, a, b) => `(${code(a!, b!)}?1:0)`, of);

/** Whether a float is special; integers never are, so that the answer is known. */
const special = (code: (a: string) => string, ofInteger: 0 | 1, of: (x: number) => boolean): ScalarOp =>
  op(
    1,
    testing,
    (dtype, a) => (isFloat(dtype) ? `(${code(a!)}?1:0)` : `${ofInteger}`),
    (x) => (typeof x === 'number' ? of(x) : ofInteger === 1),
  );

const math = (code: string, of: (...args: number[]) => number): ScalarOp =>
  op(
    of.length || 1,
    floating,
    wrapped((...args) => `${code}(${args})`),
    of,
  );

const same1 = (code: (a: string) => string, of: ScalarOp['of']): ScalarOp =>
  op(1, rounding, (dtype, a) => (isFloat(dtype) ? wrap[dtype](`(${code(a!)})`) : a!), of);

const isBigint = (x: unknown): x is bigint => typeof x === 'bigint';
const bitsOf = (dtype: DType): number => 8 * itemsize(dtype);
const abs = (x: Value) => (x < 0 ? -x : x);
const extreme = (code: (a: string, b: string) => string, of: ScalarOp['of']): ScalarOp =>
  op(2, same, (dtype, a, b) => (isFloat(dtype) ? `(${code(a!, b!)})` : code(a!, b!)), of);

const multiply = op(
  2,
  same,
  (dtype, a, b) => {
    if (dtype === 'bool') return `(${a}&${b})`;
    return wrap[dtype](dtype === 'int32' || dtype === 'uint32' ? `Math.imul(${a},${b})` : `(${a}*${b})`);
  },
  (a, b) => (typeof a === 'boolean' ? a && b : a * b),
);

export const ops = {
  add: op(2, same, bySort({ bool: (a, b) => `(${a}|${b})`, big: plus, int: plus, float: plus }), (a, b) => a + b),
  subtract: op(
    2,
    numeric('use bitwiseXor or logicalXor'),
    wrapped((a, b) => `${a}-${b}`),
    (a, b) => a - b,
  ),
  multiply,
  divide: op(
    2,
    dividing,
    wrapped((a, b) => `${a}/${b}`),
    (a, b) => a / b,
  ),
  floorDivide: op(
    2,
    counting,
    bySort({
      big: (a, b) => `R.floorDivideBig(${a},${b})`,
      int: (a, b) => `R.floorDivideInt(${a},${b})`,
      float: (a, b) => `R.floorDivide(${a},${b})`,
    }),
    (a, b) => (isBigint(a) ? runtime.floorDivideBig(a, b) : runtime.floorDivide(a, b)),
  ),
  remainder: op(
    2,
    counting,
    bySort({
      big: (a, b) => `R.remainderBig(${a},${b})`,
      int: (a, b) => `R.remainderInt(${a},${b})`,
      float: (a, b) => `R.remainder(${a},${b})`,
    }),
    (a, b) => (isBigint(a) ? runtime.remainderBig(a, b) : runtime.remainder(a, b)),
  ),
  fmod: op(
    2,
    counting,
    bySort({
      big: (a, b) => `${b}===0n?0n:${a}%${b}`,
      int: (a, b) => `${b}===0?0:${a}%${b}`,
      float: (a, b) => `${a}%${b}`,
    }),
    (a, b) => (isBigint(a) ? (b === 0n ? 0n : a % b) : a % b),
  ),
  power: op(
    2,
    counting,
    bySort({
      big: (a, b) => `R.powBig(${a},${b})`,
      int: (a, b) => `R.powInt(${a},${b})`,
      float: (a, b) => `R.pow(${a},${b})`,
    }),
    (a, b) => (isBigint(a) ? runtime.powBig(a, b) : runtime.pow(a, b)),
  ),
  square: op(
    1,
    counting,
    (dtype, a) => multiply.js(dtype, a!, a!),
    (a) => multiply.of(a, a),
  ),
  negative: op(
    1,
    numeric('use logicalNot'),
    bySort({ big: (a) => `-${a}`, int: (a) => `0-${a}`, float: (a) => `-${a}` }),
    (a) => -a,
  ),
  positive: op(
    1,
    numeric('use astype first'),
    (_, a) => a!,
    (a) => a,
  ),
  absolute: op(
    1,
    same,
    bySort({
      bool: (a) => a,
      big: (a) => `${a}<0n?-${a}:${a}`,
      int: (a) => `Math.abs(${a})`,
      float: (a) => `Math.abs(${a})`,
    }),
    (a) => (typeof a === 'number' ? Math.abs(a) : abs(a)),
  ),
  sign: op(
    1,
    numeric('use astype first'),
    bySort({
      big: (a) => `${a}>0n?1n:${a}<0n?-1n:0n`,
      int: (a) => `${a}>0?1:${a}<0?-1:0`,
      float: (a) => `${a}>0?1:${a}<0?-1:${a}===0?0:${a}`,
    }),
    (a) => (isBigint(a) ? (a > 0n ? 1n : a < 0n ? -1n : 0n) : a > 0 ? 1 : a < 0 ? -1 : a === 0 ? 0 : a),
  ),
  reciprocal: op(
    1,
    counting,
    bySort({
      big: (a) => `${a}===1n||${a}===-1n?${a}:0n`,
      int: (a) => `${a}===1||${a}===-1?${a}:0`,
      float: (a) => `1/${a}`,
    }),
    (a) => (isBigint(a) ? (a === 1n || a === -1n ? a : 0n) : 1 / a),
  ),
  sqrt: math('Math.sqrt', Math.sqrt),
  cbrt: math('Math.cbrt', Math.cbrt),
  exp: math('R.exp', runtime.exp),
  exp2: op(
    1,
    floating,
    wrapped((a) => `Math.pow(2,${a})`),
    (a) => 2 ** a,
  ),
  expm1: math('R.expm1', runtime.expm1),
  log: math('R.log', runtime.log),
  log2: math('R.log2', runtime.log2),
  log10: math('R.log10', runtime.log10),
  log1p: math('R.log1p', runtime.log1p),
  sin: math('R.sin', runtime.sin),
  cos: math('R.cos', runtime.cos),
  tan: math('Math.tan', Math.tan),
  arcsin: math('Math.asin', Math.asin),
  arccos: math('Math.acos', Math.acos),
  arctan: math('Math.atan', Math.atan),
  sinh: math('R.sinh', runtime.sinh),
  cosh: math('R.cosh', runtime.cosh),
  tanh: math('R.tanh', runtime.tanh),
  arcsinh: math('Math.asinh', Math.asinh),
  arccosh: math('Math.acosh', Math.acosh),
  arctanh: math('Math.atanh', Math.atanh),
  arctan2: math('Math.atan2', Math.atan2),
  hypot: op(
    2,
    floating,
    wrapped((a, b) => `Math.hypot(${a},${b})`),
    Math.hypot,
  ),
  copysign: math('R.copysign', runtime.copysign),
  logaddexp: math('R.logaddexp', runtime.logaddexp),
  degrees: op(
    1,
    floating,
    wrapped((a) => `${a}*${180 / Math.PI}`),
    (a) => a * (180 / Math.PI),
  ),
  radians: op(
    1,
    floating,
    wrapped((a) => `${a}*${Math.PI / 180}`),
    (a) => a * (Math.PI / 180),
  ),
  floor: same1(
    (a) => `Math.floor(${a})`,
    (a) => (isBigint(a) ? a : Math.floor(a)),
  ),
  ceil: same1(
    (a) => `Math.ceil(${a})`,
    (a) => (isBigint(a) ? a : Math.ceil(a)),
  ),
  trunc: same1(
    (a) => `Math.trunc(${a})`,
    (a) => (isBigint(a) ? a : Math.trunc(a)),
  ),
  rint: math('R.rint', runtime.rint),
  minimum: extreme(
    (a, b) => `(${a}<=${b}||${a}!==${a}?${a}:${b})`,
    (a, b) => (a <= b || Number.isNaN(a) ? a : b),
  ),
  maximum: extreme(
    (a, b) => `(${a}>=${b}||${a}!==${a}?${a}:${b})`,
    (a, b) => (a >= b || Number.isNaN(a) ? a : b),
  ),
  fmin: extreme(
    (a, b) => `(${a}<=${b}||${b}!==${b}?${a}:${b})`,
    (a, b) => (a <= b || Number.isNaN(b) ? a : b),
  ),
  fmax: extreme(
    (a, b) => `(${a}>=${b}||${b}!==${b}?${a}:${b})`,
    (a, b) => (a >= b || Number.isNaN(b) ? a : b),
  ),
  equal: test(
    (a, b) => `${a}==${b}`,
    (a, b) => a === b,
  ),
  notEqual: test(
    (a, b) => `${a}!=${b}`,
    (a, b) => a !== b,
  ),
  less: test(
    (a, b) => `${a}<${b}`,
    (a, b) => a < b,
  ),
  lessEqual: test(
    (a, b) => `${a}<=${b}`,
    (a, b) => a <= b,
  ),
  greater: test(
    (a, b) => `${a}>${b}`,
    (a, b) => a > b,
  ),
  greaterEqual: test(
    (a, b) => `${a}>=${b}`,
    (a, b) => a >= b,
  ),
  logicalAnd: op(
    2,
    logical,
    (_, a, b) => `(${a}&${b})`,
    (a, b) => a && b,
  ),
  logicalOr: op(
    2,
    logical,
    (_, a, b) => `(${a}|${b})`,
    (a, b) => a || b,
  ),
  logicalXor: op(
    2,
    logical,
    (_, a, b) => `(${a}^${b})`,
    (a, b) => a !== b,
  ),
  logicalNot: op(
    1,
    logical,
    (_, a) => `(${a}^1)`,
    (a) => !a,
  ),
  bitwiseAnd: op(
    2,
    bitwise,
    wrapped((a, b) => `${a}&${b}`),
    (a, b) => (isBigint(a) ? a & b : a && b),
  ),
  bitwiseOr: op(
    2,
    bitwise,
    wrapped((a, b) => `${a}|${b}`),
    (a, b) => (isBigint(a) ? a | b : a || b),
  ),
  bitwiseXor: op(
    2,
    bitwise,
    wrapped((a, b) => `${a}^${b}`),
    (a, b) => (isBigint(a) ? a ^ b : a !== b),
  ),
  invert: op(
    1,
    bitwise,
    (dtype, a) => (dtype === 'bool' ? `(${a}^1)` : wrap[dtype](`(~${a})`)),
    (a) => (isBigint(a) ? ~a : !a),
  ),
  leftShift: op(
    2,
    shifting,
    (dtype, a, b) =>
      isBig(dtype)
        ? `(${b}<0n||${b}>63n?0n:${wrap[dtype](`(${a}<<${b})`)})`
        : `(${b}<0||${b}>=${bitsOf(dtype)}?0:${wrap[dtype](`(${a}<<${b})`)})`,
    (a, b) => (b < 0n || b > 63n ? 0n : a << b),
  ),
  rightShift: op(
    2,
    shifting,
    (dtype, a, b) =>
      isBig(dtype)
        ? `(${b}<0n||${b}>63n?(${a}<0n?-1n:0n):${a}>>${b})`
        : `(${b}<0||${b}>=${bitsOf(dtype)}?(${a}<0?-1:0):${dtype === 'uint32' ? `${a}>>>${b}` : `${a}>>${b}`})`,
    (a, b) => (b < 0n || b > 63n ? (a < 0n ? -1n : 0n) : a >> b),
  ),
  gcd: op(
    2,
    integral,
    wrapped((a, b) => `R.gcd(${a},${b})`),
    (a, b) => runtime.gcd(a, b),
  ),
  isnan: special((a) => `${a}!==${a}`, 0, Number.isNaN),
  isinf: special(
    (a) => `(${a}===Infinity||${a}===-Infinity)`,
    0,
    (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
  ),
  isfinite: special((a) => `${a}-${a}===0`, 1, Number.isFinite),
  signbit: op(
    1,
    testing,
    (dtype, a) => (isFloat(dtype) ? `(${a}<0||(${a}===0&&1/${a}<0)?1:0)` : `(${a}<0?1:0)`),
    (a) => a < 0 || Object.is(a, -0),
  ),
  where: op(
    3,
    choosing,
    (_, c, a, b) => `(${c}?${a}:${b})`,
    (c, a, b) => (c ? a : b),
  ),
} satisfies Record<string, ScalarOp>;

export type OpName = keyof typeof ops;

function plus(a: string, b: string): string {
  return `${a}+${b}`;
}
