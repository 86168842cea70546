/** Arrays of Arrow's vectors and tables, and back. */
import {
  Bool,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float64,
  Int32,
  Int64,
  makeVector,
  Table,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, type NDArray } from '../../src/array/index.js';
import { dtypes } from '../../src/arrow/dtype.js';

const valuesOf = async (x: ChunkedArray) => (await x.compute()).toArray();

describe('fromArrow', () => {
  test('chunks are those of the vector, in its memory', async () => {
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(4, 5)];
    const x = array.fromArrow(makeVector(a).concat(makeVector(b)));
    expect([x.dtype, x.chunks]).toEqual(['float64', [[3, 2]]]);
    const [first] = x.toDelayed();
    expect((await first.compute()).data.buffer).toBe(a.buffer);
    expect(await valuesOf(x.add(1))).toEqual([2, 3, 4, 5, 6]);
  });

  test('slices of vectors are themselves alone', async () => {
    const floats = makeVector(Float64Array.of(1, 2, 3, 4, 5)).slice(1, 4);
    expect(await valuesOf(array.fromArrow(floats))).toEqual([2, 3, 4]);
    const pattern = Array.from({ length: 40 }, (_, i) => i % 3 === 0 || i % 7 === 1);
    for (const [from, to] of [
      [0, 40],
      [1, 9],
      [7, 40],
      [8, 16],
      [13, 14],
      [5, 5],
    ]) {
      const bools = vectorFromArray(pattern, new Bool()).slice(from, to);
      const x = array.fromArrow(bools);
      expect([x.dtype, await valuesOf(x)]).toEqual(['bool', pattern.slice(from, to)]);
    }
    const holes = vectorFromArray([1.5, null, 2.5, null, 4], new Float64()).slice(1, 5);
    expect(await valuesOf(array.fromArrow(holes))).toEqual([Number.NaN, 2.5, Number.NaN, 4]);
  });

  test.each([
    ['Int8Array', 'int8'],
    ['Uint16Array', 'uint16'],
    ['Int32Array', 'int32'],
    ['Float32Array', 'float32'],
    ['BigInt64Array', 'int64'],
    ['BigUint64Array', 'uint64'],
  ] as const)('a vector of %s is %s', async (name, dtype) => {
    const isBig = name.startsWith('Big');
    const values = (globalThis[name] as unknown as { from(items: unknown[]): Int8Array }).from(
      isBig ? [1n, 2n] : [1, 2],
    );
    const x = array.fromArrow(makeVector(values));
    expect([x.dtype, await valuesOf(x)]).toEqual([dtype, isBig ? [1n, 2n] : [1, 2]]);
  });

  test('half precision becomes float32, dictionaries their values', async () => {
    const halves = array.fromArrow(vectorFromArray([0.5, -2, 65504, null], new Float16()));
    expect([halves.dtype, await valuesOf(halves)]).toEqual(['float32', [0.5, -2, 65504, Number.NaN]]);
    const coded = array.fromArrow(vectorFromArray([7n, 9n, 7n], new Dictionary(new Int64(), new Int32())));
    expect([coded.dtype, await valuesOf(coded)]).toEqual(['int64', [7n, 9n, 7n]]);
  });

  test('lists of a fixed size are an axis', async () => {
    const type = new FixedSizeList(2, new Field('item', new Int32()));
    const vector = vectorFromArray(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      type,
    );
    expect(await valuesOf(array.fromArrow(vector))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(await valuesOf(array.fromArrow(vector.slice(1, 3)))).toEqual([
      [3, 4],
      [5, 6],
    ]);
  });

  test('vectors one after another, and the rows of a table', async () => {
    const joined = array.fromArrow([makeVector(Int32Array.of(1)), makeVector(Int32Array.of(2, 3))]);
    expect([joined.chunks, await valuesOf(joined)]).toEqual([[[1, 2]], [1, 2, 3]]);
    const table = new Table({
      a: makeVector(Int32Array.of(1, 2)),
      b: makeVector(Float32Array.of(0.5, 1.5)),
      c: vectorFromArray([true, false], new Bool()),
    });
    const x = array.fromArrow(table.concat(table));
    expect([x.dtype, x.chunks]).toEqual(['float64', [[2, 2], [3]]]);
    expect(await valuesOf(x)).toEqual([
      [1, 0.5, 1],
      [2, 1.5, 0],
      [1, 0.5, 1],
      [2, 1.5, 0],
    ]);
    const whole = new Table({ a: makeVector(BigInt64Array.of(1n, 2n)), b: makeVector(Int8Array.of(3, 4)) });
    expect(await valuesOf(array.fromArrow(whole))).toEqual([
      [1n, 3n],
      [2n, 4n],
    ]);
  });

  test('no elements', async () => {
    const x = array.fromArrow(vectorFromArray([], new Int32()));
    expect([x.shape, x.dtype, await valuesOf(x)]).toEqual([[0], 'int32', []]);
  });

  test.each([
    [
      'nulls of integers',
      () => vectorFromArray([1, null, 3, null], new Int32()),
      'the vector has 2 nulls among its 4 elements of Int32',
    ],
    [
      'nulls of bools',
      () => vectorFromArray([true, null], new Bool()),
      'the vector has 1 nulls among its 2 elements of Bool',
    ],
    [
      'text',
      () => vectorFromArray(['a'], new Utf8()),
      'the vector has the Arrow type Utf8: arrays are made of integers',
    ],
    [
      'a column of text',
      () => new Table({ a: vectorFromArray(['a'], new Utf8()) }),
      'column a has the Arrow type Utf8',
    ],
    [
      'vectors of two dtypes',
      () => [makeVector(Int32Array.of(1)), makeVector(Float32Array.of(1))],
      'one is int32 [n], another float32 [n]',
    ],
    [
      'nothing of Arrow',
      () => [1, 2],
      'fromArrow takes an Arrow vector, some of them, or a table, got an array of 2 items',
    ],
  ] as const)('%s are refused', (_, make, told) => {
    expect(() => array.fromArrow(make() as never)).toThrow(told);
  });
});

