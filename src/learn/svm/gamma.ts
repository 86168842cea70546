import type { Block } from '../../arrow/block.js';
import { takeRows } from '../../arrow/take.js';
import { mean } from '../../kernels/pairwise-sum.js';

/** scikit-learn's gamma='scale': 1/(d·var) over all elements of the given rows of X [n, d]; 1 where they are all equal. */
export function scaleGamma(X: Block<'float64'>, rows: Int32Array): number {
  const { shape, data } = takeRows(X, rows);
  const center = mean(data);
  const variance = mean(data.map((value) => (value - center) ** 2));
  return variance === 0 ? 1 : 1 / (shape[1] * variance);
}
