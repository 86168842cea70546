/** What the tests of one block share: opened before the first of them, closed after the last. */
import { afterAll, beforeAll } from 'vitest';
import { Client } from '../../src/client/client.js';
import { LocalCluster, type LocalClusterOptions } from '../../src/cluster/local-cluster.js';

export interface Opened {
  readonly cluster: LocalCluster;
  readonly client: Client;
}

/** Gives a cluster and a client of it to `take` before the tests of the block around it. */
export function openBefore(options: LocalClusterOptions, take: (opened: Opened) => void): void {
  let opened: Opened;
  beforeAll(async () => {
    const cluster = await LocalCluster.start(options);
    opened = { cluster, client: new Client(cluster) };
    await opened.client.ready;
    take(opened);
  });
  afterAll(async () => {
    await opened.client.close();
    await opened.cluster.close();
  });
}
