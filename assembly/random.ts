/**
 * Philox4x64-10 (Salmon, Moraes, Dror and Shaw, 2011), as NumPy has it: random numbers that are a function of a key and of
 * their place in the stream, so that any part of it can be made alone. Two blocks of four numbers go side by side.
 */
import { Log } from './math-inner';
import { Trig, Turns } from './trig-inner';

let r0: v128;
let r1: v128;
let r2: v128;
let r3: v128;

/** The numbers of the blocks `counter` and `counter + 1`. Products of 64 bits are made of four of 32. */
function philox(counter: i64, key0: i64, key1: i64): void {
  const mask = i64x2.splat(0xffffffff);
  let x0 = i64x2(counter, counter + 1);
  let x1 = i64x2.splat(0);
  let x2 = i64x2.splat(0);
  let x3 = i64x2.splat(0);
  let k0 = i64x2.splat(key0);
  let k1 = i64x2.splat(key1);
  for (let round = 0; round < 10; round++) {
    const words0 = i32x4.shuffle(x0, x0, 0, 2, 1, 3);
    const ll0 = i64x2.extmul_low_i32x4_u(words0, i32x4.splat(0xe14c6c93));
    const hl0 = i64x2.extmul_high_i32x4_u(words0, i32x4.splat(0xe14c6c93));
    const lh0 = i64x2.extmul_low_i32x4_u(words0, i32x4.splat(0xd2e7470e));
    const hh0 = i64x2.extmul_high_i32x4_u(words0, i32x4.splat(0xd2e7470e));
    const middle0 = i64x2.add(i64x2.add(i64x2.shr_u(ll0, 32), v128.and(hl0, mask)), v128.and(lh0, mask));
    const low0 = v128.or(i64x2.shl(middle0, 32), v128.and(ll0, mask));
    const high0 = i64x2.add(
      i64x2.add(hh0, i64x2.shr_u(hl0, 32)),
      i64x2.add(i64x2.shr_u(lh0, 32), i64x2.shr_u(middle0, 32)),
    );
    const words2 = i32x4.shuffle(x2, x2, 0, 2, 1, 3);
    const ll2 = i64x2.extmul_low_i32x4_u(words2, i32x4.splat(0x95121157));
    const hl2 = i64x2.extmul_high_i32x4_u(words2, i32x4.splat(0x95121157));
    const lh2 = i64x2.extmul_low_i32x4_u(words2, i32x4.splat(0xca5a8263));
    const hh2 = i64x2.extmul_high_i32x4_u(words2, i32x4.splat(0xca5a8263));
    const middle2 = i64x2.add(i64x2.add(i64x2.shr_u(ll2, 32), v128.and(hl2, mask)), v128.and(lh2, mask));
    const low2 = v128.or(i64x2.shl(middle2, 32), v128.and(ll2, mask));
    const high2 = i64x2.add(
      i64x2.add(hh2, i64x2.shr_u(hl2, 32)),
      i64x2.add(i64x2.shr_u(lh2, 32), i64x2.shr_u(middle2, 32)),
    );
    x0 = v128.xor(v128.xor(high2, x1), k0);
    x2 = v128.xor(v128.xor(high0, x3), k1);
    x1 = low2;
    x3 = low0;
    k0 = i64x2.add(k0, i64x2.splat(0x9e3779b97f4a7c15));
    k1 = i64x2.add(k1, i64x2.splat(0xbb67ae8584caa73b));
  }
  r0 = x0;
  r1 = x1;
  r2 = x2;
  r3 = x3;
}

/** The upper 53 bits as a fraction of one: the halves of an integer as parts of floats of known exponents. */
function fraction(x: v128): v128 {
  const whole = i64x2.shr_u(x, 11);
  const lower = f64x2.sub(
    v128.or(v128.and(whole, i64x2.splat(0xffffffff)), i64x2.splat(0x4330000000000000)),
    f64x2.splat(4503599627370496.0),
  );
  const upper = f64x2.sub(
    v128.or(i64x2.shr_u(whole, 32), i64x2.splat(0x4530000000000000)),
    f64x2.splat(1.9342813113834067e25),
  );
  return f64x2.mul(f64x2.add(upper, lower), f64x2.splat(1.1102230246251565e-16));
}

function store(out: usize): void {
  v128.store(out, i64x2.shuffle(r0, r1, 0, 2));
  v128.store(out, i64x2.shuffle(r2, r3, 0, 2), 16);
  v128.store(out, i64x2.shuffle(r0, r1, 1, 3), 32);
  v128.store(out, i64x2.shuffle(r2, r3, 1, 3), 48);
}

/** `pairs` times two blocks of fractions from the block `counter` on, at the address `out`. */
export function uniform(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  for (let i = 0; i < pairs; i++, out += 64, counter += 2) {
    philox(counter, key0, key1);
    r0 = fraction(r0);
    r1 = fraction(r1);
    r2 = fraction(r2);
    r3 = fraction(r3);
    store(out);
  }
}

/** The same, normally distributed: each two fractions become two normal numbers (Box and Muller, 1958). */
export function normal(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  for (let i = 0; i < pairs; i++, out += 64, counter += 2) {
    philox(counter, key0, key1);
    const first = radius(fraction(r0));
    const second = radius(fraction(r2));
    let turn = fraction(r1);
    let quarters = Turns.quarters(turn);
    let angle = Turns.rest(turn, quarters);
    let sin = Trig.kernelSin(angle, i64x2.splat(0));
    let cos = Trig.kernelCos(angle, i64x2.splat(0));
    r0 = f64x2.mul(first, Trig.turned(sin, cos, quarters, 1));
    r1 = f64x2.mul(first, Trig.turned(sin, cos, quarters, 0));
    turn = fraction(r3);
    quarters = Turns.quarters(turn);
    angle = Turns.rest(turn, quarters);
    sin = Trig.kernelSin(angle, i64x2.splat(0));
    cos = Trig.kernelCos(angle, i64x2.splat(0));
    r2 = f64x2.mul(second, Trig.turned(sin, cos, quarters, 1));
    r3 = f64x2.mul(second, Trig.turned(sin, cos, quarters, 0));
    store(out);
  }
}

/** One minus a fraction is never zero. */
function radius(u: v128): v128 {
  return f64x2.sqrt(f64x2.mul(f64x2.splat(-2), Log.positive(f64x2.sub(f64x2.splat(1), u))));
}
