/** What must be true when the world has calmed down. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { special, truthOf } from './tasks.js';
import { retainBytes, type World } from './world.js';

/** Everything that was going to happen happens, on workers that can run everything. */
export function calmDown(world: World, tell?: (text: string) => void): void {
  world.isCalm = true;
  world.flush();
  for (const worker of world.workers.values()) {
    worker.isSilent = false;
    if (worker.isPaused) worker.pause(false);
  }
  // Some ticks after the last that happened: workers that retire have their results fetched, and copies are dropped.
  for (let steps = 0, quiet = 0; quiet < 25; steps++) {
    ok(steps < 40_000, 'steps without an end');
    const what = world.step();
    if (what !== undefined) {
      tell?.(what);
      if (steps % 200 === 199) world.tick(100);
      continue;
    }
    for (const name of special) world.join(name);
    // Those that retire wait for one that takes what they hold.
    const isRunning = [...world.scheduler.state.workers.values()].some(({ status }) => status === 'running');
    if (!isRunning) world.join(`late${world.joined}`);
    quiet++;
    world.tick(100);
  }
  while (world.step() !== undefined);
}

/** Tasks that came without their inputs, which somebody may have cancelled by then. */
function riskyOf({ work, alone, cancelled }: World): ReadonlySet<string> {
  const risky = work.tasks.filter(({ key, deps }) => alone.has(key) && deps.some((dep) => cancelled.has(dep)));
  return new Set(risky.map(({ key }) => key));
}

export function checkOutcomes(world: World, mayDie: boolean): void {
  const { truth, doomed, mayFail } = truthOf(world.work, riskyOf(world));
  for (const { name, wants } of world.clients) {
    for (const [key, { outcome }] of wants) {
      if (outcome === 'cancelled') ok(world.cancelled.has(key), `${key} of ${name} was cancelled by nobody`);
      else if (outcome === 'erred') ok(doomed.has(key) || mayFail.has(key) || mayDie, `${key} of ${name} failed`);
      else if (outcome === 'pending') ok(false, `${key} of ${name} is pending`);
      else {
        ok(!doomed.has(key), `${key} of ${name} has a value`);
        deepStrictEqual(outcome.value, truth.get(key), `the value of ${key} of ${name}`);
      }
    }
  }
}

/** Nobody wants anything any more. */
export function checkNothingLeft(world: World): void {
  const { state } = world.scheduler;
  for (const task of state.tasks.values()) {
    ok(task.state === 'memory' || task.state === 'released', `${task.key} is ${task.state}`);
    ok((task.state === 'memory') === state.retained.has(task), `${task.key}: ${task.state}, retained or not`);
  }
  ok(state.retainedBytes <= retainBytes, `${state.retainedBytes} bytes are retained`);
  deepStrictEqual(state.queues.size, 0, 'queues');
  deepStrictEqual([...state.lacking.keys()], [], 'what lacks something');
  for (const task of state.arguments.keys())
    ok(state.tasks.get(task.key) === task, `the arguments of ${task.key} are known, and it is forgotten`);
  for (const task of state.warned) ok(state.tasks.get(task.key) === task, `${task.key} is warned of and forgotten`);
  const named = new Set([...state.workers.values()].flatMap(({ name, address, host }) => [name, address, host]));
  deepStrictEqual(new Set(state.named.keys()), named, 'what workers go by');
  deepStrictEqual([...world.connected.keys()].sort(), [...state.workers.keys()].sort(), 'workers');
  for (const worker of world.connected.values()) {
    const record = state.workers.get(worker.name)!;
    const known = [...record.has].map(({ key }) => key);
    // Nobody has looked for what is not there, and nobody knows of what its client did not live to tell.
    const stored = [...worker.data.keys()].filter((key) => known.includes(key) || !world.orphaned.has(key));
    const real = known.filter((key) => worker.data.has(key) || !world.falsified.has(key));
    deepStrictEqual(stored.sort(), real.sort(), `store of ${worker.name}`);
    deepStrictEqual(worker.state.load, 0, `load of ${worker.name}`);
    const { processing, occupancy, seceded, recalled, used, nbytes } = record;
    const sizes = [processing.size, occupancy, seceded.size, recalled.size, used.GPU ?? 0];
    deepStrictEqual(sizes, [0, 0, 0, 0, 0], `what ${worker.name} works on`);
    deepStrictEqual(
      nbytes,
      [...record.has].reduce((sum, task) => sum + task.nbytes, 0),
      `bytes of ${worker.name}`,
    );
  }
}
