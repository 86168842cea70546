/** The digits search of the main program on more and more one-thread workers of one process. */
import { Client, LocalCluster } from 'sheaf';
import type { Contestant } from '../case.js';
import type { OpenScaling } from '../scaling.js';
import { referee, referenceFound, type Score, searchScores, trainingHalf, warmUpSplit } from './digits.js';

const both: readonly Score[] = ['precision', 'recall'];
/** Searches before the first round: enough for the code of every thread to have been compiled. */
const WARM_UPS = 6;

export async function openGridSearchScaling(): Promise<OpenScaling> {
  const clusters: LocalCluster[] = [];
  const judge = referee(referenceFound(both));
  const on = (workers: number): Contestant => {
    let client: Client;
    let rounds = 0;
    const searchOn = async (split: number) => {
      const half = await trainingHalf(split);
      const start = performance.now();
      const found = await searchScores(half, both, client);
      return { ms: performance.now() - start, found };
    };
    return {
      async warmUp() {
        const cluster = new LocalCluster({ workers, threadsPerWorker: 1 });
        clusters.push(cluster);
        client = new Client(cluster);
        await client.waitForWorkers(workers);
        for (let k = 0; k < WARM_UPS; k++) await searchOn(warmUpSplit + k);
      },
      async round() {
        const split = rounds++;
        const { ms, found } = await searchOn(split);
        judge(`sheaf, ${workers} workers`, split, found);
        return ms;
      },
    };
  };
  return {
    parts: [{ mode: 'strong', bound: 'cores', rounds: 7, on }],
    versions: {},
    notes: [
      `ms of the digits search for both scores on one-thread workers of one process, warmed up by ${WARM_UPS} searches on other splits; round r searches the split of randomState r.`,
    ],
    close: async () => void (await Promise.all(clusters.map((cluster) => cluster.close()))),
  };
}
