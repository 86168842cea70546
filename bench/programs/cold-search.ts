/** The first search of a new process, on a new cluster: sends its milliseconds and what it found to the parent. */
import { Client, LocalCluster } from 'sheaf';
import { searchScores, trainingHalf } from '../cases/digits.js';

const half = await trainingHalf(0);
const cluster = await LocalCluster.start();
const client = new Client(cluster);
await client.ready;
const start = performance.now();
const found = await searchScores(half, ['precision', 'recall'], client);
const ms = performance.now() - start;
process.send!({ ms, found });
await client.close();
await cluster.close();
process.disconnect();
