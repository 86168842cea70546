/** .npy files: those that NumPy wrote are read, and those that are written have the bytes that NumPy's have. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { array, type ChunkedArray, type ChunksLike } from '../../src/array/index.js';
import { readPart } from '../../src/io/npy-file.js';
import { openBefore } from '../support/cluster.js';
import { golden } from '../support/golden.js';
import { root } from '../support/paths.js';

const values = golden('npy/values.json') as Record<string, { dtype: string; shape: number[]; values: unknown }>;
const pathOf = (name: string) => join(root, 'test/golden/npy', `${name}.npy`);
const folder = mkdtempSync(join(tmpdir(), 'sheaf-npy-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As JSON has them. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : typeof value === 'bigint'
      ? Number(value)
      : typeof value === 'number' && !Number.isFinite(value)
        ? String(value)
        : value;
const valuesOf = async (x: ChunkedArray): Promise<unknown> => {
  const whole = (await x.compute()) as unknown;
  return plain(typeof whole === 'object' ? (whole as { toArray(): unknown }).toArray() : whole);
};
const cutsOf = (ndim: number): ChunksLike[] => [
  -1,
  1,
  2,
  Array.from({ length: ndim }, (_, axis) => (axis === 0 ? 2 : 3)),
];

describe('files of NumPy', () => {
  test.each(Object.keys(values))('%s', async (name) => {
    const { dtype, shape, values: expected } = values[name];
    for (const chunks of cutsOf(shape.length)) {
      const x = array.fromNpy(pathOf(name), { chunks });
      expect([x.dtype, x.shape]).toEqual([dtype === 'float16' ? 'float32' : dtype, shape]);
      const found = await valuesOf(x);
      // JSON has no -0, and float32 other digits.
      if (dtype === 'float32' || name === 'floats') expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
      else expect(found).toEqual(expected);
    }
  });

  test('-0 is kept', async () => {
    const { data } = await array.fromNpy(pathOf('floats')).compute();
    expect(Object.is(data[1], -0)).toBe(true);
  });

  test.each(Object.keys(values).filter((name) => !/fortran|swapped|float16|halves|version/.test(name)))(
    '%s is written as NumPy writes it',
    async (name) => {
      for (const chunks of cutsOf(values[name].shape.length)) {
        const path = join(folder, `${name}.npy`);
        await array.fromNpy(pathOf(name), { chunks }).toNpy(path);
        expect(readFileSync(path).equals(readFileSync(pathOf(name)))).toBe(true);
      }
    },
  );
});

test('a box of a file is read by its rows, wherever they begin', () => {
  const x = array.fromNpy(pathOf('cube'));
  const { source } = x.node.params as { source: Parameters<typeof readPart>[0]['source'] };
  const cube = values.cube.values as number[][][];
  const box = readPart({ source, from: [1, 2, 3], extents: [4, 5, 2] });
  const expected = cube.slice(1, 5).flatMap((rows) => rows.slice(2, 7).flatMap((row) => row.slice(3, 5)));
  expect([...box.data]).toEqual(expected);
});

test('long rows and many short ones', async () => {
  const path = join(folder, 'large.npy');
  const x = array.arange(3000 * 500, { dtype: 'int32', chunks: 70_000 });
  await x.toNpy(path);
  const bytes = readFileSync(path);
  // The same elements as a matrix.
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from(bytes.subarray(0, 128).toString('latin1').replace('(1500000,), }', '(3000,500), }'), 'latin1'),
      bytes.subarray(128),
    ]),
  );
  const matrix = array.fromNpy(path, {
    chunks: [
      [1000, 2000],
      [1, 3, 496],
    ],
  });
  const [whole, sum] = [await matrix.compute(), await matrix.astype('float64').sum().compute()];
  expect(whole.data.every((value, i) => value === i)).toBe(true);
  expect(sum).toBe((1_500_000 * 1_499_999) / 2);
});

describe('what cannot be read is told', () => {
  test.each([
    ['complex', 'has elements of the NumPy type <c16, which has no dtype here; b1, i1,'],
    ['structured', "has elements of the NumPy type [('a', '<f8'), ('b', '<i4')], which has no dtype"],
    ['text', 'has elements of the NumPy type <U1'],
    ['missing', 'there is no file'],
  ])('%s', (name, told) => {
    expect(() => array.fromNpy(pathOf(name))).toThrow(told);
  });

  test('files that are damaged', () => {
    const path = join(folder, 'damaged.npy');
    copyFileSync(pathOf('cube'), path);
    truncateSync(path, 300);
    expect(() => array.fromNpy(path)).toThrow(
      'has 300 bytes, but an array of shape [7, 8, 5] needs 688: it is cut off',
    );
    truncateSync(path, 50);
    expect(() => array.fromNpy(path)).toThrow('ends within the header');
    truncateSync(path, 3);
    expect(() => array.fromNpy(path)).toThrow('is no .npy file: it does not begin with \\x93NUMPY');
    writeFileSync(path, Buffer.from('\x93NUMPY\x09\x00\x00\x00\x00\x00', 'latin1'));
    expect(() => array.fromNpy(path)).toThrow('is of version 9.0 of the .npy format; 1.0, 2.0 and 3.0 are known');
    writeFileSync(path, Buffer.from('\x93NUMPY\x01\x00\x05\x00hello', 'latin1'));
    expect(() => array.fromNpy(path)).toThrow('has a header that is none of the .npy format: hello');
    expect(() => array.fromNpy(7 as never)).toThrow('fromNpy takes the path of a .npy file, got 7');
  });

  test('a file that becomes shorter later fails its task', async () => {
    const path = join(folder, 'shrinking.npy');
    copyFileSync(pathOf('cube'), path);
    const x = array.fromNpy(path);
    truncateSync(path, 400);
    await expect(x.compute()).rejects.toThrow(`${path} ended at byte 400: it has become shorter since it was opened`);
  });
});

test('what cannot be written leaves no file', async () => {
  const missing = join(folder, 'no', 'such.npy');
  await expect(array.zeros(3).toNpy(missing)).rejects.toThrow(`${missing} cannot be written: there is no folder`);
  const failing = array.zeros(3).mapBlocks(
    () => {
      throw new Error('no');
    },
    { dtype: 'int8' },
  );
  await expect(failing.toNpy(join(folder, 'failing.npy'))).rejects.toThrow('no');
  const unknown = array.zeros(3).mapBlocks((b) => b, { chunks: [Number.NaN] });
  await expect(unknown.toNpy(join(folder, 'unknown.npy'))).rejects.toThrow(
    'toNpy takes an array of known shape, got [?]',
  );
  expect(readdirSync(folder).filter((name) => /fail|unknown|part/.test(name))).toEqual([]);
});

describe('on a cluster', () => {
  openBefore({ workers: 2, threadsPerWorker: 1, processes: true }, () => {});

  test('workers write into one file', async () => {
    const path = join(folder, 'together.npy');
    const x = array.fromNpy(pathOf('cube'), { chunks: [2, 3, 4] });
    await x.toNpy(path);
    expect(readFileSync(path).equals(readFileSync(pathOf('cube')))).toBe(true);
  });
});
