import { expect, test } from 'vitest';
import { mean, pairwiseSum, weightedMean } from '../../src/kernels/pairwise-sum.js';
import { golden } from '../support/golden.js';

const { means, harmonic } = golden('metrics.json');

test('means agree with NumPy to the last digit', () => {
  const cases: [number[], number, number[], number, number][] = means;
  expect(cases.map(([values, n, weights]) => [n, mean(values), weightedMean(values, weights)])).toEqual(
    cases.map(([, n, , plain, weighted]) => [n, plain, weighted]),
  );
});

test('sums agree with NumPy to the last digit', () => {
  const cases: [number, number][] = harmonic;
  const sums = cases.map(([n]) => [n, pairwiseSum(Float64Array.from({ length: n }, (_, i) => 1 / (i + 1)))]);
  expect(sums).toEqual(cases);
});

test('the sum of nothing is 0, its mean NaN', () => {
  expect([pairwiseSum([]), mean([])]).toEqual([0, Number.NaN]);
});