describe('toArrow', () => {
  test.each(dtypes)('%s there and back', async (dtype) => {
    const x = array.arange(70, { chunks: 33 }).astype(dtype);
    const vector = await x.toArrow();
    expect(vector.data.length).toBe(3);
    const back = array.fromArrow(vector);
    expect([back.dtype, back.chunks]).toEqual([dtype, x.chunks]);
    expect(await valuesOf(back)).toEqual(await valuesOf(x));
  });

  test('Arrow reads what is there', async () => {
    const vector = await array
      .fromArray(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        { chunks: [2, 1] },
      )
      .toArrow();
    expect(vector.toArray().map((row: Vector) => [...row])).toEqual([
      [1n, 2n],
      [3n, 4n],
      [5n, 6n],
    ]);
    const bools = await array.fromArray([true, false, true], { chunks: 2 }).toArrow();
    expect([String(bools.type), [...bools]]).toEqual(['Bool', [true, false, true]]);
    const matrix = await array
      .fromArray([
        [true, false],
        [false, true],
      ])
      .toArrow();
    expect(await valuesOf(array.fromArrow(matrix))).toEqual([
      [true, false],
      [false, true],
    ]);
    await expect(array.ones([]).toArrow()).rejects.toThrow('toArrow takes an array of at least one axis');
  });

  test('unknown chunks are what they come to', async () => {
    const x = array
      .arange(5, { chunks: 2 })
      .mapBlocks((b: NDArray<'int64'>) => b.data.slice(0, 1), { chunks: [Number.NaN] });
    expect([...(await x.toArrow())]).toEqual([0n, 2n, 4n]);
  });
});
