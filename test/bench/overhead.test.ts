import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Contestant } from '../../bench/case.js';
import { openOverhead } from '../../bench/cases/overhead.js';
import { type Cluster, clusterStart, type MeasureName, measure, openCluster } from '../../bench/cases/overhead-work.js';
import { openDask } from '../../bench/peers/dask.js';
import { dask } from '../../bench/peers/peers.js';

test('the lines, their units and what is aimed at; dask stands beside what it can do', async () => {
  const { lines, close } = await openOverhead();
  await close();
  expect(
    lines.map(({ name, unit, higherIsBetter, target, peers }) => [
      ...[name, unit, higherIsBetter, target, Object.keys(peers).length],
    ]),
  ).toEqual([
    ['map-gather-10k', 'µs', false, 25, 2],
    ['map-gather-10k, in process', 'µs', false, 25, 2],
    ['map-gather-100k', 'µs', false, 25, 1],
    ['map-gather-100k, in process', 'µs', false, 25, 1],
    ['tree-8191', 'µs', false, 60, 2],
    ['tree-8191, in process', 'µs', false, 60, 2],
    ['chain-500', 'µs', false, 300, 2],
    ['chain-500, in process', 'µs', false, 300, 2],
    ['round-trip', 'µs', false, 300, 2],
    ['round-trip, in process', 'µs', false, 300, 2],
    ['transfer-200MB', 'GB/s', true, 1.5, 2],
    ['gather-200MB', 'GB/s', true, 1.5, 2],
    ['cluster-start', 'ms', false, 150, 2],
    ['cluster-start, in process', 'ms', false, 150, 2],
    ['gather-200MB, huge pages', 'GB/s', true, undefined, 0],
    ['wake-ups alone', 'µs', false, undefined, 0],
    ['scheduler-only', 'µs', false, undefined, 0],
    ['bytes-per-task', 'bytes', false, undefined, 0],
  ]);
});

/** What each measure must find for n and first, worked out by hand. */
const found = [
  ['map_gather', { n: 4, first: 10 }, 11 + 12 + 13 + 14],
  ['tree', { n: 8, first: 1 }, 36],
  ['chain', { n: 5, first: 10 }, 15],
  ['round_trip', { n: 3, first: 10 }, 11 + 12 + 13],
  ['transfer', { n: 1000, first: 5 }, 1004],
  ['gather', { n: 1000, first: 5 }, 1004],
] as const;

const start = ['cluster_start', { n: 1, first: 7 }, 8] as const;

describe('what a round finds', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = openCluster(true);
  });
  afterAll(() => cluster.close());

  test.each(found)('sheaf: %s', async (name: MeasureName, params, result) => {
    expect((await measure(cluster, name, params)).result).toBe(result);
    expect((await cluster.client.schedulerInfo()).tasks).toBe(0);
  });

  test('sheaf: the start of a cluster', async () => {
    expect((await clusterStart(false, start[1])).result).toBe(start[2]);
  });

  test.skipIf(!dask.find())('dask: each measure', { timeout: 60_000 }, async () => {
    const peer = openDask();
    try {
      for (const [name, params, result] of [...found, start]) {
        const columns = peer.columns({
          measure: name,
          round: async (round, ask) => (await ask(params)).result + round,
        });
        expect(Object.keys(columns)).toEqual(['dask', 'dask, tuned']);
        expect(await (columns['dask, tuned'] as Contestant).round(), name).toBe(result);
      }
    } finally {
      await peer.close();
    }
  });
});
