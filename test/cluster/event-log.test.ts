import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf, openEventLog } from '../../src/cluster/event-log.js';
import { Client, LocalCluster, wait } from '../../src/index.js';
import type { SchedulerEvent } from '../../src/scheduler/events.js';

test('what happens to workers, clients and tasks is told, what comes every second is not', () => {
  const events: SchedulerEvent[] = [
    { type: 'tick', now: 0 },
    { type: 'add-worker', now: 1, worker: 'w', address: 'tcp://h:1', nthreads: 2, host: 'h' },
    { type: 'heartbeat', now: 2, worker: 'w' },
    {
      ...{ type: 'tasks-done', now: 1500, worker: 'w', keys: ['a', 'b'], nbytes: [8, 16], ms: [1, 2] },
      ...{ values: [1, undefined], smalls: [true, false] },
    },
    { type: 'task-erred', now: 2000, worker: 'w', key: 'c', error: { name: 'RangeError', message: 'no\nway' } },
  ];
  const at = (second: string) => `"time":"2026-01-01T00:00:0${second}Z"`;
  expect(linesOf(events, Date.UTC(2026, 0, 1))).toEqual([
    `{${at('0.001')},"event":"add-worker","worker":"w","address":"tcp://h:1","host":"h","nthreads":2}`,
    `{${at('1.500')},"event":"task-done","key":"a","worker":"w","ms":1,"nbytes":8}`,
    `{${at('1.500')},"event":"task-done","key":"b","worker":"w","ms":2,"nbytes":16}`,
    `{${at('2.000')},"event":"task-erred","key":"c","worker":"w","error":"RangeError: no\\nway"}`,
  ]);
});

test('a log that cannot be written', () => {
  expect(() => openEventLog('/nosuch/events.jsonl')).toThrow(
    /^the event log \/nosuch\/events\.jsonl cannot be written: ENOENT/,
  );
});

test('the log of a cluster is whole when the cluster has closed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  try {
    const file = join(folder, 'events.jsonl');
    const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, eventLog: file });
    const client = new Client(cluster);
    const fails = client.submit(() => {
      throw new RangeError('no');
    });
    await wait([client.submit((x: number) => x + 1, 1), fails]);
    await client.close();
    await cluster.close();
    const told = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const events = told.map(({ event }) => event);
    expect(events.slice(0, 2)).toEqual(['add-worker', 'add-client']);
    expect(events.filter((event) => event.startsWith('task-')).sort()).toEqual(['task-done', 'task-erred']);
    expect(told.find(({ event }) => event === 'task-erred')).toMatchObject({ error: 'RangeError: no' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
