/** Functions of the user's of blocks. */
import { describe, expect, test } from 'vitest';
import type { BlockInfo } from '../../src/array/block-ops.js';
import { array, type ChunkedArray, NDArray, type Nested } from '../../src/array/index.js';
import type { Client } from '../../src/client/client.js';
import { delayed } from '../../src/delayed/delayed.js';
import type { BlockPlace } from '../../src/plan/blockwise.js';
import { openBefore } from '../support/cluster.js';
import { golden } from '../support/golden.js';

/** What functions see: they have copies of what they capture, but not of what is global. */
const remembered = globalThis as { places?: BlockInfo[]; blocks?: unknown[] };

const valuesOf = async (x: ChunkedArray): Promise<Nested> => (await x.compute()).toArray();
const floats = (n: number, chunks: number) => array.arange(n, { dtype: 'float64', chunks });

describe('mapBlocks', () => {
  test('gives blocks, places and further arguments', async () => {
    const x = array.arange(12, { dtype: 'int32', chunks: 5 });
    const seen = (remembered.places = [] as BlockInfo[]);
    const y = x.mapBlocks(
      (block: NDArray<'int32'>, k: number, late: number, info: BlockInfo) => {
        (globalThis as { places?: BlockInfo[] }).places!.push(info);
        return block.data.map((v) => v * k + late);
      },
      { args: [2, delayed(100)], dtype: 'int32' },
    );
    expect([y.dtype, y.shape, y.chunks]).toEqual(['int32', [12], [[5, 5, 2]]]);
    expect(await valuesOf(y)).toEqual(Array.from({ length: 12 }, (_, i) => 100 + 2 * i));
    const place = { blockId: [2], numblocks: [3], shape: [12], location: [[10, 12]] };
    expect(seen.find(({ blockId }) => blockId[0] === 2)).toEqual({
      ...place,
      chunkShape: [2],
      dtype: 'int32',
      inputs: [place],
    });
  });

  test.each([
    ['a block', (b: NDArray) => b, 'float64'],
    ['a typed array', (b: NDArray) => Int16Array.from(b.data as Float64Array), 'int16'],
    ['a strided array', (b: NDArray) => ({ data: b.data, shape: b.shape, stride: [1], offset: 0 }), 'float64'],
    ['a nested array', (b: NDArray) => [...(b.data as Float64Array)], 'float64'],
    ['bigints in an array', (b: NDArray) => [...b.data].map(BigInt), 'int64'],
    ['booleans in an array', (b: NDArray) => [...b.data].map(Boolean), 'bool'],
  ] as const)('takes %s', async (_, fn, dtype) => {
    const y = floats(5, 2).mapBlocks(fn);
    expect(y.dtype).toBe(dtype);
    const whole = await y.compute();
    expect(whole.dtype).toBe(dtype);
    expect([...whole.data].map(Number)).toEqual(dtype === 'bool' ? [0, 1, 1, 1, 1] : [0, 1, 2, 3, 4]);
  });

  test('casts to the dtype that is told', async () => {
    const y = floats(4, 3).mapBlocks((b: NDArray<'float64'>) => b.data.map((v) => v - 1.5), { dtype: 'int8' });
    expect(await valuesOf(y)).toEqual([-1, 0, 0, 1]);
  });

  test('the function may be asynchronous, when the dtype is told', async () => {
    const later = async (b: NDArray) => b;
    expect(() => floats(4, 2).mapBlocks(later)).toThrow(/failed: it is asynchronous; give \{ dtype \}/);
    expect(await valuesOf(floats(4, 2).mapBlocks(later, { dtype: 'float32' }))).toEqual([0, 1, 2, 3]);
  });

  test('other chunks, fewer axes and more', async () => {
    const x = floats(12, 3).mapBlocks((b) => (b.data as Float64Array).slice(0, 2), { chunks: [2] });
    expect([x.chunks, await valuesOf(x)]).toEqual([[[2, 2, 2, 2]], [0, 1, 3, 4, 6, 7, 9, 10]]);
    const square = array
      .fromArray(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { chunks: 2 },
      )
      .astype('float64');
    const rows = (b: NDArray) => b.toArray() as number[][];
    const sums = square.mapBlocks((b) => rows(b).map((row) => row.reduce((a, v) => a + v)), { dropAxis: 1 });
    expect([sums.chunks, await valuesOf(sums)]).toEqual([[[2]], [6, 15]]);
    const columns = square.mapBlocks((b) => rows(b)[0].map((v, i) => v + rows(b)[1][i]), {
      dropAxis: -2,
      dtype: 'float32',
    });
    expect([columns.chunks, await valuesOf(columns)]).toEqual([[[2, 1]], [5, 7, 9]]);
    const twice = floats(3, 2).mapBlocks((b) => [[...(b.data as Float64Array)], [...(b.data as Float64Array)]], {
      newAxis: 0,
      chunks: [2, [2, 1]],
    });
    expect([twice.chunks, await valuesOf(twice)]).toEqual([
      [[2], [2, 1]],
      [
        [0, 1, 2],
        [0, 1, 2],
      ],
    ]);
    const column = floats(3, 2).mapBlocks((b) => ({ ...b, shape: [b.size, 1] }) as NDArray, { newAxis: 1 });
    expect(await valuesOf(column)).toEqual([[0], [1], [2]]);
  });

  test('unknown chunks stay unknown', async () => {
    const even = floats(10, 4).mapBlocks((b) => (b.data as Float64Array).filter((v) => v % 2 === 0), {
      chunks: [Number.NaN],
    });
    expect(even.shape).toEqual([Number.NaN]);
    expect(await valuesOf(even)).toEqual([0, 2, 4, 6, 8]);
  });

  test('several arrays meet by their places, whatever their extents; those of one block meet all', async () => {
    const x = array
      .fromArray(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { chunks: [1, 2] },
      )
      .astype('float64');
    const row = array.fromArray([10, 20]).astype('float64');
    const many = floats(20, 10).rechunk([[15, 5]]);
    const y = array.mapBlocks(
      (a: NDArray, b: NDArray, c: NDArray) => (a.data as Float64Array).map((v) => v + b.size + c.size),
      x,
      row,
      many,
    );
    expect(await valuesOf(y)).toEqual([
      [1 + 17, 2 + 17, 3 + 7],
      [4 + 17, 5 + 17, 6 + 7],
    ]);
    expect(() => array.mapBlocks((a: NDArray) => a, floats(6, 2), floats(6, 3))).toThrow(
      'mapBlocks takes arrays of as many blocks, or one, along each axis, got [3] and [2]: rechunk them',
    );
  });

  test('of no arrays, an array comes of places alone', async () => {
    const fn = ({ blockId, chunkShape }: BlockInfo) => Array.from({ length: chunkShape[0] }, () => blockId[0]);
    const x = array.mapBlocks(fn, { chunks: [[2, 0, 1]], dtype: 'int32' });
    expect(await valuesOf(x)).toEqual([0, 0, 2]);
    expect(() => array.mapBlocks(fn)).toThrow('mapBlocks without arrays takes { chunks } of the result');
  });

  test('an array of no axes, and one without elements', async () => {
    expect(
      await floats(4, 2)
        .sum()
        .mapBlocks((b) => Number(b.item()) * 2)
        .compute(),
    ).toBe(12);
    expect(await valuesOf(array.zeros([0, 3]).mapBlocks((b) => b))).toEqual([]);
  });

  test('an array in memory and one within an argument come whole', async () => {
    const whole = new NDArray({ dtype: 'float64', shape: [2], data: Float64Array.of(7, 8) });
    const y = floats(4, 2).mapBlocks(
      (b, w: NDArray, { z }: { z: NDArray }) =>
        (b.data as Float64Array).map((v) => v + Number(w.get(1)) + z.data.length),
      {
        args: [whole, { z: floats(5, 2) }],
        dtype: 'float64',
      } as never,
    );
    expect(await valuesOf(y)).toEqual([13, 14, 15, 16]);
  });

  test('equal functions of equal arrays are one task', () => {
    const make = () => floats(4, 2).mapBlocks((b) => b, { dtype: 'float64' });
    expect(make().keys).toEqual(make().keys);
  });

  test('errors name the block, and keep what the function threw', async () => {
    const fails = array.zeros([4, 4], { chunks: 2 }).mapBlocks((b, { blockId }: BlockInfo) => {
      if (blockId.join() === '1,0') throw new RangeError('too dark');
      return b;
    });
    const error = await fails.compute().catch((thrown) => thrown);
    expect(error.message).toBe('mapBlocks, block [1, 0] (2:4, 0:2): too dark');
    expect(error.cause).toBeInstanceOf(RangeError);
    const wrong = floats(4, 2).mapBlocks(() => 'no' as never, { dtype: 'int8' });
    await expect(wrong.compute()).rejects.toThrow('block [0] (0:2): the function gave the string "no": give a block');
  });

  test.each([
    ['no function', () => floats(4, 2).mapBlocks(5 as never), 'mapBlocks takes a function, got 5'],
    ['an unknown option', () => floats(4, 2).mapBlocks((b) => b, { drop: 1 } as never), 'mapBlocks has no option drop'],
    [
      'a dtype that is none',
      () => floats(4, 2).mapBlocks((b) => b, { dtype: 'float16' as never }),
      'there is no dtype "float16"',
    ],
    [
      'chunks for other axes',
      () => floats(4, 2).mapBlocks((b) => b, { chunks: [1, 1] }),
      'blocks of 1 axes, but chunks are given for 2',
    ],
    [
      'too few chunks',
      () => floats(4, 2).mapBlocks((b) => b, { chunks: [[4]] }),
      'chunks are given for 1 blocks along axis 0, where there are 2',
    ],
    ['an axis to drop', () => floats(4, 2).mapBlocks((b) => b, { dropAxis: 1 }), 'mapBlocks: axis 1 does not exist'],
    [
      'a function that fails',
      () =>
        floats(4, 2).mapBlocks(() => {
          throw new Error('dim');
        }),
      'and failed: dim; give { dtype }',
    ],
  ] as const)('%s is refused at the call', (_, call, told) => {
    expect(call).toThrow(told);
  });
});

