import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float64,
  Int8,
  Int32,
  Int64,
  IntervalDayTime,
  LargeUtf8,
  List,
  Map_,
  makeData,
  makeVector,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  tableFromIPC,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Block, block } from '../../src/arrow/block.js';
import { rowCount, takeRows } from '../../src/arrow/take.js';
import { InputError } from '../../src/util/errors.js';

const cube = block('int16', [3, 2, 2], new Int16Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));

const table = new Table({
  int: makeVector(new Int32Array([10, 11, 12, 13, 14])),
  half: vectorFromArray([0.5, null, 2.5, 3.5, null], new Float64()),
  name: vectorFromArray(['b', 'a', null, 'b', 'c'], new Dictionary(new Utf8(), new Int8())),
  text: vectorFromArray(['zero', 'eins', '', null, 'vier'], new Utf8()),
  flag: vectorFromArray([true, false, null, true, true], new Bool()),
});

test('rows of a block, in the order asked for', () => {
  const taken = takeRows(cube, new Int32Array([2, 0, 2]));
  expectTypeOf(taken).toEqualTypeOf<Block<'int16'>>();
  expect({ ...taken, data: [...taken.data] }).toEqual({
    dtype: 'int16',
    shape: [3, 2, 2],
    data: [8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11],
  });
  expect(taken.data.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('rows of arrays keep their kind', () => {
  expect(takeRows(['a', 'b', 'c'], [2, 1])).toEqual(['c', 'b']);
  expect(takeRows([[1, 2], [3]], [1])).toEqual([[3]]);
  expect(takeRows(new Float32Array([1, 2, 3]), [2])).toEqual(new Float32Array([3]));
  expect(takeRows(new BigInt64Array([1n, 2n]), [1])).toEqual(new BigInt64Array([2n]));
});

test('how many rows there are', () => {
  expect([cube, [1, 2], new Uint8Array(4), table, table.getChild('int')].map(rowCount)).toEqual([...[3, 2, 4, 5, 5]]);
});

test('what has no rows is refused', () => {
  expect(() => rowCount('text')).toThrow('got the string "text"');
  expect(() => rowCount(null)).toThrow(InputError);
  expect(() => rowCount(block('float64', [], new Float64Array(1)))).toThrow('a scalar block has no rows');
  expect(() => takeRows([1, 2], [0, 2])).toThrow('row 2 cannot be taken: the data has 2 rows, numbered from 0');
  expect(() => takeRows(table, [-1])).toThrow('row -1 cannot be taken: the data has 5 rows');
  expect(() => takeRows({ length: 2 }, [0])).toThrow('not from an object of class Object');
});

/** What a vector holds, as plain values. */
const plain = (vector: Vector): unknown[] =>
  Array.from({ length: vector.length }, (_, i) => JSON.parse(JSON.stringify(vector.get(i), bigints) ?? 'null'));
const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

describe('rows of Arrow vectors', () => {
  const item = (type: DataType) => new Field('item', type, true);
  const pair = new Struct([new Field('a', new Int32(), true), new Field('b', new Utf8(), true)]);
  const entries = new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]);
  const numbers = [3, 1, null, 4, 5, 9];
  const cases: readonly [type: DataType, values: readonly unknown[]][] = [
    [new Float64(), numbers],
    [new Int8(), numbers],
    [new Int64(), [3n, 1n, null, -4n, 5n, 2n ** 60n]],
    [new Bool(), [true, false, null, true, true, false]],
    [new Utf8(), ['a', 'bc', null, '', 'grün', 'f']],
    [new LargeUtf8(), ['a', 'bc', null, '', 'grün', 'f']],
    [new Binary(), ['a', 'bc', null, '', 'd', 'f'].map((text) => text && Buffer.from(text))],
    [new Dictionary(new Utf8(), new Int32()), ['b', 'a', null, 'b', 'c', 'a']],
    [new Dictionary(new Int32(), new Int8()), [7, 8, null, 7, 9, 8]],
    [new DateDay(), [0, 1, null, 3, 4, 5].map((day) => (day === null ? null : new Date(day * 86_400_000)))],
    [new TimestampMillisecond(), [10, 20, null, 40, 50, 60]],
    [new FixedSizeBinary(2), [1, 2, null, 4, 5, 6].map((n) => (n === null ? null : new Uint8Array([n, n + 1])))],
    [new Decimal(0, 10, 128), [1, 2, null, 4, 5, 6].map((n) => (n === null ? null : new Uint32Array([n, 0, 0, n])))],
    [new IntervalDayTime(), [1, 2, null, 4, 5, 6].map((n) => (n === null ? null : new Int32Array([n, n + 1])))],
    [new List(item(new Utf8())), [['a'], [], null, ['b', null, 'c'], ['d', 'e'], ['f']]],
    [new FixedSizeList(2, item(new Int32())), [[1, 2], [3, null], null, [4, 5], [6, 7], [8, 9]]],
    [pair, [{ a: 1, b: 'x' }, { a: null, b: 'y' }, null, { a: 4, b: null }, { a: 5, b: 'z' }, { a: 6, b: '' }]],
    [
      new Map_(new Field('entries', entries, false) as never),
      [{ x: 1 }, {}, null, { y: 2, z: null }, { x: 3 }, { x: 4 }].map((map) => map && new Map(Object.entries(map))),
    ],
    [new Null(), [null, null, null, null, null, null]],
  ];

  const rows = [4, 2, 0, 4, 5, 3, 1];
  for (const [type, values] of cases) {
    test(`${type}: of one chunk, of a slice and of several chunks`, () => {
      const vector = vectorFromArray(values, type);
      const expected = plain(vector);
      const chunked = vectorFromArray(values.slice(0, 1), type).concat(
        vectorFromArray(values.slice(1, 4), type),
        vectorFromArray(values.slice(4), type),
      );
      const sliced = vectorFromArray([values[1], ...values, values[0]], type).slice(1, 7);
      for (const source of [vector, chunked, sliced]) {
        expect(plain(source)).toEqual(expected);
        const taken = takeRows(source, rows);
        expect(taken).toBeInstanceOf(Vector);
        expect(String(taken.type)).toBe(String(type));
        expect(plain(taken)).toEqual(rows.map((row) => expected[row]));
        expect(taken.nullCount).toBe(rows.filter((row) => values[row] === null).length);
        expect(plain(takeRows(source, []))).toEqual([]);
      }
    });
  }

  test('more rows than a word of the bitmap', () => {
    const many = Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? null : i));
    const rows = many.map((_, i) => (i * 389) % 1000);
    const taken = takeRows(vectorFromArray(many, new Int32()), rows);
    expect([...taken]).toEqual(rows.map((row) => many[row]));
    expect(taken.nullCount).toBe(143);
  });

  test('buffers are shared memory, dictionaries are the same ones', () => {
    const names = table.getChild('name')!;
    const taken = takeRows(names, [3, 0]);
    expect(taken.data[0].dictionary).toBe(names.data[0].dictionary);
    expect(taken.data[0].values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(plain(takeRows(names.memoize(), [3, 1]))).toEqual(['b', 'a']);
    expect(plain(takeRows(table.getChild('text')!.memoize(), [3, 1]))).toEqual([null, 'eins']);
  });

  test('dictionaries too large together are refused', () => {
    const type = new Dictionary(new Utf8(), new Int8());
    const words = (letter: string) =>
      vectorFromArray(
        Array.from({ length: 100 }, (_, i) => `${letter}${i}`),
        type,
      );
    const both = words('a').concat(words('b'));
    expect(plain(takeRows(both, [5, 110]))).toEqual(['a5', 'b10']);
    expect(() => takeRows(both, [5, 199])).toThrow(
      'the dictionaries of the chunks have 200 entries together, too many for indices of type Int8',
    );
  });
});

