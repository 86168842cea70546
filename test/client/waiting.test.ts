/** What clients hear of tasks that wait. */
import { describe, expect, test } from 'vitest';
import { SchedulerServer } from '../../src/cluster/scheduler-server.js';
import { annotate, Client, type Future, TimeoutError, wait } from '../../src/index.js';
import { openBefore } from '../support/cluster.js';
import { warningsDuring } from '../support/warnings.js';

const secret = 'a secret for this test alone';

async function lateness(future: Future): Promise<string> {
  const error = await future.result(20).catch((reason) => reason);
  expect(error).toBeInstanceOf(TimeoutError);
  return (error as Error).message;
}

describe('on a cluster', () => {
  let client: Client;
  openBefore({ workers: 2, threadsPerWorker: 1, resources: { GPU: 2 } }, (opened) => ({ client } = opened));
  const workers = async () => Object.keys(await client.nthreads());

  test('the error of a time-out says that no worker has the resources, and what they have', async () => {
    const [a, b] = await workers();
    const large = client.with({ resources: { GPU: 5 } }).submit(() => 1);
    const reason = `it cannot run: no worker has GPU: 5 (workers offer: GPU: 2 on ${a}, GPU: 2 on ${b})`;
    expect(await lateness(large)).toBe(`task ${large.key} has no result after 20 ms: ${reason}`);
    const sum = client.submit((x: number) => x + 1, large);
    expect(await lateness(sum)).toContain(`: it waits for ${large.key}, which cannot run: no worker has GPU: 5 (`);
    await expect(wait([sum, large], { timeoutMs: 20 })).rejects.toThrow(
      `2 of 2 futures are not done, among them ${sum.key}: it waits for ${large.key}, which cannot run: no worker`,
    );
  });

  test('that none of the workers is there, and which are', async () => {
    const submit = () => client.submit(() => 2);
    const named = annotate({ workers: ['nobody'] }, submit);
    expect(await lateness(named)).toContain(
      `none of the workers it is restricted to (nobody) is there; there are ${(await workers()).join(', ')}`,
    );
    await named.cancel();
    expect(await annotate({ workers: ['nobody'], allowOtherWorkers: true }, submit)).toBe(2);
  });

  test('what it waits for, and where that runs', async () => {
    const [a] = await workers();
    const endless = client.with({ workers: [a!], pure: false }).submit(() => new Promise<number>(() => {}));
    const next = client.submit((x: number) => x + 1, endless);
    const runs = `has been running for \\d\\.\\d s on worker ${a}$`;
    expect(await lateness(next)).toMatch(new RegExp(`: it waits for ${endless.key}, which ${runs}`));
    expect(await lateness(endless)).toMatch(new RegExp(`: it ${runs}`));
    await endless.cancel();
  });
});

test('there are no workers, or no scheduler', async () => {
  const server = await SchedulerServer.start({ addresses: ['tcp://127.0.0.1:0'], secret });
  await using client = new Client(server.addresses[0]!, { secret });
  await client.ready;
  expect(await lateness(client.submit(() => 1))).toMatch(/: it cannot run: there are no workers$/);
  const scattered = client.scatter(1);
  scattered.exception(); // it fails, as no worker comes
  const sum = client.submit((x: number) => x + 1, scattered);
  expect(await lateness(sum)).toMatch(/as the scheduler has not heard of it yet$/);
  await server.close();

  const lonely = new Client('tcp://127.0.0.1:1', { secret, timeoutMs: 200 });
  expect(await lateness(lonely.submit(() => 1))).toMatch(/as there is no connection to the scheduler yet$/);
  await lonely.close();
});

test('a client is warned of what no worker can run, and others may hear of it', async () => {
  const server = await SchedulerServer.start({ addresses: ['tcp://127.0.0.1:0'], secret, noWorkerMs: 0 });
  await using client = new Client(server.addresses[0]!, { secret });
  const large = client.with({ resources: { GPU: 5 } }).submit(() => 1);
  let heard: unknown;
  const warnings = await warningsDuring(
    () =>
      new Promise<void>((resolve) => {
        client.subscribeTopic('scheduler', ([, event]) => {
          heard = event;
          resolve();
        });
      }),
  );
  const reason = 'there are no workers';
  expect(heard).toEqual({ action: 'no-worker', keys: [large.key], count: 1, reason });
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(new RegExp(`^task ${large.key} has waited for \\d\\.\\d s and cannot run: ${reason}$`)),
  ]);
  expect((await client.getEvents('scheduler')).map(([, event]) => event)).toEqual([heard]);
  await server.close();
});
