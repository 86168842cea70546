/**
 * Exponentials and logarithms, two lanes at a time. Reductions and the logarithms' polynomials are those of fdlibm (Sun,
 * 1993) and FreeBSD (e_log2, e_log10). Polynomials go by Estrin's scheme, since chains are what takes time.
 */
import { Constants as C } from './constants-inner';

/** Adding 1.5 * 2^52 leaves the nearest integer in the lowest bits. */
const EXP: usize = memory.data<f64>([
  1.4426950408889634, 6755399441055744, 6.9314718036912381649e-1, 1.90821492927058770002e-10, 710, -746, 1,
  // The least largest error (Chebyshev) of (e^r - 1 - r) / r^2 for |r| below ln(2) / 2: 1.4e-18.
  0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326084, 0.0013888888888883711, 0.0001984126987500228,
  2.480158732567746e-5, 2.755725517000089e-6, 2.755727347871858e-7, 2.5105312729622103e-8, 2.09147553258932e-9,
]);
const EXP_BITS: usize = memory.data<i64>([1023, 1022]);
const EXPM1: usize = memory.data<f64>([-50, 0.5, 5.551115123125783e-17]);

export class Exp {
  /** r + r^2 p(r) = e^r - 1 is what both need: p. */
  @inline static polynomial(r: v128): v128 {
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const p01 = C.plus(C.float(EXP, 8), r, C.float(EXP, 7));
    const p23 = C.plus(C.float(EXP, 10), r, C.float(EXP, 9));
    const p45 = C.plus(C.float(EXP, 12), r, C.float(EXP, 11));
    const p67 = C.plus(C.float(EXP, 14), r, C.float(EXP, 13));
    const p89 = C.plus(C.float(EXP, 16), r, C.float(EXP, 15));
    const low = C.plus(p23, r2, p01);
    const middle = C.plus(p67, r2, p45);
    const high = C.plus(C.float(EXP, 17), r2, p89);
    return C.plus(C.plus(high, r4, middle), r4, low);
  }

  /** x = n ln 2 + r with |r| below ln(2) / 2; 2^n in two steps, so that subnormal results are rounded once. */
  @inline static of(x: v128): v128 {
    const clipped = f64x2.pmax(f64x2.pmin(x, C.float(EXP, 4)), C.float(EXP, 5));
    const shifted = C.plus(clipped, C.float(EXP, 0), C.float(EXP, 1));
    const n = f64x2.sub(shifted, C.float(EXP, 1));
    const far = f64x2.sub(clipped, f64x2.mul(n, C.float(EXP, 2)));
    const nLow = f64x2.mul(n, C.float(EXP, 3));
    const r = f64x2.sub(far, nLow);
    const rest = f64x2.sub(f64x2.sub(far, r), nLow);
    const small = C.plus(f64x2.mul(r, r), Exp.polynomial(r), rest);
    const series = f64x2.add(C.float(EXP, 6), f64x2.add(r, small));
    // Of each lane the twelve lowest bits count, which shifts of 32 bits have right.
    const half = i32x4.shr_s(shifted, 1);
    const first = i64x2.shl(i64x2.add(half, C.float(EXP_BITS, 0)), 52);
    const second = i64x2.shl(i64x2.add(i64x2.sub(shifted, half), C.float(EXP_BITS, 0)), 52);
    return f64x2.mul(f64x2.mul(series, first), second);
  }

  /** e^x - 1 = (2^n - 1) + 2^n r + 2^n (r^2 p(r) + what r was rounded by), the first two without an error; all by halves, for 2^1024. */
  @inline static minusOne(x: v128): v128 {
    const clipped = f64x2.pmax(f64x2.pmin(x, C.float(EXP, 4)), C.float(EXPM1, 0));
    const shifted = C.plus(clipped, C.float(EXP, 0), C.float(EXP, 1));
    const n = f64x2.sub(shifted, C.float(EXP, 1));
    const far = f64x2.sub(clipped, f64x2.mul(n, C.float(EXP, 2)));
    const nLow = f64x2.mul(n, C.float(EXP, 3));
    const r = f64x2.sub(far, nLow);
    const rest = f64x2.sub(f64x2.sub(far, r), nLow);
    const small = C.plus(f64x2.mul(r, r), Exp.polynomial(r), rest);
    const scale = i64x2.shl(i64x2.add(shifted, C.float(EXP_BITS, 1)), 52);
    const a = f64x2.sub(scale, C.float(EXPM1, 1));
    const b = f64x2.mul(scale, r);
    const sum = f64x2.add(a, b);
    const bRounded = f64x2.sub(sum, a);
    const error = f64x2.add(f64x2.sub(a, f64x2.sub(sum, bRounded)), f64x2.sub(b, bRounded));
    const half = f64x2.add(sum, C.plus(scale, small, error));
    // Where the result is x, which has the sign of zero and the digits of subnormals; not of NaN.
    const isTiny = f64x2.lt(f64x2.abs(x), C.float(EXPM1, 2));
    return v128.bitselect(x, f64x2.add(half, half), isTiny);
  }
}

