/**
 * Sampling by chance, with the numbers of Dask: Python's `random.Random(seed)` draws the state of a generator for each
 * partition, as `randint(0, 2**32)` for each of its words.
 */
import { randomInt } from 'node:crypto';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { RandomState } from '../util/random.js';
import { type Partitions, tasksOnEach } from './build.js';

const WORDS = 624;
const TWO_32 = 2 ** 32;

/** Raises {@link InputError} for what is no probability or no seed. */
export function sample(partitions: Partitions, probability: number, seed: number = randomInt(TWO_32)): Partitions {
  if (!(probability >= 0 && probability <= 1))
    throw new InputError(`the probability of randomSample is a number from 0 to 1, got ${describe(probability)}`);
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new InputError(`the seed of randomSample is an integer from 0 up, got ${describe(seed)}`);
  const generator = RandomState.fromWords(seed < TWO_32 ? [seed] : [seed % TWO_32, Math.floor(seed / TWO_32)]);
  const states = partitions.keys.map(() => Uint32Array.from({ length: WORDS }, () => wordOf(generator)));
  return tasksOnEach(partitions, { op: 'sample', paramsOf: (i) => ({ probability, state: states[i] }) });
}

/** `randint(0, 2**32)`, of which the one number that is no word is drawn again: once in eight thousand million. */
function wordOf(generator: RandomState): number {
  for (;;) {
    const low = generator.nextUint32();
    if (generator.nextUint32() < 2 ** 31) return low;
  }
}
