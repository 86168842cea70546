/** The cuts between two, when a task would have too many inputs. */
import { describe, expect, test } from 'vitest';
import { type Chunks, evenly, shapeOf } from '../../src/plan/chunks.js';
import { mostOverlaps, rechunkPath } from '../../src/plan/rechunk-path.js';

const square = (extent: number, rows: number, columns: number): Chunks => [
  evenly(extent, rows),
  evenly(extent, columns),
];
const inputsOf = (from: Chunks, to: Chunks): number =>
  from.reduce((product, extents, axis) => product * mostOverlaps(extents, to[axis]!), 1);
const largest = (chunks: Chunks): number => chunks.reduce((product, extents) => product * Math.max(...extents), 1);

describe('how many chunks one overlaps', () => {
  test.each([
    [[4], [4], 1],
    [[2, 2], [4], 2],
    [[4], [1, 1, 1, 1], 1],
    [[3, 3, 3], [2, 5, 2], 3],
    [[0, 2, 0, 2], [1, 3], 3],
    [[0], [0], 1],
  ])('%j by %j', (old, cut, most) => {
    expect(mostOverlaps(old, cut)).toBe(most);
  });
});

test('few inputs come at once', () => {
  expect(rechunkPath(square(10_000, 1000, 10_000), square(10_000, 10_000, 1000), 8)).toEqual([]);
  expect(rechunkPath([[5, 5]], [[1, 9]], 8)).toEqual([]);
  expect(rechunkPath([], [], 8)).toEqual([]);
});

test('of many rows, columns are made through squares', () => {
  const path = rechunkPath(square(10_000, 100, 10_000), square(10_000, 10_000, 100), 8);
  expect(path).toEqual([square(10_000, 1000, 1000)]);
});

test('many bytes go in steps as well', () => {
  const path = rechunkPath(square(32_000, 2000, 32_000), square(32_000, 32_000, 2000), 8);
  expect(path).toEqual([square(32_000, 8000, 8000)]);
});

test('unknown extents stay', () => {
  expect(rechunkPath([[Number.NaN], [2, 2]], [[Number.NaN], [4]], 8)).toEqual([]);
});

describe('every step has bounded inputs and chunks not larger than those at the ends', () => {
  const cases: readonly (readonly [string, Chunks, Chunks])[] = [
    ['ragged rows to columns', [evenly(1999, 7), [777]], [[1999], evenly(777, 5)]],
    ['three axes', [evenly(300, 1), evenly(300, 300), [50]], [[300], evenly(300, 2), evenly(50, 7)]],
    ['the other way', [[300], evenly(300, 2), evenly(50, 7)], [evenly(300, 1), [300], [50]]],
    ['one axis together', [evenly(100_000, 10)], [[100_000]]],
    ['one axis across', [evenly(10_000, 7)], [evenly(10_000, 1000)]],
  ];
  test.each(cases)('%s', (_, from, to) => {
    const path = [from, ...rechunkPath(from, to, 8), to];
    expect(path.length).toBeGreaterThan(2);
    for (const [i, cut] of path.slice(1).entries()) {
      expect(shapeOf(cut)).toEqual(shapeOf(from));
      expect(inputsOf(path[i]!, cut)).toBeLessThanOrEqual(64);
      expect(largest(cut)).toBeLessThanOrEqual(2 * Math.max(largest(from), largest(to)));
    }
  });
});