describe('blockwise', () => {
  const matrix = array
    .fromArray(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { chunks: [1, 2] },
    )
    .astype('float64');

  test('labels that the result lacks are contracted, in lists or in one block', async () => {
    const total = (rows: readonly NDArray[]) => [
      rows.flatMap((b) => [...(b.data as Float64Array)]).reduce((a, v) => a + v),
    ];
    const y = array.blockwise(total, 'i', matrix, 'ij', { dtype: 'float64' });
    expect(await valuesOf(y)).toEqual([6, 15]);
    const width = (b: NDArray) => [b.shape[1]];
    expect(await valuesOf(array.blockwise(width, 'i', matrix, 'ij', { concatenate: true, dtype: 'int32' }))).toEqual([
      3, 3,
    ]);
  });

  test('labels in another order, values, new axes and other extents', async () => {
    const turned = (b: NDArray, k: number) => {
      const rows = b.toArray() as number[][];
      return rows[0].map((_, j) => rows.map((row) => row[j] * k));
    };
    expect(await valuesOf(array.blockwise(turned, 'ji', matrix, 'ij', 10, null))).toEqual([
      [10, 40],
      [20, 50],
      [30, 60],
    ]);
    const pair = (b: NDArray) => [...(b.data as Float64Array)].map((v) => [v, -v]);
    expect(await valuesOf(array.blockwise(pair, 'iz', floats(3, 2), 'i', { newAxes: { z: 2 } }))).toEqual([
      [0, -0],
      [1, -1],
      [2, -2],
    ]);
    const ends = (b: NDArray) => (b.data as Float64Array).slice(0, 1);
    const cut = array.blockwise(ends, 'i', floats(5, 2), 'i', { adjustChunks: { i: () => 1 } });
    expect([cut.chunks, await valuesOf(cut)]).toEqual([[[1, 1, 1]], [0, 2, 4]]);
  });

  test('arrays are cut alike first', async () => {
    const add = (a: NDArray, b: NDArray) => (a.data as Float64Array).map((v, i) => v + (b.data[i] as number));
    const y = array.blockwise(add, 'i', floats(6, 4), 'i', floats(6, 3), 'i');
    expect([y.chunks, await valuesOf(y)]).toEqual([[[3, 1, 2]], [0, 2, 4, 6, 8, 10]]);
  });

  test.each([
    [
      'extents',
      () => array.blockwise((a) => a, 'i', floats(6, 3), 'i', floats(5, 3), 'i'),
      'along i one array has 6 elements and another 5',
    ],
    [
      'an index',
      () => array.blockwise((a) => a, 'i', matrix, 'i'),
      'an array of shape [2, 3] has 2 axes, and its index i',
    ],
    [
      'an axis of the result',
      () => array.blockwise((a) => a, 'k', matrix, 'ij'),
      'no array has the axis k of the result',
    ],
    [
      'an index of a value',
      () => array.blockwise((a) => a, 'i', floats(3, 3), 'i', 5, 'i'),
      'the index i is that of 5, which is no chunked array',
    ],
    [
      'a missing index',
      () => array.blockwise((a) => a, 'i', floats(3, 3)),
      'blockwise takes an index after each argument',
    ],
    ['a label twice', () => array.blockwise((a) => a, 'i', matrix, 'ii'), 'the index ii names an axis twice'],
  ] as const)('%s that does not fit is refused', (_, call, told) => {
    expect(call).toThrow(told);
  });
});

