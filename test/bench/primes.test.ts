import { expect, test } from 'vitest';
import { isMissing } from '../../bench/case.js';
import { openPrimes } from '../../bench/cases/primes.js';

test('the lines, and what is aimed at', async () => {
  const { lines, close } = await openPrimes();
  await close();
  expect(lines.map(({ name, unit, higherIsBetter, target }) => [name, unit, higherIsBetter, target])).toEqual([
    ['primes-1', '%', true, undefined],
    ['primes-8', '%', true, undefined],
    ['primes-40', '%', true, 95],
    ['primes-80', '%', true, 93],
  ]);
});

test('sheaf and dask find the same primes, in a share of the time that there is', async () => {
  const { lines, close } = await openPrimes([{ workers: 3, count: 6 }]);
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
