/**
 * One-sided Jacobi rotations of the rows of a matrix (Hestenes, 1958), in float64. Rows are `stride` bytes apart and filled
 * up with zeros to a multiple of 32 bytes; they stay where they are, and `order` has the row of each place.
 */

function row(base: usize, order: usize, place: i32, stride: usize): usize {
  return base + <usize>load<u32>(order + ((<usize>place) << 2)) * stride;
}

function dot(x: usize, y: usize, bytes: usize): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  const end = x + bytes;
  const pairs = end - 32;
  for (; x < pairs; x += 64, y += 64) {
    a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(y)));
    b = f64x2.add(b, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    c = f64x2.add(c, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    d = f64x2.add(d, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
  }
  if (x < end) {
    a = f64x2.add(a, f64x2.mul(v128.load(x), v128.load(y)));
    b = f64x2.add(b, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** In Rutishauser's form, whose rounding errors are those of small corrections. */
function rotate(x: usize, y: usize, c: f64, s: f64, bytes: usize): void {
  const sine = f64x2.splat(s);
  const tau = f64x2.splat(s / (1 + c));
  for (const end = x + bytes; x < end; x += 32, y += 32) {
    const u = v128.load(x);
    const v = v128.load(y);
    const u1 = v128.load(x, 16);
    const v1 = v128.load(y, 16);
    v128.store(x, f64x2.sub(u, f64x2.mul(sine, f64x2.add(v, f64x2.mul(tau, u)))));
    v128.store(y, f64x2.add(v, f64x2.mul(sine, f64x2.sub(u, f64x2.mul(tau, v)))));
    v128.store(x, f64x2.sub(u1, f64x2.mul(sine, f64x2.add(v1, f64x2.mul(tau, u1)))), 16);
    v128.store(y, f64x2.add(v1, f64x2.mul(sine, f64x2.sub(u1, f64x2.mul(tau, v1)))), 16);
  }
}

/**
 * Turns each two of the `n` rows of `a` once, and those of `j` with them, unless they are orthogonal within `tolerance`; the
 * longer comes first. Rows whose `squares` of lengths are `negligible` are not turned. Whether one was turned.
 */
export function sweep(
  n: i32,
  stride: usize,
  a: usize,
  j: usize,
  squares: usize,
  order: usize,
  tolerance: f64,
  negligible: f64,
): bool {
  let isMoved = false;
  for (let p = 0; p < n - 1; p++) {
    const xAt = squares + ((<usize>p) << 3);
    for (let q = p + 1; q < n; q++) {
      const yAt = squares + ((<usize>q) << 3);
      const first = row(a, order, p, stride);
      const second = row(a, order, q, stride);
      const cross = dot(first, second, stride);
      const x = load<f64>(xAt);
      const y = load<f64>(yAt);
      if (Math.abs(cross) > tolerance * Math.sqrt(x) * Math.sqrt(y) && Math.min(x, y) > negligible) {
        isMoved = true;
        const zeta = (y - x) / (2 * cross);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotate(first, second, c, c * t, stride);
        rotate(row(j, order, p, stride), row(j, order, q, stride), c, c * t, stride);
        store<f64>(xAt, x - t * cross);
        store<f64>(yAt, y + t * cross);
        // What cancelled is found again.
        if (load<f64>(yAt) < x * 1e-8 || load<f64>(xAt) < y * 1e-8) {
          store<f64>(xAt, dot(first, first, stride));
          store<f64>(yAt, dot(second, second, stride));
        }
      }
      if (load<f64>(xAt) < load<f64>(yAt)) exchange(xAt, yAt, order + ((<usize>p) << 2), order + ((<usize>q) << 2));
    }
  }
  return isMoved;
}

function exchange(x: usize, y: usize, first: usize, second: usize): void {
  const square = load<f64>(x);
  store<f64>(x, load<f64>(y));
  store<f64>(y, square);
  const place = load<u32>(first);
  store<u32>(first, load<u32>(second));
  store<u32>(second, place);
}
