/** One measure of the case `array` that arithmetic limits, on more and more worker processes of one thread. */
import { SheafError } from 'sheaf';
import type { Contestant } from '../case.js';
import type { OpenScaling } from '../scaling.js';
import { type ArrayCluster, Inputs, measure, openArrayCluster } from './array-work.js';

/** Rows and columns. */
const N = 6000;

export async function openArrayScaling(): Promise<OpenScaling> {
  const clusters: ArrayCluster[] = [];
  let expected: number | undefined;
  const on = (workers: number): Contestant => {
    let inputs: Inputs;
    let cluster: ArrayCluster;
    const run = async () => {
      const x = await inputs.get('rows', N);
      const { ms, result } = await measure(cluster, 'sort', x, N);
      expected ??= result;
      if (result === expected) return ms;
      throw new SheafError(`${workers} workers found ${result}, but fewer found ${expected}`);
    };
    return {
      async warmUp() {
        cluster = openArrayCluster(workers);
        clusters.push(cluster);
        inputs = new Inputs(cluster);
        await cluster.client.waitForWorkers(workers);
        await run();
        await run();
      },
      round: run,
    };
  };
  return {
    parts: [{ mode: 'strong', bound: 'cores', rounds: 5, on }],
    versions: {},
    notes: [
      `ms to sort the rows of ${N} x ${N} float64, which are in memory in tenths, on worker processes of one thread.`,
    ],
    close: async () => void (await Promise.all(clusters.map((cluster) => cluster.close()))),
  };
}
