/** Where slices end up in a plan. */
import { expect, test } from 'vitest';
import { array, type ChunkedArray } from '../../src/array/index.js';
import { formatPlan } from '../../src/plan/explain.js';
import { optimize } from '../../src/plan/optimize.js';
import { cut } from '../../src/plan/slice.js';

const zeros = (...shape: number[]) => {
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  return array.fromArray({ dtype: 'float64', shape, data }, { chunks: 4 });
};
const x = zeros(12, 8);
const shared = x.add(1);

const plans: readonly (readonly [string, ChunkedArray, readonly string[]])[] = [
  [
    'two slices are one',
    x.slice([[1, null, 2]]).slice([
      [null, null, -1],
      [4, null],
    ]),
    [
      '#1 slice [11::-2, 4:8] -> float64 [6, 4] in 3 x 1 chunks',
      '  #2 source array [12, 8] -> float64 [12, 8] in 3 x 2 chunks',
    ],
  ],
  [
    'of what is computed for each element, before it is; what is broadcast stays whole',
    x.add(zeros(12, 1)).slice([[4, 8], ':']),
    [
      '#1 elementwise add(a, b) -> float64 [4, 8] in 1 x 2 chunks',
      '  #2 slice [4:8, :] -> float64 [4, 8] in 1 x 2 chunks',
      '    #3 source array [12, 8] -> float64 [12, 8] in 3 x 2 chunks',
      '  #4 slice [4:8, :] -> float64 [4, 1] in 1 x 1 chunks',
      '    #5 source array [12, 1] -> float64 [12, 1] in 3 x 1 chunks',
    ],
  ],
  [
    'of what others want too, behind it',
    shared.slice([[0, 4]]).add(shared.slice([[4, 8]])),
    [
      '#1 elementwise add(a, b) -> float64 [4, 8] in 1 x 2 chunks',
      '  #2 slice [0:4, :] -> float64 [4, 8] in 1 x 2 chunks',
      '    #3 elementwise add(a, 1) -> float64 [12, 8] in 3 x 2 chunks',
      '      #4 source array [12, 8] -> float64 [12, 8] in 3 x 2 chunks',
      '  #5 slice [4:8, :] -> float64 [4, 8] in 1 x 2 chunks',
      '    #3',
    ],
  ],
  [
    'of numbers that follow from their place',
    array.arange(20, { chunks: 10 }).slice([[3, null, 4]]),
    ['#1 elementwise add(multiply(add(multiply(index0, 4), 3), 1), 0) -> int64 [5] in 2 chunks'],
  ],
  [
    'of a transposed array',
    x.T.slice([[0, 4]]),
    [
      '#1 permute [1, 0] -> float64 [4, 12] in 1 x 3 chunks',
      '  #2 slice [:, 0:4] -> float64 [12, 4] in 3 x 1 chunks',
      '    #3 source array [12, 8] -> float64 [12, 8] in 3 x 2 chunks',
    ],
  ],
  [
    'of an array that is cut otherwise',
    x.rechunk([3, 8]).slice([[4, 8]]),
    [
      '#1 rechunk -> float64 [4, 8] in 2 x 1 chunks',
      '  #2 slice [4:8, :] -> float64 [4, 8] in 1 x 2 chunks',
      '    #3 source array [12, 8] -> float64 [12, 8] in 3 x 2 chunks',
    ],
  ],
  ['of nothing, which needs no array', x.slice([[3, 3]]), ['#1 elementwise 0 -> float64 [0, 8] in 1 x 2 chunks']],
];
test.each(plans)('%s', (_, made, plan) => {
  expect(formatPlan(optimize(made.node)).split('\n')).toEqual(plan);
});

test.each([
  ['sums', x.sum(0).slice([[0, 4]]), /^#1 reduction sum over \[0\] of a/],
  ['sums that keep the axis', x.sum(0, { keepdims: true }).slice([':', [0, 4]]), /^#1 reduction sum over \[0\] of a/],
  ['running sums along another axis', x.cumsum(0).slice([':', [0, 4]]), /^#1 scan sum along 0 of a/],
])('of %s, before they are taken', (_, made, first) => {
  const lines = formatPlan(optimize(made.node)).split('\n');
  expect(lines[0]).toMatch(first);
  expect(lines[1]).toBe('  #2 slice [:, 0:4] -> float64 [12, 4] in 3 x 1 chunks');
});

test('of running sums along the axis, behind them', () => {
  expect(formatPlan(optimize(x.cumsum(0).slice([[0, 4]]).node))).toMatch(/^#1 slice .*\n {2}#2 scan /);
});

test.each([
  ['all', [4, 2], null, [[0], [1]]],
  [
    'forwards',
    [4, 4],
    [1, 2, 4],
    [
      [0, 1, 2, 2],
      [1, 1, 2, 2],
    ],
  ],
  [
    'backwards',
    [4, 4],
    [7, -3, 3],
    [
      [1, 3, -3, 2],
      [0, 1, 1, 1],
    ],
  ],
  [
    'over a chunk',
    [2, 1, 2],
    [0, 4, 2],
    [
      [0, 0, 1, 1],
      [2, 1, 1, 1],
    ],
  ],
  [
    'with empty chunks',
    [0, 3, 0, 2],
    [1, 1, 3],
    [
      [1, 1, 1, 2],
      [3, 0, 1, 1],
    ],
  ],
  ['of which a chunk is whole', [2, 3], [1, 1, 4], [[0, 1, 1, 1], [1]]],
  ['nothing', [3, 3], [0, 1, 0], [[0, 0, 1, 0]]],
] as const)('an axis cut: %s', (_, extents, range, expected) => {
  const [start, step, extent] = range ?? [0, 1, 0];
  const parts = cut(extents, range && { start, step, extent });
  expect(
    parts.map((part) => [part.chunk, ...(part.range ? [part.range.start, part.range.step, part.range.extent] : [])]),
  ).toEqual(expected);
});
