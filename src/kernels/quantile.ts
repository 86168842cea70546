/** Quantiles of sorted numbers, linear between neighbours, as `numpy.quantile` rounds them. */

/** The quantile of the first `length` of sorted values from `at` on; NaN of none. */
export function quantileOfSorted(sorted: Float64Array, at: number, length: number, q: number): number {
  if (length === 0) return Number.NaN;
  const place = q * (length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, length - 1);
  return between(sorted[at + below]!, sorted[at + above]!, place - below);
}

/** From `a` to `b` by t, exact at both ends; an infinity reaches up to the other end. */
export function between(a: number, b: number, t: number): number {
  if (t === 0 || a === b) return a;
  if (!Number.isFinite(b - a)) return a * (1 - t) + b * t;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
