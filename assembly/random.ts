/**
 * Philox4x64-10 (Salmon, Moraes, Dror and Shaw, 2011), as NumPy has it: random numbers that are a function of a key and of
 * their place in the stream, so that any part of it can be made alone. Two blocks of four numbers go side by side.
 */
import { Constants as C } from './constants-inner';
import { Log } from './math-inner';
import { Trig, Turns } from './trig-inner';

/** The two multipliers, lower and upper halves, and the lower half of a lane. Halves stand twice, as products of halves take them. */
const WORDS: usize = memory.data<i64>([
  0xe14c6c93e14c6c93, 0xd2e7470ed2e7470e, 0x9512115795121157, 0xca5a8263ca5a8263, 0xffffffff,
]);
/** The keys of the ten rounds, each in both lanes. */
const KEYS: usize = memory.data(320);
const KEYS_END: usize = KEYS + 320;

let r0: v128;
let r1: v128;
let r2: v128;
let r3: v128;

function schedule(key0: i64, key1: i64): void {
  for (let at = KEYS; at < KEYS_END; at += 32) {
    v128.store(at, i64x2.splat(key0));
    v128.store(at, i64x2.splat(key1), 16);
    key0 += 0x9e3779b97f4a7c15;
    key1 += 0xbb67ae8584caa73b;
  }
}

/** The numbers of two blocks, the first two words of whose counters are given. Products of 64 bits are made of four of 32. */
function philox(counters: v128, second: v128): void {
  let x0 = counters;
  let x1 = second;
  let x2 = i64x2.splat(0);
  let x3 = i64x2.splat(0);
  for (let at = KEYS; at < KEYS_END; at += 32) {
    const mask = C.float(WORDS, 4);
    const halves0 = i32x4.shuffle(x0, x0, 0, 2, 1, 3);
    const low0 = i64x2.extmul_low_i32x4_u(halves0, C.float(WORDS, 0));
    const middle0 = i64x2.add(i64x2.extmul_high_i32x4_u(halves0, C.float(WORDS, 0)), i64x2.shr_u(low0, 32));
    const other0 = i64x2.add(i64x2.extmul_low_i32x4_u(halves0, C.float(WORDS, 1)), v128.and(middle0, mask));
    const high0 = i64x2.add(
      i64x2.extmul_high_i32x4_u(halves0, C.float(WORDS, 1)),
      i64x2.add(i64x2.shr_u(middle0, 32), i64x2.shr_u(other0, 32)),
    );
    const halves2 = i32x4.shuffle(x2, x2, 0, 2, 1, 3);
    const low2 = i64x2.extmul_low_i32x4_u(halves2, C.float(WORDS, 2));
    const middle2 = i64x2.add(i64x2.extmul_high_i32x4_u(halves2, C.float(WORDS, 2)), i64x2.shr_u(low2, 32));
    const other2 = i64x2.add(i64x2.extmul_low_i32x4_u(halves2, C.float(WORDS, 3)), v128.and(middle2, mask));
    const high2 = i64x2.add(
      i64x2.extmul_high_i32x4_u(halves2, C.float(WORDS, 3)),
      i64x2.add(i64x2.shr_u(middle2, 32), i64x2.shr_u(other2, 32)),
    );
    x0 = v128.xor(v128.xor(high2, x1), v128.load(at));
    x2 = v128.xor(v128.xor(high0, x3), v128.load(at, 16));
    x1 = i32x4.shuffle(low2, i64x2.shl(other2, 32), 0, 5, 2, 7);
    x3 = i32x4.shuffle(low0, i64x2.shl(other0, 32), 0, 5, 2, 7);
  }
  r0 = x0;
  r1 = x1;
  r2 = x2;
  r3 = x3;
}

/** What turns the upper 53 bits to a fraction of one: the halves of an integer as parts of floats of known exponents. */
const FRACTION_BITS: usize = memory.data<i64>([0xffffffff, 0x4330000000000000, 0x4530000000000000]);
const FRACTION: usize = memory.data<f64>([4503599627370496, 1.9342813113834067e25, 1.1102230246251565e-16, 1, -2]);

