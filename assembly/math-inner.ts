/** The functions themselves, two lanes at a time. Polynomials and reductions are those of fdlibm (Sun, 1993) and Cephes (Moshier). */

function two(x: f64): v128 {
  return f64x2.splat(x);
}

function bits(x: i64): v128 {
  return i64x2.splat(x);
}

function fma(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c);
}

/** Adding it leaves the nearest integer in the lowest bits. */
const SHIFT: f64 = 6755399441055744.0; // 1.5 * 2^52

/** 2^n of the integers in the lowest bits, from -1022 to 1023. */
function powerOfTwo(n: v128): v128 {
  return i64x2.shl(i64x2.add(n, bits(1023)), 52);
}

/** x = n ln 2 + r with |r| below ln(2) / 2; e^r by its series, 2^n in two steps, so that subnormal results are rounded once. */
export function expOf(x: v128): v128 {
  const clipped = f64x2.max(f64x2.min(x, two(710)), two(-746));
  const shifted = f64x2.add(f64x2.mul(clipped, two(1.4426950408889634)), two(SHIFT));
  const n = f64x2.sub(shifted, two(SHIFT));
  const r = f64x2.sub(
    f64x2.sub(clipped, f64x2.mul(n, two(6.9314718036912381649e-1))),
    f64x2.mul(n, two(1.90821492927058770002e-10)),
  );
  let p = fma(r, two(1.6059043836821613e-10), two(2.08767569878681e-9));
  p = fma(p, r, two(2.505210838544172e-8));
  p = fma(p, r, two(2.7557319223985888e-7));
  p = fma(p, r, two(2.7557319223985893e-6));
  p = fma(p, r, two(2.48015873015873e-5));
  p = fma(p, r, two(1.984126984126984e-4));
  p = fma(p, r, two(1.3888888888888889e-3));
  p = fma(p, r, two(8.333333333333333e-3));
  p = fma(p, r, two(4.1666666666666664e-2));
  p = fma(p, r, two(1.6666666666666666e-1));
  p = fma(p, r, two(0.5));
  const series = f64x2.add(two(1), fma(f64x2.mul(r, r), p, r));
  const whole = i64x2.sub(shifted, bits(0x4338000000000000));
  const half = i64x2.shr_s(whole, 1);
  return f64x2.mul(f64x2.mul(series, powerOfTwo(half)), powerOfTwo(i64x2.sub(whole, half)));
}

/** x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2); log(1 + f) from s = f / (2 + f), as fdlibm's e_log. */
export function logOf(x: v128): v128 {
  const isSmall = f64x2.lt(x, two(2.2250738585072014e-308));
  const scaled = v128.bitselect(f64x2.mul(x, two(18014398509481984)), x, isSmall); // 2^54
  const shifted = i64x2.add(scaled, bits(0x3ff0000000000000 - 0x3fe6a09e00000000));
  // An exponent as the lowest bits of 2^52 is that plus the number.
  const exponent = f64x2.sub(v128.or(i64x2.shr_u(shifted, 52), bits(0x4330000000000000)), two(4503599627370496 + 1023));
  const k = f64x2.sub(exponent, v128.and(two(54), isSmall));
  const m = i64x2.add(v128.and(shifted, bits(0x000fffffffffffff)), bits(0x3fe6a09e00000000));
  const f = f64x2.sub(m, two(1));
  const halfSquare = f64x2.mul(f64x2.mul(two(0.5), f), f);
  const s = f64x2.div(f, f64x2.add(two(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const t1 = f64x2.mul(
    w,
    fma(w, fma(w, two(1.531383769920937332e-1), two(2.222219843214978396e-1)), two(3.999999999940941908e-1)),
  );
  const t2 = f64x2.mul(
    z,
    fma(
      w,
      fma(w, fma(w, two(1.479819860511658591e-1), two(1.818357216161805012e-1)), two(2.857142874366239149e-1)),
      two(6.66666666666673513e-1),
    ),
  );
  const tail = fma(s, f64x2.add(halfSquare, f64x2.add(t2, t1)), f64x2.mul(k, two(1.90821492927058770002e-10)));
  const result = f64x2.add(f64x2.mul(k, two(6.9314718036912381649e-1)), f64x2.sub(f, f64x2.sub(halfSquare, tail)));
  // Infinity and NaN are their own logarithms, that of 0 is -infinity, of negative numbers NaN.
  const isOdd = v128.not(f64x2.lt(x, two(Infinity)));
  const regular = v128.bitselect(x, result, isOdd);
  const special = v128.bitselect(two(-Infinity), two(NaN), f64x2.eq(x, two(0)));
  return v128.bitselect(special, regular, f64x2.le(x, two(0)));
}

/** The remainder of a division by pi / 2 as a sum of two, and the quotient in the lowest bits; for |x| below 2^19 pi / 2 (fdlibm's e_rem_pio2). */
let quotient: v128;
let head: v128;
let rest: v128;

function reduce(x: v128): void {
  const shifted = f64x2.add(f64x2.mul(x, two(6.36619772367581382433e-1)), two(SHIFT));
  const n = f64x2.sub(shifted, two(SHIFT));
  const r1 = f64x2.sub(x, f64x2.mul(n, two(1.57079632673412561417)));
  const w1 = f64x2.mul(n, two(6.0771005063039659766e-11));
  const r2 = f64x2.sub(r1, w1);
  const w2 = f64x2.sub(f64x2.mul(n, two(2.02226624879595063154e-21)), f64x2.sub(f64x2.sub(r1, r2), w1));
  head = f64x2.sub(r2, w2);
  rest = f64x2.sub(f64x2.sub(r2, head), w2);
  quotient = shifted;
}

/** fdlibm's k_sin. */
function kernelSin(x: v128, y: v128): v128 {
  const z = f64x2.mul(x, x);
  const v = f64x2.mul(z, x);
  let r = fma(z, two(1.58969099521155010221e-10), two(-2.50507602534068634195e-8));
  r = fma(z, r, two(2.75573137070700676789e-6));
  r = fma(z, r, two(-1.98412698298579493134e-4));
  r = fma(z, r, two(8.33333333332248946124e-3));
  const t = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(two(0.5), y), f64x2.mul(v, r))), y);
  return f64x2.sub(x, f64x2.add(t, f64x2.mul(v, two(1.66666666666666324348e-1))));
}

