import { expect, test } from 'vitest';
import { block } from '../../../src/arrow/block.js';
import { scaleGamma } from '../../../src/learn/svm/gamma.js';

const rowsTo = (n: number) => Int32Array.from({ length: n }, (_, row) => row);

test("gamma of 'scale' agrees with NumPy to the last digit, beyond one of its buffers too", () => {
  // NumPy 1.24: X = (1 / np.arange(1, 25001)).reshape(2500, 10); 1 / (10 * X[:n].var()) for n = 1200, 1500, 2000, 2500
  const harmonic = block(
    'float64',
    [2500, 10],
    Float64Array.from({ length: 25_000 }, (_, i) => 1 / (i + 1)),
  );
  expect([1200, 1500, 2000, 2500].map((n) => scaleGamma(harmonic, rowsTo(n)))).toEqual([
    733.242000262438, 915.7839884690854, 1219.9646347025919, 1524.1010763016939,
  ]);
});

test('equal values have gamma 1', () => {
  expect(scaleGamma(block('float64', [2, 2], new Float64Array(4).fill(3)), rowsTo(2))).toBe(1);
});
