/** Hyperbolic functions, two lanes at a time. */
import { Constants as C } from './constants-inner';
import { Exp } from './math-inner';

const TANH: usize = memory.data<f64>([
  22, 1, 2, 0.625, 134217729,
  // Cephes' rational function (Moshier).
  -9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3, 1.12811678491632931402e2,
  2.23548839060100448583e3, 4.84406305325125486048e3,
]);
const HALF: usize = memory.data<f64>([0.5]);
const SIGN: usize = memory.data<i64>([0x8000000000000000]);

export class Hyperbolic {
  /** 1 - 2 / (e^2x + 1); near zero, where that loses digits, a rational function. */
  @inline static tanh(x: v128): v128 {
    const size = f64x2.abs(x);
    const clipped = f64x2.pmin(size, C.float(TANH, 0)); // where it is 1 already
    const e = Exp.of(f64x2.add(clipped, clipped));
    // The quotient q and the rest of the sums and of the division, by Dekker's product, so that there is one rounding at the end.
    const one = C.float(TANH, 1);
    const s = f64x2.add(e, one);
    const sumRest = f64x2.sub(e, f64x2.sub(s, one));
    const inverse = f64x2.div(one, s);
    const q = f64x2.add(inverse, inverse);
    const qh = Hyperbolic.upper(q);
    const ql = f64x2.sub(q, qh);
    const sh = Hyperbolic.upper(s);
    const sl = f64x2.sub(s, sh);
    const product = f64x2.mul(q, s);
    const productRest = C.plus(ql, sl, C.plus(ql, sh, C.plus(qh, sl, f64x2.sub(f64x2.mul(qh, sh), product))));
    const missing = f64x2.sub(f64x2.sub(f64x2.sub(C.float(TANH, 2), product), productRest), f64x2.mul(q, sumRest));
    const difference = f64x2.sub(one, q);
    const differenceRest = f64x2.sub(f64x2.sub(one, difference), q);
    const far = f64x2.add(difference, f64x2.sub(differenceRest, f64x2.mul(missing, inverse)));
    const z = f64x2.mul(x, x);
    const numerator = C.plus(z, C.plus(z, C.float(TANH, 5), C.float(TANH, 6)), C.float(TANH, 7));
    const denominator = C.plus(z, C.plus(z, f64x2.add(z, C.float(TANH, 8)), C.float(TANH, 9)), C.float(TANH, 10));
    const near = C.plus(f64x2.mul(x, z), f64x2.div(numerator, denominator), x);
    const signed = v128.or(far, v128.and(x, C.float(SIGN, 0)));
    const result = v128.bitselect(near, signed, f64x2.lt(size, C.float(TANH, 3)));
    return v128.bitselect(x, result, f64x2.eq(x, i64x2.splat(0)));
  }

  /** The upper half of the digits (Veltkamp's splitting). */
  @inline static upper(x: v128): v128 {
    const shifted = f64x2.mul(x, C.float(TANH, 4)); // 2^27 + 1
    return f64x2.sub(shifted, f64x2.sub(shifted, x));
  }

  /** With t = e^|x| - 1: (t + t / (t + 1)) / 2, for |x| up to 709. */
  @inline static sinh(x: v128): v128 {
    const t = Exp.minusOne(f64x2.abs(x));
    const twice = f64x2.add(t, f64x2.div(t, f64x2.add(t, C.float(TANH, 1))));
    return v128.or(f64x2.mul(twice, C.float(HALF, 0)), v128.and(x, C.float(SIGN, 0)));
  }

  @inline static cosh(x: v128): v128 {
    const half = f64x2.mul(C.float(HALF, 0), Exp.of(f64x2.abs(x)));
    return f64x2.add(half, f64x2.div(f64x2.mul(C.float(HALF, 0), C.float(HALF, 0)), half));
  }
}