/** fdlibm's k_cos, as musl has it. */
function kernelCos(x: v128, y: v128): v128 {
  const z = f64x2.mul(x, x);
  const w = f64x2.mul(z, z);
  const r1 = f64x2.mul(
    z,
    fma(z, fma(z, two(2.48015872894767294178e-5), two(-1.38888888888741095749e-3)), two(4.16666666666666019037e-2)),
  );
  const r2 = f64x2.mul(
    f64x2.mul(w, w),
    fma(z, fma(z, two(-1.13596475577881948265e-11), two(2.0875723212981748279e-9)), two(-2.75573143513906633035e-7)),
  );
  const half = f64x2.mul(two(0.5), z);
  const a = f64x2.sub(two(1), half);
  const b = f64x2.sub(f64x2.sub(two(1), a), half);
  return f64x2.add(a, f64x2.add(b, f64x2.sub(f64x2.mul(z, f64x2.add(r1, r2)), f64x2.mul(x, y))));
}

/** The sine of what was reduced, a quarter turn further for the cosine. */
function turned(quarter: i64): v128 {
  const n = i64x2.add(quotient, bits(quarter));
  const isOdd = i64x2.ne(v128.and(n, bits(1)), bits(0));
  const value = v128.bitselect(kernelCos(head, rest), kernelSin(head, rest), isOdd);
  return v128.xor(value, i64x2.shl(v128.and(n, bits(2)), 62));
}

export function sinOf(x: v128): v128 {
  reduce(x);
  // The sign of zero stays.
  return v128.bitselect(x, turned(0), f64x2.eq(x, two(0)));
}

export function cosOf(x: v128): v128 {
  reduce(x);
  return turned(1);
}

/** The upper half of the digits (Veltkamp's splitting). */
function upper(x: v128): v128 {
  const shifted = f64x2.mul(x, two(134217729)); // 2^27 + 1
  return f64x2.sub(shifted, f64x2.sub(shifted, x));
}

/** 1 - 2 / (e^2x + 1); near zero, where that loses digits, Cephes' rational function. */
export function tanhOf(x: v128): v128 {
  const size = f64x2.abs(x);
  const clipped = f64x2.min(size, two(22)); // where it is 1 already
  const e = expOf(f64x2.add(clipped, clipped));
  // The quotient q and the rest of the sums and of the division, by Dekker's product, so that there is one rounding at the end.
  const s = f64x2.add(e, two(1));
  const sumRest = f64x2.sub(e, f64x2.sub(s, two(1)));
  const q = f64x2.div(two(2), s);
  const qh = upper(q);
  const ql = f64x2.sub(q, qh);
  const sh = upper(s);
  const sl = f64x2.sub(s, sh);
  const product = f64x2.mul(q, s);
  const productRest = fma(ql, sl, fma(ql, sh, fma(qh, sl, f64x2.sub(f64x2.mul(qh, sh), product))));
  const missing = f64x2.sub(f64x2.sub(f64x2.sub(two(2), product), productRest), f64x2.mul(q, sumRest));
  const difference = f64x2.sub(two(1), q);
  const differenceRest = f64x2.sub(f64x2.sub(two(1), difference), q);
  const far = f64x2.add(difference, f64x2.sub(differenceRest, f64x2.div(missing, s)));
  const z = f64x2.mul(x, x);
  const numerator = fma(
    z,
    fma(z, two(-9.64399179425052238628e-1), two(-9.92877231001918586564e1)),
    two(-1.61468768441708447952e3),
  );
  const denominator = fma(
    z,
    fma(z, f64x2.add(z, two(1.12811678491632931402e2)), two(2.23548839060100448583e3)),
    two(4.84406305325125486048e3),
  );
  const near = fma(f64x2.mul(x, z), f64x2.div(numerator, denominator), x);
  const signed = v128.or(far, v128.and(x, two(-0.0)));
  const result = v128.bitselect(near, signed, f64x2.lt(size, two(0.625)));
  return v128.bitselect(x, result, f64x2.eq(x, two(0)));
}

/** For angles in turns, from 0 to 1: the quarter is exact. */
function reduceTurns(x: v128): void {
  const quarters = f64x2.mul(x, two(4));
  quotient = f64x2.add(quarters, two(SHIFT));
  head = f64x2.mul(f64x2.sub(quarters, f64x2.sub(quotient, two(SHIFT))), two(1.5707963267948966));
  rest = two(0);
}

export function sinOfTurns(x: v128): v128 {
  reduceTurns(x);
  return turned(0);
}

export function cosOfTurns(x: v128): v128 {
  reduceTurns(x);
  return turned(1);
}
