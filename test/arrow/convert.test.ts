import { Bool, Float16, Int64, makeVector, Table, Utf8, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { allocate, zeros } from '../../src/arrow/block.js';
import { type BlockLike, isTable, isVector, toBlock } from '../../src/arrow/convert.js';
import { toTable, toVector } from '../../src/arrow/table.js';

const shared = allocate('float64', 4);
shared.set([1, 2, 3, 4]);
const vector = makeVector(shared);
const plain = ({ dtype, shape, data }: ReturnType<typeof toBlock>) => [dtype, shape, [...data]];

describe('to blocks', () => {
  const cases: readonly [what: string, value: BlockLike, expected: unknown][] = [
    ['a typed array', new Int16Array([1, 2]), ['int16', [2], [1, 2]]],
    ['64-bit integers', new BigInt64Array([1n, -2n]), ['float64', [2], [1, -2]]],
    ['an array', [1, 2], ['float64', [2], [1, 2]]],
    ['rows', [[1, 2, 3], new Float32Array([4, 5, 6])], ['float64', [2, 3], [1, 2, 3, 4, 5, 6]]],
    [
      'three levels',
      [
        [[1], [2]],
        [[3], [4]],
      ],
      ['float64', [2, 2, 1], [1, 2, 3, 4]],
    ],
    ['nothing', [], ['float64', [0], []]],
    ['a slice of a vector', vector.slice(1, 3), ['float64', [2], [2, 3]]],
    ['a vector of two chunks', vector.concat(makeVector(new Float64Array([5]))), ['float64', [5], [1, 2, 3, 4, 5]]],
    ['a vector of 64-bit integers', vectorFromArray([3n, 4n], new Int64()), ['float64', [2], [3, 4]]],
    ['a vector of booleans', vectorFromArray([true, false, true], new Bool()), ['uint8', [3], [1, 0, 1]]],
    ['a vector of halves', vectorFromArray([0.5, 2], new Float16()), ['float64', [2], [0.5, 2]]],
    ['an 8-bit vector', makeVector(new Uint8Array([7])), ['uint8', [1], [7]]],
    [
      'a table',
      new Table({ a: vector, b: makeVector(new Int8Array([5, 6, 7, 8])) }).slice(2),
      ['float64', [2, 2], [3, 7, 4, 8]],
    ],
  ];
  for (const [what, value, expected] of cases) test(what, () => expect(plain(toBlock(value))).toEqual(expected));

  test('no copy is made of blocks, typed arrays and vectors of one chunk', () => {
    const block = zeros('int8', [2, 2]);
    expect(toBlock(block)).toBe(block);
    expect(toBlock(shared).data).toBe(shared);
    expect(toBlock(vector.slice(1)).data.buffer).toBe(shared.buffer);
  });

  const refused: readonly [value: unknown, message: string][] = [
    [[[1, 2], [3]], 'X is ragged: row 1 has 1 items, those before it 2'],
    [[[1, 2], 3], 'X is ragged: row 1 is 3, others are lists'],
    [
      [
        [1, 2],
        [3, 'four'],
      ],
      'X must be numbers, but row 1, column 1 holds the string "four"',
    ],
    [[1, null], 'X must be numbers, but row 1 holds null'],
    [new BigInt64Array([0n, 2n ** 60n]), 'X holds 1152921504606846976 in row 1, which a float64 cannot hold exactly'],
    [vectorFromArray([1, 2, null]), 'X has 1 nulls, the first in row 2: fill them first'],
    [vectorFromArray(['a'], new Utf8()), 'X has the Arrow type Utf8, which is not numeric'],
    [new Table({ a: vectorFromArray(['a'], new Utf8()) }), 'column a of X has the Arrow type Utf8'],
    ['abc', 'X is the string "abc"; give a Block'],
    [undefined, 'X is undefined; give a Block'],
    [{ a: 1 }, 'X is an object of class Object; give a Block'],
  ];
  for (const [value, message] of refused) {
    test(`refused: ${message}`, () => expect(() => toBlock(value as BlockLike, 'X')).toThrow(message));
  }

  test('only Arrow objects are taken for Arrow objects', () => {
    expect([vector, new Table({ vector }), [], {}, null, undefined, shared, 'x'].map(isVector)).toEqual([
      true,
      ...Array(7).fill(false),
    ]);
    expect([new Table({ vector }), vector, [], {}, null, undefined, shared, 'x'].map(isTable)).toEqual([
      true,
      ...Array(7).fill(false),
    ]);
  });
});

describe('to Arrow', () => {
  test('a table of columns of every kind', async () => {
    const table = await toTable({
      shared,
      block: zeros('int32', [4]),
      vector,
      number: [1, null, 3, 4],
      string: ['b', 'a', null, 'b'],
      boolean: [true, null, false, true],
      nothing: [null, null, null, null],
    });
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      ...['shared: Float64', 'block: Int32', 'vector: Float64', 'number: Float64'],
      ...['string: Dictionary<Int32, Utf8>', 'boolean: Bool', 'nothing: Float64'],
    ]);
    expect(table.get(1)?.toJSON()).toEqual({
      ...{ shared: 2, block: 0, vector: 2, number: null },
      ...{ string: 'a', boolean: null, nothing: null },
    });
    expect(table.getChild('shared')?.data[0]?.values).toBe(shared);
  });

  test('the rows of a block are fixed-size lists over its memory', async () => {
    const images = zeros('uint8', [2, 2, 3]);
    images.data.set(Array.from({ length: 12 }, (_, i) => i));
    const lists = await toVector(images);
    expect(String(lists.type)).toBe('FixedSizeList[2]<FixedSizeList[3]<Uint8>>');
    expect(JSON.parse(JSON.stringify(lists))).toEqual([
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      [
        [6, 7, 8],
        [9, 10, 11],
      ],
    ]);
    expect(lists.data[0]?.children[0]?.children[0]?.values.buffer).toBe(images.data.buffer);
  });

  test('columns that do not fit are refused', async () => {
    await expect(toTable({ a: [1, 2], b: [1] })).rejects.toThrow(
      'the columns of a table have one length, but a has 2 rows and b has 1',
    );
    await expect(toTable({ a: [1, 'x'] as never })).rejects.toThrow('column a mixes kinds: row 1 holds the string "x"');
    await expect(toTable({ a: [1, {}] as never })).rejects.toThrow('column a holds an object of class Object in row 1');
  });
});
