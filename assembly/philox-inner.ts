/**
 * Philox4x64-10 (Salmon, Moraes, Dror and Shaw, 2011), as NumPy has it: random numbers that are a function of a key and of
 * their place in the stream, so that any part of it can be made alone. Two blocks of four numbers go side by side.
 */
import { Constants as C } from './constants-inner';

/** The two multipliers, lower and upper halves, and the lower half of a lane. Halves stand twice, as products of halves take them. */
const WORDS: usize = memory.data<i64>([
  0xe14c6c93e14c6c93, 0xd2e7470ed2e7470e, 0x9512115795121157, 0xca5a8263ca5a8263, 0xffffffff,
]);
/** The keys of the ten rounds, each in both lanes. */
const KEYS: usize = memory.data(320);
const KEYS_END: usize = KEYS + 320;

export let r0: v128;
export let r1: v128;
export let r2: v128;
export let r3: v128;
/** The numbers of a second pair of blocks. */
export let s0: v128;
export let s1: v128;
export let s2: v128;
export let s3: v128;

export function schedule(key0: i64, key1: i64): void {
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
export function philox(counters: v128, second: v128): void {
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
export function philox4(counter: i64): void {
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

/** The upper 64 bits of a product. */
export function upperHalf(x: u64, y: u64): u64 {
  const middle = (x >> 32) * (y & 0xffffffff) + (((x & 0xffffffff) * (y & 0xffffffff)) >> 32);
  const other = (x & 0xffffffff) * (y >> 32) + (middle & 0xffffffff);
  return (x >> 32) * (y >> 32) + (middle >> 32) + (other >> 32);
}
