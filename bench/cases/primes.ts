/**
 * The primes program: a map over numbers, each of which sleeps up to a second and is then divided, and a gather. Efficiency is
 * the time that all tasks took together, over workers times the time from the map to the last result. Sleeping tasks
 * need no core, so more workers than cores are measured for what they are for: how well a scheduler keeps them busy.
 */
import { fileURLToPath } from 'node:url';
import { SheafError } from 'sheaf';
import type { Contestant, Line, Missing, OpenCase } from '../case.js';
import { dask, notInstalled, pythonVersions } from '../peers/peers.js';
import { startPython } from '../peers/python.js';
import { debianPackage, findMpirun, type Mpirun, runRanks } from '../programs/mpirun.js';
import type { OpenScaling, ScalingPart } from '../scaling.js';
import {
  busyPercent,
  checked,
  DIVISORS,
  greedyMs,
  mapHere,
  type Outcome,
  totalMs,
  type Work,
  workOf,
} from './primes-work.js';

interface Size {
  readonly workers: number;
  readonly count: number;
  readonly target?: number;
}

/** Numbers for each worker; as many as the original program has on 40 cores, and on 80. */
const sizes: readonly Size[] = [
  { workers: 1, count: 25 },
  { workers: 8, count: 200 },
  { workers: 40, count: 1000, target: 95 },
  { workers: 80, count: 1000, target: 93 },
];
const ranksSizes: readonly Size[] = sizes.slice(1).map(({ workers, count }) => ({ workers, count }));
/** A scheduler and a client come to the ranks of the workers. */
const OTHER_RANKS = 2;
/** Ranks start one after another where cores are few: a hundred take most of a minute on two. */
const RANKS_LIMIT_MS = 240_000;

/** The lines of `sizes` in one process group, and of `ranksSizes` under mpirun, of which tests have others. */
export async function openPrimes(of = sizes, underMpirun = ranksSizes): Promise<OpenCase> {
  const found = dask.find();
  const python = found && startPython(found.command);
  const mpirun = findMpirun('openmpi');
  const daskOn = (work: Work): Contestant | Missing =>
    python
      ? contestant('dask', work, async () => {
          const { workers, numbers, sleeps } = work;
          const params = { workers, numbers, sleeps, divisors: DIVISORS };
          const { ms, result } = await python.ask<Omit<Outcome, 'ms'>>('dask_primes', params);
          return { ms, ...result };
        })
      : { missing: notInstalled(dask) };
  return {
    lines: [
      ...of.map((size) => {
        const work = workOf(size.workers, size.count);
        return lineOf('primes', size, work, () => mapHere(work), { dask: daskOn(work) });
      }),
      ...(mpirun ? underMpirun : []).map((size) =>
        lineOf('primes-mpirun', size, workOf(size.workers, size.count), () => mapOnRanks(mpirun!, size), {}),
      ),
    ],
    versions: found ? { dask: pythonVersions(found) } : {},
    notes: [
      '% of the time of all workers that tasks took, from the map to the last result, on one-thread workers of one process group. Each task sleeps 0 to 1 s, the same for all, ' +
        `and tries ${DIVISORS} divisors. bound: a scheduler that costs nothing, and gives the next task to whoever is free first.`,
      mpirun
        ? `primes-mpirun-N: N + ${OTHER_RANKS} ranks of a job under Open MPI on this machine, a scheduler, a client and workers, each a process; from the map on, when all workers are there.`
        : `there is no Open MPI, so the lines under mpirun are left out; to have them: apt install ${debianPackage('openmpi')}`,
      'The original program, on real cores with a sleep by chance: 32.6 times as fast on 40 cores (83 %), 47 times on two nodes of 40 (60 %).',
    ],
    close: async () => void (await python?.close()),
  };
}

function lineOf(
  prefix: string,
  { workers, target }: Size,
  work: Work,
  run: () => Promise<Outcome>,
  peers: Line['peers'],
): Line {
  const bound = busyPercent(work, totalMs(work), greedyMs(work));
  return {
    ...{ name: `${prefix}-${workers}`, unit: '%', higherIsBetter: true, rounds: 3 },
    ...(target !== undefined && { target }),
    sheaf: contestant('sheaf', work, run),
    peers,
    extra: () => ({ bound }),
  };
}

const contestant = (who: string, work: Work, run: () => Promise<Outcome>): Contestant => ({
  async round() {
    const { taskMs, ms } = checked(who, work, await run());
    return busyPercent(work, taskMs, ms);
  },
});

async function mapOnRanks(mpirun: Mpirun, { workers, count }: Size): Promise<Outcome> {
  const program = fileURLToPath(new URL('../programs/primes-mpi.js', import.meta.url));
  const args = [String(workers), String(count)];
  const ended = await runRanks(mpirun, workers + OTHER_RANKS, program, { args, timeLimitMs: RANKS_LIMIT_MS });
  if (ended.code === 0) return JSON.parse(ended.stdout) as Outcome;
  throw new SheafError(`${workers + OTHER_RANKS} ranks ended with code ${ended.code}: ${ended.stderr.slice(-1000)}`);
}

/** Sleeps are a quarter of the program's here, as one worker has to sleep through all of them. */
const SCALING_SLEEP_MS = 250;
const STRONG_COUNT = 200;
const WEAK_COUNT = 25;

export async function openPrimesScaling(): Promise<OpenScaling> {
  const part = (mode: ScalingPart['mode'], countOn: (workers: number) => number): ScalingPart => {
    const workOn = (workers: number) => workOf(workers, countOn(workers), SCALING_SLEEP_MS);
    return {
      ...{ mode, bound: 'latency', rounds: 3 },
      on: (workers) => ({
        async round() {
          const work = workOn(workers);
          return checked('sheaf', work, await mapHere(work)).ms;
        },
      }),
      idealSpeedup: (workers) => ((mode === 'weak' ? workers : 1) * totalMs(workOn(1))) / greedyMs(workOn(workers)),
    };
  };
  return {
    parts: [part('strong', () => STRONG_COUNT), part('weak', (workers) => WEAK_COUNT * workers)],
    versions: {},
    notes: [
      `ms of a map of tasks that sleep 0 to ${SCALING_SLEEP_MS} ms each, on one-thread workers of one process group: ${STRONG_COUNT} of them (strong), or ${WEAK_COUNT} for each worker (weak). ` +
        'bound: the efficiency of a scheduler that costs nothing; what is missing to 1 there is the wait for the last tasks.',
    ],
    close: async () => {},
  };
}
