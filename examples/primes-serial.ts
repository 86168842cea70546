/** The primes from MIN to before MAX, one number after another: what `primes.ts` does in parallel. */
import { timedelta } from 'sheaf/learn';
import { rangeOf, slowIsPrime } from './slow-prime.js';

const [min, max] = rangeOf(process.argv.slice(2));
const start = performance.now();
let count = 0;
for (let n = min; n < max; n++) if (await slowIsPrime(n)) count++;
console.log(`${count} primes between ${min} and ${max} [${timedelta(performance.now() - start)}]`);
