/**
 * Mathematical functions of float64 values: each changes the `n` values (a multiple of four) at the address `x`, by two
 * vectors in turn, since the chain of one does not fill the machine. Their errors stand in src/kernels/transcendental.ts.
 */
import { Hyperbolic } from './hyperbolic-inner';
import { Exp, Log } from './math-inner';
import { Trig } from './trig-inner';

export function exp(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Exp.of(v128.load(x));
    const b = Exp.of(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function expm1(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Exp.minusOne(v128.load(x));
    const b = Exp.minusOne(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function log(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Log.e(v128.load(x));
    const b = Log.e(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function log2(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Log.two(v128.load(x));
    const b = Log.two(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function log10(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Log.ten(v128.load(x));
    const b = Log.ten(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function log1p(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Log.onePlus(v128.load(x));
    const b = Log.onePlus(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function sin(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Trig.sin(v128.load(x));
    const b = Trig.sin(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function cos(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Trig.cos(v128.load(x));
    const b = Trig.cos(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function tanh(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Hyperbolic.tanh(v128.load(x));
    const b = Hyperbolic.tanh(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function sinh(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Hyperbolic.sinh(v128.load(x));
    const b = Hyperbolic.sinh(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

export function cosh(n: i32, x: usize): void {
  for (const end = x + ((<usize>n) << 3); x < end; x += 32) {
    const a = Hyperbolic.cosh(v128.load(x));
    const b = Hyperbolic.cosh(v128.load(x, 16));
    v128.store(x, a);
    v128.store(x, b, 16);
  }
}

/** Whether a value is not below the limit in size: too large for a function, or NaN. */
export function exceeds(n: i32, x: usize, limit: f64): bool {
  let isWithin = i64x2.splat(-1);
  const limits = f64x2.splat(limit);
  for (const end = x + ((<usize>n) << 3); x < end; x += 16) {
    isWithin = v128.and(isWithin, f64x2.lt(f64x2.abs(v128.load(x)), limits));
  }
  return !i64x2.all_true(isWithin);
}

/** float32 values as float64 ones, and back: `n` is a multiple of four. */
export function widen(n: i32, from: usize, to: usize): void {
  for (const end = from + ((<usize>n) << 2); from < end; from += 16, to += 32) {
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from)));
    v128.store(to, f64x2.promote_low_f32x4(v128.load64_zero(from, 8)), 16);
  }
}

export function narrow(n: i32, from: usize, to: usize): void {
  for (const end = to + ((<usize>n) << 2); to < end; from += 32, to += 16) {
    const low = f32x4.demote_f64x2_zero(v128.load(from));
    const high = f32x4.demote_f64x2_zero(v128.load(from, 16));
    v128.store(to, i64x2.shuffle(low, high, 0, 2));
  }
}
