/** The map of the case `primes` on the ranks of an MPI job, for WORKERS and COUNT: prints its outcome as JSON. */
import { Client, initialize } from 'sheaf';
import { mapOn, workOf } from '../cases/primes-work.js';

const [workers, count] = process.argv.slice(2).map(Number) as [number, number];
await initialize();
const client = new Client();
console.log(JSON.stringify(await mapOn(client, workOf(workers, count))));
await client.shutdown();
