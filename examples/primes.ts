/**
 * The primes from MIN to before MAX, each number tried by a task of its own: on the cores of this machine, under
 * `mpirun -n 42 node dist/examples/primes.js 100000000 100001000` on 40 workers, and in a Slurm job by `srun` as well.
 */
import { Client, initialize } from 'sheaf';
import { timedelta } from 'sheaf/learn';
import { rangeOf, slowIsPrime } from './slow-prime.js';

const [min, max] = rangeOf(process.argv.slice(2));
await initialize();
const client = new Client();

const start = performance.now();
const numbers = Array.from({ length: max - min }, (_, i) => min + i);
const arePrime = await client.gather(client.map(slowIsPrime, numbers));
const count = arePrime.filter(Boolean).length;
console.log(`${count} primes between ${min} and ${max} [${timedelta(performance.now() - start)}]`);

await client.shutdown();
