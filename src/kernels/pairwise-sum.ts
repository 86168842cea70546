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
