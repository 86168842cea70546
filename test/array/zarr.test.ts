/** Zarr arrays: those written by hand after the specifications are read, and what is written is looked at by hand. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { array, type ChunkedArray } from '../../src/array/index.js';
import { dtypes } from '../../src/arrow/dtype.js';
import { openBefore } from '../support/cluster.js';
import { golden } from '../support/golden.js';
import { root } from '../support/paths.js';

const values = golden('zarr/values.json') as Record<
  string,
  { dtype: string; shape: number[]; chunks: number[]; values: unknown }
>;
const pathOf = (name: string) => join(root, 'test/golden/zarr', name);
const folder = mkdtempSync(join(tmpdir(), 'sheaf-zarr-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plain = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(plain) : typeof value === 'bigint' ? Number(value) : value;
const valuesOf = async (x: ChunkedArray): Promise<unknown> => {
  const whole = (await x.compute()) as unknown;
  return plain(typeof whole === 'object' ? (whole as { toArray(): unknown }).toArray() : whole);
};

describe('stores that are there', () => {
  test.each(Object.keys(values))('%s', async (name) => {
    const { dtype, shape, chunks, values: expected } = values[name];
    const x = await array.fromZarr(pathOf(name));
    expect([x.dtype, x.shape, x.chunks.map(([first]) => first)]).toEqual([dtype, shape, chunks]);
    expect(await valuesOf(x)).toEqual(expected);
    for (const other of [-1, 1, 3]) {
      expect(await valuesOf(await array.fromZarr(pathOf(name), { chunks: other }))).toEqual(expected);
    }
  });

  test('what is no array is told', async () => {
    await expect(array.fromZarr(pathOf('missing'))).rejects.toThrow(
      /there is no Zarr array in .*missing: it has neither zarr.json nor .zarray/,
    );
    await expect(array.fromZarr(pathOf('text'))).rejects.toThrow(
      'has elements of v2:U4, which is no dtype here; there are bool, int8',
    );
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'zarr.json'), '{');
    await expect(array.fromZarr(join(folder, 'broken'))).rejects.toThrow('cannot be opened');
    await expect(array.fromZarr(5 as never)).rejects.toThrow('fromZarr takes the folder of a Zarr array, got 5');
  });
});

describe('toZarr', () => {
  test.each(dtypes)('%s, in both versions', async (dtype) => {
    const x = array.arange(35, { chunks: 9 }).astype(dtype);
    for (const zarrFormat of [2, 3] as const) {
      const path = join(folder, `${dtype}-${zarrFormat}`);
      await x.toZarr(path, { zarrFormat });
      const back = await array.fromZarr(path);
      expect([back.dtype, back.chunks]).toEqual([dtype, x.chunks]);
      expect(await valuesOf(back)).toEqual(await valuesOf(x));
    }
  });

  test('the metadata and the chunks are as the specifications say', async () => {
    const x = array
      .fromArray(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { chunks: [2, 2] },
      )
      .astype('int16');
    await x.toZarr(join(folder, 'three'));
    expect(JSON.parse(readFileSync(join(folder, 'three', 'zarr.json'), 'utf8'))).toEqual({
      zarr_format: 3,
      node_type: 'array',
      shape: [2, 3],
      data_type: 'int16',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [2, 2] } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
      fill_value: 0,
      attributes: {},
    });
    // The second chunk is filled up.
    expect([...readFileSync(join(folder, 'three/c/0/1'))]).toEqual([3, 0, 0, 0, 6, 0, 0, 0]);
    await x.toZarr(join(folder, 'two'), { zarrFormat: 2, compressor: 'zstd' });
    expect(JSON.parse(readFileSync(join(folder, 'two', '.zarray'), 'utf8'))).toEqual({
      zarr_format: 2,
      shape: [2, 3],
      chunks: [2, 2],
      dtype: '<i2',
      fill_value: 0,
      order: 'C',
      compressor: { id: 'zstd', level: 3 },
      filters: null,
      dimension_separator: '.',
    });
    expect(readdirSync(join(folder, 'two')).sort()).toEqual(['.zarray', '0.0', '0.1']);
  });

  test.each(['zstd', 'blosc'] as const)('compressed by %s', async (compressor) => {
    for (const zarrFormat of [2, 3] as const) {
      const path = join(folder, `${compressor}-${zarrFormat}`);
      await array.zeros([300, 300], { chunks: 200 }).add(1).toZarr(path, { compressor, zarrFormat });
      const first = readFileSync(join(path, zarrFormat === 2 ? '0.0' : 'c/0/0'));
      expect(first.length).toBeLessThan(20_000);
      expect(await (await array.fromZarr(path)).sum().compute()).toBe(90_000);
    }
  });

  test('chunks of different sizes are cut alike first, a store that is there is replaced only when told', async () => {
    const path = join(folder, 'ragged');
    const x = array.arange(10, { chunks: [[1, 4, 2, 3]] });
    await x.toZarr(path);
    expect((await array.fromZarr(path)).chunks).toEqual([[4, 4, 2]]);
    await expect(x.toZarr(path)).rejects.toThrow(`there is a Zarr array in ${path}: { overwrite: true } replaces it`);
    await x.add(1).toZarr(path, { overwrite: true, chunks: 5 });
    const back = await array.fromZarr(path);
    expect([back.chunks, await valuesOf(back)]).toEqual([[[5, 5]], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
  });

  test('no elements, and no axes', async () => {
    await array.zeros([0, 3]).toZarr(join(folder, 'empty'));
    expect((await array.fromZarr(join(folder, 'empty'))).shape).toEqual([0, 3]);
    await array.arange(4).sum().toZarr(join(folder, 'scalar'));
    expect(await valuesOf(await array.fromZarr(join(folder, 'scalar')))).toBe(6);
  });

  test('what cannot be is refused', async () => {
    const path = join(folder, 'refused');
    const x = array.zeros(3);
    await expect(x.toZarr(path, { zarrFormat: 4 as never })).rejects.toThrow('zarrFormat is 2 or 3, got 4');
    await expect(x.toZarr(path, { compressor: 'zip' as never })).rejects.toThrow(
      'there is no compressor the string "zip"; there are zstd, blosc',
    );
    await expect(x.mapBlocks((b) => b, { chunks: [Number.NaN] }).toZarr(path)).rejects.toThrow(
      'toZarr takes an array of known shape',
    );
    await expect(x.toZarr(folder)).rejects.toThrow(`${folder} holds other things than a Zarr array`);
    expect(existsSync(path)).toBe(false);
  });
});

describe('on a cluster', () => {
  openBefore({ workers: 2, threadsPerWorker: 1, processes: true }, () => {});

  test('workers write into one store and read it', async () => {
    const path = join(folder, 'together');
    await array.arange(1000, { chunks: 64 }).toZarr(path, { compressor: 'blosc' });
    expect(await (await array.fromZarr(path, { chunks: 100 })).sum().compute()).toBe(499_500);
  });
});
