/** The work of the case `array` in sheaf; peers/array_work.py has the same for NumPy and dask.array. */
import { array, type ChunkedArray, Client, type Future, LocalCluster, type NDArray, wait } from 'sheaf';
import { computeOn } from '../../src/client/collections.js';
import type { Done } from '../peers/dask.js';
import { copyRate } from '../programs/copy-rate.js';

export interface ArrayCluster {
  readonly client: Client;
  readonly workers: number;
  close(): Promise<void>;
}

export function openArrayCluster(workers: number): ArrayCluster {
  const cluster = new LocalCluster({ workers, threadsPerWorker: 1, processes: true, memoryLimit: 0 });
  const client = new Client(cluster);
  return {
    client,
    workers,
    async close() {
      await client.close();
      await cluster.close();
    },
  };
}

/** Numbers between 0 and 1 that all contestants make alike. */
function formula(rows: number, columns: number, dtype: 'float32' | 'float64', chunks: readonly number[]): ChunkedArray {
  const i = array.arange(rows, { chunks: [chunks[0]!] }).reshape([rows, 1]);
  const j = array.arange(columns, { chunks: [chunks[1]!] });
  return i.multiply(7919).add(j.multiply(104729)).remainder(10007).divide(10007).astype(dtype);
}

function matmulInput(n: number, dtype: 'float32' | 'float64'): ChunkedArray {
  const i = array.arange(n, { chunks: [1500] });
  return i.reshape([n, 1]).multiply(31).add(i.multiply(17)).remainder(101).divide(101).astype(dtype);
}

/** By the names of array_work.py. */
export const inputs = {
  f32: (n: number) => formula(n, n, 'float32', [2000, 2000]),
  f64: (n: number) => formula(n, n, 'float64', [2000, 2000]),
  rows: (n: number) => formula(n, n, 'float64', [Math.max(1, Math.floor(n / 10)), n]),
  tall: (n: number) => formula(n, 50, 'float64', [Math.max(1, Math.floor(n / 20)), 50]),
  'square-f32': (n: number) => matmulInput(n, 'float32'),
  'square-f64': (n: number) => matmulInput(n, 'float64'),
};
export type InputName = keyof typeof inputs;

type Measure = (client: Client, x: ChunkedArray, n: number) => Promise<number>;

/** The last element of what is computed whole. */
async function value(client: Client, x: ChunkedArray): Promise<number> {
  const [found] = (await computeOn(client, [x])) as [number | NDArray];
  return typeof found === 'number' ? found : Number(found.data.at(-1));
}

interface Held {
  readonly x: ChunkedArray;
  release(): void;
}

/** The array, computed; on the cluster until it is released. */
async function hold(client: Client, x: ChunkedArray): Promise<Held> {
  const { graph, keys } = x.toGraph();
  const futures = client.submitGraph(graph, keys) as Future[];
  await wait(futures);
  const release = () => {
    for (const future of futures) future.release();
  };
  return { x: x.withKeys(keys), release };
}

/** Made, and looked at in one place. */
async function keep(client: Client, x: ChunkedArray): Promise<number> {
  const done = await hold(client, x);
  const corner = await value(client, done.x.slice([-1, -1]));
  done.release();
  return corner;
}

export const measures = {
  fused: (client, x) => value(client, x.sqrt().add(x.multiply(2).add(1).square()).sum()),
  x_plus_xt_sum: (client, x) => value(client, x.add(x.T).sum()),
  mean_axis_0: (client, x) => value(client, x.mean(0)),
  mean_axis_1: (client, x) => value(client, x.mean(1)),
  std: (client, x) => value(client, x.std()),
  standardise: (client, x) => keep(client, x.subtract(x.mean(0)).divide(x.std(0))),
  matmul: (client, x) => keep(client, x.matmul(x)),
  rechunk: (client, x, n) => keep(client, x.rechunk([n, Math.floor(n / 10)])),
  sort: (client, x) => keep(client, x.sort(1)),
  histogram: (client, x) => value(client, array.histogram(x, 100, { range: [0, 1] })[0]),
  svd: (client, x) => value(client, array.linalg.svd(x).s),
  random: (client, _, n) => keep(client, array.random.normal([n, n], { seed: 7, chunks: 2000 })),
} satisfies Record<string, Measure>;
export type MeasureName = keyof typeof measures;

/** What is there before a measure begins; one input at a time, since those of others would take memory. */
export class Inputs {
  readonly #cluster: ArrayCluster;
  #made: ({ readonly name: string } & Held) | undefined;

  constructor(cluster: ArrayCluster) {
    this.#cluster = cluster;
  }

  async get(name: InputName, n: number): Promise<ChunkedArray> {
    const token = `${name} ${n}`;
    if (this.#made?.name !== token) {
      this.#made?.release();
      this.#made = { name: token, ...(await hold(this.#cluster.client, inputs[name](n))) };
    }
    return this.#made!.x;
  }
}

export async function measure(cluster: ArrayCluster, name: MeasureName, x: ChunkedArray, n: number): Promise<Done> {
  const start = performance.now();
  const result = await measures[name](cluster.client, x, n);
  const ms = performance.now() - start;
  await cluster.client.schedulerInfo(); // it has heard of what is released
  return { ms, result };
}

/** The bytes a second that all workers together copy, each in a plain loop: nothing that goes over memory is faster. */
export async function copyBandwidth({ client }: ArrayCluster): Promise<number> {
  const rates = await client.run(copyRate);
  return Object.values(rates).reduce((sum, rate) => sum + (rate as number), 0);
}
