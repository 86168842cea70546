import { expect, test } from 'vitest';
import type { Assignment } from '../../src/scheduler/events.js';
import { WorkerState } from '../../src/worker/state.js';

const a = { worker: 'a', address: 'sim://a' };
const b = { worker: 'b', address: 'sim://b' };
const task = (key: string, priority: number, deps: string[] = [], rest: Partial<Assignment> = {}): Assignment => ({
  key,
  op: 'm.js#f',
  params: null,
  deps,
  priority,
  ms: 500,
  holders: Object.fromEntries(deps.map((dep) => [dep, [a]])),
  values: {},
  ...rest,
});
const big = new Float64Array(1000);

test('ready tasks run by priority, as many at once as there are threads', () => {
  const worker = new WorkerState(1);
  const started = worker.handle({ type: 'run', tasks: [task('late', 2), task('early', 1)] });
  expect(started).toEqual([{ type: 'execute', key: 'early', op: 'm.js#f', params: null, inputs: [] }]);
  expect(worker.handle({ type: 'executed', key: 'early', value: 7, nbytes: 8, ms: 1 })).toEqual([
    { type: 'report', message: { op: 'task-done', key: 'early', nbytes: 8, ms: 1, value: { small: 7 } } },
    { type: 'execute', key: 'late', op: 'm.js#f', params: null, inputs: [] },
  ]);
});

test('short tasks are handed to the threads ahead', () => {
  const worker = new WorkerState(1);
  const tasks = [1, 2, 3, 4, 5].map((i) => task(`t${i}`, i, [], { ms: 0.8 }));
  const started = worker.handle({ type: 'run', tasks });
  expect(started.map((instruction) => instruction.type === 'execute' && instruction.key)).toEqual(['t1', 't2', 't3']);
  const [, next] = worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms: 0.8 });
  expect(next).toMatchObject({ type: 'execute', key: 't4' });
});

test('a large result stays here, and is an input from the store', () => {
  const worker = new WorkerState(2);
  worker.handle({ type: 'run', tasks: [task('x', 1)] });
  const [report] = worker.handle({ type: 'executed', key: 'x', value: big, nbytes: 8000, ms: 1 });
  expect(report).toEqual({ type: 'report', message: { op: 'task-done', key: 'x', nbytes: 8000, ms: 1 } });
  const [run] = worker.handle({ type: 'run', tasks: [task('y', 2, ['x', 'k'], { values: { k: 5 } })] });
  expect(run).toMatchObject({ type: 'execute', key: 'y', inputs: [big, 5] });
});

test('missing inputs are fetched once for all who need them, in one request per peer', () => {
  const worker = new WorkerState(4);
  const tasks = [task('p', 1, ['x', 'y']), task('q', 2, ['x'])];
  expect(worker.handle({ type: 'run', tasks })).toEqual([{ type: 'fetch', from: a, keys: ['x', 'y'] }]);
  const values = new Map<string, unknown>([
    ['x', 1],
    ['y', 2],
  ]);
  const out = worker.handle({ type: 'fetched', from: a, keys: ['x', 'y'], values });
  expect(out.map((instruction) => instruction.type)).toEqual(['report', 'execute', 'execute']);
  expect(out[0]).toEqual({ type: 'report', message: { op: 'add-replicas', keys: ['x', 'y'] } });
  expect(out[1]).toMatchObject({ key: 'p', inputs: [1, 2] });
});

test.each([
  ['the peer lacks it', { type: 'fetched', from: b, keys: ['x'], values: new Map() }],
  ['the peer is gone', { type: 'fetch-failed', from: b, keys: ['x'] }],
] as const)('tasks go back to the scheduler when %s', (_name, event) => {
  const worker = new WorkerState(1);
  worker.handle({ type: 'run', tasks: [task('p', 1, ['x'], { holders: { x: [b] } })] });
  expect(worker.handle(event)).toEqual([
    { type: 'report', message: { op: 'missing-data', from: 'b', keys: ['x'], tasks: ['p'] } },
  ]);
  // Sent anew, it is fetched from where it is now.
  expect(worker.handle({ type: 'run', tasks: [task('p', 1, ['x'])] })).toEqual([
    { type: 'fetch', from: a, keys: ['x'] },
  ]);
});

test('what is freed leaves the store, the queue, and is not reported when it ends', () => {
  const worker = new WorkerState(1);
  worker.handle({ type: 'run', tasks: [task('running', 1), task('queued', 2), task('kept', 3)] });
  expect(worker.handle({ type: 'free', keys: ['running', 'queued'] })).toEqual([]);
  const out = worker.handle({ type: 'executed', key: 'running', value: big, nbytes: 8000, ms: 1 });
  expect(out).toEqual([{ type: 'execute', key: 'kept', op: 'm.js#f', params: null, inputs: [] }]);
  expect([...worker.store.keys()]).toEqual([]);
});

test('a task whose input is freed under it goes back to the scheduler', () => {
  const worker = new WorkerState(1);
  worker.handle({ type: 'run', tasks: [task('busy', 0), task('p', 1, ['x'])] });
  worker.handle({ type: 'fetched', from: a, keys: ['x'], values: new Map([['x', 1]]) });
  worker.handle({ type: 'free', keys: ['x'] });
  const out = worker.handle({ type: 'executed', key: 'busy', value: 0, nbytes: 8, ms: 1 });
  expect(out.at(-1)).toEqual({
    type: 'report',
    message: { op: 'missing-data', from: '', keys: ['x'], tasks: ['p'] },
  });
});

test('a copy of what is to be computed again is not kept, as the scheduler does not know of it', () => {
  const worker = new WorkerState(1);
  worker.handle({ type: 'run', tasks: [task('p', 1, ['x'])] });
  worker.handle({ type: 'fetched', from: a, keys: ['x'], values: new Map([['x', 1]]) });
  worker.handle({ type: 'run', tasks: [task('x', 0)] });
  worker.handle({ type: 'failed', key: 'x', error: { name: 'Error', message: 'not this time' } });
  expect([...worker.store.keys()]).toEqual([]);
});
