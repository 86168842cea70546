/**
 * Philox4x64-10 (Salmon, Moraes, Dror and Shaw, 2011), as NumPy has it: random numbers that are a function of a key and of
 * their place in the stream, so that any part of it can be made alone. Two blocks of four numbers go side by side.
 */
import { Constants as C } from './constants-inner';
import { Log } from './math-inner';
import { Turns } from './trig-inner';

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
/** The numbers of a second pair of blocks. */
let s0: v128;
let s1: v128;
let s2: v128;
let s3: v128;

function schedule(key0: i64, key1: i64): void {
  for (let at = KEYS; at < KEYS_END; at += 32) {
    v128.store(at, i64x2.splat(key0));
    v128.store(at, i64x2.splat(key1), 16);
    key0 += 0x9e3779b97f4a7c15;
    key1 += 0xbb67ae8584caa73b;
  }
  const first = i64x2.extract_lane(v128.load(KEYS), 0);
  v128.store(KEY_PRODUCT, i64x2.splat(upperHalf(first, 0xd2e7470ee14c6c93)));
  v128.store(KEY_PRODUCT, i64x2.splat(first * 0xd2e7470ee14c6c93), 16);
}

/** Products with a multiplier, of 64 bits by 64, made of four of 32. */
class Product {
  /** All but the lower half of the lowest of the four, which `low` adds. */
  @inline static middle(halves: v128, low: v128, multiplier: usize): v128 {
    return i64x2.add(i64x2.extmul_high_i32x4_u(halves, C.float(WORDS, multiplier)), i64x2.shr_u(low, 32));
  }

  @inline static other(halves: v128, middle: v128, multiplier: usize): v128 {
    return i64x2.add(
      i64x2.extmul_low_i32x4_u(halves, C.float(WORDS, multiplier + 1)),
      v128.and(middle, C.float(WORDS, 4)),
    );
  }

  @inline static high(halves: v128, middle: v128, other: v128, multiplier: usize): v128 {
    return i64x2.add(
      i64x2.extmul_high_i32x4_u(halves, C.float(WORDS, multiplier + 1)),
      i64x2.add(i64x2.shr_u(middle, 32), i64x2.shr_u(other, 32)),
    );
  }

  @inline static low(low: v128, other: v128): v128 {
    return i32x4.shuffle(low, i64x2.shl(other, 32), 0, 5, 2, 7);
  }
}

/** The numbers of two blocks, the first two words of whose counters are given. */
function philox(counters: v128, second: v128): void {
  let x0 = counters;
  let x1 = second;
  let x2 = i64x2.splat(0);
  let x3 = i64x2.splat(0);
  for (let at = KEYS; at < KEYS_END; at += 32) {
    const halves0 = i32x4.shuffle(x0, x0, 0, 2, 1, 3);
    const low0 = i64x2.extmul_low_i32x4_u(halves0, C.float(WORDS, 0));
    const middle0 = Product.middle(halves0, low0, 0);
    const other0 = Product.other(halves0, middle0, 0);
    const high0 = Product.high(halves0, middle0, other0, 0);
    const halves2 = i32x4.shuffle(x2, x2, 0, 2, 1, 3);
    const low2 = i64x2.extmul_low_i32x4_u(halves2, C.float(WORDS, 2));
    const middle2 = Product.middle(halves2, low2, 2);
    const other2 = Product.other(halves2, middle2, 2);
    const high2 = Product.high(halves2, middle2, other2, 2);
    x0 = v128.xor(v128.xor(high2, x1), v128.load(at));
    x2 = v128.xor(v128.xor(high0, x3), v128.load(at, 16));
    x1 = Product.low(low2, other2);
    x3 = Product.low(low0, other0);
  }
  r0 = x0;
  r1 = x1;
  r2 = x2;
  r3 = x3;
}

/** What the second round multiplies of the first word, which the first round leaves as the key: the product's halves. */
const KEY_PRODUCT: usize = memory.data(32);

class First {
  /** Two rounds of blocks whose counters are of one word. */
  @inline static rounds(counters: v128): void {
    const halves0 = i32x4.shuffle(counters, counters, 0, 2, 1, 3);
    const low0 = i64x2.extmul_low_i32x4_u(halves0, C.float(WORDS, 0));
    const middle0 = Product.middle(halves0, low0, 0);
    const other0 = Product.other(halves0, middle0, 0);
    const x2 = v128.xor(Product.high(halves0, middle0, other0, 0), v128.load(KEYS, 16));
    const halves2 = i32x4.shuffle(x2, x2, 0, 2, 1, 3);
    const low2 = i64x2.extmul_low_i32x4_u(halves2, C.float(WORDS, 2));
    const middle2 = Product.middle(halves2, low2, 2);
    const other2 = Product.other(halves2, middle2, 2);
    r0 = v128.xor(Product.high(halves2, middle2, other2, 2), v128.load(KEYS, 32));
    r1 = Product.low(low2, other2);
    r2 = v128.xor(v128.xor(v128.load(KEY_PRODUCT), Product.low(low0, other0)), v128.load(KEYS, 48));
    r3 = v128.load(KEY_PRODUCT, 16);
  }
}

/**
 * The same for four blocks that count on from `counter`: chains are what takes time, so two go side by side. Of the first two
 * rounds one product each is left: the other words of counters are zero, and after a round the first word is the key's.
 */
