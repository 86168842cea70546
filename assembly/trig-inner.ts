/** Sines and cosines, two lanes at a time: fdlibm's (Sun, 1993), the cosine's kernel as musl has it. */
import { Constants as C } from './constants-inner';

/** 2 / pi and pi / 2 in three parts. */
const REDUCE: usize = memory.data<f64>([
  6.36619772367581382433e-1, 6755399441055744, 1.57079632673412561417, 6.0771005063039659766e-11,
  2.02226624879595063154e-21, 4, 1.5707963267948966,
]);
const SIN: usize = memory.data<f64>([
  0.5, 1.66666666666666324348e-1, 8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
]);
const COS: usize = memory.data<f64>([
  0.5, 1, 4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11,
]);
const TURN_BITS: usize = memory.data<i64>([0, 1, 2]);

export class Trig {
  @inline static sin(x: v128): v128 {
    // The sign of zero stays.
    return v128.bitselect(x, Trig.of(x, 0), f64x2.eq(x, i64x2.splat(0)));
  }

  @inline static cos(x: v128): v128 {
    return Trig.of(x, 1);
  }

  /** For |x| below 2^19 pi / 2: the remainder of a division by pi / 2 as a sum of two (fdlibm's e_rem_pio2). */
  @inline static of(x: v128, quarter: usize): v128 {
    const shifted = C.plus(x, C.float(REDUCE, 0), C.float(REDUCE, 1));
    const n = f64x2.sub(shifted, C.float(REDUCE, 1));
    const r1 = f64x2.sub(x, f64x2.mul(n, C.float(REDUCE, 2)));
    const w1 = f64x2.mul(n, C.float(REDUCE, 3));
    const r2 = f64x2.sub(r1, w1);
    const w2 = f64x2.sub(f64x2.mul(n, C.float(REDUCE, 4)), f64x2.sub(f64x2.sub(r1, r2), w1));
    const head = f64x2.sub(r2, w2);
    const rest = f64x2.sub(f64x2.sub(r2, head), w2);
    return Trig.turned(Trig.kernelSin(head, rest), Trig.kernelCos(head, rest), shifted, quarter);
  }

  /** What of sine and cosine it is after so many quarter turns, which are in the lowest bits, and its sign. */
  @inline static turned(sin: v128, cos: v128, turns: v128, quarter: usize): v128 {
    const n = quarter ? i64x2.add(turns, C.float(TURN_BITS, 1)) : turns;
    const isEven = i64x2.eq(v128.and(n, C.float(TURN_BITS, 1)), i64x2.splat(0));
    return v128.xor(v128.bitselect(sin, cos, isEven), i64x2.shl(v128.and(n, C.float(TURN_BITS, 2)), 62));
  }

  @inline static kernelSin(x: v128, y: v128): v128 {
    const z = f64x2.mul(x, x);
    const v = f64x2.mul(z, x);
    const r = Trig.sinPolynomial(z);
    const t = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(C.float(SIN, 0), y), f64x2.mul(v, r))), y);
    return f64x2.sub(x, f64x2.add(t, f64x2.mul(v, C.float(SIN, 1))));
  }

  @inline static sinPolynomial(z: v128): v128 {
    const z2 = f64x2.mul(z, z);
    const low = C.plus(z, C.float(SIN, 3), C.float(SIN, 2));
    const high = C.plus(z2, C.float(SIN, 6), C.plus(z, C.float(SIN, 5), C.float(SIN, 4)));
    return C.plus(z2, high, low);
  }

  @inline static kernelCos(x: v128, y: v128): v128 {
    const z = f64x2.mul(x, x);
    const half = f64x2.mul(C.float(COS, 0), z);
    const a = f64x2.sub(C.float(COS, 1), half);
    const b = f64x2.sub(f64x2.sub(C.float(COS, 1), a), half);
    return f64x2.add(a, f64x2.add(b, f64x2.sub(f64x2.mul(z, Trig.cosPolynomial(z)), f64x2.mul(x, y))));
  }

  @inline static cosPolynomial(z: v128): v128 {
    const w = f64x2.mul(z, z);
    const r1 = f64x2.mul(z, C.plus(z, C.plus(z, C.float(COS, 4), C.float(COS, 3)), C.float(COS, 2)));
    const r2 = f64x2.mul(f64x2.mul(w, w), C.plus(z, C.plus(z, C.float(COS, 7), C.float(COS, 6)), C.float(COS, 5)));
    return f64x2.add(r1, r2);
  }
}

/** Angles in turns, from 0 to 1: their quarters are exact, so that what is left needs no second part. */
export class Turns {
  /** The quarters are in the lowest bits. */
  @inline static quarters(x: v128): v128 {
    return f64x2.add(f64x2.mul(x, C.float(REDUCE, 5)), C.float(REDUCE, 1));
  }

  /** What is left of `quarters`, in radians. */
  @inline static rest(x: v128, quarters: v128): v128 {
    const whole = f64x2.sub(quarters, C.float(REDUCE, 1));
    return f64x2.mul(f64x2.sub(f64x2.mul(x, C.float(REDUCE, 5)), whole), C.float(REDUCE, 6));
  }

  @inline static kernelSin(x: v128): v128 {
    const z = f64x2.mul(x, x);
    const v = f64x2.mul(z, x);
    const t = f64x2.mul(z, f64x2.mul(v, Trig.sinPolynomial(z)));
    return f64x2.sub(x, f64x2.sub(f64x2.mul(v, C.float(SIN, 1)), t));
  }

  @inline static kernelCos(x: v128): v128 {
    const z = f64x2.mul(x, x);
    const half = f64x2.mul(C.float(COS, 0), z);
    const a = f64x2.sub(C.float(COS, 1), half);
    const b = f64x2.sub(f64x2.sub(C.float(COS, 1), a), half);
    return f64x2.add(a, f64x2.add(b, f64x2.mul(z, Trig.cosPolynomial(z))));
  }

  /** All bits where sine and cosine change places. */
  @inline static isOdd(quarters: v128): v128 {
    return i64x2.eq(v128.and(quarters, C.float(TURN_BITS, 1)), C.float(TURN_BITS, 1));
  }

  /** The sign of the sine after so many quarters, or of the cosine after one less. */
  @inline static sign(quarters: v128): v128 {
    return i64x2.shl(v128.and(quarters, C.float(TURN_BITS, 2)), 62);
  }

  @inline static next(quarters: v128): v128 {
    return i64x2.add(quarters, C.float(TURN_BITS, 1));
  }
}
