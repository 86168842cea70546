/**
 * Chunked arrays on two workers of one thread each, beside NumPy, dask.array on two such workers, and what the memory
 * alone would allow. All inputs are there before a measure begins.
 */
import { SheafError } from 'sheaf';
import type { Contestant, Line, OpenCase } from '../case.js';
import { openArrayPeers } from '../peers/array.js';
import { advantage } from '../statistics.js';
import {
  type ArrayCluster,
  copyBandwidth,
  type InputName,
  Inputs,
  type MeasureName,
  measure,
  openArrayCluster,
} from './array-work.js';

interface Workload {
  readonly name: string;
  readonly measure: MeasureName;
  readonly data: InputName | null;
  readonly n: number;
  readonly rounds: number;
  /** The bytes that must be read or written, however it is done; absent where arithmetic takes longer. */
  readonly bytes?: number;
  /** Results agree to so much of their size; infinity where each has numbers of its own. */
  readonly tolerance?: number;
}

const bytesOf = { f32: 4 * 20_000 ** 2, f64: 8 * 10_000 ** 2 };
const n = 10_000;

const workloads: readonly Workload[] = [
  { name: 'fused-f32', measure: 'fused', data: 'f32', n: 20_000, rounds: 3, bytes: bytesOf.f32, tolerance: 1e-6 },
  { name: 'x-plus-xT-sum', measure: 'x_plus_xt_sum', data: 'f64', n, rounds: 5, bytes: bytesOf.f64 },
  { name: 'mean-axis-0', measure: 'mean_axis_0', data: 'f64', n, rounds: 5, bytes: bytesOf.f64 },
  { name: 'mean-axis-1', measure: 'mean_axis_1', data: 'f64', n, rounds: 5, bytes: bytesOf.f64 },
  { name: 'std', measure: 'std', data: 'f64', n, rounds: 5, bytes: bytesOf.f64 },
  { name: 'standardise', measure: 'standardise', data: 'f64', n, rounds: 3, bytes: 3 * bytesOf.f64 },
  { name: 'histogram', measure: 'histogram', data: 'f64', n, rounds: 3, bytes: bytesOf.f64 },
  { name: 'rechunk', measure: 'rechunk', data: 'rows', n, rounds: 3, bytes: 2 * bytesOf.f64 },
  { name: 'sort', measure: 'sort', data: 'rows', n, rounds: 2, bytes: 2 * bytesOf.f64 },
  {
    name: 'random',
    measure: 'random',
    data: null,
    n,
    rounds: 3,
    bytes: bytesOf.f64,
    tolerance: Number.POSITIVE_INFINITY,
  },
  { name: 'svd', measure: 'svd', data: 'tall', n: 2_000_000, rounds: 2 },
  { name: 'matmul-f32', measure: 'matmul', data: 'square-f32', n: 6000, rounds: 2, tolerance: 1e-4 },
  { name: 'matmul-f64', measure: 'matmul', data: 'square-f64', n: 6000, rounds: 2 },
];

/** Sums of many numbers in another order. */
const TOLERANCE = 1e-9;

export async function openArray(): Promise<OpenCase> {
  const peers = openArrayPeers();
  const two = openArrayCluster(2);
  const one = openArrayCluster(1);
  const inputs = new Map([two, one].map((cluster) => [cluster, new Inputs(cluster)]));
  const bandwidth = new Map<ArrayCluster, number>();
  const limit = (bytes: number): Contestant => ({
    async round() {
      bandwidth.set(two, await copyBandwidth(two));
      return (1000 * bytes) / bandwidth.get(two)!;
    },
  });

  const lineOf = (workload: Workload): Line => {
    const { name, rounds, bytes, data } = workload;
    const check = refereeOf(workload);
    const contestant = (who: string, cluster: ArrayCluster): Contestant => {
      const run = async () => {
        const x = data && (await inputs.get(cluster)!.get(data, workload.n));
        const { ms, result } = await measure(cluster, workload.measure, x!, workload.n);
        check(who, result);
        return ms;
      };
      return { warmUp: async () => void (await run()), round: run };
    };
    const sheaf = contestant('sheaf', two);
    const alone = contestant('sheaf, one worker', one);
    const columns = peers.columns({ measure: workload.measure, data, n: workload.n }, check);
    return {
      ...{ name, unit: 'ms', higherIsBetter: false, rounds, sheaf },
      peers: { ...columns, 'one worker': alone, ...(bytes !== undefined && { limit: limit(bytes) }) },
      extra: (median) => {
        const speedup = advantage(median(sheaf), median(alone), false);
        return { speedup, efficiency: speedup / 2 };
      },
    };
  };

  return {
    lines: workloads.map(lineOf),
    versions: peers.versions,
    notes: [
      'ms. sheaf and dask.array: two worker processes of one thread each; one worker: sheaf with one. numpy: one process, whose matmul and svd have two threads. ' +
        'Inputs are in memory before; chunks are 2,000 x 2,000, those of matmul 1,500 x 1,500, or tenths of the rows, and twentieths for svd, for sheaf and dask alike.',
      'fused-f32: (sqrt(x) + (2x + 1)^2).sum() of 20,000 x 20,000 float32. Others: 10,000 x 10,000 float64; matmul 6,000 x 6,000; svd 2,000,000 x 50.',
      'standardise, rechunk, sort, random and matmul leave their result in memory. speedup: of two workers over one; efficiency: half of it.',
      'limit: the time in which two processes copy as many bytes as the work has to read and to write, each in a plain loop over memory.',
    ],
    close: async () => {
      await Promise.all([peers.close(), two.close(), one.close()]);
    },
  };
}

/** All find the same as the first one. */
function refereeOf({ name, tolerance = TOLERANCE }: Workload): (who: string, result: number) => void {
  let expected: number | undefined;
  return (who, result) => {
    expected ??= result;
    const isNear =
      Math.abs(result - expected) <= tolerance * Math.abs(expected) || tolerance === Number.POSITIVE_INFINITY;
    if (!isNear || !Number.isFinite(result)) {
      throw new SheafError(`${who}, ${name}: the result is ${result}, but others found ${expected}`);
    }
  };
}
