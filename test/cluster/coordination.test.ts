/** Coordination primitives between clients of real clusters. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SchedulerLostError } from '../../src/client/connection.js';
import { currentClient } from '../../src/client/current.js';
import type { Future } from '../../src/client/future.js';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { GraphBuilder } from '../../src/graph/graph.js';
import { Client, Event, getClient, Lock, Queue, Semaphore, Variable } from '../../src/index.js';
import { op } from '../support/ops.js';
import { root } from '../support/paths.js';

const start = (processes: boolean) => LocalCluster.start({ workers: 1, threadsPerWorker: 1, processes });
const numbers = Float64Array.from({ length: 3000 }, (_, i) => i);

/** A future of `numbers`, too large to be kept at the scheduler. */
function submitNumbers(client: Client): Future {
  const builder = new GraphBuilder();
  const key = builder.add(op('range'), numbers.length);
  return client.submitGraph(builder.build(), [key])[0]!;
}

describe.each([false, true])('two clients of a cluster (processes: %s)', (processes) => {
  test('pass items, set variables and events, and take turns', async () => {
    await using cluster = await start(processes);
    await using a = new Client(cluster);
    await using b = new Client(cluster);
    const [put, get] = [new Queue('q', { client: a }), new Queue('q', { client: b })];
    const early = get.get();
    await put.put({ rows: new Float64Array([1, 2]) });
    expect(await early).toEqual({ rows: new Float64Array([1, 2]) });
    await expect(get.get({ timeoutMs: 1 })).rejects.toThrow('queue.get waited 1 ms in vain: queue q is empty');

    const variable = new Variable('v', { client: b }).get();
    await new Variable('v', { client: a }).set(7);
    expect(await variable).toBe(7);

    const wait = new Event('e', { client: b }).wait();
    await new Event('e', { client: a }).set();
    expect(await wait).toBe(true);

    const semaphore = new Semaphore({ name: 's', maxLeases: 2, client: a });
    expect([await semaphore.acquire(), await semaphore.acquire()]).toEqual([true, true]);
    const lease = new Semaphore({ name: 's', maxLeases: 2, client: b }).acquire();
    await a.close();
    expect(await lease).toBe(true);
  });

  test('pass futures whose results the cluster keeps, though nobody else wants them', async () => {
    await using cluster = await start(processes);
    await using a = new Client(cluster);
    await using b = new Client(cluster);
    const future = submitNumbers(a);
    const queue = new Queue<Future[]>('q', { client: a });
    const reader = new Queue<Future[]>('q', { client: b });
    const put = queue.put([future]);
    future.release();
    await put;
    const [got] = await reader.get();
    expect(await got).toEqual(numbers);
    got!.release();
    await queue.qsize(); // both have told all they had to
    await reader.qsize();
    expect((await b.schedulerInfo()).tasks).toBe(0);
  });

  test('meet their tasks in a queue, and take turns with them', async () => {
    await using cluster = await start(processes);
    await using client = new Client(cluster);
    const lock = new Lock('turn', { client });
    await lock.acquire();
    const builder = new GraphBuilder();
    const key = builder.add(`${new URL('../support/coordination-ops.js', import.meta.url)}#takeTurn`, 1);
    const [task] = client.submitGraph(builder.build(), [key]);
    expect(await new Queue<number>('answers', { client }).get({ timeoutMs: 20_000 })).toBe(2);
    await lock.release();
    expect(await task).toBe(false);
  });

  test('pass futures of a map of which a part is still to be sent', async () => {
    await using cluster = await start(processes);
    await using a = new Client(cluster);
    await using b = new Client(cluster);
    const queue = new Queue<Future[]>('q', { client: a });
    await queue.qsize(); // both are connected
    const futures = a.map((x: number) => x + 1, Array.from({ length: 100 }).keys(), { batchSize: 1 });
    await queue.put([futures.at(-1)!]);
    for (const future of futures) future.release();
    await queue.qsize(); // the scheduler has seen that they were released
    const [got] = await new Queue<Future[]>('q', { client: b }).get();
    expect(await got).toBe(100);
  });

  test('subscribe to topics of which clients and tasks log events', async () => {
    await using cluster = await start(processes);
    await using a = new Client(cluster);
    await using b = new Client(cluster);
    const heard: unknown[] = [];
    await a.subscribeTopic('losses', ([time, message]) => heard.push([time > 0, message]));
    await b.logEvent('losses', { epoch: 0, loss: new Float64Array([1]) });
    const train = async (epoch: number) => {
      const client = getClient();
      await client.logEvent(['losses', 'epochs'], epoch);
      let hear: (answer: unknown) => void = () => {};
      const answer = new Promise((resolve) => {
        hear = resolve;
      });
      await client.subscribeTopic('answers', ([, message]) => hear(message));
      await new Event('asks').set();
      return answer;
    };
    const future = b.submit(train, 1);
    await new Event('asks', { client: a }).wait();
    await a.logEvent('answers', 'stop');
    expect(await future).toBe('stop');
    expect(heard).toEqual([
      [true, { epoch: 0, loss: new Float64Array([1]) }],
      [true, 1],
    ]);
    await a.unsubscribeTopic('losses');
    await b.logEvent('losses', 'unheard');
    await a.getEvents('losses'); // what came before it has come
    expect(heard).toHaveLength(2);
  });

  test('publish datasets that outlive their client, and log events', async () => {
    await using cluster = await start(processes);
    await using b = new Client(cluster);
    {
      await using a = new Client(cluster);
      await a.publishDataset('numbers', { parts: [submitNumbers(a)] });
      await a.logEvent('progress', 'published');
    }
    expect(await b.listDatasets()).toEqual(['numbers']);
    const { parts } = (await b.getDataset('numbers')) as { readonly parts: readonly Future[] };
    expect(await parts[0]).toEqual(numbers);
    const [[time, message]] = (await b.getEvents('progress')) as [[number, string]];
    expect([Math.abs(time - Date.now()) < 60_000, message]).toEqual([true, 'published']);
    parts[0]!.release();
    await b.unpublishDataset('numbers');
    expect((await b.schedulerInfo()).tasks).toBe(0);
  });
});

