import { expect, test } from 'vitest';
import type { Contestant } from '../../bench/case.js';
import { parseOptions, workerCounts } from '../../bench/options.js';
import { rowsOf } from '../../bench/rows.js';
import { runLines } from '../../bench/run.js';
import { type ScalingPart, scalingCase } from '../../bench/scaling.js';

const times: Readonly<Record<number, number>> = { 1: 80, 2: 50, 4: 40 };
const part = (mode: ScalingPart['mode'], bound: ScalingPart['bound']): ScalingPart => ({
  ...{ mode, bound, rounds: 1 },
  on: (workers): Contestant => ({ round: async () => times[workers]! }),
});
const open = (parts: readonly ScalingPart[]) => ({ parts, versions: {}, notes: ['first'], close: async () => {} });

test('speedup and efficiency of each number of workers', async () => {
  const { lines } = scalingCase(open([part('strong', 'latency'), part('weak', 'latency')]), [1, 2, 4], 2);
  const rows = rowsOf('test', lines, await runLines(lines, { maxRounds: 1 }));
  expect(rows.map(({ line, sheaf, extra }) => [line, sheaf, extra])).toEqual([
    ['scaling-strong-1', 80, { workers: 1, speedup: 1, efficiency: 1 }],
    ['scaling-strong-2', 50, { workers: 2, speedup: 1.6, efficiency: 0.8 }],
    ['scaling-strong-4', 40, { workers: 4, speedup: 2, efficiency: 0.5 }],
    ['scaling-weak-1', 80, { workers: 1, speedup: 1, efficiency: 1 }],
    ['scaling-weak-2', 50, { workers: 2, speedup: 3.2, efficiency: 1.6 }],
    ['scaling-weak-4', 40, { workers: 4, speedup: 8, efficiency: 2 }],
  ]);
});

test('the share of what could be reached, where it is known', async () => {
  const { lines } = scalingCase(open([{ ...part('strong', 'latency'), idealSpeedup: (p) => p / 2 }]), [1, 4], 2);
  expect(lines[1]!.extra!(() => 1)).toMatchObject({ workers: 4, bound: 0.5 });
});

test('work that is bound by the cores is left out on more workers, and the notes say which', () => {
  const { lines, notes } = scalingCase(open([part('strong', 'cores'), part('weak', 'latency')]), [1, 2, 4], 2);
  expect(lines.map(({ name }) => name)).toEqual([
    ...['scaling-strong-1', 'scaling-strong-2'],
    ...['scaling-weak-1', 'scaling-weak-2', 'scaling-weak-4'],
  ]);
  expect(notes).toEqual([
    'first',
    'scaling-strong is bound by the cores; left out, as this machine has 2 cores: scaling-strong-4.',
    'scaling-weak is latency-bound: its tasks sleep and need no core, so its lines are valid on more workers than cores, too (this machine has 2 cores).',
  ]);
  expect(scalingCase(open([part('strong', 'cores')]), [1, 2], 2).notes.at(-1)).toBe(
    'scaling-strong is bound by the cores.',
  );
});

test('numbers of workers: ascending, each once, and one among them', () => {
  expect(workerCounts('8, 2,2')).toEqual([1, 2, 8]);
  for (const wrong of ['', '0', 'x', '1,,2', '1.5', '-1', '1e3', '9'.repeat(20)])
    expect(() => workerCounts(wrong)).toThrow(`not '${wrong}'`);
});

test('options as plain data', () => {
  expect(parseOptions(['primes', '--quick', '--workers', '4'])).toEqual({
    ...{ help: false, peers: false, quick: true, names: ['primes'], workers: [1, 4] },
  });
});
