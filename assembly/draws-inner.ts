/**
 * Numbers that take as many of a stream as they need: each has a stream of its own, the blocks whose counters are its place and
 * their number, from one on.
 */
import { philox, r0, r1, r2, r3, schedule } from './philox-inner';

/** The words of a block that are left of four. */
const WORDS: usize = memory.data(32);
let place: i64;
let block: i64;
let used: usize;

function begin(at: i64): void {
  place = at;
  block = 0;
  used = 4;
}

/** A fraction of one. */
function next(): f64 {
  if (used === 4) {
    block++;
    philox(i64x2.splat(place), i64x2.splat(block));
    v128.store(WORDS, i64x2.shuffle(r0, r1, 0, 2));
    v128.store(WORDS, i64x2.shuffle(r2, r3, 0, 2), 16);
    used = 0;
  }
  return <f64>(load<u64>(WORDS + (used++ << 3)) >> 11) * 1.1102230246251565e-16;
}

/** Marsaglia's polar method (1964). */
function normal(): f64 {
  let x: f64;
  let square: f64;
  do {
    x = 2 * next() - 1;
    const y = 2 * next() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square === 0);
  return x * Math.sqrt((-2 * Math.log(square)) / square);
}

/** Marsaglia and Tsang (2000); of shapes below one by a fraction's power. */
function gammaOf(shape: f64): f64 {
  if (shape === 0) return 0;
  if (shape < 1) return gammaOf(shape + 1) * (1 - next()) ** (1 / shape);
  const b = shape - 0.3333333333333333;
  const c = 1 / Math.sqrt(9 * b);
  while (true) {
    const x = normal();
    let v = 1 + c * x;
    if (v <= 0) continue;
    v = v * v * v;
    const u = 1 - next();
    if (u < 1 - 0.0331 * x * x * x * x) return b * v;
    if (Math.log(u) < 0.5 * x * x + b * (1 - v + Math.log(v))) return b * v;
  }
}

/** The logarithm of the gamma function of a number of one or more, by Stirling's series from 8 on. */
function logGamma(number: f64): f64 {
  let x = number;
  let product: f64 = 1;
  for (; x < 8; x++) product *= x;
  const r = 1 / (x * x);
  const series =
    (0.08333333333333333 -
      r *
        (0.002777777777777778 -
          r * (0.0007936507936507937 - r * (0.0005952380952380953 - r * 0.0008417508417508417)))) /
    x;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046728 + series - Math.log(product);
}

/** By products of fractions (Knuth, 3.4.1) for small rates, others by transformed rejection (Hoermann's PTRS, 1993). */
function poissonOf(rate: f64): f64 {
  if (rate < 10) {
    const limit = Math.exp(-rate);
    let count: f64 = 0;
    for (let product = next(); product > limit; product *= next()) count++;
    return count;
  }
  const logRate = Math.log(rate);
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const limit = 0.9277 - 3.6224 / (b - 2);
  while (true) {
    const u = next() - 0.5;
    const v = 1 - next();
    const rest = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / rest + b) * u + rate + 0.43);
    if (rest >= 0.07 && v <= limit) return k;
    if (!(k >= 0) || (rest < 0.013 && v > rest)) continue;
    const weight = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (rest * rest) + b);
    if (weight <= k * logRate - rate - logGamma(k + 1)) return k;
  }
}

/** Of a probability up to a half: by inversion for small means, others by transformed rejection (Hoermann's BTRS, 1993). */
function binomialOf(n: f64, p: f64): f64 {
  const q = 1 - p;
  const mean = n * p;
  if (mean <= 30) {
    const first = Math.exp(n * Math.log(q));
    const bound = Math.min(n, mean + 10 * Math.sqrt(mean * q + 1));
    while (true) {
      let u = next();
      let chance = first;
      let k: f64 = 0;
      for (; u > chance && k <= bound; u -= chance, chance *= ((n - k + 1) * p) / (k * q)) k++;
      if (k <= bound) return k;
    }
  }
  const deviation = Math.sqrt(mean * q);
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const limit = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  const ofMode = logGamma(mode + 1) + logGamma(n - mode + 1);
  while (true) {
    const u = next() - 0.5;
    const v = 1 - next();
    const rest = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / rest + b) * u + mean + 0.5);
    if (!(k >= 0 && k <= n)) continue;
    if (rest >= 0.07 && v <= limit) return k;
    const weight = Math.log((v * alpha) / (a / (rest * rest) + b));
    if (weight <= ofMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * Math.log(p / q)) return k;
  }
}

/** Of two gammas; where both parameters are one at most, Joehnk's (1964), whose powers may need their logarithms. */
function betaOf(a: f64, b: f64): f64 {
  if (a > 1 || b > 1) {
    const x = gammaOf(a);
    return x / (x + gammaOf(b));
  }
  while (true) {
    const u = 1 - next();
    const v = 1 - next();
    const x = u ** (1 / a);
    const sum = x + v ** (1 / b);
    if (sum > 1) continue;
    if (sum > 0) return x / sum;
    const logX = Math.log(u) / a;
    const logY = Math.log(v) / b;
    const larger = Math.max(logX, logY);
    return Math.exp(logX - larger - Math.log(Math.exp(logX - larger) + Math.exp(logY - larger)));
  }
}

/** Michael, Schucany and Haas (1976). */
function waldOf(mean: f64, scale: f64): f64 {
  const x = normal();
  const y = mean * x * x;
  const root = mean + (mean / (2 * scale)) * (y - Math.sqrt(4 * scale * y + y * y));
  return next() <= mean / (mean + root) ? root : (mean * mean) / root;
}

/** A number of a distribution, by its place in the list that philox.ts has. */
function one(distribution: i32, a: f64, b: f64): f64 {
  switch (distribution) {
    case 0:
      return gammaOf(a);
    case 1:
      return betaOf(a, b);
    case 2:
      return poissonOf(a);
    case 3:
      return b > 0.5 ? a - binomialOf(a, 1 - b) : binomialOf(a, b);
    case 4:
      return poissonOf((gammaOf(a) * (1 - b)) / b);
    case 5:
      return normal() * Math.sqrt(a / 2 / gammaOf(a / 2));
    case 6:
      return (gammaOf(a / 2) * b) / (gammaOf(b / 2) * a);
    default:
      return waldOf(a, b);
  }
}

/** `count` numbers with the parameters `a` and `b`, the first of which has that place in the stream. */
export function draws(
  distribution: i32,
  a: f64,
  b: f64,
  count: i32,
  first: i64,
  key0: i64,
  key1: i64,
  out: usize,
): void {
  schedule(key0, key1);
  for (let i = 0; i < count; i++, out += 8) {
    begin(first + i);
    store<f64>(out, one(distribution, a, b));
  }
}
