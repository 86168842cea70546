/** Parts of stored arrays: nothing else is read. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { array, type ChunkedArray, type NDArray } from '../../src/array/index.js';
import { tasksOf } from '../../src/graph/graph.js';
import { assemble } from '../../src/graph/part.js';
import { root } from '../support/paths.js';

const cube = join(root, 'test/golden/npy/cube.npy');
const zarr = join(root, 'test/golden/zarr/v2-cube');

/** The parts that are read, and how many tasks there are. */
function readsOf(x: ChunkedArray) {
  const tasks = [...tasksOf(assemble([x.part]))];
  const reads = tasks
    .filter(({ op }) => /readPart|zarr-ops/.test(op))
    .map(({ params }) => params as { from: number[]; extents: number[] });
  return { reads: reads.map(({ from, extents }) => [from, extents]), tasks: tasks.length };
}
const valuesOf = async (x: ChunkedArray) => {
  const whole = await x.compute<NDArray | number>();
  return typeof whole === 'object' ? whole.toArray() : whole;
};

test('a slice of a file reads its rows alone, wherever it is cut', async () => {
  const x = array.fromNpy(cube, { chunks: 3 });
  const part = x.slice([
    [2, 5],
    [1, 2],
  ]);
  expect(readsOf(part)).toEqual({
    reads: [
      [
        [2, 1, 0],
        [1, 1, 3],
      ],
      [
        [2, 1, 3],
        [1, 1, 2],
      ],
      [
        [3, 1, 0],
        [2, 1, 3],
      ],
      [
        [3, 1, 3],
        [2, 1, 2],
      ],
    ],
    tasks: 4,
  });
  expect(await valuesOf(part)).toEqual(
    await valuesOf(
      (await x.persist()).slice([
        [2, 5],
        [1, 2],
      ]),
    ),
  );
});

test('slices of slices and of whole axes, in steps and backwards, and elements', async () => {
  for (const make of [
    () => array.fromNpy(cube, { chunks: [2, 3, 4] }),
    () => array.fromNpy(cube.replace('cube', 'cube-fortran'), { chunks: [3, 8, 2] }),
  ]) {
    const held = await make().persist();
    for (const index of [
      [[1, 6, 2]],
      [':', [null, null, -1]],
      [
        [5, 1, -3],
        [2, 7],
        [4, 5],
      ],
      [3, [1, -1]],
      [-1, -1, -1],
      [[2, 2]],
    ] as never[]) {
      expect(await valuesOf(make().slice(index)), JSON.stringify(index)).toEqual(await valuesOf(held.slice(index)));
      const twice = (x: ChunkedArray) =>
        x
          .slice([
            [1, 6],
            [2, 8],
          ])
          .add(1)
          .slice([[null, null, 2], 3]);
      expect(await valuesOf(twice(make()))).toEqual(await valuesOf(twice(held)));
    }
  }
});

test('one element of a Zarr array reads of one stored chunk', async () => {
  const x = await array.fromZarr(zarr);
  expect(readsOf(x.slice([2, 3, 1])).reads).toEqual([
    [
      [2, 3, 1],
      [1, 1, 1],
    ],
  ]);
  expect(await valuesOf(x.slice([2, 3, 1]))).toBe(Number((await x.compute()).get(2, 3, 1)));
});

test('what several want of a file is read once', () => {
  const x = array.fromNpy(cube, { chunks: [7, 4, 5] });
  const y = x.slice([[0, 6]]).add(x.slice([[1, 7]]));
  expect(readsOf(y).reads).toEqual([
    [
      [0, 0, 0],
      [7, 4, 5],
    ],
    [
      [0, 4, 0],
      [7, 4, 5],
    ],
  ]);
});

test('a file is read as it is to be cut, a store as it is stored', async () => {
  const x = array.fromNpy(cube, { chunks: 4 }).rechunk([7, -1, 2]);
  expect(readsOf(x)).toEqual({
    reads: [
      [
        [0, 0, 0],
        [7, 8, 2],
      ],
      [
        [0, 0, 2],
        [7, 8, 2],
      ],
      [
        [0, 0, 4],
        [7, 8, 1],
      ],
    ],
    tasks: 3,
  });
  expect(await valuesOf(x)).toEqual(await valuesOf(array.fromNpy(cube)));
  const y = await array.fromZarr(zarr);
  expect(readsOf(y.rechunk(-1)).reads.length).toBe(12);
});

test('the plan says what is read', () => {
  const path = cube;
  expect(
    array
      .fromNpy(path)
      .slice([[2, 5]])
      .explain(),
  ).toContain(`stored ${path} from [2, 0, 0] -> int16 [3, 8, 5]`);
});
