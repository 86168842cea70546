/** Work whose intermediate data is a multiple of the memory of the cluster. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { GraphBuilder } from '../../src/graph/graph.js';
import { Client } from '../../src/index.js';
import { op } from '../support/ops.js';
import { blocksOf, expected, type Pattern, patterns, peakMiB } from '../support/out-of-core.js';
import { warningsDuring } from '../support/warnings.js';

const MiB = 2 ** 20;

let localDirectory: string;
beforeEach(() => {
  localDirectory = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
});
afterEach(() => rmSync(localDirectory, { recursive: true }));

const spillFiles = () =>
  readdirSync(localDirectory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.arrow'));

test.runIf(existsSync('/proc/self/status'))(
  'four times the memory of the workers passes through their disks, and none takes more than its limit',
  async () => {
    const limit = 256 * MiB;
    const workers = 2;
    const chunk = 8 * MiB;
    const count = (4 * workers * limit) / chunk;
    await using cluster = await LocalCluster.start({
      ...{ workers, threadsPerWorker: 1, processes: true, memoryLimit: limit, localDirectory },
    });
    await using client = new Client(cluster);
    const builder = new GraphBuilder();
    const blocks = Array.from({ length: count }, (_, i) => builder.add(op('filled'), [chunk / 8, i]));
    const sums = blocks.map((key) => builder.add(op('sumOfBlock'), null, [key]));
    // Every block is wanted until the end.
    const held = client.submitGraph(builder.build(), blocks);
    await Promise.all(held.map((future) => future.exception()));
    expect(spillFiles().length).toBeGreaterThan(count / 2);
    const pids = new Set<number>();
    for (let i = 0; i < count; i += 32) {
      const [found] = (await client.get(builder.build(), [sums[i]!])) as [[sum: number, pid: number]];
      expect(found[0]).toBe((i * chunk) / 8);
      pids.add(found[1]);
    }
    for (const pid of pids) expect(peakMiB(pid) * MiB).toBeLessThan(limit);
    for (const future of held) future.release();
  },
);

const cases: readonly [pattern: Pattern, areMadeBefore: boolean, threadsPerWorker: number][] = [
  ['sums', true, 1],
  ['pairs', false, 1],
  ['tree', false, 1],
  ['tree', true, 2],
];

test.runIf(existsSync('/proc/self/status')).each(cases)(
  'four times the memory is made and consumed: %s, made before: %s, %i threads',
  async (pattern, areMadeBefore, threadsPerWorker) => {
    const limitMiB = 256;
    const count = 256;
    const length = 2 ** 20;
    await using cluster = await LocalCluster.start({
      ...{ workers: 2, threadsPerWorker, processes: true, memoryLimit: limitMiB * MiB, localDirectory },
    });
    await using client = new Client(cluster);
    const pidsOf = async () => (await client.schedulerInfo()).workers.map(({ pid }) => pid).sort();
    const pids = await pidsOf();
    const warnings = await warningsDuring(async () => {
      const blocks = blocksOf(client, count, length);
      if (areMadeBefore) await Promise.all(blocks.map((block) => block.exception()));
      expect(await patterns[pattern](client, blocks)).toEqual(expected[pattern](count, length));
    });
    expect(warnings).toEqual([]);
    expect(await pidsOf()).toEqual(pids);
    for (const pid of pids) expect(peakMiB(pid)).toBeLessThan(limitMiB);
  },
);
