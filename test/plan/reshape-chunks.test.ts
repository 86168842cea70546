/** How arrays are cut so that chunks keep their memory in another shape. */
import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/arrow/block.js';
import { type Chunks, chunkShape, evenly, gridOf, places, shapeOf } from '../../src/plan/chunks.js';
import { groupsOf, reshapeChunks } from '../../src/plan/reshape-chunks.js';

test('the smallest groups of axes with as many elements', () => {
  expect(groupsOf([2, 3, 4], [6, 4])).toEqual([
    { before: [0, 2], after: [0, 1] },
    { before: [2, 3], after: [1, 2] },
  ]);
  expect(groupsOf([6, 4], [8, 3])).toEqual([{ before: [0, 2], after: [0, 2] }]);
  expect(groupsOf([5, 1], [5])).toEqual([
    { before: [0, 1], after: [0, 1] },
    { before: [1, 2], after: [1, 1] },
  ]);
  expect(groupsOf([], [1, 1]).every(({ before }) => before[0] === before[1])).toBe(true);
});

describe('cuts', () => {
  const cases: readonly (readonly [string, Chunks, readonly number[], Chunks, Chunks])[] = [
    ['rows go along', [[2, 3], [4]], [20], [[2, 3], [4]], [[8, 12]]],
    [
      'whole rows of parts',
      [
        [2, 2],
        [2, 2],
      ],
      [16],
      [[1, 1, 1, 1], [4]],
      [[4, 4, 4, 4]],
    ],
    [
      'rows of one element go along',
      [
        [1, 1],
        [3, 1],
      ],
      [8],
      [
        [1, 1],
        [3, 1],
      ],
      [[3, 1, 3, 1]],
    ],
    ['long rows stay cut', [[10], [100, 100]], [2000], [[5, 5], [200]], [[1000, 1000]]],
    ['parts become rows', [[6, 6]], [4, 3], [[6, 6]], [[2, 2], [3]]],
    ['boundaries move to those of rows', [[5, 7]], [4, 3], [[3, 9]], [[1, 3], [3]]],
    [
      'small parts stay small',
      [evenly(24, 4)],
      [2, 12],
      [evenly(24, 4)],
      [
        [1, 1],
        [4, 4, 4],
      ],
    ],
    ['an axis of one element', [[2, 1]], [1, 3, 1], [[2, 1]], [[1], [2, 1], [1]]],
  ];
  test.each(cases)('%s', (_, chunks, shape, before, after) => {
    expect(reshapeChunks(chunks, shapeOf(chunks), shape)).toEqual({ before, after });
    const sizes = (cut: Chunks) => [...places(gridOf(cut))].map((place) => sizeOf(chunkShape(cut, place)));
    expect(sizes(after)).toEqual(sizes(before));
    expect(shapeOf(after)).toEqual(shape);
  });
});