test('a lock goes on when the process of the client that holds it is killed', async () => {
  await using cluster = await start(true);
  await using client = new Client(cluster);
  const { address, secret } = await cluster.target;
  const program = join(root, 'dist', 'test', 'support', 'lock-holder.js');
  const holder = spawn(process.execPath, [program, address, secret, 'x'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  try {
    expect(String(await once(holder.stdout, 'data'))).toBe('held\n');
    const lock = new Lock('x', { client });
    expect(await lock.acquire({ blocking: false })).toBe(false);
    const next = lock.acquire();
    holder.kill('SIGKILL');
    expect(await next).toBe(true);
  } finally {
    holder.kill('SIGKILL');
    await ended;
  }
});

test('who waits when the cluster goes is told so', async () => {
  const cluster = await start(false);
  const client = new Client(cluster);
  const waiting = expect(new Event('e', { client }).wait()).rejects.toBeInstanceOf(SchedulerLostError);
  await client.schedulerInfo(); // the scheduler has seen the request
  await cluster.close();
  await waiting;
});

test('the client that is meant where none is given is the last one opened', async () => {
  await using cluster = await start(false);
  await using first = new Client(cluster);
  {
    await using second = new Client(cluster);
    expect(currentClient()).toBe(second);
  }
  expect(currentClient()).toBe(first);
  expect(await new Lock('x').acquire()).toBe(true);
});

test('what cannot be sent is told, and the client goes on', async () => {
  await using cluster = await start(true);
  await using client = new Client(cluster);
  const queue = new Queue('q', { client });
  await expect(queue.put(() => 1)).rejects.toThrow(
    'the value cannot be sent to other clients, because of value (a function)',
  );
  await queue.put(1);
  expect(await queue.get()).toBe(1);
});
