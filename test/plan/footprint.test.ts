/** The memory that plans are expected to take. */
import { expect, test } from 'vitest';
import { array, type ChunkedArray } from '../../src/array/index.js';

const peakOf = (x: ChunkedArray, threads = 1): string => /^Peak: (.*)$/m.exec(x.explain({ threads }))![1];

test('the inputs of the largest task and its result, times the threads', () => {
  const x = array.ones([1024, 1024], { chunks: [128, 1024] });
  expect(peakOf(x)).toBe('1 MiB in a task of expr/tasks.js#map');
  const held = array.fromArray(new Float64Array(2 ** 20), { chunks: 2 ** 17 });
  expect(peakOf(held.add(1))).toBe('2 MiB in a task of expr/tasks.js#map');
  expect(peakOf(held.add(1), 4)).toBe('8 MiB in 4 threads, 2 MiB in a task of expr/tasks.js#map');
  // Each input once.
  expect(peakOf(held.mapBlocks((a) => a, { args: [held], dtype: 'float32' }))).toBe(
    '1.5 MiB in a task of array/block-ops.js#apply',
  );
  expect(peakOf(held.rechunk(-1))).toBe('16 MiB in a task of kernels/assemble.js#assemble');
});

test('what is not known is said so', () => {
  const x = array.ones(10).mapBlocks((b) => b, { chunks: [Number.NaN] });
  expect(peakOf(x)).toBe('unknown, as extents are not known before array/block-ops.js#apply');
});
