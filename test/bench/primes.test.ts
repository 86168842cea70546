import { expect, test } from 'vitest';
import { isMissing } from '../../bench/case.js';
import { openPrimes, openPrimesScaling } from '../../bench/cases/primes.js';
import { busyPercent, greedyMs, totalMs, workOf } from '../../bench/cases/primes-work.js';
import { findMpirun, mpiTitle } from '../support/mpi.js';

const mpirun = findMpirun('openmpi');

test('the lines, and what is aimed at', async () => {
  const { lines, close } = await openPrimes();
  await close();
  expect(lines.map(({ name, unit, higherIsBetter, target }) => [name, unit, higherIsBetter, target])).toEqual([
    ['primes-1', '%', true, undefined],
    ['primes-8', '%', true, undefined],
    ['primes-40', '%', true, 95],
    ['primes-80', '%', true, 93],
    ...(mpirun ? [8, 40, 80].map((workers) => [`primes-mpirun-${workers}`, '%', true, undefined] as const) : []),
  ]);
});

test('sheaf and dask find the same primes, in a share of the time that there is', async () => {
  const { lines, close } = await openPrimes([{ workers: 3, count: 6 }], []);
  const [{ sheaf, peers, extra }] = lines as [(typeof lines)[0]];
  for (const contestant of [sheaf, peers.dask!]) {
    if (isMissing(contestant)) continue;
    const share = await contestant.round();
    expect(share).toBeGreaterThan(20);
    expect(share).toBeLessThanOrEqual(100);
  }
  // Sleeps of 0, 618, 236, 854, 472 and 90 ms take three workers 854 at least.
  expect(extra!(() => 0).bound).toBeCloseTo((100 * 2270) / (3 * 854), 0);
  await close();
});

test.skipIf(!mpirun)(`the same on ranks of ${mpiTitle('openmpi')}`, { timeout: 60_000 }, async () => {
  const { lines, close } = await openPrimes([], [{ workers: 2, count: 4 }]);
  await close();
  expect(lines.map(({ name }) => name)).toEqual(['primes-mpirun-2']);
  const share = await lines[0]!.sheaf.round();
  expect(share).toBeGreaterThan(20);
  expect(share).toBeLessThanOrEqual(100);
});

test('what a scheduler that costs nothing comes to', () => {
  const work = { workers: 2, numbers: [1, 2, 3, 4], sleeps: [5, 1, 1, 6] };
  expect(greedyMs(work)).toBe(8); // 5 beside 1, 1 and 6
  expect(totalMs(work)).toBe(13);
  expect(busyPercent(work, 13, 8)).toBeCloseTo(81.25);
  expect(workOf(2, 3, 100).sleeps.map(Math.round)).toEqual([0, 62, 24]);
});

test('scaling: the same work, or as much for each worker', async () => {
  const { parts, close } = await openPrimesScaling();
  await close();
  expect(parts.map(({ mode, bound }) => [mode, bound])).toEqual([
    ['strong', 'latency'],
    ['weak', 'latency'],
  ]);
  for (const { idealSpeedup } of parts) {
    expect(idealSpeedup!(1)).toBeCloseTo(1, 10);
    expect(idealSpeedup!(8)).toBeGreaterThan(6);
    expect(idealSpeedup!(8)).toBeLessThan(8.2); // weak: the sleeps of a worker are 125 ms in the mean, or nearly
  }
});
