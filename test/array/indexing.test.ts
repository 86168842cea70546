import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, type IndexEntry, type NDArray } from '../../src/array/index.js';
import { cull } from '../../src/graph/cull.js';
import { tasksOf } from '../../src/graph/graph.js';
import { InputError } from '../../src/util/errors.js';

const nested = async (x: ChunkedArray) => (await x.compute()).toArray();
const six = () => array.fromArray([0, 1, 2, 3, 4, 5], { chunks: 4 });
const grid = () =>
  array.fromArray(
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    { chunks: [1, 2] },
  );

describe('entries of an index', () => {
  const cases: readonly (readonly [string, IndexEntry | readonly IndexEntry[], unknown])[] = [
    ['an integer alone', 1, [3n, 4n, 5n]],
    ['a BigInt', [-1n, -1n], 5],
    [
      'text',
      ['::-1', ' 0 : 2 '],
      [
        [3n, 4n],
        [0n, 1n],
      ],
    ],
    [
      'nothing',
      [],
      [
        [0n, 1n, 2n],
        [3n, 4n, 5n],
      ],
    ],
    [
      'all of an axis',
      [[], ':'],
      [
        [0n, 1n, 2n],
        [3n, 4n, 5n],
      ],
    ],
    ['an ellipsis', ['...', 0], [0n, 3n]],
    ['its symbol, of no axes', [0, array.ellipsis, 1], 1],
    ['a new axis', [array.newaxis, 0], [[0n, 1n, 2n]]],
    [
      'a new axis at the end',
      ['...', array.newaxis],
      [
        [[0n], [1n], [2n]],
        [[3n], [4n], [5n]],
      ],
    ],
    [
      'a range beyond the ends',
      [
        [-9, 9],
        [1, 99],
      ],
      [
        [1n, 2n],
        [4n, 5n],
      ],
    ],
    ['a range that is empty', [[1, 1]], []],
    ['a negative step from the end', [0, [null, null, -2]], [2n, 0n]],
    ['a negative step before its end', [0, [0, 2, -1]], []],
    ['integers', [0, Int8Array.of(-1, 0)], [2n, 0n]],
    [
      'nested integers',
      [
        0,
        [
          [0, 1],
          [1, 2],
        ],
      ],
      [
        [0n, 1n],
        [1n, 2n],
      ],
    ],
    ['one integer in an array without axes', [{ dtype: 'int32', shape: [], data: Int32Array.of(1) }], [3n, 4n, 5n]],
    [
      'booleans',
      [':', [true, false, true]],
      [
        [0n, 2n],
        [3n, 5n],
      ],
    ],
    ['no booleans that are true', [':', [false, false, false]], [[], []]],
  ];
  test.each(cases)('%s', async (_, index, expected) => {
    const computed: unknown = await grid()
      .slice(index as readonly IndexEntry[])
      .compute();
    expect(typeof computed === 'number' ? computed : (computed as NDArray).toArray()).toEqual(expected);
  });
});

