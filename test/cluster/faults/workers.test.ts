/** Workers that are killed, with all that they do and hold. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Client } from '../../../src/client/client.js';
import type { TaskError } from '../../../src/client/future.js';
import { wait } from '../../../src/client/wait.js';
import { hangsOnce, holderOf, processes, replace, runs, scratch, until } from '../../support/faults.js';

const LARGE = 8_000_000; // numbers: 64 MB, ten times what the kernel's buffers hold

/** An array of ones, after a line in `file` for each time that it is made. */
async function makeOnes(file: string, n: number): Promise<Float64Array> {
  const { appendFileSync } = await import('node:fs');
  appendFileSync(file, `${process.pid}\n`);
  return new Float64Array(n).fill(1);
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

test('a task whose worker is killed in mid-task runs again on another', async () => {
  using place = scratch();
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const future = client.submit(hangsOnce, place.file);
  await until(() => runs(place.file).length === 1);
  const [killed] = runs(place.file);
  process.kill(killed!, 'SIGKILL');
  expect(await future).not.toBe(killed);
  expect(runs(place.file)).toEqual([killed, await future]);
});

test('the only copy of a computed result is computed again for the task that needs it', async () => {
  using place = scratch();
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const ones = client.submit(makeOnes, place.file, 5000);
  await wait([ones]);
  const { pid } = await holderOf(client, ones.key);
  await replace(client, pid, 2);
  expect(await client.submit(sum, ones)).toBe(5000);
  expect(runs(place.file)).toHaveLength(2);
});

test('a result that the client fetches when its holder is killed is computed again', async () => {
  using place = scratch();
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const ones = client.submit(makeOnes, place.file, LARGE);
  await wait([ones]);
  const { pid } = await holderOf(client, ones.key);
  const opened: Socket[] = [];
  const note = (message: unknown) => opened.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  const fetched = ones.result();
  const bytesRead = () => Math.max(0, ...opened.map((socket) => socket.bytesRead));
  await until(() => bytesRead() > 1e6);
  process.kill(pid, 'SIGKILL');
  expect(bytesRead()).toBeLessThan(8 * LARGE);
  unsubscribe('net.client.socket', note);
  expect(sum(await fetched)).toBe(LARGE);
  expect(runs(place.file)).toHaveLength(2);
});

test('a result that another worker fetches when its holder is killed is computed again', async () => {
  using place = scratch();
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const ones = client.submit(makeOnes, place.file, LARGE);
  await wait([ones]);
  const holder = await holderOf(client, ones.key);
  const other = (await client.schedulerInfo()).workers.find(({ pid }) => pid !== holder.pid)!;
  // The sockets that it opens from now on.
  await client.run(
    async () => {
      const { subscribe } = await import('node:diagnostics_channel');
      const opened: Socket[] = [];
      Object.assign(globalThis, { opened });
      subscribe('net.client.socket', (message) => opened.push((message as { socket: Socket }).socket));
    },
    { workers: other.name },
  );
  const killing = client.run(
    async (pid: number) => {
      const { opened } = globalThis as unknown as { opened: Socket[] };
      const read = () => Math.max(0, ...opened.map((socket) => socket.bytesRead));
      while (read() < 1e6) await new Promise((resolve) => setImmediate(resolve));
      process.kill(pid, 'SIGKILL');
      return read();
    },
    { args: [holder.pid], workers: other.name },
  );
  const total = client.with({ workers: [other.name] }).submit(sum, ones);
  expect(Object.values(await killing)[0]).toBeLessThan(8 * LARGE);
  expect(await total).toBe(LARGE);
  expect(runs(place.file)).toHaveLength(2);
});

test('scattered data that is lost with its worker fails what needs it, and says how to protect it', async () => {
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const data = client.scatter(new Float64Array(5000).fill(1));
  await wait([data]);
  await replace(client, (await holderOf(client, data.key)).pid, 2);
  const total = client.submit(sum, data);
  const error = (await total.exception()) as TaskError;
  expect(error.message).toBe(
    `the data scattered as ${data.key} is lost with the workers that held it, and nothing can compute it again: ` +
      'scatter it anew, or protect it by client.replicate(futures, { count: 2 })',
  );
  expect((error.cause as Error).name).toBe('LostDataError');
  await expect(data.result()).rejects.toThrow('is lost with the workers that held it');
  expect(data.status).toBe('error');
});

test('scattered data that was replicated outlives one of its workers', async () => {
  await using cluster = await processes(2);
  await using client = new Client(cluster);
  const data = client.scatter(new Float64Array(5000).fill(1));
  await client.replicate(data, { count: 2 });
  const [first] = (await client.schedulerInfo()).workers;
  await replace(client, first!.pid, 2);
  expect(await client.submit(sum, data)).toBe(5000);
  expect(sum(await data)).toBe(5000);
});
