/** What types, mistakes and odd items do. */
import { expect, expectTypeOf, test } from 'vitest';
import { Bag } from '../../src/bag/bag.js';
import { bag } from '../../src/bag/namespace.js';
import { compute } from '../../src/client/collections.js';
import { type Delayed, delayed } from '../../src/delayed/delayed.js';
import { sizeOfValue } from '../../src/worker/sizeof.js';

test('items have types', () => {
  const numbers = bag.fromSequence([1, 2, 3]);
  expectTypeOf(numbers.map((x) => String(x))).toEqualTypeOf<Bag<string>>();
  expectTypeOf(numbers.map(async (x) => x > 1)).toEqualTypeOf<Bag<boolean>>();
  expectTypeOf(numbers.sum()).toEqualTypeOf<Delayed<number>>();
  expectTypeOf(numbers.map((x) => ({ x, name: 'n' })).pluck('name')).toEqualTypeOf<Bag<string>>();
  expectTypeOf(numbers.groupby((x) => `${x}`)).toEqualTypeOf<Bag<[string, number[]]>>();
  expectTypeOf(numbers.frequencies()).toEqualTypeOf<Bag<[number, number]>>();
  expectTypeOf(numbers.map((x) => [x, x]).flatten()).toEqualTypeOf<Bag<number>>();
  expectTypeOf(bag.zip(numbers, bag.fromSequence('abc'))).toEqualTypeOf<Bag<[number, string]>>();
  expectTypeOf(bag.fromSequence([1, 'a']).filter((x) => typeof x === 'string')).toEqualTypeOf<Bag<string>>();
  expectTypeOf(bag.readText('package.json')).toEqualTypeOf<Bag<string>>();
  expectTypeOf(bag.readText('package.json', { includePath: true })).toEqualTypeOf<Bag<[string, string]>>();
  // @ts-expect-error strings have no sum
  bag.fromSequence('ab').sum();
});

test('equal work has equal keys', () => {
  const make = (n: number) =>
    bag
      .range(10, 2)
      .map((x, m: number) => x + m, n)
      .sum();
  expect(make(1).key).toBe(make(1).key);
  expect(make(1).key).not.toBe(make(2).key);
});

test('equal plain data is one item or key, whatever its identity', async () => {
  const items = bag.fromSequence([{ a: 1, b: [2] }, { b: [2], a: 1 }, { a: 2, b: [] }, '1', 1], { npartitions: 3 });
  expect((await items.frequencies().compute()).map(([, n]) => n)).toEqual([2, 1, 1, 1]);
  expect(await items.distinct().compute()).toEqual([{ a: 1, b: [2] }, { a: 2, b: [] }, '1', 1]);
  const groups = await bag
    .fromSequence([0, -0, 1], { npartitions: 3 })
    .groupby((x) => [x === 1])
    .compute();
  expect(groups.map(([key, all]) => [key, all.length]).sort()).toEqual([
    [[false], 2],
    [[true], 1],
  ]);
});

test('empty bags', async () => {
  const empty = bag.fromSequence<number>([]);
  expect(empty.npartitions).toBe(1);
  expect(await empty.compute()).toEqual([]);
  expect(await empty.sum().compute()).toBe(0);
  expect(await empty.count().compute()).toBe(0);
  expect(await empty.mean().compute()).toBeNaN();
  expect(await empty.fold((a, b) => a + b, undefined, 7).compute()).toBe(7);
  expect(
    await empty
      .reduction(
        (items) => items.length,
        (all) => all.length,
      )
      .compute(),
  ).toBe(1);
  await expect(empty.max().compute()).rejects.toThrow('the maximum of a bag without items');
  await expect(empty.fold((a, b) => a + b).compute()).rejects.toThrow(
    'fold without an initial value of a bag without items',
  );
});

test('partitions that are empty do not take part', async () => {
  const b = bag.range(10, 10).filter((x) => x > 7);
  expect(await b.min().compute()).toBe(8);
  expect(await b.accumulate((x, y) => x + y).compute()).toEqual([8, 17]);
});

test('moments are stable far from zero', async () => {
  const b = bag.fromSequence([1e9, 1e9 + 1, 1e9 + 2], { npartitions: 2 });
  expect(await b.var({ ddof: 1 }).compute()).toBe(1);
});

test('lazy and plain arguments of mapPartitions', async () => {
  const b = bag.range(6, 2);
  const counted = b.mapPartitions(
    (items, others: number[], total: number) => [items.length, others[0], total],
    b,
    b.sum(),
  );
  expect(await counted.compute()).toEqual([3, 0, 15, 3, 3, 15]);
  expect(await b.mapPartitions((items) => new Set(items.map((x) => x % 2))).compute()).toEqual([0, 1, 1, 0]);
});

test('bags and delayed values go into one another', async () => {
  const total = delayed((items: number[], n: number) => items.length + n);
  expect(await total(bag.range(5, 2), bag.range(5, 2).count()).compute()).toBe(10);
  expect(await bag.fromDelayed(bag.range(5, 2).toDelayed()).compute()).toEqual([0, 1, 2, 3, 4]);
  expect(await bag.fromDelayed(delayed(new Set([1, 2]))).compute()).toEqual([1, 2]);
  const fruits = bag.fromSequence(['kiwi', 'fig'], { npartitions: 2 });
  expect(
    await bag
      .range(5, 2)
      .join(fruits, (x) => x, 'length')
      .compute(),
  ).toEqual([
    ['fig', 3],
    ['kiwi', 4],
  ]);
  expect(
    await bag
      .range(5, 2)
      .join(
        delayed(['kiwi']),
        (x) => x,
        (fruit) => fruit.length,
      )
      .compute(),
  ).toEqual([['kiwi', 4]]);
});