describe('is told at the call, with what was found and what there is', () => {
  const x = array.zeros([4, 5], { chunks: 2 });
  const unknown = array.arange(6, { chunks: 4 }).slice(six().greater(2));
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['an integer', () => x.slice([0, 5]), 'slice: index 5 is out of bounds for axis 1 of 5 elements'],
    ['a negative one', () => x.slice([-5]), 'slice: index -5 is out of bounds for axis 0 of 4 elements'],
    ['a fraction', () => x.slice([0.5]), 'slice: index 0.5 is no integer for axis 0 of 4 elements'],
    ['an integer of many', () => x.slice([':', Int32Array.of(0, 9)]), 'index 9 is out of bounds for axis 1 of 5'],
    ['too many', () => x.slice([0, 0, 0]), 'slice: too many indices: there are 3 for the 2 axes of the shape [4, 5]'],
    ['two ellipses', () => x.slice(['...', '...']), 'slice: an index has one ellipsis at most'],
    ['a step of 0', () => x.slice([[0, 2, 0]]), 'slice: the step of a range is 0'],
    ['a range of fractions', () => x.slice([[0, 1.5]]), 'slice: ranges have integers and null, got 1.5'],
    [
      'a mask of one axis',
      () => x.slice([[true, false]]),
      'slice: a mask of shape [2] does not fit axis 0 of the shape [4, 5]',
    ],
    [
      'a mask of several',
      () => x.slice(array.zeros([5, 4], { dtype: 'bool' })),
      'a mask of shape [5, 4] does not fit the axes from 0 on',
    ],
    ['floats', () => x.slice(Float64Array.of(1)), 'slice: arrays in an index are of integers or bool, got float64'],
    ['a long plain array', () => x.slice([[0, 1, 2, 3]]), 'give integers as a typed array, Int32Array.of(0,1,2, …)'],
    [
      'null',
      () => x.slice([null as never]),
      "slice: null is no index of an axis: ':' is a whole one, and array.newaxis",
    ],
    ['a boolean', () => x.slice([true as never]), 'slice: true is no index of an axis'],
    ['a word', () => x.slice(['all']), 'slice: "all" is no index: write a range as "start:stop:step", or "..."'],
    [
      'lists that do not fit',
      () => x.slice([Int32Array.of(0, 1), Int32Array.of(0, 1, 2)]),
      'slice cannot broadcast index arrays of shapes [2] and [3]',
    ],
    [
      'two computed arrays',
      () => x.slice([array.arange(2), array.arange(2)]),
      'slice: a computed array is the only array of its index',
    ],
    [
      'an unknown extent',
      () => unknown.slice([0]),
      'slice: axis 0 of the shape [?] has an unknown extent: use computeChunkSizes first',
    ],
    ['a range of one', () => unknown.slice([[1, 2]]), 'use computeChunkSizes first'],
    [
      'argwhere of one',
      () => unknown.argwhere(),
      'argwhere has to know all chunk sizes, and those of the shape [?] only computing tells: use computeChunkSizes first',
    ],
    ['take of all', () => x.take([20]), 'take: index 20 is out of bounds for axis 0 of 20 elements'],
    ['take of fractions', () => x.take([0.5], 0), 'take: arrays in an index are of integers or bool, got float64'],
    ['takeAlongAxis', () => x.takeAlongAxis([[5]], 1), 'takeAlongAxis: index 5 is out of bounds for axis 1 of 5'],
    [
      'axes of takeAlongAxis',
      () => x.takeAlongAxis([0], 1),
      'takeAlongAxis: indices of the shape [1] have not as many axes as the shape [4, 5]',
    ],
    [
      'shapes of takeAlongAxis',
      () => x.takeAlongAxis([[0], [1]], 1),
      'indices of the shape [2, 1] do not fit the shape [4, 5] along axis 1',
    ],
    [
      'a condition of two axes',
      () => x.compress([[true]], 0),
      'compress takes a condition of one axis, got the shape [1, 1]',
    ],
    [
      'a condition that is too long',
      () => x.compress([false, false, false, false, true], 0),
      'compress: index 4 is out of bounds for axis 0 of 4',
    ],
    ['extract', () => x.extract([true]), 'extract takes a condition of the shape of its array, [4, 5], got [1]'],
    [
      'values',
      () => x.setItem([0], [1, 2]),
      'setItem cannot broadcast values of the shape [2] into a part of the shape [5]',
    ],
    ['a value', () => x.astype('int8').setItem([0], 300), '300 is out of bounds of int8'],
    ['NaN for integers', () => x.astype('int8').setItem([0], Number.NaN), 'setItem: NaN is no value of int8'],
    [
      'computed places',
      () => x.setItem([array.arange(2)], 0),
      'setItem takes one mask, or one array of integers in memory',
    ],
    ['nonzero without axes', () => x.sum().nonzero(), 'nonzero takes an array of one axis or more'],
    ['a chunk', () => x.blocks(2), 'blocks: index 2 is out of bounds for axis 0 of 2 elements'],
    ['no chunk', () => x.blocks([0, 0]), 'blocks: no chunk is chosen: there are 2 x 3'],
  ];
  test.each(cases)('%s', (_, call, message) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });

  test('computed indices are checked where they are computed', async () => {
    await expect(x.take(array.arange(9), 0).compute()).rejects.toThrow(
      'index 4 is out of bounds for axis 0 of 4 elements',
    );
  });
});

