/**
 * `npm run simulate -- --seed N --events M`: lives from seed N on until M events are done. A life that fails is told,
 * shrunk to what it takes to fail, with the command that repeats it. `npm run simulate -- --scale --workers W --tasks T`
 * measures the scheduler alone.
 */
import { parseArgs } from 'node:util';
import { live, storyOf, turnsOf } from './life.js';
import { measure, shapes } from './scale.js';

const usage = `usage: npm run simulate -- [options]

options:
  --seed N      the first life to live (default 1)
  --events M    how many events all lives have together, at least (default 200000)
  --scale       measures the scheduler alone instead, with
  --workers W   so many workers (default 10000),
  --tasks T     so many tasks (default 1000000)
  --shape NAME  in one shape of graph alone: ${Object.keys(shapes).join(', ')}`;

function refuse(message: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

function parse() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        events: { type: 'string', default: '200000' },
        scale: { type: 'boolean', default: false },
        workers: { type: 'string', default: '10000' },
        tasks: { type: 'string', default: '1000000' },
        shape: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const values = parse();
const count = (name: 'seed' | 'events' | 'workers' | 'tasks'): number => {
  const number = Number(values[name]);
  return Number.isSafeInteger(number) && number > 0
    ? number
    : refuse(`--${name} takes a whole number from 1 up, but it is '${values[name]}'`);
};
if (values.shape !== undefined && !Object.hasOwn(shapes, values.shape)) refuse(`there is no shape '${values.shape}'`);

const MOST_FAILURES = 5;
const start = performance.now();
const seconds = () => ((performance.now() - start) / 1000).toFixed(1);

function simulate(first: number, wanted: number): void {
  let events = 0;
  let seed = first;
  let told = start;
  let failures = 0;
  for (; events < wanted && failures < MOST_FAILURES; seed++) {
    const turns = turnsOf(seed);
    const ending = live(seed, turns);
    events += ending.events;
    if (ending.error) {
      failures++;
      console.log(`seed ${seed} fails: ${ending.error.message.split('\n')[0]}`);
      console.log(`repeat it by: npm run simulate -- --seed ${seed} --events 1`);
      if (failures === 1) console.log(storyOf(seed, turns));
    }
    if (performance.now() - told < 10_000) continue;
    told = performance.now();
    console.log(`${events} events, ${seed - first + 1} seeds, ${seconds()} s`);
  }
  console.log(`${events} events, ${seed - first} seeds from ${first} on, ${seconds()} s, ${failures} failures`);
  if (failures > 0) process.exitCode = 1;
}

function scale(workers: number, tasks: number): void {
  for (const shape of values.shape === undefined ? Object.keys(shapes) : [values.shape]) {
    const figures = measure(shape, workers, tasks);
    console.log(`${shape}: ${workers} workers, ${figures.tasks} tasks`);
    console.log(`  ${figures.graphMicroseconds.toFixed(2)} µs of each task to take it in`);
    console.log(`  ${figures.runMicroseconds.toFixed(2)} µs of each task to have it run`);
    console.log(
      `  ${figures.knownBytes.toFixed(0)} bytes for each task when it is known, ${figures.doneBytes.toFixed(0)} when it is done`,
    );
    console.log(`  ${figures.longestTickMs.toFixed(1)} ms for the longest tick`);
  }
}

if (values.help) console.log(usage);
else if (values.scale) scale(count('workers'), count('tasks'));
else simulate(count('seed'), count('events'));
