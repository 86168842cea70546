/** Means beside deviations come from one pass over the array. */
import { expect, test } from 'vitest';
import { tasksOf } from '../../src/graph/graph.js';
import { array, type ChunkedArray } from '../../src/index.js';

const values = Array.from({ length: 12 }, (_, i) => Array.from({ length: 5 }, (_, j) => Math.sin(i * 5 + j)));

/** The tasks that reduce a chunk. */
const passes = (x: ChunkedArray): number =>
  [...tasksOf(x.toGraph().graph)].filter(({ key }) => key.startsWith('reduce-')).length;

test('standardised columns go over the chunks once before', async () => {
  const x = array.fromArray(values, { chunks: [4, 5] });
  const y = x.subtract(x.mean(0)).divide(x.std(0));
  expect(passes(y)).toBe(3);
  expect(passes(x.subtract(x.mean(0)))).toBe(3);
  // Of other axes, or where NaN is left out, there is nothing to share.
  expect(passes(x.subtract(x.mean(1, { keepdims: true })).divide(x.std(0)))).toBe(3);
  expect(passes(x.subtract(x.mean(0)).divide(x.nanstd(0)))).toBe(6);
  const found = (await y.compute()).toArray() as number[][];
  for (let j = 0; j < 5; j++) {
    const column = values.map((row) => row[j]!);
    const mean = column.reduce((sum, v) => sum + v, 0) / 12;
    const std = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 12);
    column.forEach((v, i) => {
      expect(found[i]![j]!).toBeCloseTo((v - mean) / std, 12);
    });
  }
});