test('lazy items of the other side of a join', async () => {
  const joined = bag.range(5, 2).join(['kiwi', delayed('fig')] as never as string[], (x) => x, 'length');
  expect(await joined.compute()).toEqual([
    ['fig', 3],
    ['kiwi', 4],
  ]);
});

test('mistakes are told', async () => {
  expect(() => bag.range(2, 1).join(3 as never, (x) => x)).toThrow(
    'join takes something iterable, or a lazy one, got 3',
  );
  const b = bag.range(10, 2);
  expect(() => bag.fromSequence(5 as never)).toThrow('fromSequence takes something iterable, got 5');
  expect(() => bag.fromSequence([1], { nPartitions: 1 } as never)).toThrow('fromSequence has no option nPartitions');
  expect(() => bag.fromSequence([1], { npartitions: 0 })).toThrow('npartitions is an integer from 1 up, got 0');
  expect(() => b.map(3 as never)).toThrow('map takes a function as fn, got 3');
  expect(() => b.map((x, y: number) => x + y, bag.range(10, 3))).toThrow(
    'map takes bags that are partitioned alike, got 2 and 3',
  );
  expect(() => bag.zip(b, bag.range(4, 4))).toThrow('zip takes bags that are partitioned alike');
  expect(() => b.sum({ splitEvery: 1 })).toThrow('splitEvery is an integer from 2 up, got 1');
  expect(() => b.take(1, { npartitions: 5 })).toThrow('take was to look into 5 partitions, and there are only 2');
  expect(() => bag.concat([])).toThrow('concat takes bags, and was given none');
  const uneven = bag.fromSequence([1, 2, 3], { npartitions: 2 });
  await expect(b.map((x, y: number) => x + y, uneven).compute()).rejects.toThrow(
    'beside a partition of 5 items is one of 2',
  );
  await expect(b.flatMap((x) => x as never).compute()).rejects.toThrow(
    'the function given to flatMap gave 0, which is not iterable',
  );
  const people = bag.fromSequence([{ name: 'Alice' }]);
  await expect(people.pluck('age' as 'name').compute()).rejects.toThrow('an item has no age: it has name');
  expect(await people.pluck('age' as 'name', undefined as never).compute()).toEqual([undefined]);
});

test('a bag is a collection of its items', () => {
  const b = bag.range(4, 2);
  expect(b).toBeInstanceOf(Bag);
  expect(b.toGraph().keys).toEqual(b.keys);
  expect(b.finish([[1], [2, 3]])).toEqual([1, 2, 3]);
});

test('a bag is repartitioned by size: large partitions are cut, small ones joined', async () => {
  const rows = bag
    .fromSequence(Array(64).keys(), { npartitions: 8 })
    .map((i) => new Float64Array(i < 32 ? 10 : 1000).fill(i));
  const even = await rows.repartition({ partitionSize: '20 KiB' });
  const parts = (await compute(even.toDelayed()))[0] as Float64Array[][];
  expect(parts.flat().map(([i]) => i)).toEqual([...Array(64).keys()]);
  const sizes = parts.map(sizeOfValue);
  expect(sizes.every((size) => size <= 20 * 1024)).toBe(true);
  expect(parts[0]).toHaveLength(32);
  expect(parts.length).toBeGreaterThan(8);
  const asOne = await rows.repartition({ partitionSize: 1e9 });
  expect(asOne.npartitions).toBe(1);
  expect(rows.repartition({ npartitions: 2 }).npartitions).toBe(2);
  expect((await bag.fromSequence<number>([]).repartition({ partitionSize: 1000 })).npartitions).toBe(1);
});

test('mistakes of repartition, unzip and randomSample are told', () => {
  const b = bag.range(4, 2);
  const repartition = b.repartition.bind(b) as (options: unknown) => unknown;
  expect(() => repartition({})).toThrow('repartition takes either npartitions or partitionSize, got none');
  expect(() => repartition({ npartitions: 1, partitionSize: 1 })).toThrow('got both');
  expect(() => repartition({ size: 1 })).toThrow('repartition has no option size');
  expect(() => repartition({ partitionSize: 'much' })).toThrow('is no number of bytes');
  expect(() => b.randomSample(1.5)).toThrow('the probability of randomSample is a number from 0 to 1, got 1.5');
  expect(() => b.randomSample(0.5, -1)).toThrow('the seed of randomSample is an integer from 0 up, got -1');
  // @ts-expect-error numbers are no arrays
  expect(() => b.unzip('two')).toThrow('the number of places of unzip is an integer from 0 up');
  const pairs = bag.fromSequence<[number, string]>([[1, 'a']]);
  expectTypeOf(pairs.unzip(2)).toEqualTypeOf<[Bag<number>, Bag<string>]>();
  expectTypeOf(b.map((x) => [x, x]).unzip(2)).toEqualTypeOf<Bag<number>[]>();
  // @ts-expect-error a pair has two places
  pairs.unzip(3);
});

test('samples without a seed differ', async () => {
  const b = bag.range(1000, 2);
  const [first, second] = [await b.randomSample(0.5).compute(), await b.randomSample(0.5).compute()];
  expect(first).not.toEqual(second);
});
