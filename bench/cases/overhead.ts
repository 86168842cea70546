/**
 * What a cluster adds to work that is nothing: per task, per hop, per byte, and at its start. Of dask.distributed the
 * same, on as many workers; and of the scheduler alone, without any I/O.
 */
import { SheafError } from 'sheaf';
import type { Contestant, Line, OpenCase } from '../case.js';
import { type Dask, type Done, openDask, tuned } from '../peers/dask.js';
import { answerOf } from '../programs/fork.js';
import { advantage } from '../statistics.js';
import { type Cluster, clusterStart, type MeasureName, measure, openCluster, type Params } from './overhead-work.js';

/** What a line measures, and what must come out. */
interface Workload extends Pick<Line, 'name' | 'unit' | 'higherIsBetter' | 'rounds' | 'target'> {
  readonly measure: MeasureName | 'cluster_start';
  readonly n: number;
  /** In the unit of the line. */
  measureOf(ms: number): number;
  expected(params: Params): number;
  /** Whether workers that share their memory have nothing to do there. */
  readonly isTransport?: boolean;
  /** How many rounds come before those that count, 1 unless given: what runs seldom is compiled late. */
  readonly warmUps?: number;
  /** Whether it takes dask minutes: then only its faster setting is measured, once, and warmed up by the lines before. */
  readonly isLong?: boolean;
}

/** Each counts what it divides the time by. */
const per = (count: number) => ({
  unit: 'µs',
  higherIsBetter: false,
  measureOf: (ms: number) => (1000 * ms) / count,
});
const gigabytesPerSecond = (values: number) => ({
  unit: 'GB/s',
  higherIsBetter: true,
  measureOf: (ms: number) => (8 * values) / 1e9 / (ms / 1000),
});

/** first + (first + 1) + ... of n numbers */
const sumFrom = (first: number, n: number): number => n * first + (n * (n - 1)) / 2;

const mapOf = (n: number) => ({
  ...per(n),
  n,
  measure: 'map_gather' as const,
  target: 25,
  expected: ({ first }: Params) => sumFrom(first + 1, n),
});
const values = 25_000_000;
const bytes = {
  ...gigabytesPerSecond(values),
  n: values,
  target: 1.5,
  rounds: 5,
  isTransport: true,
  expected: ({ n, first }: Params) => first + n - 1,
};

const workloads: readonly Workload[] = [
  { ...mapOf(10_000), name: 'map-gather-10k', rounds: 3 },
  { ...mapOf(100_000), name: 'map-gather-100k', rounds: 3, isLong: true },
  {
    ...per(8191),
    name: 'tree-8191',
    measure: 'tree',
    n: 8192,
    rounds: 3,
    target: 60,
    expected: ({ n, first }) => sumFrom(first, n),
  },
  {
    ...per(500),
    name: 'chain-500',
    measure: 'chain',
    n: 500,
    warmUps: 10,
    rounds: 5,
    target: 300,
    expected: ({ n, first }) => first + n,
  },
  {
    ...per(200),
    name: 'round-trip',
    measure: 'round_trip',
    n: 200,
    warmUps: 10,
    rounds: 5,
    target: 300,
    expected: ({ n, first }) => sumFrom(first + 1, n),
  },
  { ...bytes, name: 'transfer-200MB', measure: 'transfer' },
  { ...bytes, name: 'gather-200MB', measure: 'gather' },
  {
    name: 'cluster-start',
    measure: 'cluster_start',
    unit: 'ms',
    higherIsBetter: false,
    rounds: 5,
    target: 150,
    n: 1,
    measureOf: (ms) => ms,
    expected: ({ first }) => first + 1,
  },
];

