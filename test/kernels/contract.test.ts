import { expect, test } from 'vitest';
import { contract } from '../../src/kernels/contract.js';

const block = (shape: readonly number[], values: readonly number[]) => ({
  dtype: 'float64' as const,
  shape,
  data: Float64Array.from(values),
});

test('products of pairs go on from a sum, which stays as it was', () => {
  const [a, b, sum] = [block([1, 2], [1, 2]), block([2, 1], [3, 4]), block([1, 1], [100])];
  const params = { a: [0, 1], b: [1, 2], out: [0, 2] };
  expect(Array.from(contract({ ...params, hasSum: true }, sum, a, b, a, b).data, Number)).toEqual([122]);
  expect(Array.from(sum.data)).toEqual([100]);
});

test('axes that do not lie as one are copied into that order', () => {
  const a = block([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  // Rows are the last axis and then the first: out[k, i, l] = sum over j of a[i, j, k] * b[j, l].
  const { shape, data } = contract({ a: [0, 1, 2], b: [1, 3], out: [2, 0, 3] }, a, block([2, 1], [1, 10]));
  expect(shape).toEqual([2, 2, 1]);
  expect(Array.from(data, Number)).toEqual([20, 64, 31, 75]);
});
