/**
 * Sums in NumPy's order of operations, so that results agree to the last digit: plain below eight values, eight
 * accumulators up to 128, halves beyond (pairwise summation; Higham, 1993: the error grows with log n instead of n),
 * and the sums of NumPy's buffers of 8192 values one after the other.
 */
const BLOCK = 128;
const BUFFER = 8192;

/** The sum, 0 for no values. */
export function pairwiseSum(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += BUFFER) sum += sumRange(values, i, Math.min(i + BUFFER, values.length));
  return sum;
}

/** The arithmetic mean, NaN for no values. */
export const mean = (values: ArrayLike<number>): number => pairwiseSum(values) / values.length;

/** The mean of `values` weighted by `weights`, as `numpy.average`. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const products = Float64Array.from(values, (value, i) => value * weights[i]);
  return pairwiseSum(products) / pairwiseSum(weights);
}

function sumRange(x: ArrayLike<number>, start: number, end: number): number {
  const n = end - start;
  if (n < 8) {
    let sum = 0;
    for (let i = start; i < end; i++) sum += x[i];
    return sum;
  }
  if (n > BLOCK) {
    const half = (n >> 1) - ((n >> 1) % 8);
    return sumRange(x, start, start + half) + sumRange(x, start + half, end);
  }
  let i = start;
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (const last = end - (n % 8); i < last; i += 8) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
    e += x[i + 4];
    f += x[i + 5];
    g += x[i + 6];
    h += x[i + 7];
  }
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (; i < end; i++) sum += x[i];
  return sum;
}
