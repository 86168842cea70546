/** What a worker is sent of code, counted where it arrives: the test is the worker, at the end of a real connection. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { Client } from '../../src/client/client.js';
import { SchedulerServer } from '../../src/cluster/scheduler-server.js';
import { type Comm, connect, type Message } from '../../src/comm/comm.js';
import { insteadOf } from '../../src/scheduler/code.js';
import type { Assignment } from '../../src/scheduler/events.js';
import { importKey } from '../../src/shipping/local-imports.js';
import type { Payload } from '../../src/shipping/payload.js';

const secret = 'a secret for this test alone';
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A scheduler and a client, and how often each piece of code has come to each worker. */
async function begin(
  count: number,
  answer: (task: Assignment, worker: Comm, code: ReadonlyMap<string, unknown>) => void,
) {
  const server = await SchedulerServer.start({ addresses: ['tcp://127.0.0.1:0'], secret });
  open.push(server);
  const address = server.addresses[0]!;
  const arrived: Map<string, number>[] = [];
  for (let i = 0; i < count; i++) {
    const counts = new Map<string, number>();
    const payloads = new Map<string, unknown>();
    arrived.push(counts);
    const comm = await connect(address, { secret });
    open.push(comm);
    comm.onMessage(({ op, code, tasks }: Message) => {
      for (const [name, payload] of Object.entries((code ?? {}) as object)) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        payloads.set(name, payload);
      }
      if (op === 'run') for (const task of tasks as Assignment[]) answer(task, comm, payloads);
    });
    const place = { nthreads: 1, address: `tcp://127.0.0.1:${i + 1}`, host: 'here', pid: process.pid };
    comm.send({ op: 'register-worker', name: `w${i}`, ...place });
  }
  const client = new Client(address, { secret });
  open.push(client);
  await client.waitForWorkers(count);
  return { client, arrived };
}

const done = ({ key }: Assignment, value: unknown): Message => ({
  ...{ op: 'tasks-done', keys: [key], nbytes: [8], ms: [0.1], values: [value], smalls: [true] },
});

const numbers = Array.from({ length: 10_000 }, (_, i) => i);

test('a map of 10,000 tasks brings its function to each worker once', async () => {
  const offset = 3;
  let tasks = 0;
  const { client, arrived } = await begin(2, (task, worker) => {
    tasks++;
    worker.send(done(task, (task.params as number[])[0]! + offset));
  });
  const values = await client.gather(client.map((x: number) => x + offset, numbers));
  expect(values).toEqual(numbers.map((i) => i + 3));
  expect(tasks).toBe(10_000);
  for (const counts of arrived) expect([...counts.values()]).toEqual([1]);
});

test('where workers cannot import what it names, the values come to each worker once, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-code-once-'));
  open.push({ close: () => rmSync(folder, { recursive: true }) });
  const file = join(folder, 'helpers.cjs');
  writeFileSync(file, 'exports.scale = (x) => 3 * x;');
  const { scale } = createRequire(import.meta.url)(file) as { scale: (x: number) => number };
  let lacking = 0;
  const { client, arrived } = await begin(2, (task, worker, code) => {
    const hash = task.op.slice(3, task.op.indexOf('#'));
    if (task.code?.includes(insteadOf(hash))) {
      expect(task.code.every((name) => code.has(name))).toBe(true);
      worker.send(done(task, 1));
      return;
    }
    lacking++;
    const { nodes } = code.get(hash) as Payload;
    const keys = nodes.flatMap((node) => (node.kind === 'import' ? importKey(node)! : []));
    const lacks = { code: hash, keys, module: pathToFileURL(file).href };
    worker.send({ op: 'task-erred', key: task.key, error: { name: 'ModuleLoadError', message: 'no module', lacks } });
  });
  const values = await client.gather(client.map(scale, numbers));
  expect(values).toEqual(numbers.map(() => 1));
  // Those that were on their way when the first came back.
  expect(lacking).toBeLessThan(10);
  for (const counts of arrived) expect([...counts.values()]).toEqual([1, 1, 1]);
});
