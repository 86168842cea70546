/** What dask.bag says, by the script test/golden/make_bag.py. */
import { describe, expect, test } from 'vitest';
import type { Bag } from '../../src/bag/bag.js';
import { bag } from '../../src/bag/namespace.js';
import { compute } from '../../src/client/collections.js';
import { golden } from '../support/golden.js';

const record = golden('bag.json');
const { numbers, words } = record as { numbers: number[]; words: string[] };
const people = record.people as { name: string; age: number; city: string }[];

const partsOf = async <T>(items: Bag<T>): Promise<readonly (readonly T[])[]> => (await compute(items.toDelayed()))[0];
// biome-ignore lint/suspicious/noExplicitAny: whatever Dask gave
type Expected = { readonly npartitions: number } & Readonly<Record<string, any>>;
/** As Python writes lists and strings, which is what the script sorts by. */
const pythonText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(pythonText).join(', ')}]`
    : typeof value === 'string'
      ? `'${value}'`
      : String(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : pythonText(value));
const byText = <T>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
const ascending = (items: readonly number[]) => [...items].sort((a, b) => a - b);

test('fromSequence cuts where Dask does', async () => {
  for (const [n, npartitions, partitionSize, lengths] of record.fromSequence) {
    const options = { ...(npartitions && { npartitions }), ...(partitionSize && { partitionSize }) };
    const parts = await partsOf(bag.fromSequence(Array(n).keys(), options));
    expect(parts.map((part) => part.length)).toEqual(lengths);
  }
});

test('range', async () => {
  for (const [n, npartitions, lengths] of record.range) {
    expect((await partsOf(bag.range(n, npartitions))).map((part) => part.length)).toEqual(lengths);
  }
});

describe.each(record.reductions as Expected[])('of $npartitions partitions', (expected) => {
  const { npartitions } = expected;
  const b = bag.fromSequence(numbers, { npartitions });
  const add = (x: number, y: number) => x + y;

  test('reductions to a value', async () => {
    const [values] = await compute({
      count: b.count(),
      sum: b.sum(),
      min: b.min(),
      max: b.max(),
      any: b.any(),
      all: b.all(),
      fold: b.fold(add),
      foldInitial: b.fold(add, undefined, 10),
      foldCombine: b.fold((n: number, x) => n + (x % 2), add, 0),
      reduction: b.reduction(
        (items) => items.reduce((x, y) => x + y),
        (sums) => Math.max(...sums),
        { splitEvery: 3 },
      ),
    });
    for (const [name, value] of Object.entries(values)) expect([name, value]).toEqual([name, expected[name]]);
    const [mean, std, variance] = await compute(b.mean(), b.std(), b.var({ ddof: 1 }));
    expect(mean).toBeCloseTo(expected.mean, 12);
    expect(std).toBeCloseTo(expected.std, 12);
    expect(variance).toBeCloseTo(expected.var, 10);
  });

  test('reductions to a bag', async () => {
    expect(await b.topk(5).compute()).toEqual(expected.topk);
    expect(await b.topk(5, (x) => -x).compute()).toEqual(expected.topkKey);
    expect(byText(await b.distinct().compute())).toEqual(expected.distinct);
    expect(byText(await b.foldby((x) => x % 5, add, 0, add, 0).compute())).toEqual(expected.foldby);
    expect(byText(await b.foldby((x) => x % 5, add, 0, add, 1000).compute())).toEqual(expected.foldbyInitial);
  });

  test('foldby without initial values, whose exact products overflow', async () => {
    const product = (x: number, y: number) => x * y;
    const folded = byText(await b.foldby((x) => x % 5, product).compute());
    (expected.foldbyNothing as [number, number][]).forEach(([key, value], i) => {
      expect(folded[i]![0]).toBe(key);
      expect(folded[i]![1] / value || 1).toBeCloseTo(1, 12);
    });
  });

  test('what keeps the order', async () => {
    expect(await b.accumulate(add).compute()).toEqual(expected.accumulate);
    expect(await b.accumulate(add, 100).compute()).toEqual(expected.accumulateInitial);
    expect(await b.take(3)).toEqual(expected.take);
    expect(await b.take(100, { npartitions: -1 })).toEqual(expected.takeAll);
  });

  test('groupby', async () => {
    const groups = await b.groupby((x) => x % 5).compute();
    expect(byText(groups.map(([key, group]) => [key, ascending(group)]))).toEqual(expected.groupby);
  });
});

test('of words', async () => {
  const w = bag.fromSequence(words, { npartitions: 4 });
  const lengths = w.map((word) => word.length);
  const [found] = await compute({
    frequencies: w.frequencies(),
    counts: w.frequencies({ sort: true }).pluck(1),
    topk: w.topk(3, 'length'),
    distinct: w.distinct('length').pluck('length'),
    max: w.max(),
    join: w.join(['tiger', 'donkey', 'dove'], (word) => word[0]),
    product: w.product(bag.fromSequence([1, 2, 3], { npartitions: 2 })),
    zip: bag.zip(w, lengths),
    concat: bag.concat([w, w.map((word) => word.toUpperCase())]),
    flatten: w.map((word) => [...word]).flatten(),
    starmap: bag.zip(w, lengths).starmap((word, n) => word[n - 1]),
    remove: w.remove((word) => word.includes('o')),
    mapTwo: w.map(
      (a: string, b: string, n: number) => `${a}/${b}${n}`,
      w.map((word) => word.toUpperCase()),
      w.count(),
    ),
  });
  const unordered = new Set(['frequencies', 'distinct']);
  for (const [name, value] of Object.entries(found)) {
    expect([name, unordered.has(name) ? byText(value as unknown[]) : value]).toEqual([name, record['words of'][name]]);
  }
});

test('of records', async () => {
  const p = bag.fromSequence(people, { npartitions: 3 });
  const expected = record['people of'];
  expect(await p.pluck('name').compute()).toEqual(expected.pluck);
  expect(await p.pluck(['name', 'age']).compute()).toEqual(expected.pluckTwo);
  expect(await p.pluck('size' as 'age', 0).compute()).toEqual(expected.pluckDefault);
  const groups = await p.groupby('city').compute();
  const named = groups.map(([city, group]) => [city, group.map(({ name }) => name).sort()]);
  expect(byText(named)).toEqual(expected.groupby);
  const totals = p.foldby(
    'city',
    (total: number, { age }) => total + age,
    0,
    (a, b) => a + b,
    0,
  );
  expect(byText(await totals.compute())).toEqual(expected.foldby);
  expect(await p.topk(4, 'age').pluck('age').compute()).toEqual(expected.oldest);
});

test('randomSample picks what Dask does for its seed', async () => {
  for (const [n, npartitions, probability, seed, items] of record.randomSample)
    expect(await bag.range(n, npartitions).randomSample(probability, seed).compute()).toEqual(items);
});

test('unzip', async () => {
  const rows = Array.from({ length: 10 }, (_, i): [number, number, number] => [i, i + 1, i + 2]);
  const [bags] = await compute(bag.fromSequence(rows, { npartitions: 3 }).unzip(3));
  expect(bags).toEqual(record.unzip);
});

test('repartition', async () => {
  for (const [n, before, after, parts] of record.repartition) {
    const b = bag.fromSequence(Array(n).keys(), { npartitions: before }).repartition(after);
    expect(await partsOf(b)).toEqual(parts);
  }
});