function philox4(counter: i64): void {
  First.rounds(i64x2(counter, counter + 1));
  let x0 = r0;
  let x1 = r1;
  let x2 = r2;
  let x3 = r3;
  First.rounds(i64x2(counter + 2, counter + 3));
  let y0 = r0;
  let y1 = r1;
  let y2 = r2;
  let y3 = r3;
  for (let at = KEYS + 64; at < KEYS_END; at += 32) {
    const xHalves0 = i32x4.shuffle(x0, x0, 0, 2, 1, 3);
    const xLow0 = i64x2.extmul_low_i32x4_u(xHalves0, C.float(WORDS, 0));
    const xMiddle0 = Product.middle(xHalves0, xLow0, 0);
    const xOther0 = Product.other(xHalves0, xMiddle0, 0);
    const xHigh0 = Product.high(xHalves0, xMiddle0, xOther0, 0);
    const xHalves2 = i32x4.shuffle(x2, x2, 0, 2, 1, 3);
    const xLow2 = i64x2.extmul_low_i32x4_u(xHalves2, C.float(WORDS, 2));
    const xMiddle2 = Product.middle(xHalves2, xLow2, 2);
    const xOther2 = Product.other(xHalves2, xMiddle2, 2);
    const xHigh2 = Product.high(xHalves2, xMiddle2, xOther2, 2);
    x0 = v128.xor(v128.xor(xHigh2, x1), v128.load(at));
    x2 = v128.xor(v128.xor(xHigh0, x3), v128.load(at, 16));
    x1 = Product.low(xLow2, xOther2);
    x3 = Product.low(xLow0, xOther0);
    const yHalves0 = i32x4.shuffle(y0, y0, 0, 2, 1, 3);
    const yLow0 = i64x2.extmul_low_i32x4_u(yHalves0, C.float(WORDS, 0));
    const yMiddle0 = Product.middle(yHalves0, yLow0, 0);
    const yOther0 = Product.other(yHalves0, yMiddle0, 0);
    const yHigh0 = Product.high(yHalves0, yMiddle0, yOther0, 0);
    const yHalves2 = i32x4.shuffle(y2, y2, 0, 2, 1, 3);
    const yLow2 = i64x2.extmul_low_i32x4_u(yHalves2, C.float(WORDS, 2));
    const yMiddle2 = Product.middle(yHalves2, yLow2, 2);
    const yOther2 = Product.other(yHalves2, yMiddle2, 2);
    const yHigh2 = Product.high(yHalves2, yMiddle2, yOther2, 2);
    y0 = v128.xor(v128.xor(yHigh2, y1), v128.load(at));
    y2 = v128.xor(v128.xor(yHigh0, y3), v128.load(at, 16));
    y1 = Product.low(yLow2, yOther2);
    y3 = Product.low(yLow0, yOther0);
  }
  r0 = x0;
  r1 = x1;
  r2 = x2;
  r3 = x3;
  s0 = y0;
  s1 = y1;
  s2 = y2;
  s3 = y3;
}

/** What makes a fraction of 53 bits: 52 of them as a float from 1 to 2, and the lowest, as a mask of 2^-53. */
const FRACTION: usize = memory.data<f64>([1, 2, 1.1102230246251565e-16, -2]);

function fraction(x: v128): v128 {
  return f64x2.add(f64x2.sub(from1To2(x), C.float(FRACTION, 0)), lowest(x));
}

/** One minus a fraction, which is never zero. */
function rest(x: v128): v128 {
  return f64x2.sub(f64x2.sub(C.float(FRACTION, 1), from1To2(x)), lowest(x));
}

function from1To2(x: v128): v128 {
  return v128.or(i64x2.shr_u(x, 12), C.float(FRACTION, 0));
}

/** Only the upper half of 2^-53 has bits, which shifts of 32 bits have right. */
function lowest(x: v128): v128 {
  return v128.and(i32x4.shr_s(i64x2.shl(x, 52), 31), C.float(FRACTION, 2));
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
  for (let i = 0; i < pairs; i += 2, out += 128, counter += 4) {
    philox4(counter);
    store(out);
    r0 = s0;
    r1 = s1;
    r2 = s2;
    r3 = s3;
    store(out + 64);
  }
}

/** The same as fractions. */
export function uniform(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  raw(pairs, counter, key0, key1, out);
  for (const end = out + ((<usize>pairs) << 6); out < end; out += 16) v128.store(out, fraction(v128.load(out)));
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
  raw(pairs, counter, key0, key1, out);
  for (const end = out + ((<usize>pairs) << 6); out < end; out += 32) {
    const a = v128.load(out);
    const b = v128.load(out, 16);
    const length = f64x2.sqrt(f64x2.mul(C.float(FRACTION, 3), Log.positive(rest(i64x2.shuffle(a, b, 0, 2)))));
    const turn = fraction(i64x2.shuffle(a, b, 1, 3));
    const quarters = Turns.quarters(turn);
    const angle = Turns.rest(turn, quarters);
    const sin = Turns.kernelSin(angle);
    const cos = Turns.kernelCos(angle);
    const swap = v128.and(v128.xor(sin, cos), Turns.isOdd(quarters));
    const x = f64x2.mul(length, v128.xor(v128.xor(cos, swap), Turns.sign(Turns.next(quarters))));
    const y = f64x2.mul(length, v128.xor(v128.xor(sin, swap), Turns.sign(quarters)));
    v128.store(out, i64x2.shuffle(x, y, 0, 2));
    v128.store(out, i64x2.shuffle(x, y, 1, 3), 16);
  }
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
