import { expect, test } from 'vitest';
import { Client } from '../../src/client/client.js';
import { SchedulerLostError } from '../../src/client/connection.js';
import { wait } from '../../src/client/wait.js';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { Security } from '../../src/comm/security.js';
import { GraphBuilder } from '../../src/graph/graph.js';
import { op } from '../support/ops.js';

test('a worker process that is killed in mid-task does not lose the job', async () => {
  await using cluster = await LocalCluster.start({ workers: 3, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const numbers = Array.from({ length: 20 }, (_, i) => builder.add(op('range'), 1000 + i));
  const sums = numbers.map((key) => builder.add(op('sum'), null, [key]));
  const killer = builder.add(op('killOnce'), (await cluster.target).address, []);
  const total = builder.add(op('add'), 0, [...sums, killer]);
  const expected = numbers.reduce((sum, _, i) => sum + ((1000 + i) * (999 + i)) / 2, 0);
  const before = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
  expect(await client.get(builder.build(), [total])).toEqual([expected]);
  await client.waitForWorkers(3); // another process has taken its place
  const after = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
  expect(after.filter((pid) => before.includes(pid))).toHaveLength(2);
});

test('with certificates every connection between processes is encrypted', async () => {
  const security = Security.temporary();
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true, security });
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const arrays = [1000, 2000].map((n) => builder.add(op('range'), n));
  const total = builder.add(op('sum'), null, arrays);
  expect(await client.get(builder.build(), [total])).toEqual([(1000 * 999 + 2000 * 1999) / 2]);
  const { addresses, workers } = await client.schedulerInfo();
  expect([...addresses, ...workers.map(({ address }) => address)].filter((at) => !at.startsWith('tls://'))).toEqual([]);
  const { secret } = await cluster.target;
  const stranger = new Client(addresses[0]!, { secret, security: Security.temporary(), timeoutMs: 5000 });
  await expect(stranger.schedulerInfo()).rejects.toThrow(/certificate/);
  await stranger.close();
});

test('a task that kills every worker it meets fails with their names; what is left of the cluster works on', async () => {
  await using cluster = await LocalCluster.start({ workers: 4, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const deadly = builder.add(op('kill'), null);
  const fine = builder.add(op('add'), 3);
  await expect(client.get(builder.build(), [deadly])).rejects.toThrow(/was running on 3 workers when they ended/);
  expect(await client.get(builder.build(), [fine])).toEqual([3]);
});

test('results on a lost worker are computed again when they are asked for', async () => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const key = builder.add(op('range'), 3000);
  const [future] = client.submitGraph(builder.build(), [key]);
  const sum = builder.add(op('sum'), null, [key]);
  expect(await client.get(builder.build(), [sum])).toEqual([(3000 * 2999) / 2]);
  const holder = (await client.schedulerInfo()).workers.find((worker) => worker.nbytes > 0)!;
  process.kill(holder.pid, 'SIGKILL');
  expect(await future).toHaveLength(3000);
  expect((await client.schedulerInfo()).workers.map((worker) => worker.pid)).not.toContain(holder.pid);
});

test.each([1, 10_000])('a result that no other process can have fails, and costs no worker (%d numbers)', async (n) => {
  await using cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, processes: true });
  await using client = new Client(cluster);
  const builder = new GraphBuilder();
  const key = builder.add(op('sharedMemory'), n);
  await expect(client.get(builder.build(), [key])).rejects.toThrow('message.value[0] (a SharedArrayBuffer)');
  expect((await client.schedulerInfo()).workers).toHaveLength(2);
});

test('what is awaited when the cluster goes is told that the scheduler is gone', async () => {
  const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  const client = new Client(cluster);
  await client.ready;
  const graph = new GraphBuilder();
  const key = graph.add(op('forever'), null);
  const waiting = client.get(graph.build(), [key]);
  const refused = expect(waiting).rejects.toBeInstanceOf(SchedulerLostError);
  await client.schedulerInfo(); // the scheduler has seen the graph
  await cluster.close();
  await refused;
});

test.each([
  ['workers', 0],
  ['threadsPerWorker', 1.5],
  ['workers', Number.NaN],
])('%s: %s is refused', async (name, value) => {
  await expect(LocalCluster.start({ [name]: value })).rejects.toThrow(
    `${name} must be a positive integer, but it is ${value}`,
  );
});

test('a mistyped option is refused, not ignored', () => {
  expect(() => new LocalCluster({ worker: 2 } as never)).toThrow(
    'LocalCluster has no option worker: there are workers, threadsPerWorker, processes, retainBytes',
  );
});

test.each([{ processes: false }, { processes: true }])(
  'a cluster grows and shrinks, and keeps what it holds (%j)',
  async (how) => {
    await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, ...how });
    await using client = new Client(cluster);
    await cluster.scale(3);
    expect((await client.schedulerInfo()).workers).toHaveLength(3);
    const blocks = client.map((i: number) => new Float64Array(2000).fill(i), [1, 2, 3, 4, 5, 6]);
    await wait(blocks);
    await cluster.scale(1);
    const { workers } = await client.schedulerInfo();
    expect(workers.map(({ nbytes }) => nbytes > 6 * 16_000)).toEqual([true]);
    expect((await client.gather(blocks)).map((block) => block[1999])).toEqual([1, 2, 3, 4, 5, 6]);
    await expect(cluster.scale(-1)).rejects.toThrow('scale takes a number of workers from 0 up, but it was given -1');
  },
);

test('a cluster that adapts has workers while there is work, and none after', async () => {
  await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
  await using client = new Client(cluster);
  expect(() => cluster.adapt({ minimum: 5, maximum: 2 })).toThrow('minimum 5 is above maximum 2');
  cluster.adapt({ minimum: 0, maximum: 3, intervalMs: 10, targetMs: 10 });
  const futures = client.map(
    (i: number) => new Promise<number>((resolve) => setTimeout(resolve, 100, i)),
    [1, 2, 3, 4, 5, 6],
  );
  await client.waitForWorkers(3);
  expect(await client.gather(futures)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const future of futures) future.release();
  while ((await client.schedulerInfo()).workers.length > 0);
  expect(await client.submit(() => 'again')).toBe('again');
});

test('a worker process whose event loop hangs is given up and replaced; what it held is computed again', async () => {
  await using cluster = await LocalCluster.start({
    workers: 2,
    threadsPerWorker: 1,
    processes: true,
    workerTtlMs: 1500,
  });
  await using client = new Client(cluster);
  const { workers } = await client.schedulerInfo();
  const block = client.with({ workers: [workers[0]!.name] }).submit((n: number) => new Float64Array(n).fill(1), 5000);
  await wait([block]);
  process.kill(workers[0]!.pid, 'SIGSTOP'); // as a loop that never ends would
  const total = client.submit((values: Float64Array) => values.reduce((a, b) => a + b), block);
  expect(await total).toBe(5000);
  await client.waitForWorkers(2);
  expect((await client.schedulerInfo()).workers.map(({ pid }) => pid)).not.toContain(workers[0]!.pid);
});
