import { deepStrictEqual } from 'node:assert';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Table as ArrowTable, type Table, tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { allocate, type Block, type NumericDType, sizeOf } from '../../src/arrow/block.js';
import { toTable, toVector } from '../../src/arrow/table.js';
import { readSpillFile, writeSpillFile } from '../../src/worker/spill-file.js';
import { UnspillableError } from '../../src/worker/store.js';

const directory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
async function spill(value: unknown) {
  const file = await writeSpillFile(join(directory, `${files++}`), value);
  return { file, table: tableFromIPC(readFileSync(file.path)), read: await readSpillFile(file) };
}

function counting<D extends NumericDType>(dtype: D, shape: readonly number[]): Block<D> {
  const data = allocate(dtype, sizeOf(shape));
  for (let i = 0; i < data.length; i++) data[i] = i % 100;
  return { dtype, shape, data };
}

describe('a block is a column of its numbers', () => {
  test.each<[NumericDType, number[]]>([
    ['float64', [1000]],
    ['float32', [50, 3]],
    ['int8', [7, 5, 3]],
    ['uint32', []],
    ['int16', [0, 4]],
    ['uint8', [0]],
  ])('%s [%s]', async (dtype, shape) => {
    const block = counting(dtype, shape);
    const { read, table } = await spill(block);
    expect(read).toEqual(block);
    expect((read as Block).data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(table.numRows).toBe(shape[0] ?? 1);
    expect(table.schema.metadata.get('sheaf:block')).toBe(JSON.stringify({ dtype, shape }));
    const numbers = JSON.parse(JSON.stringify(table.getChild('data'))).flat(3);
    expect(numbers).toEqual(Array.from(block.data));
  });

  test('that looks at a part of its buffer, over more than one call of the system', async () => {
    const data = new Float64Array(new SharedArrayBuffer(40 << 20)).subarray(7);
    for (let i = 0; i < data.length; i++) data[i] = i;
    const { read, table } = await spill({ dtype: 'float64', shape: [data.length], data });
    deepStrictEqual((read as Block).data, data);
    deepStrictEqual(Buffer.compare(asBytes(table.getChild('data')!.toArray()), asBytes(data)), 0);
  });
});

const asBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

describe('a table is its columns', () => {
  test('numbers, strings, dictionaries, nulls, blocks', async () => {
    const value = await toTable({
      x: new Float64Array([1, 2, 3]),
      n: [1, null, 3],
      s: ['a', null, 'a'],
      b: [true, false, null],
      m: counting('float32', [3, 2]),
    });
    const { read, table } = await spill(value);
    for (const copy of [read as Table, table]) {
      expect(copy.schema.toString()).toBe(value.schema.toString());
      expect(copy.toString()).toBe(value.toString());
    }
    expect(read).toBeInstanceOf(ArrowTable);
    expect((read as Table).getChild('x')!.data[0]!.values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('a part of one, in batches, and an empty one', async () => {
    const whole = (await toTable({
      x: new Float64Array([1, 2, 3, 4]),
      s: await toVector(['a', 'b', 'c', 'b']),
    })) as Table;
    const values = [whole.slice(1, 3), whole.slice(0, 2).concat(whole.slice(2)), whole.slice(0, 0)];
    for (const value of values) {
      const { read, table } = await spill(value);
      expect((read as Table).toString()).toBe(value.toString());
      expect(table.numRows).toBe(value.numRows);
    }
  });
});

describe('anything else is rows of bytes', () => {
  test('a header, then the buffers', async () => {
    const value = { name: 'x', parts: [new Float64Array(1000).fill(1), Buffer.alloc(2000, 'a'), new Uint8Array(3)] };
    const { read, table } = await spill(value);
    expect(read).toEqual(value);
    expect((read as typeof value).parts[0]!.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(table.numRows).toBe(3);
    expect(table.schema.fields.join()).toBe('bytes: LargeBinary');
    deepStrictEqual(Buffer.from(table.getChild('bytes')!.get(2)), Buffer.alloc(2000, 'a'));
  });

  test('what structured clone makes of it', async () => {
    const values = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const { read, file } = await spill(value);
        deepStrictEqual(read, structuredClone(value));
        rmSync(file.path);
      }),
      { numRuns: 50 },
    );
  });

  test('one buffer seen twice, cycles', async () => {
    const view = new Float64Array(1000).fill(2);
    const value: unknown[] = [view, view, new Uint8Array(view.buffer)];
    value.push(value);
    expect((await spill(value)).read).toEqual(value);
  });

  test('hundreds of buffers', async () => {
    const value = Array.from({ length: 700 }, (_, i) => new Float64Array(500).fill(i));
    const { read, table } = await spill(value);
    deepStrictEqual(read, value);
    expect(table.numRows).toBe(701);
  });
});

describe('what no file can hold', () => {
  class Model {
    weights = new Float64Array(1000);
  }
  test.each<[string, unknown, string]>([
    ['a function', { f: () => 1 }, 'could not be cloned'],
    ['an object with a class', [new Model()], 'it has an object of class Model'],
    ['bare shared memory', [new SharedArrayBuffer(8)], 'SharedArrayBuffer'],
    ['a table of strangers', { schema: { fields: [] }, getChildAt() {} }, 'another copy of apache-arrow'],
  ])('%s', async (_, value, message) => {
    const error = await writeSpillFile(join(directory, 'none'), value).catch((error) => error);
    expect(error).toBeInstanceOf(UnspillableError);
    expect(error.message).toContain(message);
    expect(readdirSync(directory)).not.toContain('none');
  });
});

test('a file that was cut short is an error', async () => {
  const file = await writeSpillFile(join(directory, 'short'), counting('float64', [1000]));
  truncateSync(file.path, 4000);
  await expect(readSpillFile(file)).rejects.toThrow('a spill file ended');
});

test('a file is for its owner alone, and never one that was there before', async () => {
  const path = join(directory, 'own');
  await writeSpillFile(path, new Float64Array(1000));
  await expect(writeSpillFile(path, 1)).rejects.toMatchObject({ code: 'EEXIST' });
});
