/** Means, deviations and ranks of scores, digit for digit as NumPy and SciPy give them. */

/**
 * NumPy's pairwise sum: in order below eight values, eight running sums up to 128, halves above (each a multiple of
 * eight long), so that rounding errors grow with the logarithm of the length.
 */
function pairwiseSum(values: ArrayLike<number>, start: number, length: number): number {
  if (length < 8) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[start + i];
    return sum;
  }
  if (length <= 128) {
    const r = Array.from({ length: 8 }, (_, k) => values[start + k]);
    const whole = length - (length % 8);
    for (let i = 8; i < whole; i++) r[i % 8] += values[start + i];
    let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
    for (let i = whole; i < length; i++) sum += values[start + i];
    return sum;
  }
  const half = length >> 1;
  const first = half - (half % 8);
  return pairwiseSum(values, start, first) + pairwiseSum(values, start + first, length - first);
}

export const mean = (values: ArrayLike<number>): number => pairwiseSum(values, 0, values.length) / values.length;

/** The population's standard deviation about `center`. */
export const standardDeviation = (values: ArrayLike<number>, center: number): number =>
  Math.sqrt(mean(Float64Array.from(values, (value) => (value - center) * (value - center))));

/**
 * Ranks from 1 for the highest; equal values share the best of their ranks. NaN ties with nothing and comes last;
 * when all are NaN all are 1. scikit-learn 1.2 (`_format_results`).
 */
export function rank(values: readonly number[]): number[] {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return values.map(() => 1);
  const last = known.reduce((a, b) => Math.min(a, b)) - 1;
  const limit = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
  const keys = values.map((value) => (Number.isNaN(value) ? last : limit(value)));
  return keys.map((key) => 1 + keys.reduce((higher, other) => higher + (other > key ? 1 : 0), 0));
}
