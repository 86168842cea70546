/** Quantiles of numbers, linear between neighbours, as `numpy.quantile` rounds them. */
import { select, smallest } from './select.js';

/** Writes the quantiles of the first `length` of the values, of which none is NaN and which it brings into another order. */
export function quantiles(
  values: Float64Array,
  length: number,
  q: readonly number[],
  write: (i: number, value: number) => void,
): void {
  for (const [i, one] of q.entries()) {
    if (length === 0) {
      write(i, Number.NaN);
      continue;
    }
    const place = one * (length - 1);
    const below = Math.floor(place);
    const value = select(values, below, 0, length);
    const t = place - below;
    write(i, t === 0 ? value : between(value, smallest(values, below + 1, length), t));
  }
}

/** From `a` to `b` by t, exact at both ends; an infinity reaches up to the other end. */
export function between(a: number, b: number, t: number): number {
  if (t === 0 || a === b) return a;
  if (!Number.isFinite(b - a)) return a * (1 - t) + b * t;
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
