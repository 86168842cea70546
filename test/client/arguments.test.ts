/** What may stand in the arguments of a call, and in what is put into queues: futures and lazy values, within containers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Future, LocalCluster, type LocalClusterOptions, Queue, Variable } from '../../src/index.js';
import { ShipError } from '../../src/shipping/ship-error.js';

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
  beforeAll(async () => {
    cluster = await LocalCluster.start(options);
    client = new Client(cluster);
  });
  afterAll(async () => {
    await client.close();
    await cluster.close();
  });
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
});
