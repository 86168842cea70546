/** Deviations and ranks of scores, digit for digit as NumPy and SciPy give them. */
import { mean } from '../../kernels/pairwise-sum.js';

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
