/** Messages that cross on their way, and deaths at the wrong moment: one short history each. */
import { expect, test } from 'vitest';
import type { Task } from '../../src/graph/task.js';
import type { Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

type Given = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

/** A scheduler with client `c`, and a way to tell it things. */
function begin(options: { retainBytes?: number } = {}) {
  const scheduler = new Scheduler({ validate: true, ...options });
  const tell = (event: Given) => scheduler.handle({ ...event, now: 0 } as SchedulerEvent);
  tell({ type: 'add-client', client: 'c' });
  return { scheduler, tell };
}

const join = (worker: string, nthreads = 1) =>
  ({ type: 'add-worker', worker, address: `sim://${worker}`, nthreads }) as const;
const leave = (worker: string) => ({ type: 'remove-worker', worker, reason: 'a test' }) as const;
const done = (worker: string, key: string) => ({ type: 'task-done', worker, key, nbytes: 10_000, ms: 500 }) as const;
const task = (key: string, ...deps: string[]): Task => ({ key, op: 'm.js#f', params: null, deps });
const submit = (keys: string[], ...tasks: Task[]) =>
  ({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys }) as const;
const stateOf = (scheduler: Scheduler, key: string) => scheduler.state.tasks.get(key)?.state;
const freed = (instructions: readonly Instruction[]) =>
  instructions.flatMap(({ to, name, message }) => (message.op === 'free' ? [[to, name, message.keys]] : []));

test('news of a copy does not cancel the task that computes it again on that very worker', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(join('b'));
  tell(submit(['x'], task('x')));
  tell(done('a', 'x'));
  // b fetched x; before the scheduler hears of it a dies, and b is the one to compute x again.
  tell(leave('a'));
  expect(scheduler.state.tasks.get('x')!.worker!.name).toBe('b');
  expect(freed(tell({ type: 'add-replicas', worker: 'b', keys: ['x'] }))).toEqual([]);
  tell(done('b', 'x'));
  expect(stateOf(scheduler, 'x')).toBe('memory');
});

test('a task that nobody needs once another was given up is not tried again', () => {
  const { scheduler, tell } = begin();
  tell(submit(['sum'], task('deadly'), task('other'), task('sum', 'deadly', 'other')));
  for (const worker of ['a', 'b', 'c']) {
    tell(join(worker, 2));
    expect(scheduler.state.workers.get(worker)!.processing.size).toBe(2);
    tell(leave(worker));
  }
  expect(stateOf(scheduler, 'sum')).toBe('erred');
  expect(stateOf(scheduler, 'other')).toBe('released');
});

test('a client that looks for lost data hears that computing it again failed', () => {
  const { tell } = begin();
  tell(join('a'));
  tell(join('b'));
  tell(submit(['x'], task('x')));
  tell(done('a', 'x'));
  tell(leave('a'));
  tell({ type: 'task-erred', worker: 'b', key: 'x', error: { name: 'Error', message: 'not again' } });
  const answer = tell({ type: 'missing-data', from: 'a', keys: ['x'], reporter: 'c', tasks: [] });
  expect(answer).toEqual([
    {
      to: 'client',
      name: 'c',
      message: { op: 'erred', key: 'x', error: { name: 'Error', message: 'not again', key: 'x' } },
    },
  ]);
});

test('a worker that is said not to have a result is told to free it, should it have it after all', () => {
  const { tell } = begin();
  tell(join('a'));
  tell(submit(['x'], task('x')));
  tell(done('a', 'x'));
  const answer = tell({ type: 'missing-data', from: 'a', keys: ['x'], reporter: 'c', tasks: [] });
  expect(answer.map(({ message }) => message.op)).toEqual(['free', 'run']);
});

test('a worker that joins again under its name has left before', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(submit(['x', 'y'], task('x'), task('y')));
  tell(done('a', 'x'));
  const again = tell(join('a'));
  expect(again.filter(({ message }) => message.op === 'run')).toHaveLength(1);
  tell(done('a', 'x'));
  tell(done('a', 'y'));
  expect([stateOf(scheduler, 'x'), stateOf(scheduler, 'y')]).toEqual(['memory', 'memory']);
  expect(scheduler.state.tasks.get('x')!.holders).toContain(scheduler.state.workers.get('a'));
});

test('nothing stays of a graph that is refused', () => {
  const { scheduler, tell } = begin();
  tell(submit(['top'], task('fine'), task('top', 'fine', 'ghost')));
  expect([...scheduler.state.tasks.keys()]).toEqual([]);
});

test('who tries a task again that is done meanwhile, or was refused, hears so', () => {
  const { tell } = begin();
  tell({ type: 'add-client', client: 'other' });
  tell(join('a'));
  tell(submit(['x', 'top'], task('x'), task('top', 'ghost')));
  tell({ ...submit(['x']), client: 'other' });
  tell({ type: 'task-erred', worker: 'a', key: 'x', error: { name: 'Error', message: 'no' } });
  tell({ type: 'retry-keys', client: 'other', keys: ['x'] });
  tell(done('a', 'x'));
  const answer = tell({ type: 'retry-keys', client: 'c', keys: ['x', 'top'] });
  expect(answer.map(({ name, message }) => [name, message.op])).toEqual([
    ['c', 'in-memory'],
    ['c', 'erred'],
  ]);
});

