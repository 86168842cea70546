/**
 * `npm run simulate -- --seed N --events M`: lives from seed N on until M events are done. A life that fails is told,
 * shrunk to what it takes to fail, with the command that repeats it.
 */
import { parseArgs } from 'node:util';
import { live, storyOf, turnsOf } from './life.js';

const options = { seed: { type: 'string', default: '1' }, events: { type: 'string', default: '200000' } } as const;
const { values } = parseArgs({ options });
const first = Number(values.seed);
const wanted = Number(values.events);
const start = performance.now();
const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
let events = 0;
let seed = first;
let told = start;
const failures: number[] = [];
for (; events < wanted && failures.length < 5; seed++) {
  const turns = turnsOf(seed);
  const ending = live(seed, turns);
  events += ending.events;
  if (ending.error) {
    failures.push(seed);
    console.log(`seed ${seed} fails: ${ending.error.message.split('\n')[0]}`);
    console.log(`repeat it by: npm run simulate -- --seed ${seed} --events 1`);
    if (failures.length === 1) console.log(storyOf(seed, turns));
  }
  if (performance.now() - told > 10_000) {
    told = performance.now();
    console.log(`${events} events, ${seed - first + 1} seeds, ${seconds()} s`);
  }
}
console.log(`${events} events, ${seed - first} seeds from ${first} on, ${seconds()} s, ${failures.length} failures`);
if (failures.length > 0) process.exitCode = 1;
