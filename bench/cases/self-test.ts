/** A case that measures nothing: its rounds give fixed numbers, so a test knows what must be reported of two rounds. */
import type { Contestant, OpenCase } from '../case.js';
import type { OpenScaling } from '../scaling.js';

export async function openSelfTest(): Promise<OpenCase> {
  const peer = giving(60, 40, 9000);
  return {
    lines: [
      {
        name: 'fixed times',
        unit: 'ms',
        higherIsBetter: false,
        rounds: 3,
        sheaf: giving(30, 10, 9000),
        peers: { 'peer a': peer, 'peer b': { missing: 'peer b is not installed' } },
        extra: (median) => ({ threads: 2, 'peer twice': 2 * median(peer) }),
      },
      {
        name: 'fixed rates',
        unit: 'MB/s',
        higherIsBetter: true,
        rounds: 1,
        sheaf: giving(300),
        peers: { 'peer a': giving(200) },
      },
    ],
    versions: { 'peer a': '1.0' },
    notes: ['Nothing was measured.'],
    close: async () => {},
  };
}

/** Sleeping work takes 100 ms on one worker and a tenth more than its share on more; work on cores scales perfectly. */
export async function openSelfTestScaling(): Promise<OpenScaling> {
  const share = (workers: number) => (workers === 1 ? 100 : 110 / workers);
  return {
    parts: [
      { mode: 'strong', bound: 'latency', rounds: 1, on: (workers) => giving(share(workers)), idealSpeedup: (p) => p },
      { mode: 'weak', bound: 'cores', rounds: 1, on: () => giving(100) },
    ],
    versions: {},
    notes: ['Nothing was measured.'],
    close: async () => {},
  };
}

/** A contestant whose rounds measure `values` in turn. */
function giving(...values: readonly number[]): Contestant {
  let round = 0;
  return { round: async () => values[round++] };
}
