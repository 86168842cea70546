/** Tasks that end their thread or their process, and results that nobody can have. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../../../src/client/client.js';
import type { TaskError } from '../../../src/client/future.js';
import type { LocalCluster } from '../../../src/cluster/local-cluster.js';
import { processes, until } from '../../support/faults.js';

const tooLarge = 'bytes is over the cap of 268435456; return it in several results, or write it to a file';

test('a task that exits fails alone: its worker lives on, and the tasks behind it are done', async () => {
  await using cluster = await processes(1);
  await using client = new Client(cluster);
  const { pid } = (await client.schedulerInfo()).workers[0]!;
  const exits = client.submit(() => process.exit(3));
  const others = client.map((x: number) => x + 1, [1, 2, 3]);
  const error = (await exits.exception()) as TaskError;
  expect(error.message).toBe('the compute thread of this task ended with code 3');
  expect((error.cause as Error).name).toBe('ThreadEndedError');
  expect(await client.gather(others)).toEqual([2, 3, 4]);
  expect((await client.schedulerInfo()).workers.map((worker) => worker.pid)).toEqual([pid]);
});

test('a task that kills its process fails when it has met as many workers as are allowed', async () => {
  await using cluster = await processes(2, { allowedFailures: 2 });
  await using client = new Client(cluster);
  const before = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
  const deadly = client.submit(() => process.kill(process.pid, 'SIGKILL'));
  const error = (await deadly.exception()) as TaskError;
  expect((error.cause as Error).name).toBe('KilledWorkerError');
  expect(error.message).toMatch(
    /^task .* was running on 2 workers when they ended \(local-\d+-\d, local-\d+-\d; the last: .+\), so it is not tried again$/,
  );
  await expect(client.submit((x: unknown) => x, deadly)).rejects.toThrow('was running on 2 workers');
  await until(async () => (await client.schedulerInfo()).workers.length === 2);
  const after = (await client.schedulerInfo()).workers.map(({ pid }) => pid);
  expect(after.filter((pid) => before.includes(pid)).length).toBeLessThan(2);
  expect(await client.gather(client.map((x: number) => x + 1, [1, 2, 3]))).toEqual([2, 3, 4]);
});

describe('a result that cannot be sent fails its task with the sentence, and costs no worker', () => {
  let cluster: LocalCluster;
  let client: Client;
  let pid: number;
  beforeAll(async () => {
    cluster = await processes(1);
    client = new Client(cluster);
    pid = (await client.schedulerInfo()).workers[0]!.pid;
  });
  afterAll(async () => {
    await client.close();
    await cluster.close();
  });

  const results: readonly [what: string, fn: () => unknown, sentence: string][] = [
    ['a socket', async () => new (await import('node:net')).Socket(), 'the result is a Socket: a live handle'],
    ['a function', () => ({ f: function named() {} }), 'the result.f is a function (named): return data'],
    ['a unique symbol', () => [Symbol('mine')], 'the result[0] is a symbol (Symbol(mine))'],
    ['a promise inside', () => ({ later: Promise.resolve(1) }), 'the result.later is a Promise: await it'],
    ['huge text', () => 'x'.repeat(300e6), tooLarge],
    ['huge text inside', () => ['x'.repeat(300e6)], tooLarge],
  ];

  test.each(results)('%s', async (_what, fn, sentence) => {
    const future = client.submit(fn);
    await expect(future.result()).rejects.toThrow(sentence);
    expect(await client.submit(() => process.pid)).toBe(pid);
  });
});