test('data that is scattered again, to a worker that is gone again, is an error again', () => {
  const { tell } = begin();
  tell({ type: 'add-client', client: 'other' });
  const lost = { type: 'scattered', worker: 'gone', keys: ['d'], nbytes: [8] } as const;
  for (const client of ['c', 'other'])
    expect(tell({ ...lost, client }).map(({ name, message }) => [name, message.op])).toEqual([[client, 'erred']]);
});

test('a task that is given back waits for an input that was lost meanwhile', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(join('b'));
  tell(submit(['top', 'other'], task('x'), task('top', 'x'), task('other')));
  const holder = scheduler.state.tasks.get('x')!.worker!.name;
  tell(done(holder, 'x'));
  const { worker } = scheduler.state.tasks.get('top')!;
  worker!.recalled.add(scheduler.state.tasks.get('top')!);
  tell({ type: 'missing-data', from: holder, keys: ['x'], reporter: 'c', tasks: [] });
  tell({ type: 'tasks-returned', worker: worker!.name, keys: ['top'] });
  expect(stateOf(scheduler, 'top')).toBe('waiting');
});

test('lost data cannot be tried again', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell({ type: 'scattered', client: 'c', worker: 'gone', keys: ['d'], nbytes: [8] });
  const answer = tell({ type: 'retry-keys', client: 'c', keys: ['d'] });
  expect(answer.map(({ name, message }) => [name, message.op])).toEqual([['c', 'erred']]);
  expect(stateOf(scheduler, 'd')).toBe('erred');
});

test('news of a result from a worker that was told to forget it does not make it a holder', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(submit(['x'], task('x')));
  expect(freed(tell({ type: 'release-keys', client: 'c', keys: ['x'] }))).toEqual([['worker', 'a', ['x']]]);
  tell({ type: 'worker-status', worker: 'a', status: 'paused' });
  tell(join('b'));
  tell(submit(['x'], task('x')));
  tell(done('b', 'x'));
  expect(freed(tell(done('a', 'x')))).toEqual([['worker', 'a', ['x']]]);
  expect([...scheduler.state.tasks.get('x')!.holders].map(({ name }) => name)).toEqual(['b']);
});

test('what a lost worker held may be forgotten already when its turn comes', () => {
  const { scheduler, tell } = begin({ retainBytes: 15_000 });
  const kept = (key: string) => ({ ...task(key), retain: true });
  tell(join('a'));
  tell({ type: 'scattered', client: 'c', worker: 'a', keys: ['z'], nbytes: [10_000] });
  tell(submit(['x', 'p'], kept('x'), kept('p')));
  for (const key of ['x', 'p']) tell(done('a', key));
  tell({ type: 'worker-status', worker: 'a', status: 'paused' });
  tell(submit(['y'], task('y', 'x', 'z')));
  tell({ type: 'release-keys', client: 'c', keys: ['x', 'p'] });
  expect([...scheduler.state.retained].map(({ key }) => key)).toEqual(['p']);
  // z cannot be made again, so y fails, x is kept for nobody, and p has to go for it.
  tell(leave('a'));
  expect(['z', 'y', 'x', 'p'].map((key) => stateOf(scheduler, key))).toEqual(['erred', 'erred', 'released', undefined]);
});

test('what a worker said before it heard that it should free a key is not taken for news of it', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(join('b'));
  tell(submit(['x'], task('x')));
  const { name } = scheduler.state.tasks.get('x')!.worker!;
  tell(done(name, 'x'));
  tell({ type: 'release-keys', client: 'c', keys: ['x'] });
  // Wanted again, x is computed again where its first result has not been freed yet.
  tell({ type: 'worker-status', worker: name === 'a' ? 'b' : 'a', status: 'paused' });
  tell(submit(['x'], task('x')));
  tell({ ...done(name, 'x'), freed: 0 });
  tell({ type: 'add-replicas', worker: name, keys: ['x'], freed: 0 });
  tell({ type: 'task-erred', worker: name, key: 'x', error: { name: 'Error', message: 'the first time' }, freed: 0 });
  expect(stateOf(scheduler, 'x')).toBe('processing');
  tell({ ...done(name, 'x'), freed: 1 });
  expect(stateOf(scheduler, 'x')).toBe('memory');
  expect(scheduler.state.workers.get(name)!.freeing.size).toBe(0);
});

test('news of a copy does not give up a task that was sent ahead to make it', () => {
  const { scheduler, tell } = begin();
  tell(join('a'));
  tell(submit(['first'], task('first')));
  tell({ ...done('a', 'first'), ms: 1 });
  tell(submit(['x', 'y'], task('x'), task('y', 'x')));
  expect(scheduler.state.tasks.get('y')!.ahead!.name).toBe('a');
  expect(freed(tell({ type: 'add-replicas', worker: 'a', keys: ['y'] }))).toEqual([]);
});
