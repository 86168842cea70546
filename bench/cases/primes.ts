/**
 * The primes program: a map over numbers, each of which sleeps up to a second and is then divided, and a gather. Efficiency is
 * the time that all tasks took together, over workers times the time from the map to the last result. Sleeping tasks
 * need no core, so more workers than cores are measured for what they are for: how well a scheduler keeps them busy.
 */
import { Client, LocalCluster, SheafError } from 'sheaf';
import type { Contestant, Line, Missing, OpenCase } from '../case.js';
import { dask, notInstalled, pythonVersions } from '../peers/peers.js';
import { startPython } from '../peers/python.js';
import { passes, tryNumber } from '../programs/functions.js';

/** Numbers for each worker; as many as the original program has on 40 cores, and on 80. */
const sizes: readonly { readonly workers: number; readonly count: number; readonly target?: number }[] = [
  { workers: 1, count: 25 },
  { workers: 8, count: 200 },
  { workers: 40, count: 1000, target: 95 },
  { workers: 80, count: 1000, target: 93 },
];
const FIRST = 100_000_000;
/** So few divisors are tried that cores are idle: 80 workers have two here. */
const DIVISORS = 1000;

/** Sleeps from 0 to 1000 ms that all contestants have alike: the golden ratio's multiples. */
const sleepsOf = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 1000 * ((i * 0.618_033_988_749_894_9) % 1));

interface Outcome {
  readonly ms: number;
  readonly count: number;
  readonly taskMs: number;
}

/** The lines of `sizes`, of which tests have others. */
export async function openPrimes(of = sizes): Promise<OpenCase> {
  const found = dask.find();
  const python = found && startPython(found.command);
  const lineOf = ({ workers, count, target }: (typeof sizes)[number]): Line => {
    const sleeps = sleepsOf(count);
    const numbers = sleeps.map((_, i) => FIRST + i);
    const passed = numbers.filter((n) => passes(n, DIVISORS)).length;
    const contestant = (who: string, run: () => Promise<Outcome>): Contestant => ({
      async round() {
        const outcome = await run();
        if (outcome.count !== passed) throw new SheafError(`${who} let ${outcome.count} numbers pass, not ${passed}`);
        return (100 * outcome.taskMs) / (workers * outcome.ms);
      },
    });
    const peer: Contestant | Missing = python
      ? contestant('dask', async () => {
          const params = { workers, numbers, sleeps, divisors: DIVISORS };
          const { ms, result } = await python.ask<Omit<Outcome, 'ms'>>('dask_primes', params);
          return { ms, ...result };
        })
      : { missing: notInstalled(dask) };
    const total = sleeps.reduce((sum, ms) => sum + ms, 0);
    const bound = (100 * total) / (workers * greedily(workers, sleeps));
    return {
      ...{ name: `primes-${workers}`, unit: '%', higherIsBetter: true, rounds: 2 },
      ...(target !== undefined && { target }),
      sheaf: contestant('sheaf', () => runHere(workers, numbers, sleeps)),
      peers: { dask: peer },
      extra: () => ({ bound }),
    };
  };
  return {
    lines: of.map(lineOf),
    versions: found ? { dask: pythonVersions(found) } : {},
    notes: [
      '% of the time of all workers that tasks took, from the map to the last result, on one-thread workers of one process group. Each task sleeps 0 to 1 s, the same for all, ' +
        `and tries ${DIVISORS} divisors. bound: a scheduler that costs nothing, and gives the next task to whoever is free first.`,
      'The original program, on real cores with a sleep by chance: 32.6 times as fast on 40 cores (83 %), 47 times on two nodes of 40 (60 %).',
    ],
    close: async () => void (await python?.close()),
  };
}

/** The time of a scheduler that costs nothing and does not know how long tasks take: each goes to whoever is free first. */
function greedily(workers: number, sleeps: readonly number[]): number {
  const free = new Array<number>(workers).fill(0);
  for (const ms of sleeps) free[free.indexOf(Math.min(...free))]! += ms;
  return Math.max(...free);
}

async function runHere(workers: number, numbers: readonly number[], sleeps: readonly number[]): Promise<Outcome> {
  const cluster = await LocalCluster.start({ workers, threadsPerWorker: 1, memoryLimit: 0 });
  const client = new Client(cluster);
  await client.waitForWorkers(workers);
  await client.gather(client.map((x: number) => Math.abs(x), numbers.slice(0, workers)));
  const start = performance.now();
  const found = await client.gather(
    client.with({ pure: false }).map(
      tryNumber,
      numbers,
      sleeps,
      numbers.map(() => DIVISORS),
    ),
  );
  const ms = performance.now() - start;
  await client.close();
  await cluster.close();
  return {
    ms,
    count: found.filter(([isPrime]) => isPrime).length,
    taskMs: found.reduce((sum, [, own]) => sum + own, 0),
  };
}