describe('unknown extents', () => {
  const mask = () => six().greater(1);
  const some = () => array.arange(6, { chunks: 4 }).slice(mask());

  test('flow through what is computed for each element, and through reductions', async () => {
    expect(some().shape).toEqual([Number.NaN]);
    expect(await nested(some().add(some()))).toEqual([4n, 6n, 8n, 10n]);
    expect(await some().sum().compute()).toBe(14);
    expect(await some().max().compute()).toBe(5);
    expect(await some().mean().compute()).toBe(3.5);
    expect(await some().std().compute()).toBeCloseTo(Math.sqrt(1.25), 14);
  });

  test('along one axis of several', async () => {
    const columns = grid().slice([':', grid().sum(0).greater(4)]);
    expect(columns.shape).toEqual([2, Number.NaN]);
    expect(await nested(columns)).toEqual([
      [1n, 2n],
      [4n, 5n],
    ]);
    expect(await nested(columns.sum(0))).toEqual([5n, 7n]);
    expect(await nested(columns.slice([1]))).toEqual([4n, 5n]);
    expect(await nested(columns.T)).toEqual([
      [1n, 4n],
      [2n, 5n],
    ]);
  });

  test('are known after computeChunkSizes, and nothing is computed again', async () => {
    const known = await some().computeChunkSizes();
    expect(known.chunks).toEqual([[2, 2]]);
    expect(await nested(known.slice([[null, null, -1]]))).toEqual([5n, 4n, 3n, 2n]);
    expect(known.explain()).not.toContain('compress');
    expect(await known.computeChunkSizes()).toBe(known);
  });

  test('of a chunk without any element', async () => {
    const known = await array.arange(6, { chunks: 4 }).slice(six().less(2)).computeChunkSizes();
    expect(known.chunks).toEqual([[2, 0]]);
    expect(await known.mean().compute()).toBe(0.5);
    expect(await nested(known.slice([[-1, null]]))).toEqual([1n]);
  });

  test('of arrays of more axes', async () => {
    const rows = await grid()
      .slice([grid().sum(1).greater(3)])
      .computeChunkSizes();
    expect(rows.chunks).toEqual([
      [0, 1],
      [2, 1],
    ]);
    expect(await nested(rows)).toEqual([[3n, 4n, 5n]]);
  });
});

describe('setItem', () => {
  test('leaves the array as it was', async () => {
    const x = six();
    expect(await nested(x.setItem([[1, 5, 3]], 9))).toEqual([0n, 9n, 2n, 3n, 9n, 5n]);
    expect(await nested(x)).toEqual([0n, 1n, 2n, 3n, 4n, 5n]);
  });

  test('where a mask is true, computed or not', async () => {
    const x = grid();
    const expected = [
      [0n, -1n, 2n],
      [-1n, 4n, -1n],
    ];
    const odd = x.remainder(2).equal(1);
    expect(await nested(x.setItem(odd, -1))).toEqual(expected);
    expect(await nested(x.setItem(await odd.compute(), -1))).toEqual(expected);
    expect(await nested(x.setItem([1, [true, false, true]], [7, 8, 9]))).toEqual([
      [0n, 1n, 2n],
      [7n, 4n, 9n],
    ]);
  });

  test('at integers, of which the last of equal ones counts', async () => {
    expect(await nested(six().setItem(Int32Array.of(0, -1, 0), [7, 8, 9]))).toEqual([9n, 1n, 2n, 3n, 4n, 8n]);
    expect(await nested(grid().setItem([1, Int32Array.of(2, 0)], [7, 8]))).toEqual([
      [0n, 1n, 2n],
      [8n, 4n, 7n],
    ]);
  });

  test('casts values to the dtype of the array', async () => {
    expect(await nested(six().setItem([0], 7.9))).toEqual([7n, 1n, 2n, 3n, 4n, 5n]);
  });

  test('of nothing changes nothing', () => {
    const x = six();
    expect(x.setItem([[3, 3]], 1).node).toBe(x.node);
  });
});

