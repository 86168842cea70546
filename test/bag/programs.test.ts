/** Random programs of bag operations against the same on plain arrays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bag } from '../../src/bag/bag.js';
import { bag } from '../../src/bag/namespace.js';
import { compute } from '../../src/client/collections.js';

interface Step {
  readonly name: string;
  readonly onBag: (b: Bag<number>) => Bag<number>;
  readonly onArray: (a: readonly number[]) => readonly number[];
}

const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 40 });
const count = fc.integer({ min: 1, max: 12 });
const by = fc.integer({ min: 2, max: 5 });

const running = (values: readonly number[], initial: readonly number[] = []): number[] => {
  const results = [...initial];
  for (const value of values) results.push(results.length === 0 ? value : results.at(-1)! + value);
  return results;
};
const firsts = (values: readonly number[], keyOf: (x: number) => unknown): number[] =>
  values.filter((value, i) => values.findIndex((other) => keyOf(other) === keyOf(value)) === i);

const steps: readonly fc.Arbitrary<Step>[] = [
  by.map((n) => ({ name: `map ${n}`, onBag: (b) => b.map((x) => x * n), onArray: (a) => a.map((x) => x * n) })),
  by.map((n) => ({
    name: `map with ${n}`,
    onBag: (b) => b.map((x: number, y: number, z: number) => x + y - z, b, n),
    onArray: (a) => a.map((x) => 2 * x - n),
  })),
  fc.constant({ name: 'map async', onBag: (b) => b.map(async (x) => -x), onArray: (a) => a.map((x) => -x) }),
  by.map((n) => ({
    name: `filter ${n}`,
    onBag: (b) => b.filter((x) => x % n === 0),
    onArray: (a) => a.filter((x) => x % n === 0),
  })),
  by.map((n) => ({
    name: `remove ${n}`,
    onBag: (b) => b.remove((x) => x % n === 0),
    onArray: (a) => a.filter((x) => x % n !== 0),
  })),
  fc.constant({
    name: 'flatMap',
    onBag: (b) => b.flatMap((x) => (x % 3 === 0 ? [] : [x, x + 1])),
    onArray: (a) => a.flatMap((x) => (x % 3 === 0 ? [] : [x, x + 1])),
  }),
  fc.constant({ name: 'pluck', onBag: (b) => b.map((x) => ({ x })).pluck('x'), onArray: (a) => a }),
  fc.constant({
    name: 'zip, starmap',
    onBag: (b) =>
      bag
        .zip(
          b,
          b.map((x) => x + 1),
        )
        .starmap((x, y) => x * y),
    onArray: (a) => a.map((x) => x * (x + 1)),
  }),
  count.map((n) => ({ name: `repartition ${n}`, onBag: (b) => b.repartition(n), onArray: (a) => a })),
  fc.constant({ name: 'accumulate', onBag: (b) => b.accumulate((x, y) => x + y), onArray: (a) => running(a) }),
  fc.constant({
    name: 'accumulate from 3',
    onBag: (b) => b.accumulate((x: number, y: number) => x + y, 3),
    onArray: (a) => running(a, [3]),
  }),
  by.map((n) => ({
    name: `distinct ${n}`,
    onBag: (b) => b.distinct((x) => x % n),
    onArray: (a) => firsts(a, (x) => x % n),
  })),
  by.map((n) => ({
    name: `topk ${n}`,
    onBag: (b) => b.topk(n, (x) => Math.abs(x)),
    onArray: (a) => a.toSorted((x, y) => Math.abs(y) - Math.abs(x)).slice(0, n),
  })),
  fc.constant({ name: 'concat', onBag: (b) => bag.concat([b, b]), onArray: (a) => [...a, ...a] }),
  by.map((n) => ({
    name: `take ${n}`,
    onBag: (b) => b.take(n, { npartitions: -1, compute: false }),
    onArray: (a) => a.slice(0, n),
  })),
];

test('programs give what they give on arrays', async () => {
  const program = fc.array(fc.oneof(...steps), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(numbers, count, program, async (values, npartitions, program) => {
      let b: Bag<number> = bag.fromSequence(values, { npartitions });
      let a: readonly number[] = values;
      for (const { onBag, onArray } of program) {
        b = onBag(b);
        a = onArray(a).map((x) => x % 1000); // keeps products exact
        b = b.map((x) => x % 1000);
      }
      const groups = b.groupby((x) => ((x % 3) + 3) % 3);
      const totals = b.foldby(
        (x) => ((x % 3) + 3) % 3,
        (total: number, x) => total + x,
        0,
        (x, y) => x + y,
      );
      const [items, n, sum, any, all, frequencies, grouped, folded] = await compute(
        ...([b, b.count({ splitEvery: 2 }), b.sum({ splitEvery: 3 }), b.any(), b.all()] as const),
        ...([b.frequencies(), groups, totals] as const),
      );
      expect(items.map((x) => x + 0)).toEqual(a.map((x) => x + 0));
      expect([n, sum + 0, any, all]).toEqual([
        a.length,
        a.reduce((x, y) => x + y, 0) + 0,
        a.some(Boolean),
        a.every(Boolean),
      ]);
      expect(new Map(frequencies)).toEqual(
        new Map(firsts(a, (x) => x).map((x) => [x, a.filter((y) => y === x).length])),
      );
      const remainders = new Set(a.map((x) => ((x % 3) + 3) % 3));
      const membersOf = (remainder: number) => a.filter((x) => ((x % 3) + 3) % 3 === remainder);
      const ascending = (all: readonly number[]) => all.toSorted((x, y) => x - y);
      expect(new Map(grouped.map(([key, group]) => [key, ascending(group)]))).toEqual(
        new Map([...remainders].map((key) => [key, ascending(membersOf(key))])),
      );
      expect(grouped).toHaveLength(remainders.size);
      expect(new Map(folded)).toEqual(
        new Map([...remainders].map((key) => [key, membersOf(key).reduce((x, y) => x + y, 0)])),
      );
    }),
    { numRuns: 120 },
  );
});

test('groupby in several stages: every key is whole, and in one partition', async () => {
  for (const [npartitions, to] of [
    [40, 40],
    [3, 70],
    [70, 3],
    [33, 34],
  ] as const) {
    const groups = bag
      .fromSequence(Array(500).keys(), { npartitions })
      .groupby((x) => `key ${x % 90}`, { npartitions: to });
    expect(groups.npartitions).toBe(to);
    const [partitions] = await compute(groups.toDelayed());
    const all = partitions.flat(1);
    expect(all.map(([key]) => key).sort()).toEqual(Array.from({ length: 90 }, (_, i) => `key ${i}`).sort());
    for (const [key, items] of all) expect(items.every((x) => `key ${x % 90}` === key)).toBe(true);
    expect(all.reduce((n, [, items]) => n + items.length, 0)).toBe(500);
  }
});
