/** What reductions refuse, what tasks they take, and that large chunks, which are gone through in panels, come to the same. */
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray } from '../../src/array/index.js';
import { tasksOf } from '../../src/graph/graph.js';
import { inOrder, optimize } from '../../src/plan/optimize.js';
import { InputError, SheafError } from '../../src/util/errors.js';

const kindsOf = (x: ChunkedArray): string[] => inOrder(optimize(x.node)).map(({ kind }) => kind.name);

function opsOf(...all: readonly ChunkedArray[]): Record<string, number> {
  const tasks = new Map(all.flatMap((x) => [...tasksOf(x.toGraph().graph)]).map((task) => [task.key, task.op]));
  const counts: Record<string, number> = {};
  for (const op of tasks.values()) {
    const name = op.slice(op.indexOf('#') + 1);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const matrix = () =>
  array.fromArray(
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11, 12],
      [13, 14, 15, 17],
    ],
    { chunks: 2 },
  );

describe('plans', () => {
  test('what is done before and after is part of the reduction', () => {
    expect(kindsOf(matrix().T.multiply(2).sum(1).sqrt().add(1))).toEqual(['source', 'reduction']);
    expect(kindsOf(matrix().multiply(2).std(0))).toEqual(['source', 'reduction']);
    expect(kindsOf(matrix().add(1).cumsum(1))).toEqual(['source', 'scan']);
  });

  test('axes go without a task, and a chunk alone takes one', () => {
    expect(opsOf(matrix().sum(0))).toEqual({ value: 4, chunk: 4, finish: 2 });
    expect(opsOf(matrix().rechunk([4, 4]).sum(0))).toEqual({ value: 4, assemble: 1, whole: 1 });
  });

  test('many partial results are joined in a tree', () => {
    expect(opsOf(array.ones([100], { chunks: 1 }).sum())).toEqual({ chunk: 100, combine: 15, finish: 1 });
  });

  test('reductions that differ only in what becomes of them share their tasks', () => {
    expect(opsOf(matrix().sum(), matrix().mean().add(1))).toEqual({ value: 4, chunk: 8, finish: 2 });
    expect(opsOf(matrix().var(), matrix().std())).toEqual({ value: 4, chunk: 4, finish: 2 });
    const { values, counts } = matrix().unique({ returnCounts: true });
    expect(opsOf(values, counts!)).toEqual({ value: 4, chunk: 4, finish: 2 });
  });

  test('a running sum passes on what is before each chunk', () => {
    expect(opsOf(array.ones([4], { chunks: 1 }).cumsum())).toEqual({ scan: 4, total: 3, carry: 2 });
  });

  test('a slice of a running sum begins where that does', async () => {
    expect(
      (
        await matrix()
          .cumsum(1)
          .slice([0, [2, null]])
          .compute()
      ).toArray(),
    ).toEqual([6n, 10n]);
  });
});

describe('large chunks', () => {
  const rows = 301;
  const columns = 700;
  const at = (i: number) => 1000 + Math.sin(i) * 10;
  const data = Float64Array.from({ length: rows * columns }, (_, i) => at(i));
  const x = array.fromArray({ dtype: 'float64', shape: [rows, columns], data }, { chunks: [300, 699] });
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const varianceOf = (values: readonly number[]) => {
    const mean = meanOf(values);
    return meanOf(values.map((value) => (value - mean) ** 2));
  };
  const row = (i: number) => Array.from(data.subarray(i * columns, (i + 1) * columns));
  const column = (j: number) => Array.from({ length: rows }, (_, i) => data[i * columns + j]!);

  test('variances', async () => {
    expect(await x.var().compute()).toBeCloseTo(varianceOf(Array.from(data)), 8);
    expect((await x.multiply(2).std(0).compute()).get(9)).toBeCloseTo(2 * Math.sqrt(varianceOf(column(9))), 8);
    expect((await x.T.var(0).compute()).get(300)).toBeCloseTo(varianceOf(row(300)), 8);
    expect(await x.nanvar().compute()).toBeCloseTo(varianceOf(Array.from(data)), 8);
  });

  test('medians, histograms and places', async () => {
    const sorted = data.slice().sort();
    expect(await x.median().compute()).toBe((sorted[data.length / 2 - 1]! + sorted[data.length / 2]!) / 2);
    expect(await x.histogram(50)[0].sum().compute()).toBe(data.length);
    expect(await x.argmax().compute()).toBe(data.indexOf(sorted.at(-1)!));
    expect((await x.argmin(1).compute()).get(7)).toBe(BigInt(row(7).indexOf(Math.min(...row(7)))));
  });

  test('sums of small integers do not overflow', async () => {
    const bytes = array.full([1000, 500], 255, { dtype: 'uint8', chunks: [999, 400] });
    expect(await bytes.sum().compute()).toBe(255 * 500_000);
    expect((await bytes.sum(0).compute()).get(499)).toBe(255_000n);
  });
});

describe('refuses', () => {
  const x = matrix();
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['sum: axis 2 does not exist', () => x.sum(2)],
    ['name one axis twice', () => x.sum([0, -2])],
    ['min of no elements', () => array.zeros([0, 3]).min(0)],
    ['argmax of no elements', () => array.zeros([0]).argmax()],
    ['quantiles from 0 to 1, got 1.5', () => x.quantile(1.5)],
    ['a whole number other than 0', () => x.topk(0)],
    ['takes integers in an array of one axis, and these are float64', () => array.zeros([3]).bincount()],
    ['a positive number of bins', () => x.histogram(0)],
    ['a range from a number to one not below it, got [3, 1]', () => x.histogram(5, { range: [3, 1] })],
    ['weights of the shape [4, 4], and these are [1]', () => x.histogram(5, { weights: [1] })],
    ['average takes weights of the shape [4, 4]', () => x.average(0, [1, 2])],
    ["takes 'left' or 'right'", () => x.searchsorted([1], { side: 'up' as 'left' })],
    ['an array of one axis, and this one is [4, 4]', () => x.searchsorted([1])],
    ['moment takes an order from 0 to 64, a whole number, got -1', () => x.moment(-1)],
    ['one axis or two, and this one has 3', () => array.zeros([2, 2, 2]).cov()],
    ['its dtype is float32 or float64, not int8', () => x.std(0, { dtype: 'int8' })],
    ['a number of times of 0 or more', () => x.diff(-1)],
  ];
  test.each(wrong)('%s', (text, call) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(text);
  });

  test('what only computing tells', async () => {
    await expect(array.fromArray([1, -1]).bincount().compute()).rejects.toThrow('found -1');
    await expect(array.fromArray([Number.NaN]).nanargmax().compute()).rejects.toThrow(SheafError);
    await expect(array.fromArray([1, Number.POSITIVE_INFINITY]).histogram(3)[0].compute()).rejects.toThrow('finite');
    await expect(array.fromArray([1]).digitize([1, 3, 2]).compute()).rejects.toThrow('turn at 2');
  });
});

test('functions take anything that is an array', async () => {
  expect(await array.sum([1, 2, 3]).compute()).toBe(6);
  expect((await array.quantile([1, 2, 3], [0.5]).compute()).toArray()).toEqual([2]);
});