test('select takes the first choice whose condition is true, in the dtype of all', async () => {
  const x = array.arange(6, { chunks: 4 });
  const chosen = array.select([x.less(3), x.less(5)], [x, x.add(0.5)]);
  expect(chosen.dtype).toBe('float64');
  expect(await nested(chosen)).toEqual([0, 1, 2, 3.5, 4.5, 0]);
  expect(() => array.select([x.less(3)], [])).toThrow(
    'select takes a choice for each condition, got 1 conditions and 0',
  );
});

test('parts of running sums, of places of extremes and of ranks', async () => {
  const x = array.fromArray(
    [
      [3, 1, 2, 9],
      [5, 8, 7, 0],
      [4, 6, 5, 1],
    ],
    { chunks: 2 },
  );
  expect(
    await nested(
      x.cumsum(0).slice([
        [1, null],
        [null, null, -2],
      ]),
    ),
  ).toEqual([
    [9n, 9n],
    [10n, 15n],
  ]);
  expect(await nested(x.cumsum(1).slice([1]))).toEqual([5n, 13n, 20n, 20n]);
  expect(await nested(x.argmax(0).slice([[1, 3]]))).toEqual([1n, 1n]);
  expect(await nested(x.topk(2, 1).slice([':', 1]))).toEqual([3n, 7n, 5n]);
  expect(await nested(x.median(0).slice([[2, null]]))).toEqual([5, 1]);
});

test('the bits of every NaN are kept', async () => {
  const bits = BigUint64Array.of(0x7ff8_0000_0000_0001n, 0xfff7_ffff_fff7_ffffn, 0x7ff0_0000_0000_0001n);
  const x = array.fromArray(new Float64Array(bits.buffer));
  const { data } = await x.slice([[null, null, -1]]).compute();
  const copy = data.slice() as Float64Array<ArrayBuffer>;
  expect([...new BigUint64Array(copy.buffer)]).toEqual([...bits].reverse());
});

describe('only the chunks that matter are computed', () => {
  const x = array.fromArray(new Float64Array(64), { chunks: 4 });
  const square = array.fromArray({ dtype: 'float64', shape: [8, 8], data: new Float64Array(64) }, { chunks: 2 });
  const count = (part: ChunkedArray) => [...tasksOf(cull(part.toGraph().graph, part.keys))].length;

  test.each([
    ['a whole chunk', () => x.slice([[4, 8]]), 1],
    ['an element', () => x.slice([17]), 3],
    ['some of two chunks', () => x.slice([[6, 10]]), 4],
    [
      'a block of a grid',
      () =>
        square.slice([
          [0, 2],
          [2, 4],
        ]),
      1,
    ],
    [
      'one of a sum',
      () =>
        square.add(square.T).slice([
          [0, 2],
          [2, 4],
        ]),
      3,
    ],
    ['a chunk by its number', () => square.blocks(1, 2), 1],
    ['listed in order', () => x.take([0, 1, 2, 60], 0), 4],
    ['replaced', () => x.setItem([[0, 2]], 1).slice([[4, 8]]), 1],
  ] as const)('%s', (_, part, tasks) => {
    expect(count(part())).toBe(tasks);
  });
});
