/** The same suite over both kinds of local cluster: threads of this process, and child processes joined by TCP. */
import { describe, expect, test } from 'vitest';
import { LocalCluster, type LocalClusterOptions } from '../../src/cluster/local-cluster.js';
import { GraphBuilder } from '../../src/graph/graph.js';
import { Client, TaskError } from '../../src/index.js';
import { execute } from '../../src/worker/execute.js';
import { openBefore } from '../support/cluster.js';
import { op } from '../support/ops.js';

const kinds: [string, LocalClusterOptions][] = [
  ['threads', { workers: 1, threadsPerWorker: 2 }],
  ['several workers in this process', { workers: 2, threadsPerWorker: 1 }],
  ['processes', { workers: 2, threadsPerWorker: 1, processes: true }],
];

describe.each(kinds)('on a cluster of %s', (_name, options) => {
  let client: Client;
  openBefore(options, (opened) => ({ client } = opened));

  test('a graph gives what the executor in this thread gives', async () => {
    const builder = new GraphBuilder();
    const arrays = [1000, 2000, 3000].map((n) => builder.add(op('range'), n));
    const sums = arrays.map((key, i) => builder.add(op('sum'), null, [key, arrays[(i + 1) % 3]!]));
    const total = builder.add(op('add'), 5, sums);
    const graph = builder.build();
    const keys = [total, ...arrays, ...sums];
    expect(await client.get(graph, keys)).toEqual(await Promise.all(execute(graph, keys)));
  });

  test('a failing task rejects its futures and those that need it, with the error of its code as the cause', async () => {
    const builder = new GraphBuilder();
    const bad = builder.add(op('fail'), 'no such thing');
    const needs = builder.add(op('sum'), null, [bad]);
    const good = builder.add(op('add'), 1);
    const [futureBad, futureNeeds, futureGood] = client.submitGraph(builder.build(), [bad, needs, good]);
    expect(await futureGood).toBe(1);
    for (const future of [futureBad!, futureNeeds!]) {
      const error = await future.result().then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(TaskError);
      expect(error.message).toBe('no such thing');
      expect(error.key).toBe(future.key);
      expect(error.cause.name).toBe('TypeError');
      expect(error.cause.stack).toContain('support/ops');
      expect(error.cause.cause).toMatchObject({ name: 'RangeError', message: 'the cause' });
      expect(future.status).toBe('error');
      future.release();
      expect(future.status).toBe('released');
    }
  });

  test.each([
    ['a result that cannot be sent', 'unclonable', 'cannot be sent'],
    ['a task that exits', 'exit', 'ended with code'],
    ['an operation that does not exist', 'nothing', 'exports no function nothing'],
    ['a task that throws nothing', 'throwNothing', 'undefined'],
    ['a task that throws an object', 'throwObject', '{ code: 42 }'],
  ])('%s is an error of that task alone', async (_title, name, text) => {
    const builder = new GraphBuilder();
    const bad = builder.add(op(name), 3);
    const good = builder.add(op('add'), 2);
    const [futureBad, futureGood] = client.submitGraph(builder.build(), [bad, good]);
    await expect(futureBad!.result()).rejects.toThrow(text);
    expect(await futureGood).toBe(2);
  });

  test('short tasks handed ahead to a thread outlive the one that ends it', async () => {
    const items = [1, 2, 3];
    const warm = { kind: 'map', prefix: 'warm', op: op('exitIfNegative'), columns: [items] } as const;
    expect(await client.get({ layers: [warm] }, ['warm-0', 'warm-1', 'warm-2'])).toEqual(items);
    const values = Array.from({ length: 40 }, (_, i) => (i === 0 ? -1 : i));
    const layer = { ...warm, prefix: 'ahead', columns: [values] };
    const [bad, ...good] = client.submitGraph(
      { layers: [layer] },
      values.map((_, i) => `ahead-${i}`),
    );
    await expect(bad!.result()).rejects.toThrow('ended with code 3');
    expect(await client.gather(good)).toEqual(values.slice(1));
    for (const future of [bad!, ...good]) future.release();
  });

  test('keys that nobody knows, missing inputs and cycles are refused with a sentence', async () => {
    await expect(client.get({ layers: [] }, ['ghost'])).rejects.toThrow('there is no task ghost');
    const dangling = { key: 'dangling', op: op('add'), params: 1, deps: ['ghost'] };
    const above = { key: 'above', op: op('add'), params: 1, deps: ['dangling'] };
    const graph = { layers: [{ kind: 'tasks', tasks: [dangling, above] }] } as const;
    await expect(client.get(graph, ['above'])).rejects.toThrow('task dangling needs ghost, which is not in the graph');
    const a = { key: 'a', op: op('add'), params: 1, deps: ['b'] };
    const b = { key: 'b', op: op('add'), params: 1, deps: ['a'] };
    await expect(client.get({ layers: [{ kind: 'tasks', tasks: [a, b] }] }, ['a'])).rejects.toThrow('cycle');
  });

  test('nothing is a result like others', async () => {
    const nothing = client.submit(async () => {});
    const told = client.submit((value: unknown, ...more: unknown[]) => [String(value), more.length], nothing, null);
    expect([await nothing, await told]).toEqual([undefined, ['undefined', 1]]);
    const ignore = async (_x: number) => {};
    const voids = client.map(ignore, [1, 2]);
    expect(await client.gather(voids)).toEqual([undefined, undefined]);
    expect((await client.story(nothing)).filter(({ to }) => to === 'processing')).toHaveLength(1);
    for (const future of [nothing, told, ...voids]) future.release();
  });

  test('two thousand tasks of a map layer come back in order', async () => {
    const items = Float64Array.from({ length: 2000 }, (_, i) => i);
    const graph = { layers: [{ kind: 'map', prefix: 'm', op: op('first'), columns: [items] }] } as const;
    const keys = Array.from(items, (i) => `m-${i}`);
    expect(await client.get(graph, keys)).toEqual(Array.from(items));
  });

  test('released results leave the cluster', async () => {
    const builder = new GraphBuilder();
    const key = builder.add(op('range'), 5000);
    const [future] = client.submitGraph(builder.build(), [key]);
    expect(await future).toHaveLength(5000);
    // Of this key alone, as futures of other tests may be collected meanwhile.
    const isThere = async () => (await client.dumpClusterState()).tasks.some((task) => task.key === key);
    expect(await isThere()).toBe(true);
    future!.release();
    expect(await isThere()).toBe(false);
  });
});

test('what is submitted while a map is still on its way knows its tasks', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  await client.ready;
  const futures = client.map((x: number) => x + 1, Array.from({ length: 100 }).keys(), { batchSize: 1 });
  const doubled = client.submit((x: number) => x * 2, futures.at(-1)!);
  expect(await doubled).toBe(200);
  for (const future of [doubled, ...futures]) future.release();
  expect((await client.schedulerInfo()).tasks).toBe(0);
});