describe('rows of Arrow tables', () => {
  const rows = [4, 1, 1, 3];
  const expected = rows.map((row) => table.get(row)?.toJSON());
  const check = (source: Table) => {
    const taken = takeRows(source, rows);
    expectTypeOf(taken).toEqualTypeOf<Table>();
    expect(taken).toBeInstanceOf(Table);
    expect(taken.toArray().map((row) => row?.toJSON())).toEqual(expected);
    expect(taken.schema).toBe(source.schema);
    return taken;
  };

  test('in the order asked for, with nulls and dictionaries', () => {
    expect(expected[0]).toEqual({ int: 14, half: null, name: 'c', text: 'vier', flag: true });
    check(table);
    expect(takeRows(table, []).numRows).toBe(0);
    expect(takeRows(table, []).schema.fields).toEqual(table.schema.fields);
  });

  test('of slices and of several batches', () => {
    check(table.concat(table).slice(5));
    check(table.slice(0, 2).concat(table.slice(2)));
    const ipc = tableFromIPC(tableToIPC(table));
    // Batches that come from different files have dictionaries of their own.
    check(new Table(ipc.schema, [...ipc.slice(0, 2).batches, ...tableFromIPC(tableToIPC(table)).slice(2).batches]));
  });

  test('what is taken can be written', () => {
    const taken = check(table);
    const read = tableFromIPC(tableToIPC(taken, 'file'));
    expect(read.toArray().map((row) => row?.toJSON())).toEqual(expected);
  });

  test('metadata stays, columns of one name too', () => {
    const int = makeData({ type: new Int32(), data: new Int32Array([1, 2]) });
    const schema = new Schema(
      [new Field('x', new Int32(), false, new Map([['unit', 'm']])), new Field('x', new Int32(), false)],
      new Map([['origin', 'test']]),
    );
    const struct = makeData({ type: new Struct(schema.fields), children: [int, int] });
    const taken = takeRows(new Table(schema, [new RecordBatch(schema, struct)]), [1]);
    expect(taken.schema).toBe(schema);
    expect([taken.numCols, taken.getChildAt(1)?.get(0)]).toEqual([2, 2]);
  });
});
