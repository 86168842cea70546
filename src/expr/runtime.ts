/** What generated kernels call where one expression does not do: NumPy's answers for the corners. */
import { LOW } from '../kernels/int64.js';
import { scalar, type VectorFunction, vectorFunctions } from '../kernels/transcendental.js';
import { SheafError } from '../util/errors.js';

const words = new Uint32Array(2);
const signed = new BigInt64Array(words.buffer);
const WORD = 2 ** 32;

/** The 64-bit integer of a number, cut towards zero; without a BigInt on the heap where V8 inlines it. */
function toInt64(x: number): bigint {
  const whole = Math.trunc(x);
  const high = Math.floor(whole / WORD);
  words[LOW] = whole - high * WORD;
  words[1 - LOW] = high;
  return signed[0]!;
}

/** The number nearest to a 64-bit integer. */
function fromInt64(x: bigint): number {
  signed[0] = x;
  return (words[1 - LOW]! | 0) * WORD + words[LOW]!;
}

function fromUint64(x: bigint): number {
  signed[0] = x;
  return words[1 - LOW]! * WORD + words[LOW]!;
}

/** Python's remainder: with the sign of the divisor (`npy_remainder`). */
function remainder(a: number, b: number): number {
  const rest = a % b;
  if (rest !== 0) return rest < 0 !== b < 0 ? rest + b : rest;
  return Number.isNaN(rest) ? rest : b < 0 ? -0 : 0;
}

/** As NumPy computes it: from the remainder, so that it agrees with it (`npy_divmod`). */
function floorDivide(a: number, b: number): number {
  if (b === 0 || Number.isNaN(b)) return a / b;
  let rest = a % b;
  if (Number.isNaN(rest)) return rest;
  let quotient = (a - rest) / b;
  if (rest !== 0 && rest < 0 !== b < 0) {
    rest += b;
    quotient -= 1;
  }
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** Integers: 0 for division by zero. */
function floorDivideInt(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

const remainderInt = (a: number, b: number): number => (b === 0 ? 0 : remainder(a, b) + 0);

function floorDivideBig(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function remainderBig(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

/** C's `pow`: 1 to any power is 1, and so is -1 to an infinite one. */
function pow(a: number, b: number): number {
  return a === 1 || (a === -1 && (b === Number.POSITIVE_INFINITY || b === Number.NEGATIVE_INFINITY)) ? 1 : a ** b;
}

function checkExponent(b: number | bigint): void {
  if (b < 0) throw new SheafError(`integers have no power of ${b} that is an integer: make the base a float by astype`);
}

/** By squaring, modulo 2^32, which holds the lower bits of smaller types too. */
function powInt(a: number, b: number): number {
  checkExponent(b);
  let result = 1;
  for (let base = a, rest = b; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, base);
    base = Math.imul(base, base);
  }
  return result;
}

function powBig(a: bigint, b: bigint): bigint {
  checkExponent(b);
  let result = 1n;
  for (let base = a, rest = b; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asUintN(64, result * base);
    base = BigInt.asUintN(64, base * base);
  }
  return result;
}

/** To the nearest integer, halves to the even one; the sign of zero stays. */
function rint(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const shift = x < 0 || Object.is(x, -0) ? -(2 ** 52) : 2 ** 52;
  const rounded = x + shift - shift;
  return rounded === 0 && shift < 0 ? -0 : rounded;
}

const isNegative = (x: number): boolean => x < 0 || (x === 0 && 1 / x < 0);
const copysign = (a: number, b: number): number => (isNegative(b) ? -Math.abs(a) : Math.abs(a));
const fmod = (a: number, b: number): number => a % b;

/** log(exp(a) + exp(b)) without overflow. */
function logaddexp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const difference = a - b;
  if (difference > 0) return a + Math.log1p(Math.exp(-difference));
  return difference <= 0 ? b + Math.log1p(Math.exp(difference)) : difference;
}

/** Euclid's, of magnitudes; of numbers or of BigInts. */
function gcd<T extends number | bigint>(a: T, b: T): T {
  let [x, y] = [a < 0 ? -a : a, b < 0 ? -b : b] as [T, T];
  while (y) [x, y] = [y, (x % y) as T];
  return x;
}

const mathematical = Object.fromEntries(vectorFunctions.map((name) => [name, scalar(name)])) as {
  readonly [F in VectorFunction]: (x: number) => number;
};

export const runtime = {
  ...mathematical,
  gcd,
  toInt64,
  fromInt64,
  fromUint64,
  remainder,
  floorDivide,
  floorDivideInt,
  remainderInt,
  floorDivideBig,
  remainderBig,
  pow,
  powInt,
  powBig,
  rint,
  copysign,
  fmod,
  logaddexp,
};
