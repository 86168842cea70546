/** Work whose intermediate data is a multiple of the memory of the cluster; see `memory.long.test.ts` for more of it. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { Client } from '../../src/index.js';
import { blocksOf, expected, patterns, peakMiB } from '../support/out-of-core.js';
import { warningsDuring } from '../support/warnings.js';

let localDirectory: string;
beforeEach(() => {
  localDirectory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
});
afterEach(() => rmSync(localDirectory, { recursive: true }));

test.runIf(existsSync('/proc/self/status'))(
  'four times the memory of the workers is made, and used again where it is and far away',
  async () => {
    const limitMiB = 192;
    const count = 192;
    const length = 2 ** 20;
    await using cluster = await LocalCluster.start({
      ...{ workers: 2, threadsPerWorker: 1, processes: true, memoryLimit: limitMiB * 2 ** 20, localDirectory },
    });
    await using client = new Client(cluster);
    const pidsOf = async () => (await client.schedulerInfo()).workers.map(({ pid }) => pid).sort();
    const pids = await pidsOf();
    const warnings = await warningsDuring(async () => {
      const blocks = blocksOf(client, count, length);
      expect(await patterns.sums(client, blocks)).toEqual(expected.sums(count, length));
      const some = blocks.slice(0, count / 8);
      expect(await patterns.pairs(client, some)).toEqual(expected.pairs(some.length, length));
    });
    expect(warnings).toEqual([]);
    expect(await pidsOf()).toEqual(pids);
    for (const pid of pids) expect(peakMiB(pid)).toBeLessThan(limitMiB);
    // What they say of themselves when they next do.
    await expect
      .poll(async () => (await client.schedulerInfo()).workers.every(({ metrics }) => (metrics.spilled ?? 0) > 0))
      .toBe(true);
    const { workers } = await client.schedulerInfo();
    for (const { metrics, memoryLimit } of workers) {
      expect(memoryLimit).toBe(limitMiB * 2 ** 20);
      expect(metrics.managed).toBeLessThan(0.6 * memoryLimit);
      expect(metrics.rss).toBeGreaterThan(metrics.managed!);
    }
  },
);

test('files of the user go to the directory of the worker, and with it', async () => {
  const cluster = await LocalCluster.start({ workers: 1, memoryLimit: 2 ** 30, localDirectory });
  const client = new Client(cluster);
  const paths = await client.request('workers.upload', { name: '0.arrow', content: new Uint8Array([1, 2, 3]) });
  const [path] = Object.values(paths as Record<string, string>);
  expect(path!.startsWith(localDirectory)).toBe(true);
  expect(existsSync(path!)).toBe(true);
  await client.close();
  await cluster.close();
  await expect.poll(() => readdirSync(localDirectory, { recursive: true, encoding: 'utf8' }).length).toBe(1);
});
