/** What every lazy collection can be asked, on a runner that tells what it was given. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bag } from '../../src/bag/namespace.js';
import { Client } from '../../src/client/client.js';
import { compute, computeOn, persistOn, visualize } from '../../src/client/collections.js';
import { currentRunner, useRunner } from '../../src/client/current-runner.js';
import { type GraphRunner, localRunner } from '../../src/client/local-runner.js';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { delayed } from '../../src/delayed/delayed.js';
import { type Graph, tasksOf } from '../../src/graph/graph.js';
import type { Key } from '../../src/graph/task.js';

/** Runs in this thread, holds results as a cluster does, and records what was sent and released. */
function recorder() {
  const graphs: Graph[] = [];
  const released: Key[] = [];
  const results = new Map<Key, Promise<unknown>>();
  const inner = localRunner();
  const runner: GraphRunner = {
    submitGraph(graph, keys) {
      graphs.push(graph);
      const known = [...results.keys()].filter((key) => ![...tasksOf(graph)].some((task) => task.key === key));
      const held = known.map((key) => ({ key, op: 'delayed/ops.js#value', params: [results.get(key)], deps: [] }));
      const whole = { ...graph, layers: [...graph.layers, { kind: 'tasks' as const, tasks: held }] };
      return inner.submitGraph(whole, keys).map((future) => {
        results.set(future.key, future.result());
        return { ...future, release: () => void released.push(future.key) };
      });
    },
  };
  return { runner, graphs, released };
}
const sizeOf = (graph: Graph | undefined) => [...tasksOf(graph!)].length;

test('compute sends one graph for all, culled and fused, with the code that it needs', async () => {
  const { runner, graphs, released } = recorder();
  const numbers = bag.range(100, 4).map((x) => x + 1);
  const first = numbers.take(2, { compute: false });
  expect(await computeOn(runner, [first])).toEqual([[1, 2]]);
  expect(sizeOf(graphs[0])).toBe(1);
  expect(Object.keys(graphs[0]!.code!)).toHaveLength(1);

  const [total, { largest }, plain] = (await computeOn(runner, [numbers.sum(), { largest: numbers.max() }, 'x'])) as [
    number,
    { largest: number },
    string,
  ];
  expect([total, largest, plain]).toEqual([5050, 100, 'x']);
  // The mapped partitions have two readers and stay; four chunks and an end for each reader.
  expect(sizeOf(graphs[1])).toBe(14);
  expect(released).toHaveLength(3);
});

test('nothing but plain values is computed at once', async () => {
  expect(await compute(1, { a: [2] })).toEqual([1, { a: [2] }]);
  expect(await compute()).toEqual([]);
});

test('what is persisted on a cluster is named by its keys in later graphs', async () => {
  const { runner, graphs } = recorder();
  const [held] = (await persistOn(runner, [bag.range(10, 2).map((x) => x * x)])) as [ReturnType<typeof bag.range>];
  expect(held.npartitions).toBe(2);
  expect(sizeOf(held.toGraph().graph)).toBe(0);
  expect(await computeOn(runner, [held.sum()])).toEqual([285]);
  expect(sizeOf(graphs[1])).toBe(3);
  expect(await computeOn(runner, [held])).toEqual([[0, 1, 4, 9, 16, 25, 36, 49, 64, 81]]);
});

test('the open client computes, persists and gives partitions as they come', async () => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  expect(currentRunner()).toBe(client);
  const offset = 1;
  const b = bag.range(100, 10).map((x) => x + offset);
  expect(await compute(b.sum(), { n: b.count() }, b.topk(2))).toEqual([5050, { n: 100 }, [100, 99]]);
  const held = await b.repartition(3).persist();
  expect(held.npartitions).toBe(3);
  expect(
    await held
      .map((x, n: number) => x * n, held.count())
      .max()
      .compute(),
  ).toBe(10_000);
  const first: number[] = [];
  for await (const item of held) {
    first.push(item);
    if (first.length === 3) break;
  }
  expect(first).toEqual([1, 2, 3]);
  const groups = await b.groupby((x) => x % 3, { npartitions: 4 }).compute();
  expect(groups.map(([key, items]) => [key, items.length]).sort()).toEqual([
    [0, 33],
    [1, 34],
    [2, 33],
  ]);
  const total = delayed((items: number[], more: { n: number }) => items.length + more.n);
  const future = client.submit((n: number) => n * 2, 21);
  expect(await total(held, { n: future as never }).compute()).toBe(142);
  await expect(bag.fromSequence<number>([]).max().compute()).rejects.toThrow('the maximum of a bag without items');
});

test('the runner that was made current last is used', async () => {
  const { runner, graphs } = recorder();
  const leave = useRunner(runner);
  try {
    expect(currentRunner()).toBe(runner);
    expect(await bag.range(3, 1).count().compute()).toBe(3);
    expect(graphs).toHaveLength(1);
  } finally {
    leave();
  }
  expect(currentRunner()).not.toBe(runner);
});

test('a failure is that of the first argument that failed, and results are let go', async () => {
  const { runner, released } = recorder();
  const fail = delayed((message: string): number => {
    throw new RangeError(message);
  });
  const good = delayed(1);
  await expect(computeOn(runner, [good, fail('one')])).rejects.toThrow(new RangeError('one'));
  expect(released).toHaveLength(2);
});

test('partitions that nobody comes to are not computed', async () => {
  const ran: number[] = [];
  (globalThis as { noteRun?: (x: number) => void }).noteRun = (x) => void ran.push(x);
  const b = bag.range(9, 3).map((x) => {
    (globalThis as { noteRun?: (x: number) => void }).noteRun!(x);
    return x;
  });
  for await (const item of b) if (item === 1) break;
  expect(ran.length).toBeLessThan(9);
  const seen: number[] = [];
  for await (const item of b) seen.push(item);
  expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('drawings: the graph as it was built, or as it runs', async () => {
  const path = join(tmpdir(), `sheaf-collections-${process.pid}.dot`);
  const b = bag.range(4, 2).map((x) => x + 1);
  await visualize(b, path);
  const built = readFileSync(path, 'utf8');
  expect(built).toContain('bag/ops.js#map');
  await b.visualize({ path, optimizeGraph: true });
  expect(readFileSync(path, 'utf8')).toContain('bag/ops.js#chain:range-map');
  rmSync(path);
  await expect(visualize(b, 'graph.png')).rejects.toThrow("graph.png ends in '.png'");
  await expect(visualize()).rejects.toThrow('visualize takes lazy collections such as bags');
});
