/** Gathers 200 MB of float64 from a worker process, in a fresh process, the second time: sends the milliseconds. */
import { SheafError } from '../../src/util/errors.js';
import { measure, openCluster } from '../cases/overhead-work.js';

const n = 25_000_000;

const cluster = openCluster(true);
await measure(cluster, 'gather', { n, first: 0 });
const { ms, result } = await measure(cluster, 'gather', { n, first: 1 });
await cluster.close();
if (result !== n) throw new SheafError(`the last value is ${result}, but must be ${n}`);
process.send!({ gigabytesPerSecond: (8 * n) / 1e6 / ms });