describe('applyAlongAxis', () => {
  const { along, cube } = golden('blocks.json') as { along: Record<string, Nested>[]; cube: Nested };
  const functions = {
    range: (v: NDArray) => Math.max(...(v.data as Float64Array)) - Math.min(...(v.data as Float64Array)),
    cumsum: (v: NDArray) => {
      let total = 0;
      return (v.data as Float64Array).map((x) => (total += x));
    },
    ends: (v: NDArray) => [v.get(0), v.get(-1)],
    outer: (v: NDArray) => [0, 1].map((i) => [0, 1].map((j) => Number(v.get(i)) * Number(v.get(j)))),
  };
  test.each([0, 1, 2])('along axis %i, as NumPy', async (axis) => {
    for (const chunks of [-1, 2, [[1, 2], 3, 1]] as const) {
      const x = array.fromArray(cube, { chunks: chunks as number }).astype('float64');
      for (const [name, fn] of Object.entries(functions)) {
        expect(await valuesOf(x.applyAlongAxis(fn, axis - 3)), name).toEqual(along[axis][name]);
      }
    }
  });

  test('what a line gives is held to the shape that is told', async () => {
    const x = array.ones([2, 3]).applyAlongAxis(() => [1, 2], 1, { shape: [3], dtype: 'float64' });
    await expect(x.compute()).rejects.toThrow(
      'applyAlongAxis, block [0, 0] (0:2, 0:3): the function, for a line of shape [3], gave a block of shape [2] where [3] was expected',
    );
    const offset = array
      .ones([2, 3])
      .applyAlongAxis(async (v, k: number) => Number(v.get(0)) + k, 1, { shape: [], dtype: 'int8', args: [5] });
    expect(await valuesOf(offset)).toEqual([6, 6]);
  });
});

