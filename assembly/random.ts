/** Numbers of Philox's streams: see philox-inner.ts for what they are functions of. */
import { Constants as C } from './constants-inner';
import { Log } from './math-inner';
import { philox, philox4, r0, r1, r2, r3, s0, s1, s2, s3, schedule, upperHalf } from './philox-inner';
import { Turns } from './trig-inner';

export { draws } from './draws-inner';

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

/** The numbers of two blocks. */
class Blocks {
  @inline static store(out: usize, a: v128, b: v128, c: v128, d: v128): void {
    v128.store(out, i64x2.shuffle(a, b, 0, 2));
    v128.store(out, i64x2.shuffle(c, d, 0, 2), 16);
    v128.store(out, i64x2.shuffle(a, b, 1, 3), 32);
    v128.store(out, i64x2.shuffle(c, d, 1, 3), 48);
  }
}

/** `pairs` times two blocks of integers from the block `counter` on, at the address `out`. */
export function raw(pairs: i32, counter: i64, key0: i64, key1: i64, out: usize): void {
  schedule(key0, key1);
  for (let i = 0; i < pairs; i += 2, out += 128, counter += 4) {
    philox4(counter);
    Blocks.store(out, r0, r1, r2, r3);
    Blocks.store(out + 64, s0, s1, s2, s3);
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
