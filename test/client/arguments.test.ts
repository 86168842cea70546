/** What may stand in the arguments of a call, and in what is put into queues: futures and lazy values, within containers. */
import { describe, expect, test } from 'vitest';
import {
  bag,
  Client,
  type Collection,
  delayed,
  type Future,
  InputError,
  type LocalCluster,
  type LocalClusterOptions,
  persist,
  Queue,
  Variable,
} from '../../src/index.js';
import { ShipError } from '../../src/shipping/ship-error.js';
import { openBefore } from '../support/cluster.js';

class Pair<T> {
  readonly left: T;
  readonly right: T;

  constructor(left: T, right: T) {
    this.left = left;
    this.right = right;
  }
}

const clusters: readonly [name: string, options: LocalClusterOptions][] = [
  ['threads', { workers: 1, threadsPerWorker: 2 }],
  ['processes', { workers: 2, threadsPerWorker: 1, processes: true }],
];

describe.each(clusters)('on a cluster of %s', (_name, options) => {
  let cluster: LocalCluster;
  let client: Client;
  openBefore(options, (opened) => ({ cluster, client } = opened));
  const numbers = () => client.map((x: number) => x * 10, [1, 2, 3]);

  test('futures in Maps and Sets, at any depth, are dependencies', async () => {
    const [a, b, c] = numbers() as [Future<number>, Future<number>, Future<number>];
    const sum = (table: ReadonlyMap<string, readonly number[]>, items: ReadonlySet<number>) => {
      if (![...table.values()].flat().every(Number.isInteger)) throw new TypeError('not all are numbers');
      return [...Array.from(table, ([name, [x]]) => `${name}${x}`), ...items];
    };
    const table = new Map([
      ['a', [a]],
      ['b', [b, 2]],
    ]);
    expect(await client.submit(sum, table, new Set([c, 4, a]))).toEqual(['a10', 'b20', 30, 4, 10]);
    const sizes = client.map((items: ReadonlySet<number>) => items.size, [new Set([a, b]), new Set([c, c])]);
    expect(await client.gather(sizes)).toEqual([2, 1]);
    expect(table.get('a')).toEqual([a]); // as it was
  });

  test('a future in an instance, or one as a key, is refused with the way to it', () => {
    const [a, b] = numbers() as [Future<number>, Future<number>];
    const within = client.submit.bind(client) as (...args: unknown[]) => unknown;
    expect(() => within((pair: Pair<number>) => pair.left, new Pair(a, b))).toThrow(ShipError);
    expect(() => within((pair: Pair<number>) => pair.left, new Pair(a, b))).toThrow(
      /it is a Future \(.*\): give it as an argument, and the function gets its result/,
    );
    expect(() => within((table: Map<number, string>) => table.size, new Map([[a, 'a']]))).toThrow(/it is a Future/);
  });

  test('futures in Maps and Sets pass through queues, variables and datasets', async () => {
    await using other = new Client(cluster);
    const [a, b, c] = numbers() as [Future<number>, Future<number>, Future<number>];
    const value = { table: new Map([['a', [a, b]]]), items: new Set<unknown>([c, 'text']) };
    const check = async (got: typeof value) => {
      const futures = [...got.table.get('a')!, [...got.items][0] as Future<number>];
      expect(await other.gather(futures)).toEqual([10, 20, 30]);
      expect([...got.items][1]).toBe('text');
    };
    await new Queue<typeof value>('q', { client }).put(value);
    await check(await new Queue<typeof value>('q', { client: other }).get());
    await new Variable<typeof value>('v', { client }).set(value);
    await check(await new Variable<typeof value>('v', { client: other }).get());
    await client.publishDataset('d', value);
    await check(await other.getDataset<typeof value>('d'));
    await client.unpublishDataset('d');
    expect(value.table.get('a')).toEqual([a, b]);
  });

  test('lazy values are computed first, once, and bags are the lists of their items', async () => {
    const queue = new Queue<number>('loads', { client });
    const load = delayed(async (n: number) => {
      await new Queue<number>('loads').put(n);
      return [n, n + 1];
    });
    const loaded = load(5);
    const last = loaded.get(1);
    const numbers = bag.range(6, 3).map((x) => x * 2);
    const join = (options: { terms: readonly number[] }, table: ReadonlyMap<string, number>, items: number[]) =>
      [...options.terms, ...table.values(), ...items].join();
    const future = client.submit(join, { terms: loaded }, new Map([['last', last]]), numbers);
    expect(await future).toBe('5,6,6,0,2,4,6,8,10');
    expect(await queue.qsize()).toBe(1);
    const three = client.submit(() => 3);
    const sums = client.map((x: number, y: number) => x + y, [last, three, 1], [numbers.sum(), 2, delayed(10)]);
    expect(await client.gather(sums)).toEqual([36, 5, 11]);
    const [kept] = await persist(numbers.filter((x) => x > 4));
    expect(await client.with({ key: 'of-kept' }).submit((items: number[]) => items, kept)).toEqual([6, 8, 10]);
    expect(await queue.get({ batch: true })).toEqual([5, 5]); // for the first call and, as nobody kept it, for the map
  });

  test('what a lazy argument throws is the failure of the call', async () => {
    const bad = delayed((): number => {
      throw new RangeError('no such number');
    })();
    const future = client.submit((x: number) => x, bad);
    await expect(future.result()).rejects.toThrow('no such number');
    const [good, failed] = client.map((x: number) => x, [1, bad]);
    expect(await good).toBe(1);
    await expect(failed!.result()).rejects.toThrow('no such number');
  });

  test('collections that cannot be one argument, or the items of a map, are refused with a sentence', () => {
    const numbers = bag.range(4, 2);
    const twoParts: Collection<number[]> = {
      toGraph: () => numbers.toGraph(),
      finish: (results) => results.flat() as number[],
      withKeys: () => twoParts,
    };
    expect(() => client.submit((items: number[]) => items, twoParts)).toThrow(
      new InputError(
        'a collection of 2 parts cannot be an argument, as it has no finishOp: compute it first, and give its value',
      ),
    );
    const map = client.map.bind(client) as (...args: unknown[]) => unknown;
    const lazy =
      'map takes iterables or arrays of items, and a Bag is lazy: give the items that it computes to, or use its own methods';
    expect(() => map((x: number) => x, numbers)).toThrow(new InputError(lazy));
    expect(() => map((x: number, y: number) => x + y, [1, 2], numbers)).toThrow(new InputError(lazy));
  });
});
