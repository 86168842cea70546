/** Which worker gets a task, as memory runs short or all of them are busy. */
import { expect, test } from 'vitest';
import type { SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

type Given = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

const MiB = 2 ** 20;

function begin(memoryLimit: number): { scheduler: Scheduler; tell: (event: Given) => unknown } {
  const scheduler = new Scheduler({ validate: true });
  const tell = (event: Given) => scheduler.handle({ ...event, now: 0 } as SchedulerEvent);
  tell({ type: 'add-client', client: 'c' });
  for (const worker of ['a', 'b']) {
    tell({ type: 'add-worker', worker, address: `sim://${worker}`, nthreads: 1, memoryLimit });
  }
  return { scheduler, tell };
}

const task = (key: string, op: string, ...deps: string[]) => ({ key, op, params: null, deps });

test.each([
  ['a worker with memory fetches what its peer is too busy to use', 1000, 'b'],
  ['one without leaves the task to its peer', 100, 'a'],
])('%s', (_name, limit, place) => {
  const { scheduler, tell } = begin(limit * MiB);
  const keys = ['x', 'y', 'busy'];
  const tasks = [task('x', 'm.js#make'), task('y', 'm.js#make'), task('busy', 'm.js#wait', 'x')];
  tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys });
  tell({ type: 'task-done', worker: 'b', key: 'y', nbytes: 80 * MiB, ms: 100 });
  tell({ type: 'task-done', worker: 'a', key: 'x', nbytes: 80 * MiB, ms: 100 });
  expect(scheduler.state.tasks.get('busy')!.worker!.name).toBe('a');
  const reads = [task('read', 'm.js#read', 'x')];
  tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks: reads }] }, keys: ['read'] });
  expect(scheduler.state.tasks.get('read')!.worker!.name).toBe(place);
});

test('a paused worker is sent nothing until it goes on', () => {
  const { scheduler, tell } = begin(Infinity);
  tell({ type: 'worker-status', worker: 'a', status: 'paused' });
  const tasks = [task('x', 'm.js#f'), task('y', 'm.js#f')];
  tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys: ['x', 'y'] });
  const places = () => ['x', 'y'].map((key) => scheduler.state.tasks.get(key)!.worker?.name);
  expect(places()).toEqual(['b', undefined]);
  tell({ type: 'worker-status', worker: 'a', status: 'running' });
  expect(places()).toEqual(['b', 'a']);
});

/** Two workers of one thread, and an operation that is known to take `ms`; `run` gives where tasks are then. */
function beginBusy(ms: number) {
  const { scheduler, tell } = begin(Infinity);
  const submit = (keys: readonly string[], rest: object = {}) => {
    const tasks = keys.map((key) => ({ ...task(key, 'm.js#f'), ...rest }));
    tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys: [...keys] });
  };
  submit(['first']);
  tell({ type: 'task-done', worker: 'a', key: 'first', nbytes: 80, ms });
  const counts = () => ['a', 'b'].map((name) => scheduler.state.workers.get(name)!.processing.size);
  return { scheduler, tell, submit, counts };
}
const keysOf = (n: number) => Array.from({ length: n }, (_, i) => `t${i}`);

test.each([
  ['of moderate length: one', 20, 10, [2, 2]],
  ['that are long: none', 60, 10, [1, 1]],
  ['that are soon all begun: none', 20, 6, [1, 1]],
])('what a worker has in line for each thread, of tasks %s', (_what, ms, n, expected) => {
  const { submit, counts } = beginBusy(ms);
  submit(keysOf(n));
  expect(counts()).toEqual(expected);
});

test('nothing stands in line behind what another task waits for alone, as that is to run next', () => {
  const { scheduler, tell, counts } = beginBusy(20);
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  const pairs = numbers.flatMap((i) => [task(`make${i}`, 'm.js#f'), task(`use${i}`, 'm.js#f', `make${i}`)]);
  const keys = numbers.map((i) => `use${i}`);
  tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks: pairs }] }, keys });
  expect(counts()).toEqual([1, 1]);
  const { name } = scheduler.state.tasks.get('make0')!.worker!;
  tell({ type: 'task-done', worker: name, key: 'make0', nbytes: 80 * MiB, ms: 20 });
  const there = scheduler.state.workers.get(name)!.processing.keys();
  expect(Array.from(there, ({ key }) => key)).toEqual(['use0', 'make2']);
});

test('what is for certain workers stands in no line', () => {
  const { submit, counts } = beginBusy(20);
  submit(keysOf(10), { annotations: { workers: ['a', 'b'] } });
  expect(counts()).toEqual([1, 1]);
});

test('what was on a worker that died stands in no line, where it might be behind the task that ended it', () => {
  const { scheduler, tell, submit, counts } = beginBusy(20);
  submit(keysOf(10));
  const there = [...scheduler.state.workers.get('b')!.processing.keys()];
  expect(there).toHaveLength(2);
  tell({ type: 'remove-worker', worker: 'b', reason: 'it died' });
  tell({ type: 'add-worker', worker: 'b', address: 'sim://b2', nthreads: 1 });
  expect(counts()).toEqual([2, 1]);
  const firstOf = (name: string) => [...scheduler.state.workers.get(name)!.processing.keys()][0]!;
  expect(there).toContain(firstOf('b'));
  tell({ type: 'task-done', worker: 'b', key: firstOf('b').key, nbytes: 80, ms: 20 });
  expect(there).toContain(firstOf('b'));
  expect(there.map(({ state }) => state).sort()).toEqual(['memory', 'processing']);
  expect(counts()).toEqual([2, 2]);
});