describe('reduction', () => {
  const x = array.arange(24, { chunks: 2 }).astype('float64');
  const range = {
    chunk: (b: NDArray) => ({
      low: Math.min(...(b.data as Float64Array)),
      high: Math.max(...(b.data as Float64Array)),
    }),
    combine: (all: readonly { low: number; high: number }[]) => ({
      low: Math.min(...all.map(({ low }) => low)),
      high: Math.max(...all.map(({ high }) => high)),
    }),
    finish: ({ low, high }: { low: number; high: number }) => high - low,
  };

  test('partial results of any kind are combined in a tree', async () => {
    expect(await array.reduction(x, range).compute()).toBe(23);
    expect(await array.reduction(x, { ...range, splitEvery: 2 }).compute()).toBe(23);
    expect(await valuesOf(array.reduction(x, { ...range, keepdims: true, dtype: 'int16' }))).toEqual([23]);
  });

  test('along one axis the others stay, and partial results come in the order of their blocks', async () => {
    const square = array
      .fromArray(
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
        { chunks: [1, 1] },
      )
      .astype('float64');
    const text = {
      chunk: (b: NDArray) => String(b.data[0]),
      combine: (all: readonly string[]) => all.join(''),
      finish: (digits: string) => [[Number(digits)]],
    };
    const rows = array.reduction(square, { ...text, axis: 1, splitEvery: 2 });
    expect([rows.shape, await valuesOf(rows)]).toEqual([[2], [1234, 5678]]);
    const dropped = array.reduction(square, { ...text, finish: (digits) => [Number(digits)], axis: 0 });
    expect([dropped.shape, await valuesOf(dropped)]).toEqual([[4], [15, 26, 37, 48]]);
  });

  test('failures name the place', async () => {
    const broken = array.reduction(x, {
      ...range,
      combine: () => {
        throw new Error('no');
      },
      dtype: 'float64',
    });
    await expect(broken.compute()).rejects.toThrow(/^reduction, block \[0\] \(0:1\): no$/);
    expect(() => array.reduction(x, { ...range, splitEvery: 1 })).toThrow('splitEvery is an integer from 2 up, got 1');
    expect(() => array.reduction(x, { ...range, finish: 3 as never })).toThrow(
      'reduction takes a function as finish, got 3',
    );
  });
});