function fraction(x: v128): v128 {
  const whole = i64x2.shr_u(x, 11);
  const lower = f64x2.sub(
    v128.or(v128.and(whole, C.float(FRACTION_BITS, 0)), C.float(FRACTION_BITS, 1)),
    C.float(FRACTION, 0),
  );
  const upper = f64x2.sub(v128.or(i64x2.shr_u(whole, 32), C.float(FRACTION_BITS, 2)), C.float(FRACTION, 1));
  return f64x2.mul(f64x2.add(upper, lower), C.float(FRACTION, 2));
}

function store(out: usize): void {
  v128.store(out, i64x2.shuffle(r0, r1, 0, 2));
  v128.store(out, i64x2.shuffle(r2, r3, 0, 2), 16);
  v128.store(out, i64x2.shuffle(r0, r1, 1, 3), 32);
  v128.store(out, i64x2.shuffle(r2, r3, 1, 3), 48);
}

/** `pairs` times two blocks of integers from the block `counter` on, at the address `out`. */
export function raw(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  schedule(key0, key1);
  for (let i = 0; i < pairs; i++, out += 64, counter += 2) {
    philox(i64x2(counter, counter + 1), i64x2.splat(0));
    store(out);
  }
}

/** The same as fractions. */
export function uniform(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  schedule(key0, key1);
  for (let i = 0; i < pairs; i++, out += 64, counter += 2) {
    philox(i64x2(counter, counter + 1), i64x2.splat(0));
    r0 = fraction(r0);
    r1 = fraction(r1);
    r2 = fraction(r2);
    r3 = fraction(r3);
    store(out);
  }
}

/** Each integer as two fractions of 24 bits, of its lower half and of its upper one. */
export function uniformFloat32(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  raw(pairs, counter, key0, key1, out);
  const unit = f32x4.splat(5.9604644775390625e-8);
  for (const end = out + ((<usize>pairs) << 6); out < end; out += 16) {
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(v128.load(out), 8)), unit));
  }
}

/** Fractions, normally distributed: each two of them become two normal numbers (Box and Muller, 1958). */
export function normal(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  schedule(key0, key1);
  for (let i = 0; i < pairs; i++, out += 64, counter += 2) {
    philox(i64x2(counter, counter + 1), i64x2.splat(0));
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
  return f64x2.sqrt(f64x2.mul(C.float(FRACTION, 4), Log.positive(f64x2.sub(C.float(FRACTION, 3), u))));
}

/**
 * Makes `count` integers of the stream, the first of which has that place in it, integers from `low` to `low + range - 1`, all
 * alike: the upper 64 bits of the product with `range`, but where the lower ones are below 2^64 mod `range`, which
 * `surplus` is, another integer is taken (Lemire, 2019): the first of the block whose counter is the place and the number of
 * the attempt. The stream itself has no blocks of such counters. A `range` of 0 is one of 2^64.
 */
export function bound(
  count: i32,
  place: i64,
  key0: i64,
  key1: i64,
  at: usize,
  low: i64,
  range: u64,
  surplus: u64,
): void {
  schedule(key0, key1);
  for (let i = 0; i < count; i++, at += 8) {
    let x = load<u64>(at);
    for (let attempt = 1; x * range < surplus; attempt++) {
      philox(i64x2.splat(place + i), i64x2.splat(attempt));
      x = i64x2.extract_lane(r0, 0);
    }
    i64.store(at, low + (range ? upperHalf(x, range) : x));
  }
}

function upperHalf(x: u64, y: u64): u64 {
  const middle = (x >> 32) * (y & 0xffffffff) + (((x & 0xffffffff) * (y & 0xffffffff)) >> 32);
  const other = (x & 0xffffffff) * (y >> 32) + (middle & 0xffffffff);
  return (x >> 32) * (y >> 32) + (middle >> 32) + (other >> 32);
}
