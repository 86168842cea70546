/**
 * Householder's reflections of the columns of a piece of a tall matrix (`geqr2` and `tpqrt2` of LAPACK), in float64. The
 * piece lies by columns, `stride` bytes apart, so that reflections and what they are applied to are read in vectors; four
 * columns are reflected at once.
 */

/** The piece by columns, from rows of `n` values; and back. */
export function toColumns(rows: i32, n: i32, from: usize, to: usize, stride: usize): void {
  for (let j = 0; j < n; j++) {
    let source: usize = from + ((<usize>j) << 3);
    let target: usize = to + <usize>j * stride;
    for (let i = 0; i < rows; i++) {
      store<f64>(target, load<f64>(source));
      source += (<usize>n) << 3;
      target += 8;
    }
  }
}

export function toRows(rows: i32, n: i32, from: usize, to: usize, stride: usize): void {
  for (let j = 0; j < n; j++) {
    let source: usize = from + <usize>j * stride;
    let target: usize = to + ((<usize>j) << 3);
    for (let i = 0; i < rows; i++) {
      store<f64>(target, load<f64>(source));
      source += 8;
      target += (<usize>n) << 3;
    }
  }
}

/**
 * Factors `steps` of the `n` columns at `a`. Column k has its element of row j of R at `top + k * topStride + 8 * j`. In the first
 * piece (`isFirst`) that is the piece itself, whose reflections begin below; later pieces reflect all their rows with the R
 * of those before. The vectors of the reflections take the place of the columns, their factors go to `tau`.
 */
export function factorPiece(
  rows: i32,
  n: i32,
  steps: i32,
  a: usize,
  stride: usize,
  top: usize,
  topStride: usize,
  tau: usize,
  isFirst: i32,
): void {
  for (let j = 0; j < steps; j++) {
    const skip = isFirst ? j + 1 : 0;
    const count = rows - skip;
    const below: usize = (<usize>skip) << 3;
    const v: usize = a + <usize>j * stride + below;
    const row: usize = top + ((<usize>j) << 3);
    const place: usize = row + <usize>j * topStride;
    const alpha = load<f64>(place);
    const norm = normOf(v, count);
    let factor: f64 = 0;
    if (norm !== 0) {
      const length = hypot(alpha, norm);
      const beta = alpha < 0 ? length : -length;
      factor = (beta - alpha) / beta;
      divide(v, count, alpha - beta);
      store<f64>(place, beta);
    }
    store<f64>(tau + ((<usize>j) << 3), factor);
    if (factor === 0) continue;
    let k = j + 1;
    for (; k + 3 < n; k += 4) {
      reflectFour(v, count, a + <usize>k * stride + below, stride, row + <usize>k * topStride, topStride, factor);
    }
    for (; k < n; k++) reflectOne(v, count, a + <usize>k * stride + below, row + <usize>k * topStride, factor);
  }
}

function reflectFour(v: usize, count: i32, c0: usize, stride: usize, top: usize, topStride: usize, factor: f64): void {
  const c1 = c0 + stride;
  const c2 = c1 + stride;
  const c3 = c2 + stride;
  const pairs: usize = (<usize>(count & ~1)) << 3;
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (let p: usize = 0; p < pairs; p += 16) {
    const x = v128.load(v + p);
    s0 = f64x2.add(s0, f64x2.mul(x, v128.load(c0 + p)));
    s1 = f64x2.add(s1, f64x2.mul(x, v128.load(c1 + p)));
    s2 = f64x2.add(s2, f64x2.mul(x, v128.load(c2 + p)));
    s3 = f64x2.add(s3, f64x2.mul(x, v128.load(c3 + p)));
  }
  let d0 = Inner.total(s0);
  let d1 = Inner.total(s1);
  let d2 = Inner.total(s2);
  let d3 = Inner.total(s3);
  if (count & 1) {
    const x = load<f64>(v + pairs);
    d0 += x * load<f64>(c0 + pairs);
    d1 += x * load<f64>(c1 + pairs);
    d2 += x * load<f64>(c2 + pairs);
    d3 += x * load<f64>(c3 + pairs);
  }
  d0 = Inner.taken(top, d0, factor);
  d1 = Inner.taken(top + topStride, d1, factor);
  d2 = Inner.taken(top + 2 * topStride, d2, factor);
  d3 = Inner.taken(top + 3 * topStride, d3, factor);
  const w0 = f64x2.splat(d0);
  const w1 = f64x2.splat(d1);
  const w2 = f64x2.splat(d2);
  const w3 = f64x2.splat(d3);
  for (let p: usize = 0; p < pairs; p += 16) {
    const x = v128.load(v + p);
    v128.store(c0 + p, f64x2.sub(v128.load(c0 + p), f64x2.mul(x, w0)));
    v128.store(c1 + p, f64x2.sub(v128.load(c1 + p), f64x2.mul(x, w1)));
    v128.store(c2 + p, f64x2.sub(v128.load(c2 + p), f64x2.mul(x, w2)));
    v128.store(c3 + p, f64x2.sub(v128.load(c3 + p), f64x2.mul(x, w3)));
  }
  if (count & 1) {
    const x = load<f64>(v + pairs);
    store<f64>(c0 + pairs, load<f64>(c0 + pairs) - x * d0);
    store<f64>(c1 + pairs, load<f64>(c1 + pairs) - x * d1);
    store<f64>(c2 + pairs, load<f64>(c2 + pairs) - x * d2);
    store<f64>(c3 + pairs, load<f64>(c3 + pairs) - x * d3);
  }
}

