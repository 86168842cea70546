/** Edge cases of shapes, by name. */
import { describe, expect, test } from 'vitest';
import { array, ChunkedArray, type NDArray, type Nested } from '../../src/array/index.js';

const list = async (x: ChunkedArray): Promise<Nested> => {
  const value: unknown = await x.compute();
  return (value as Partial<NDArray>).toArray?.() ?? (value as Nested);
};

describe('no axes', () => {
  const x = () => array.full([], 7);
  test('become axes of one element', async () => {
    expect(await list(x().reshape([1, 1]))).toEqual([[7n]]);
    expect(await list(x().ravel())).toEqual([7n]);
    expect(await list(x().atleast3d())).toEqual([[[7n]]]);
    expect(await list(x().broadcastTo([2]))).toEqual([7n, 7n]);
    expect(await list(x().tile(2))).toEqual([7n, 7n]);
    expect(await list(array.stack([x(), x()]))).toEqual([7n, 7n]);
    expect(await list(array.hstack([x(), x()]))).toEqual([7n, 7n]);
    expect(await list(array.vstack([x(), x()]))).toEqual([[7n], [7n]]);
  });
  test('are what is left', async () => {
    expect(await list(array.full([1, 1], 7).squeeze())).toBe(7);
    expect(await list(array.full([1], 7).reshape([]))).toBe(7);
    expect(await list(x().flip())).toBe(7);
    expect(await list(x().roll(3))).toBe(7);
    expect(await list(x().transpose())).toBe(7);
    expect(await list(x().rechunk())).toBe(7);
    expect(await list(array.block(x()))).toBe(7);
  });
});

describe('no elements', () => {
  test('beside the one element of an axis that goes', async () => {
    const empty = array.zeros([0]);
    const padded = array.concatenate([empty, empty]).pad([[0, 1]], 'constant', { constantValues: 7 });
    expect(padded.chunks).toEqual([[0, 1]]);
    expect(await list(padded.slice([0]))).toBe(7);
    expect(await list(padded.squeeze())).toBe(7);
  });
  const x = () => array.zeros([0, 3], { chunks: [1, 2] });
  test('keep their shape', async () => {
    expect(x().reshape([3, 0, 2]).shape).toEqual([3, 0, 2]);
    expect(await list(x().reshape([3, 0, 2]))).toEqual([[], [], []]);
    expect(await list(x().T)).toEqual([[], [], []]);
    expect(await list(x().flip())).toEqual([]);
    expect(await list(x().roll(1, 0))).toEqual([]);
    expect(await list(x().repeat(2, 0))).toEqual([]);
    expect(await list(x().rechunk([1, 3]))).toEqual([]);
    expect((await array.concatenate([x(), x()]).compute()).shape).toEqual([0, 3]);
  });
  test('come and go', async () => {
    expect(
      await list(
        x().pad([
          [1, 0],
          [0, 0],
        ]),
      ),
    ).toEqual([[0, 0, 0]]);
    expect(await list(array.concatenate([x(), array.ones([1, 3])]))).toEqual([[1, 1, 1]]);
    expect(await list(array.ones([2]).repeat(0))).toEqual([]);
    expect(await list(array.ones([2]).tile([0]))).toEqual([]);
    expect(await list(array.delete(array.arange(2), [0, 1]))).toEqual([]);
    expect(await list(array.arraySplit(array.arange(1), 2)[1]!)).toEqual([]);
    expect(await list(array.diagonal(array.zeros([2, 2]), 3))).toEqual([]);
    expect(await list(array.arange(0))).toEqual([]);
  });
  test('chunks of none lie between others', async () => {
    const ragged = array.fromArray(Int32Array.of(1, 2, 3), { chunks: [[0, 1, 0, 2, 0]] });
    expect(await list(ragged.flip())).toEqual([3, 2, 1]);
    expect(await list(ragged.rechunk([[2, 0, 1]]))).toEqual([1, 2, 3]);
    expect(await list(ragged.reshape([3, 1]))).toEqual([[1], [2], [3]]);
    expect(await list(ragged.roll(1))).toEqual([3, 1, 2]);
    expect(await list(array.diag(array.diag(ragged)))).toEqual([1, 2, 3]);
  });
});