describe('delayed values', () => {
  test('chunks are delayed values, in C order', async () => {
    const parts = array
      .fromArray(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { chunks: [1, 2] },
      )
      .toDelayed();
    const lists = await Promise.all(parts.map((part) => part.compute()));
    expect(lists.map(({ shape, data }) => [shape, [...data].map(Number)])).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [[1, 1], [3]],
      [
        [1, 2],
        [4, 5],
      ],
      [[1, 1], [6]],
    ]);
  });

  test('a delayed value is an array of one chunk', async () => {
    const rows = delayed(() => [
      [1, 2],
      [3, 4],
    ])();
    const x = array.fromDelayed(rows, { shape: [2, 2], dtype: 'float32' });
    expect([x.dtype, x.chunks, await valuesOf(x.add(1))]).toEqual([
      'float32',
      [[2], [2]],
      [
        [2, 3],
        [4, 5],
      ],
    ]);
    expect(await valuesOf(array.fromDelayed(rows, { shape: [Number.NaN, 2], dtype: 'int8' }))).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const wrong = array.fromDelayed(rows, { shape: [4], dtype: 'float32' });
    await expect(wrong.compute()).rejects.toThrow(
      'the delayed value gave a block of shape [2, 2] where [4] was expected',
    );
    expect(() => array.fromDelayed([1] as never, { shape: [1], dtype: 'int8' })).toThrow(
      'fromDelayed takes a delayed value',
    );
  });
});

describe('store', () => {
  test('fills an array in memory', async () => {
    const target = new NDArray({ dtype: 'float32', shape: [3, 3], data: new Float32Array(9) });
    await array
      .arange(3, { chunks: 2 })
      .add(array.fromArray([[0], [10], [20]], { chunks: 2 }))
      .store(target);
    expect(target.toArray()).toEqual([
      [0, 1, 2],
      [10, 11, 12],
      [20, 21, 22],
    ]);
    await expect(array.zeros(3).store(target)).rejects.toThrow(
      'an array of shape [3] cannot be stored in one of [3, 3]',
    );
    await expect(array.zeros(3).store('file' as never)).rejects.toThrow('store takes an array in memory or a function');
  });

  test('gives blocks to a function, each time', async () => {
    const seen = (remembered.blocks = [] as unknown[]);
    const take = (block: NDArray, { location }: BlockPlace) =>
      void (globalThis as { blocks?: unknown[] }).blocks!.push([location, block.toArray()]);
    const x = array.arange(3, { chunks: 2 });
    await x.store(take);
    await x.store(take);
    const once = [
      [[[0, 2]], [0n, 1n]],
      [[[2, 3]], [2n]],
    ];
    expect(seen).toEqual([...once, ...once]);
  });
});

describe('on a cluster', () => {
  let client: Client;
  openBefore({ workers: 2, threadsPerWorker: 1 } as never, (opened) => {
    client = opened.client;
  });

  test('functions travel with what they capture', async () => {
    const scale = 3;
    const x = array.arange(100, { dtype: 'float64', chunks: 7 });
    const y = x
      .mapBlocks((b: NDArray<'float64'>) => b.data.map((v) => v * scale))
      .mapOverlap((b) => b, { depth: 2, boundary: 'reflect' });
    expect(await y.sum().compute()).toBe(3 * 4950);
    expect(client).toBeDefined();
  });

  test('errors name the block there too', async () => {
    const fails = array.zeros(4, { chunks: 2 }).mapBlocks((b, { blockId }: BlockInfo) => {
      if (blockId[0] === 1) throw new RangeError('too dark');
      return b;
    });
    await expect(fails.compute()).rejects.toThrow('mapBlocks, block [1] (2:4): too dark');
  });
});
