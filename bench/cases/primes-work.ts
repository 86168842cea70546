/** The work of the case `primes`: a map over numbers, each of which sleeps and is then divided, and a gather. */
import { Client, LocalCluster, SheafError } from 'sheaf';
import { passes, tryNumber } from '../programs/functions.js';

const FIRST = 100_000_000;
/** So few divisors are tried that cores are idle: 80 workers have two here. */
export const DIVISORS = 1000;

export interface Work {
  readonly workers: number;
  readonly numbers: readonly number[];
  readonly sleeps: readonly number[];
}

export interface Outcome {
  /** From the map to the last result. */
  readonly ms: number;
  /** How many numbers passed. */
  readonly count: number;
  /** The time that all tasks took together. */
  readonly taskMs: number;
}

/** Sleeps from 0 to `longestMs` that all contestants have alike: the golden ratio's multiples. */
export function workOf(workers: number, count: number, longestMs = 1000): Work {
  const sleeps = Array.from({ length: count }, (_, i) => longestMs * ((i * 0.618_033_988_749_894_9) % 1));
  return { workers, numbers: sleeps.map((_, i) => FIRST + i), sleeps };
}

/** The time of a scheduler that costs nothing and does not know how long tasks take: each goes to whoever is free first. */
export function greedyMs({ workers, sleeps }: Work): number {
  const free = new Array<number>(workers).fill(0);
  for (const ms of sleeps) free[free.indexOf(Math.min(...free))]! += ms;
  return Math.max(...free);
}

export const totalMs = ({ sleeps }: Work): number => sleeps.reduce((sum, ms) => sum + ms, 0);

/** The share of the time of all workers that tasks took, in %. */
export const busyPercent = ({ workers }: Work, taskMs: number, ms: number): number => (100 * taskMs) / (workers * ms);

/** Raises SheafError unless as many numbers passed as must. */
export function checked(who: string, { numbers }: Work, outcome: Outcome): Outcome {
  const passed = numbers.filter((n) => passes(n, DIVISORS)).length;
  if (outcome.count !== passed) throw new SheafError(`${who} let ${outcome.count} numbers pass, not ${passed}`);
  return outcome;
}

/** On a cluster that has, or will have, as many one-thread workers as the work is for. */
export async function mapOn(client: Client, { workers, numbers, sleeps }: Work): Promise<Outcome> {
  await client.waitForWorkers(workers);
  await client.gather(client.map((x: number) => Math.abs(x), numbers.slice(0, workers)));
  const divisors = numbers.map(() => DIVISORS);
  const start = performance.now();
  const found = await client.gather(client.with({ pure: false }).map(tryNumber, numbers, sleeps, divisors));
  return {
    ms: performance.now() - start,
    count: found.filter(([isPrime]) => isPrime).length,
    taskMs: found.reduce((sum, [, own]) => sum + own, 0),
  };
}

/** On a new cluster in this process. */
export async function mapHere(work: Work): Promise<Outcome> {
  const cluster = await LocalCluster.start({ workers: work.workers, threadsPerWorker: 1, memoryLimit: 0 });
  const client = new Client(cluster);
  const outcome = await mapOn(client, work);
  await client.close();
  await cluster.close();
  return outcome;
}
