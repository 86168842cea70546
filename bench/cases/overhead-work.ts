/** The measures of overhead on a cluster of sheaf; peers/dask_overhead.py has the same for dask. */
import type { Future } from 'sheaf';
import { annotate, Client, LocalCluster } from 'sheaf';
import type { Done } from '../peers/dask.js';
import { add, increment, last, ramp } from '../programs/functions.js';

export interface Params {
  /** How many of what the measure counts: tasks, hops, float64 values. */
  readonly n: number;
  /** What no other round has, so that none finds the results of another. */
  readonly first: number;
}

/** Two workers with one thread each. */
export interface Cluster {
  readonly client: Client;
  close(): Promise<void>;
}

export function openCluster(processes: boolean): Cluster {
  const cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1, processes });
  const client = new Client(cluster);
  return {
    client,
    async close() {
      await client.close();
      await cluster.close();
    },
  };
}

/** From nothing to the first result. */
export async function clusterStart(processes: boolean, { first }: Params): Promise<Done> {
  const start = performance.now();
  const { client, close } = openCluster(processes);
  const result = await client.submit(increment, first).result();
  const ms = performance.now() - start;
  await close();
  return { ms, result };
}

/** By their names in dask_overhead.py. What they submit is released after them, outside of their time. */
export const measures = {
  async map_gather({ client }, { n, first }, used) {
    const items = Array.from({ length: n }, (_, i) => first + i);
    return timed(async () => {
      const futures = client.map(increment, items);
      used.push(...futures);
      return sum(await client.gather(futures));
    });
  },

  async tree({ client }, { n, first }, used) {
    const leaves = Array.from({ length: n }, (_, i) => first + i);
    return timed(() => {
      let level: (number | Future<number>)[] = leaves;
      while (level.length > 1) {
        const sums: Future<number>[] = [];
        for (let i = 0; i < level.length; i += 2) sums.push(client.submit(add, level[i]!, level[i + 1]!));
        used.push(...sums);
        level = sums;
      }
      return (level[0] as Future<number>).result();
    });
  },

  async chain({ client }, { n, first }, used) {
    return timed(() => {
      let x = client.submit(increment, first);
      used.push(x);
      for (let i = 1; i < n; i++) {
        x = client.submit(increment, x);
        used.push(x);
      }
      return x.result();
    });
  },

  async round_trip({ client }, { n, first }, used) {
    return timed(async () => {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const x = client.submit(increment, first + i);
        used.push(x);
        total += await x.result();
      }
      return total;
    });
  },

  async transfer({ client }, { n, first }, used) {
    const [here, there] = (await client.schedulerInfo()).workers.map(({ name }) => name);
    const lastOn = (worker: string, x: Future<Float64Array>) => {
      const value = annotate({ workers: [worker], pure: false }, () => client.submit(last, x));
      used.push(value);
      return value.result();
    };
    const x = annotate({ workers: [here] }, () => client.submit(ramp, n, first));
    used.push(x);
    await lastOn(here, x);
    return timed(() => lastOn(there, x));
  },

  async gather({ client }, { n, first }, used) {
    const x = client.submit(ramp, n, first);
    const there = client.submit(last, x);
    used.push(x, there);
    await there.result();
    const { ms, result } = await timed(() => x.result());
    return { ms, result: last(result) };
  },
} satisfies Record<string, (cluster: Cluster, params: Params, used: Future<unknown>[]) => Promise<Done>>;

export type MeasureName = keyof typeof measures;

export async function measure(cluster: Cluster, name: MeasureName, params: Params): Promise<Done> {
  const used: Future<unknown>[] = [];
  try {
    return await measures[name](cluster, params, used);
  } finally {
    for (const future of used) future.release();
    await cluster.client.schedulerInfo(); // it has heard of that
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