function reflectOne(v: usize, count: i32, c: usize, top: usize, factor: f64): void {
  const pairs: usize = (<usize>(count & ~1)) << 3;
  let sum = f64x2.splat(0);
  for (let p: usize = 0; p < pairs; p += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(v + p), v128.load(c + p)));
  let weight = Inner.total(sum);
  if (count & 1) weight += load<f64>(v + pairs) * load<f64>(c + pairs);
  weight = Inner.taken(top, weight, factor);
  const w = f64x2.splat(weight);
  for (let p: usize = 0; p < pairs; p += 16) {
    v128.store(c + p, f64x2.sub(v128.load(c + p), f64x2.mul(v128.load(v + p), w)));
  }
  if (count & 1) store<f64>(c + pairs, load<f64>(c + pairs) - load<f64>(v + pairs) * weight);
}

class Inner {
  /** How much of the reflection is in a column; it is taken from the element of R. */
  @inline static taken(top: usize, sum: f64, factor: f64): f64 {
    const value = load<f64>(top);
    const weight = factor * (value + sum);
    store<f64>(top, value - weight);
    return weight;
  }

  @inline static total(sum: v128): f64 {
    return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  }
}

function divide(v: usize, count: i32, by: f64): void {
  const pairs: usize = v + ((<usize>(count & ~1)) << 3);
  const divisor = f64x2.splat(by);
  for (; v < pairs; v += 16) v128.store(v, f64x2.div(v128.load(v), divisor));
  if (count & 1) store<f64>(v, load<f64>(v) / by);
}

/** The square root of the sum of squares, of scaled values where those would be too large or too small. */
function normOf(v: usize, count: i32): f64 {
  const sum = squares(v, count);
  if (sum > 1e-280 && sum < 1e280) return sqrt(sum);
  const end: usize = v + ((<usize>count) << 3);
  let most: f64 = 0;
  for (let p = v; p < end; p += 8) most = max(most, abs(load<f64>(p)));
  if (!(most > 0 && most < Infinity)) return most;
  let scaled: f64 = 0;
  for (let p = v; p < end; p += 8) {
    const x = load<f64>(p) / most;
    scaled += x * x;
  }
  return most * sqrt(scaled);
}

function squares(v: usize, count: i32): f64 {
  const pairs: usize = (<usize>(count & ~1)) << 3;
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let p: usize = 0;
  for (; p + 16 < pairs; p += 32) {
    const x = v128.load(v + p);
    const y = v128.load(v + p, 16);
    a = f64x2.add(a, f64x2.mul(x, x));
    b = f64x2.add(b, f64x2.mul(y, y));
  }
  for (; p < pairs; p += 16) {
    const x = v128.load(v + p);
    a = f64x2.add(a, f64x2.mul(x, x));
  }
  let all = Inner.total(f64x2.add(a, b));
  if (count & 1) {
    const x = load<f64>(v + pairs);
    all += x * x;
  }
  return all;
}

/** The length of the hypotenuse, whatever the sizes. */
function hypot(a: f64, b: f64): f64 {
  const large = max(abs(a), abs(b));
  const small = min(abs(a), abs(b));
  if (large === 0 || !(large < Infinity)) return large;
  const ratio = small / large;
  return large * sqrt(1 + ratio * ratio);
}
