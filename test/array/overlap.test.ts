/** Blocks with their neighbours' edges, held to numpy.pad. */
import { describe, expect, test } from 'vitest';
import { array, NDArray, type Nested } from '../../src/array/index.js';
import type { Block } from '../../src/arrow/block.js';
import type { DType } from '../../src/arrow/dtype.js';
import type { ChunksLike } from '../../src/plan/chunks.js';
import { startsOf } from '../../src/plan/chunks.js';
import { golden } from '../support/golden.js';

interface Case {
  readonly depth: [number, number][];
  readonly boundary: (string | number)[];
  readonly padded: Nested;
  readonly sums: Nested;
}
const { overlap } = golden('blocks.json') as { overlap: { values: Nested; cases: Case[] }[] };

const cuts: Record<number, ChunksLike[]> = {
  1: [-1, 4, 1, [[2, 3, 0, 6]]] as ChunksLike[],
  2: [
    -1,
    3,
    [1, -1],
    [
      [1, 6],
      [5, 1, 2],
    ],
  ] as ChunksLike[],
  3: [-1, 2, [[1, 2], 3, 1]] as ChunksLike[],
};

/** The part of nested arrays from `from` on with `extents` elements. */
const boxOf = (values: Nested, from: readonly number[], extents: readonly number[]): Nested =>
  from.length === 0
    ? values
    : (values as readonly Nested[])
        .slice(from[0], from[0] + extents[0])
        .map((inner) => boxOf(inner, from.slice(1), extents.slice(1)));

/** Each element with all those around it that are there. */
function sumsAround(depth: readonly (readonly [number, number])[]) {
  return (block: NDArray): NDArray<'float64'> => {
    let { data, shape } = block as NDArray<'float64'>;
    depth.forEach(([before, after], axis) => {
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const n = shape[axis];
      const sums = new Float64Array(data.length);
      for (let i = 0; i < data.length; i++) {
        const at = Math.floor(i / inner) % n;
        for (let d = -before; d <= after; d++) if (at + d >= 0 && at + d < n) sums[i] += data[i + d * inner];
      }
      data = sums;
    });
    return new NDArray({ dtype: 'float64', shape, data });
  };
}

describe.each(overlap.map(({ values, cases }) => ({ values, cases, x: array.fromArray(values).astype('float64') })))(
  'an array of shape $x.shape',
  ({ values, cases, x }) => {
    test.each(cases.map((one) => [JSON.stringify([one.depth, one.boundary]), one] as const))('%s', async (_, one) => {
      const depth = one.depth;
      const boundary = one.boundary as never;
      for (const chunks of cuts[x.ndim]) {
        const y = array.fromArray(values, { chunks }).astype('float64');
        const whole = y.mapOverlap((block) => block, { depth, boundary, trim: false });
        const starts = y.chunks.map(startsOf);
        const blocks = (await Promise.all(whole.toDelayed().map((block) => block.compute()))) as Block<DType>[];
        let i = 0;
        for (let place = 0; place < blocks.length; place++) {
          const at = y.numblocks.map((n, axis) => {
            const inner = y.numblocks.slice(axis + 1).reduce((a, b) => a * b, 1);
            return Math.floor(place / inner) % n;
          });
          const block = new NDArray(blocks[i++]);
          const from = at.map((k, axis) =>
            one.boundary[axis] === 'none' ? Math.max(0, starts[axis][k] - depth[axis][0]) : starts[axis][k],
          );
          expect(block.toArray()).toEqual(boxOf(one.padded, from, block.shape));
        }
        const sums = await y.mapOverlap(sumsAround(depth), { depth, boundary }).compute();
        expect(sums.toArray()).toEqual(one.sums);
      }
    });
  },
);

test('several arrays are extended alike', async () => {
  const x = array.arange(6, { dtype: 'float64', chunks: 2 });
  const y = array.arange(6, { dtype: 'float64', chunks: 3 }).multiply(10);
  const add = (a: NDArray<'float64'>, b: NDArray<'float64'>) => a.data.map((v, i) => v + (b.data[i - 1] ?? -1));
  const z = array.mapOverlap(add, x, y, { depth: { 0: 1 }, boundary: 'periodic' });
  expect((await z.compute()).toArray()).toEqual([50, 1, 12, 23, 34, 45]);
});

test('a value beyond the ends is one of the dtype', async () => {
  const x = array.fromArray([1n, 2n], { chunks: 1 });
  const whole = x.mapOverlap((block) => block, { depth: 1, boundary: 7.9, trim: false });
  expect((await whole.compute()).toArray()).toEqual([7n, 1n, 2n, 1n, 2n, 7n]);
});

test('what cannot be is refused at the call', () => {
  const x = array.zeros([4, 3], { chunks: 2 });
  const same = (block: NDArray) => block;
  expect(() => x.mapOverlap(same, {} as never)).toThrow('mapOverlap takes { depth }');
  expect(() => x.mapOverlap(same, { depth: -1 })).toThrow('the depth of axis 0 is -1');
  expect(() => x.mapOverlap(same, { depth: [1, 2, 3] })).toThrow('depth is given for 3 axes, but the array has 2');
  expect(() => x.mapOverlap(same, { depth: { 5: 1 } })).toThrow('depth: axis 5 does not exist');
  expect(() => x.mapOverlap(same, { depth: 1, boundary: 'mirror' as never })).toThrow('there is no boundary "mirror"');
  expect(() => x.mapOverlap(same, { depth: 4, boundary: 'reflect' })).toThrow(
    'axis 1 has 3 elements, too few for a depth of 4 with boundary reflect',
  );
  expect(() => array.mapOverlap(same, x, array.zeros(3), { depth: 1 })).toThrow(
    'mapOverlap takes arrays of one shape, got [4, 3] and [3]',
  );
});

test('a function that does not keep the shape is told with the block', async () => {
  const x = array.zeros(6, { chunks: 3 });
  const broken = x.mapOverlap((block) => [...(block.data as Float64Array)].slice(1), { depth: 1 });
  await expect(broken.compute()).rejects.toThrow(
    'mapOverlap, block [0] (0:3): the function gave a block of shape [3] where [4] was expected',
  );
});