export async function openOverhead(): Promise<OpenCase> {
  const dask = openDask();
  const processes = lazily(() => openCluster(true));
  const threads = lazily(() => openCluster(false));
  return {
    lines: [
      ...workloads.flatMap((workload) => linesOf(workload, dask, processes, threads)),
      {
        name: 'gather-200MB, huge pages',
        unit: 'GB/s',
        higherIsBetter: true,
        rounds: 5,
        sheaf: alone('gather', 'gigabytesPerSecond', [], { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' }),
        peers: {},
      },
      {
        name: 'wake-ups alone',
        unit: 'µs',
        higherIsBetter: false,
        rounds: 5,
        sheaf: alone('wakes', 'microseconds', []),
        peers: {},
      },
      {
        name: 'scheduler-only',
        unit: 'µs',
        higherIsBetter: false,
        rounds: 5,
        sheaf: alone('scheduler-alone', 'microseconds', []),
        peers: {},
      },
      {
        name: 'bytes-per-task',
        unit: 'bytes',
        higherIsBetter: false,
        rounds: 2,
        sheaf: alone('bytes-per-task', 'bytes', ['--expose-gc', '--max-old-space-size=8192']),
        peers: {},
      },
    ],
    versions: dask.versions,
    notes: [
      'Two workers of one thread each, scheduler and client in one process; workers are processes, in the lines "in process" threads that share its memory. ' +
        'µs: of one task, hop or round trip; functions do an addition. GB/s: of 200 MB of float64 that are there already.',
      'target: what sheaf shall come to. ratioToDask: how many times better sheaf is than the better column of dask.',
      'dask: LocalCluster(n_workers=2, threads_per_worker=1, processes=True), no dashboard, its functions known to the workers by name. tuned: also without queuing ' +
        '(distributed.scheduler.worker-saturation: inf), and with a client that fetches results from the workers (direct_to_workers).',
      'chain-500 and round-trip count from the eleventh round on: until then V8 compiles; the first are about twice as slow.',
      'map-gather-100k takes dask minutes, so only its faster setting is measured there, once. dask is warmed up by an eighth of the work of each line.',
      'The lines "in process" are compared with dask in processes. There 200 MB do not move, so those lines are missing.',
      'gather-200MB, huge pages: by a client that was started with GLIBC_TUNABLES=glibc.malloc.hugetlb=1, as worker processes are; NumPy asks for huge pages itself.',
      'wake-ups alone: no sheaf, but the system: a byte to another process, on to a thread of it, and back, as often as a hop or a round trip has to wake somebody.',
      'cluster-start: from nothing to the first result, in a process that has imported and started before. scheduler-only: 100,000 tasks of a map, workers done at once, ' +
        'no I/O. bytes-per-task: heap per task of a map of 1,000,000.',
    ],
    close: async () => {
      await Promise.all([dask.close(), processes.close(), threads.close()]);
    },
  };
}

function linesOf(workload: Workload, dask: Dask, processes: Lazy, threads: Lazy): Line[] {
  const { name, unit, higherIsBetter, rounds, target, isTransport, isLong } = workload;
  const warmUp = { ...workload, n: Math.ceil(workload.n / 8) }; // there is no compiler that it would have to warm up
  const columns = dask.columns({
    measure: workload.measure,
    ...(isLong ? { maxRounds: 1 } : { warmUp: async (ask) => void (await ask(paramsOf(warmUp, warmUpRound))) }),
    round: async (round, ask) => checked('dask', workload, round, ask),
  });
  const peers = isLong ? { [tuned]: columns[tuned]! } : columns;
  const present = Object.values(peers).filter((peer) => 'round' in peer);
  const line = (label: string, sheaf: Contestant): Line => ({
    name: label,
    unit,
    higherIsBetter,
    rounds,
    ...(target === undefined ? {} : { target }),
    sheaf,
    peers,
    extra: (median) =>
      present.length === 0
        ? {}
        : { ratioToDask: Math.min(...present.map((peer) => advantage(median(sheaf), median(peer), higherIsBetter))) },
  });
  return [
    line(name, onCluster(workload, true, processes)),
    ...(isTransport ? [] : [line(`${name}, in process`, onCluster(workload, false, threads))]),
  ];
}

function onCluster(workload: Workload, processes: boolean, cluster: Lazy): Contestant {
  const { measure: name, warmUps = 1 } = workload;
  const ask = async (params: Params): Promise<Done> =>
    name === 'cluster_start' ? clusterStart(processes, params) : measure(await cluster.get(), name, params);
  let rounds = 0;
  return {
    async warmUp() {
      for (let i = 0; i < warmUps; i++) await ask(paramsOf(workload, warmUpRound - i));
    },
    round: () => checked('sheaf', workload, rounds++, ask),
  };
}

const warmUpRound = -1;

const paramsOf = ({ n }: Workload, round: number): Params => ({ n, first: (round + 1) * n });

async function checked(
  who: string,
  workload: Workload,
  round: number,
  ask: (params: Params) => Promise<Done>,
): Promise<number> {
  const params = paramsOf(workload, round);
  const { ms, result } = await ask(params);
  const expected = workload.expected(params);
  if (result === expected) return workload.measureOf(ms);
  throw new SheafError(`${who}, ${workload.name}: the result is ${result}, but it must be ${expected}`);
}

/** A measure that a program of ../programs takes of itself, in a fresh process for each round. */
const alone = (
  program: string,
  field: string,
  flags: readonly string[],
  env?: Readonly<Record<string, string>>,
): Contestant => ({
  round: async () => (await answerOf<Record<string, number>>(program, flags, env))[field]!,
});

interface Lazy {
  get(): Cluster;
  close(): Promise<void>;
}

/** A cluster that starts when it is first asked for. */
function lazily(open: () => Cluster): Lazy {
  let cluster: Cluster | undefined;
  return {
    get: () => {
      cluster ??= open();
      return cluster;
    },
    close: async () => cluster?.close(),
  };
}