const LOG: usize = memory.data<f64>([
  2.2250738585072014e-308,
  18014398509481984,
  4503599627371519,
  54,
  1,
  0.5,
  2,
  Infinity,
  -Infinity,
  NaN,
  1.531383769920937332e-1,
  2.222219843214978396e-1,
  3.999999999940941908e-1,
  1.479819860511658591e-1,
  1.818357216161805012e-1,
  2.857142874366239149e-1,
  6.66666666666673513e-1,
]);
const LOG_BITS: usize = memory.data<i64>([
  0x3ff0000000000000 - 0x3fe6a09e00000000,
  0x4330000000000000,
  0x000fffffffffffff,
  0x3fe6a09e00000000,
  // The digits of hi that a product with the upper half of a constant has room for.
  0xffffffff00000000,
]);
/** The upper and lower parts of 1 / ln b, then those of log_b(2). */
const LOG_E: usize = memory.data<f64>([1, 0, 6.9314718036912381649e-1, 1.90821492927058770002e-10]);
const LOG_2: usize = memory.data<f64>([1.44269504072144627571, 1.67517131648865118353e-10, 1, 0]);
const LOG_10: usize = memory.data<f64>([
  4.34294481878168880939e-1, 2.50829467116452752298e-11, 3.01029995663611771306e-1, 3.69423907715893078616e-13,
]);

export class Log {
  @inline static e(x: v128): v128 {
    return Log.special(x, Log.finite(x, LOG_E, i64x2.splat(0)));
  }

  /** For what is neither 0 nor negative nor special nor subnormal. */
  @inline static positive(x: v128): v128 {
    return Log.normal(x, LOG_E, i64x2.splat(0), i64x2.splat(0), false);
  }

  @inline static two(x: v128): v128 {
    return Log.special(x, Log.finite(x, LOG_2, i64x2.splat(0)));
  }

  @inline static ten(x: v128): v128 {
    return Log.special(x, Log.finite(x, LOG_10, i64x2.splat(0)));
  }

  /** log(1 + x) = log(u) + (what u = 1 + x was rounded by) / u. */
  @inline static onePlus(x: v128): v128 {
    const one = C.float(LOG, 4);
    const u = f64x2.add(one, x);
    const xRounded = f64x2.sub(u, one);
    const error = f64x2.add(f64x2.sub(one, f64x2.sub(u, xRounded)), f64x2.sub(x, xRounded));
    const result = Log.special(u, Log.finite(u, LOG_E, f64x2.div(error, u)));
    return v128.bitselect(x, result, f64x2.eq(x, i64x2.splat(0)));
  }

  /** x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2); log(1 + f) from s = f / (2 + f). */
  @inline static finite(x: v128, base: usize, error: v128): v128 {
    const isSmall = f64x2.lt(x, C.float(LOG, 0));
    const scaled = v128.bitselect(f64x2.mul(x, C.float(LOG, 1)), x, isSmall);
    return Log.normal(scaled, base, error, v128.and(C.float(LOG, 3), isSmall), true);
  }

  /** The same of what is not subnormal; with `hasMore`, of that by 2^`less` with the error. */
  @inline static normal(x: v128, base: usize, error: v128, less: v128, hasMore: bool): v128 {
    const shifted = i64x2.add(x, C.float(LOG_BITS, 0));
    // An exponent as the lowest bits of 2^52 is that plus the number.
    const exponent = f64x2.sub(v128.or(i64x2.shr_u(shifted, 52), C.float(LOG_BITS, 1)), C.float(LOG, 2));
    const k = hasMore ? f64x2.sub(exponent, less) : exponent;
    const m = i64x2.add(v128.and(shifted, C.float(LOG_BITS, 2)), C.float(LOG_BITS, 3));
    const f = f64x2.sub(m, C.float(LOG, 4));
    const halfSquare = f64x2.mul(f64x2.mul(C.float(LOG, 5), f), f);
    const s = f64x2.div(f, f64x2.add(C.float(LOG, 4), m));
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const t1 = f64x2.mul(w, C.plus(w, C.plus(w, C.float(LOG, 10), C.float(LOG, 11)), C.float(LOG, 12)));
    const t2 = f64x2.mul(
      z,
      C.plus(w, C.plus(w, C.plus(w, C.float(LOG, 13), C.float(LOG, 14)), C.float(LOG, 15)), C.float(LOG, 16)),
    );
    const tail = f64x2.mul(s, f64x2.add(halfSquare, f64x2.add(t2, t1)));
    if (base === LOG_E) {
      const whole = C.plus(k, C.float(base, 3), tail);
      const low = hasMore ? f64x2.add(whole, error) : whole;
      return f64x2.add(f64x2.mul(k, C.float(base, 2)), f64x2.sub(f, f64x2.sub(halfSquare, low)));
    }
    const high = v128.and(f64x2.sub(f, halfSquare), C.float(LOG_BITS, 4));
    const low = f64x2.add(f64x2.sub(f64x2.sub(f, high), halfSquare), tail);
    const product = f64x2.mul(high, C.float(base, 0));
    const whole = f64x2.mul(k, C.float(base, 2));
    const sum = f64x2.add(whole, product);
    const rest = C.plus(f64x2.add(low, high), C.float(base, 1), f64x2.mul(low, C.float(base, 0)));
    const small = C.plus(k, C.float(base, 3), rest);
    return f64x2.add(sum, f64x2.add(small, f64x2.add(f64x2.sub(whole, sum), product)));
  }

  /** Infinity and NaN are their own logarithms, that of 0 is -infinity, of negative numbers NaN. */
  @inline static special(x: v128, result: v128): v128 {
    const isBelow = f64x2.lt(x, C.float(LOG, 7));
    const regular = v128.bitselect(result, x, isBelow);
    const zero = i64x2.splat(0);
    const special = v128.bitselect(C.float(LOG, 8), C.float(LOG, 9), f64x2.eq(x, zero));
    return v128.bitselect(special, regular, f64x2.le(x, zero));
  }
}