describe('elements', () => {
  test('of 64 bits come through whole', async () => {
    const big = [2n ** 63n - 1n, -(2n ** 63n), 1n];
    const x = array.fromArray(BigInt64Array.from(big), { chunks: 2 });
    expect(await list(x.flip())).toEqual(big.toReversed());
    expect(await list(x.repeat(2))).toEqual(big.flatMap((one) => [one, one]));
    expect(await list(x.pad(1, 'constant', { constantValues: -1n }))).toEqual([-1n, ...big, -1n]);
  });
  test('take a dtype that holds them', () => {
    expect(array.fromArray([2 ** 63, 1]).dtype).toBe('float64');
    expect(array.fromArray([2n ** 63n]).dtype).toBe('uint64');
    expect(array.full([1], -(2n ** 63n)).dtype).toBe('int64');
    expect(() => array.fromArray([2n ** 64n])).toThrow('18446744073709551616 is out of bounds of all integers');
  });
  test('that are no numbers, or zero below zero, do too', async () => {
    const odd = [Number.NaN, -0, Number.NEGATIVE_INFINITY];
    expect(await list(array.fromArray(Float32Array.from(odd), { chunks: 1 }).roll(1))).toEqual([
      odd[2],
      odd[0],
      odd[1],
    ]);
    expect(await list(array.full([2], -0, { dtype: 'float64' }))).toEqual([-0, -0]);
  });
  test('of the fill are of the dtype', async () => {
    expect(await list(array.zeros(1, { dtype: 'uint8' }).pad(1, 'constant', { constantValues: 300 }))).toEqual([
      44, 0, 44,
    ]);
    expect(await list(array.zeros(1, { dtype: 'bool' }).pad(1, 'constant', { constantValues: true }))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('chunks', () => {
  test('of a long reshape are not longer than they were', () => {
    const x = array.zeros([10, 1_000_000], { chunks: [10, 1000] });
    const flat = x.ravel();
    expect(Math.max(...flat.chunks[0]!)).toBeLessThanOrEqual(10_000);
    expect(Math.max(...flat.reshape([10, 1_000_000]).chunks[1]!)).toBeLessThanOrEqual(10_000);
  });
  test('of a repeat and of a pad stay as long as they are', () => {
    expect(array.zeros(10, { chunks: 5 }).repeat(3).chunks).toEqual([[5, 5, 5, 5, 5, 5]]);
    expect(array.zeros(10, { chunks: 5 }).pad([1, 8]).chunks).toEqual([[6, 5, 5, 3]]);
  });
  test('are cut by bytes', () => {
    expect(array.zeros([100, 100]).rechunk('auto', { blockSizeBytes: 8 * 2500 }).numblocks).toEqual([2, 2]);
    expect(array.zeros([100, 100]).rechunk({ 1: 'auto' }, { blockSizeBytes: 8 * 2500 }).numblocks).toEqual([1, 4]);
  });
  test('keep their elements through cuts between', async () => {
    const x = array.fromArray(Int32Array.from({ length: 3200 }, (_, i) => i)).reshape([40, 40, 2]);
    const other = x
      .rechunk([1, 40, 1])
      .add(0)
      .rechunk([40, [1, 39], 2])
      .add(0)
      .rechunk([[7, 33], 1, 1]);
    expect(x.rechunk([1, 40, 1]).add(0).rechunk([40, 1, 2]).explain()).toContain('rechunk through');
    expect((await other.compute()).data).toEqual((await x.compute()).data);
  });
  test('of the same array twice are both there', async () => {
    const x = array.fromArray([1, 2, 3], { chunks: 2 });
    const twice = array.concatenate([x, x]);
    expect(await list(twice)).toEqual([1, 2, 3, 1, 2, 3].map(BigInt));
    expect(await list(await twice.persist())).toEqual([1, 2, 3, 1, 2, 3].map(BigInt));
  });
  test('of unknown sizes stay where they are', () => {
    const { node } = array.zeros([2, 3], { chunks: 1 });
    const unknown = new ChunkedArray({ ...node, chunks: [[Number.NaN, Number.NaN], node.chunks[1]!] });
    expect(unknown.rechunk({ 1: 3 }).numblocks).toEqual([2, 1]);
    expect(array.concatenate([unknown, unknown]).numblocks).toEqual([4, 3]);
    const line = new ChunkedArray({ ...node, chunks: [[Number.NaN]] });
    expect(line.ravel().node).toBe(line.node);
    expect(() => unknown.rechunk([1, 3])).toThrow('axis 0 of the shape [?, 3] has an unknown extent');
    expect(() => unknown.reshape(-1)).toThrow('reshape has to know all chunk sizes');
    expect(() => array.concatenate([unknown, array.zeros([1, 3])], 1)).toThrow('use computeChunkSizes first');
  });
});

describe('functions', () => {
  test('methods are functions of anything that is an array', async () => {
    expect(await list(array.flip([1, 2]))).toEqual([2n, 1n]);
    expect(await list(array.broadcastTo(Float64Array.of(1), [2]))).toEqual([1, 1]);
    expect(() => array.reshape('no' as never, [1])).toThrow('reshape takes arrays and numbers, got the string "no"');
  });
  test('block puts rows of blocks together', async () => {
    const a = array.fromArray([[1, 2]]);
    expect(await list(array.block([[a, array.full([1, 1], 3)], [array.full([1, 3], 4)]]))).toEqual(
      [
        [1, 2, 3],
        [4, 4, 4],
      ].map((row) => row.map(BigInt)),
    );
    expect(await list(array.block([5, 5]))).toEqual([5n, 5n]);
  });
  test('meshgrid goes along axes as indexing says', async () => {
    const [x, y] = [array.arange(2, { chunks: 1 }), array.arange(3, { chunks: 2 })];
    const [gx, gy] = array.meshgrid(x, y, { indexing: 'ij' }) as [ChunkedArray, ChunkedArray];
    expect(await list(gx)).toEqual([
      [0n, 0n, 0n],
      [1n, 1n, 1n],
    ]);
    expect(await list(gy)).toEqual([
      [0n, 1n, 2n],
      [0n, 1n, 2n],
    ]);
    expect(array.meshgrid(x, y, { sparse: true }).map(({ shape }) => shape)).toEqual([
      [1, 2],
      [3, 1],
    ]);
    expect(await list(array.meshgrid(x)[0]!)).toEqual([0n, 1n]);
    expect(array.meshgrid()).toEqual([]);
  });
  test('arrays like others have their shape, dtype and chunks', () => {
    const x = array.zeros([4, 4], { dtype: 'int16', chunks: 2 });
    const like = array.fullLike(x, 5);
    expect([like.shape, like.dtype, like.numblocks]).toEqual([[4, 4], 'int16', [2, 2]]);
    expect(array.zerosLike(x, { shape: 3, dtype: 'bool' }).shape).toEqual([3]);
  });
  test('fromFunction makes each element of its indices, wherever its chunk is', async () => {
    const offset = 100;
    const rows = [
      [100, 101, 102],
      [110, 111, 112],
      [120, 121, 122],
    ];
    const read = array.fromFunction((i, j) => offset + 10 * i + j, [3, 3], { dtype: 'int32', chunks: 2 });
    expect(read.node.kind.name).toBe('elementwise');
    expect(await list(read)).toEqual(rows);
    const called = array.fromFunction((i, j) => Number(`1${i}${j}`), [3, 3], { dtype: 'int32', chunks: 2 });
    expect(called.node.kind.name).toBe('source');
    expect(await list(called)).toEqual(rows);
    expect(await list(array.fromFunction(() => BigInt('5'), [], { dtype: 'int64' }))).toBe(5);
    const wrong = array.fromFunction((i) => ['0', '1'][i] as unknown as number, 3, { chunks: 2 });
    await expect(wrong.compute()).rejects.toThrow('of 0 it gave the string "0"');
  });
  test('insert takes several values', async () => {
    const x = array.fromArray(
      [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      { chunks: 1 },
    );
    const rows = (all: Nested) => (all as bigint[][]).map((row) => row.map(Number));
    expect(rows(await list(array.insert(x, 1, [9, 8], 0)))).toEqual([
      [1, 1],
      [9, 8],
      [2, 2],
      [3, 3],
    ]);
    expect(rows(await list(array.insert(x, 1, [7, 8, 9], 1)))).toEqual([
      [1, 7, 1],
      [2, 8, 2],
      [3, 9, 3],
    ]);
    expect(rows(await list(array.insert(x, [1], [[7], [8], [9]], 1)))).toEqual([
      [1, 7, 1],
      [2, 8, 2],
      [3, 9, 3],
    ]);
    expect(await list(array.insert(array.arange(2), [0, 2], [5, 6]))).toEqual([5n, 0n, 1n, 6n]);
  });
  test('rows and columns', async () => {
    expect(await list(array.columnStack([array.arange(2), array.arange(2)]))).toEqual([
      [0n, 0n],
      [1n, 1n],
    ]);
    expect(await list(array.append([1, 2], [[3], [4]]))).toEqual([1n, 2n, 3n, 4n]);
    expect(await list(array.concatenate([[[1]], [[true]]], null))).toEqual([1n, 1n]);
    expect(array.split(array.arange(4), [1, -1]).map(({ size }) => size)).toEqual([1, 2, 1]);
  });
});
