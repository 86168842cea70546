import type { Block } from '../../arrow/block.js';

/** scikit-learn's gamma='scale': 1/(d·var) over all elements of the given rows of X [n, d]; 1 where they are all equal. */
export function scaleGamma(X: Block<'float64'>, rows: Int32Array): number {
  const d = X.shape[1] as number;
  const values = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) values.set(X.data.subarray(rows[i] * d, (rows[i] + 1) * d), i * d);
  const mean = pairwiseSum(values, 0, values.length) / values.length;
  for (let k = 0; k < values.length; k++) values[k] = (values[k] - mean) ** 2;
  const variance = pairwiseSum(values, 0, values.length) / values.length;
  return variance === 0 ? 1 : 1 / (d * variance);
}

/** NumPy's summation: eight partial sums over runs of up to 128, halves above that. */
function pairwiseSum(values: Float64Array, start: number, length: number): number {
  if (length > 128) {
    const half = (length >> 1) - ((length >> 1) % 8);
    return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, length - half);
  }
  let sum = 0;
  let k = 0;
  if (length >= 8) {
    const parts = values.slice(start, start + 8);
    for (k = 8; k + 8 <= length; k += 8) for (let p = 0; p < 8; p++) parts[p] += values[start + k + p];
    sum = parts[0] + parts[1] + (parts[2] + parts[3]) + (parts[4] + parts[5] + (parts[6] + parts[7]));
  }
  for (; k < length; k++) sum += values[start + k];
  return sum;
}
