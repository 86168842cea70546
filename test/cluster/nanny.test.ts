import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Death, type NannyOptions, superviseWorker, type WorkerDeathError } from '../../src/cluster/nanny.js';
import type { WorkerOptions } from '../../src/cluster/worker-server.js';
import { deferred } from '../../src/util/deferred.js';
import { defaultThresholds } from '../../src/worker/memory-policy.js';

const main = new URL('../support/unstable-worker.js', import.meta.url);

function supervise(name: string, { memory, ...options }: Partial<NannyOptions> & Pick<WorkerOptions, 'memory'> = {}) {
  const deaths: Death[] = [];
  const restarted = deferred<number>();
  const givenUp = deferred<WorkerDeathError>();
  const worker = superviseWorker(
    {
      worker: { name, scheduler: '', secret: '', nthreads: 1, address: '', ...(memory && { memory }) },
      main,
      ...options,
    },
    { onDeath: (death) => deaths.push(death), onRestart: restarted.resolve, onGiveUp: givenUp.resolve },
  );
  return { worker, deaths, restarted: restarted.promise, givenUp: givenUp.promise };
}

test('a worker that ends before it is ready is an error, and not started again', async () => {
  const { worker, deaths } = supervise('ends before it is ready');
  await expect(worker.ready).rejects.toThrow('worker ends before it is ready ended before it was ready (exit code 4');
  await worker.ended;
  expect(deaths.map(({ code }) => code)).toEqual([4]);
});

test('one that is killed is started again, and the reason of its death told', async () => {
  const { worker, deaths, restarted } = supervise('is well');
  await worker.ready;
  const { pid } = worker;
  process.kill(pid, 'SIGKILL');
  expect(await restarted).toBe(worker.pid);
  expect(worker.pid).not.toBe(pid);
  expect(deaths).toMatchObject([{ pid, code: null, signal: 'SIGKILL' }]);
  expect(deaths[0]!.reason).toContain('signal SIGKILL, perhaps from the system for want of memory');
  await worker.close();
});

test('one that its scheduler sends away stays away', async () => {
  const { worker, deaths } = supervise('ends in order');
  await worker.ended;
  expect(deaths).toEqual([]);
});

test('one that dies again and again is given up', async () => {
  const { worker, deaths, givenUp } = supervise('dies when it is ready', { maxRestarts: 2 });
  const error = await givenUp;
  expect(error.message).toMatch(
    /^worker dies when it is ready died 3 times within 60 s and is not started again; the last time: exit code 5/,
  );
  expect(deaths).toHaveLength(3);
  await worker.ended;
});

test.runIf(existsSync('/proc/self/status'))('one that takes too much memory is killed', async () => {
  const memory = { limitBytes: 200 << 20, thresholds: defaultThresholds };
  const { worker, deaths, givenUp } = supervise('eats memory', { memory, maxRestarts: 0 });
  await givenUp;
  expect(deaths[0]!.reason).toMatch(/^killed by its supervisor: \d+ MiB of 200 MiB$/);
  expect(deaths[0]!.signal).toBe('SIGKILL');
  await worker.close();
});

test('it can be replaced, which is no death', async () => {
  const { worker, deaths } = supervise('is well');
  await worker.ready;
  const { pid } = worker;
  await worker.restart();
  expect(worker.pid).not.toBe(pid);
  await worker.close();
  expect(deaths).toEqual([]);
  expect(() => process.kill(worker.pid, 0)).toThrow('ESRCH');
});
