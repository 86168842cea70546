import { expect, test } from 'vitest';
import type { Assignment } from '../../src/scheduler/events.js';
import type { WorkerEvent, WorkerInstruction } from '../../src/worker/events.js';
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
/** A worker and what it stores. */
function begin(nthreads: number, transferBytes?: number, runningBytes?: number) {
  const data = new Map<string, unknown>();
  const state = new WorkerState(nthreads, data, transferBytes, runningBytes);
  const handle = (...events: readonly WorkerEvent[]) => state.handle(...events).map(withoutCount);
  return { worker: { handle, load: () => state.load, freed: () => state.freed }, data };
}

/** Reports without how many keys were freed, which has a test of its own. */
function withoutCount(instruction: WorkerInstruction): WorkerInstruction {
  if (instruction.type !== 'report') return instruction;
  const { freed: _, ...message } = instruction.message;
  return { type: 'report', message } as WorkerInstruction;
}
const begun = (instructions: readonly WorkerInstruction[]) =>
  instructions.flatMap((instruction) => (instruction.type === 'execute' ? [instruction.task.key] : []));
const fetched = (instructions: readonly WorkerInstruction[]) =>
  instructions.flatMap((instruction) => (instruction.type === 'fetch' ? instruction.keys : []));
const one = (key: string) => new Map([[key, 1]]);
const big = new Float64Array(1000);

test('ready tasks run by priority, as many at once as there are threads', () => {
  const { worker, data } = begin(1);
  const started = worker.handle({ type: 'run', tasks: [task('late', 2), task('early', 1)] });
  expect(started).toEqual([{ type: 'execute', task: task('early', 1), resultBytes: 0 }]);
  expect(worker.handle({ type: 'executed', key: 'early', value: 7, nbytes: 8, ms: 1 })).toEqual([
    {
      type: 'report',
      message: { op: 'tasks-done', keys: ['early'], nbytes: [8], ms: [1], values: [7], smalls: [true] },
    },
    { type: 'execute', task: task('late', 2), resultBytes: 8 },
  ]);
  expect([...data.keys()]).toEqual([]);
});

test('short tasks are handed to the threads ahead', () => {
  const { worker } = begin(1);
  const tasks = [1, 2, 3, 4, 5].map((i) => task(`t${i}`, i, [], { ms: 0.8 }));
  const started = worker.handle({ type: 'run', tasks });
  expect(begun(started)).toEqual(['t1', 't2', 't3']);
  const out = worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms: 0.8 });
  expect(begun(out)).toEqual(['t4']);
});

test.each([
  ['tasks of moderate length: one for each thread', 20, ['t1', 't2', 't3', 't4'], ['t5']],
  ['long ones: none', 60, ['t1', 't2'], ['t3']],
  ['those in between: fewer', 40, ['t1', 't2', 't3'], ['t4']],
])('what is handed to the threads ahead of time, of %s', (_what, ms, first, next) => {
  const { worker } = begin(2);
  const tasks = [1, 2, 3, 4, 5, 6].map((i) => task(`t${i}`, i, [], { ms }));
  expect(begun(worker.handle({ type: 'run', tasks }))).toEqual(first);
  expect(begun(worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms }))).toEqual(next);
});

test('a task of higher priority comes behind no more than what is with the threads', () => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: [1, 2, 3].map((i) => task(`t${i}`, i, [], { ms: 20 })) });
  worker.handle({ type: 'run', tasks: [task('urgent', 9, [], { ms: 20, userPriority: 1 })] });
  expect(begun(worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms: 20 }))).toEqual(['urgent']);
});

test('what is handed ahead has to fit beside what runs', () => {
  const { worker, data } = begin(1, undefined, 100);
  for (const key of ['x', 'y']) data.set(key, 1);
  const uses = (key: string, priority: number, dep: string) =>
    task(key, priority, [dep], { ms: 20, sizes: { [dep]: 60 } });
  expect(begun(worker.handle({ type: 'run', tasks: [uses('p', 1, 'x'), uses('q', 2, 'y')] }))).toEqual(['p']);
  expect(begun(worker.handle({ type: 'executed', key: 'p', value: 0, nbytes: 8, ms: 20 }))).toEqual(['q']);
});

test('a large result stays here, and is an input from the store', () => {
  const { worker, data } = begin(2);
  worker.handle({ type: 'run', tasks: [task('x', 1)] });
  const [report] = worker.handle({ type: 'executed', key: 'x', value: big, nbytes: 8000, ms: 1 });
  expect(report).toEqual({
    type: 'report',
    message: { op: 'tasks-done', keys: ['x'], nbytes: [8000], ms: [1], values: [null], smalls: [false] },
  });
  expect(data).toEqual(new Map([['x', big]]));
  expect(begun(worker.handle({ type: 'run', tasks: [task('y', 2, ['x', 'k'], { values: { k: 5 } })] }))).toEqual(['y']);
});

test('missing inputs are fetched once for all who need them, in one request per peer', () => {
  const { worker, data } = begin(4);
  const tasks = [task('p', 1, ['x', 'y']), task('q', 2, ['x'])];
  expect(worker.handle({ type: 'run', tasks })).toEqual([{ type: 'fetch', from: a, keys: ['x', 'y'], nbytes: 0 }]);
  const values = new Map<string, unknown>([
    ['x', 1],
    ['y', 2],
  ]);
  const out = worker.handle({ type: 'fetched', from: a, keys: ['x', 'y'], values });
  expect(out.map((instruction) => instruction.type)).toEqual(['report', 'execute', 'execute']);
  expect(out[0]).toEqual({ type: 'report', message: { op: 'add-replicas', keys: ['x', 'y'] } });
  expect(data).toEqual(values);
  expect(begun(out)).toEqual(['p', 'q']);
});

test.each([
  ['the peer lacks it', { type: 'fetched', from: b, keys: ['x'], values: new Map() }],
  ['the peer is gone', { type: 'fetch-failed', from: b, keys: ['x'] }],
] as const)('tasks go back to the scheduler when %s', (_name, event) => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: [task('p', 1, ['x'], { holders: { x: [b] } })] });
  expect(worker.handle(event)).toEqual([
    { type: 'report', message: { op: 'missing-data', from: 'b', keys: ['x'], tasks: ['p'] } },
  ]);
  // Sent anew, it is fetched from where it is now.
  expect(worker.handle({ type: 'run', tasks: [task('p', 1, ['x'])] })).toEqual([
    { type: 'fetch', from: a, keys: ['x'], nbytes: 0 },
  ]);
});

test('what is freed leaves the store, the queue, and is not reported when it ends', () => {
  const { worker, data } = begin(1);
  worker.handle({ type: 'run', tasks: [task('running', 1), task('queued', 2), task('kept', 3)] });
  expect(worker.handle({ type: 'free', keys: ['running', 'queued'] })).toEqual([{ type: 'abort', key: 'running' }]);
  const out = worker.handle({ type: 'executed', key: 'running', value: big, nbytes: 8000, ms: 1 });
  expect(out).toEqual([{ type: 'execute', task: task('kept', 3), resultBytes: 8000 }]);
  expect([...data.keys()]).toEqual([]);
});

test('a task that is wanted again while its thread is being ended for it runs anew', () => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: [task('x', 0)] });
  worker.handle({ type: 'free', keys: ['x'] });
  worker.handle({ type: 'run', tasks: [task('x', 0)] });
  const error = { name: 'TaskTimeoutError', message: 'the task was cancelled' };
  expect(begun(worker.handle({ type: 'failed', key: 'x', error }))).toEqual(['x']);
  // On its own this time.
  expect(worker.handle({ type: 'failed', key: 'x', error })).toEqual([
    { type: 'report', message: { op: 'task-erred', key: 'x', error } },
  ]);
});

test('a task whose input is freed under it goes back to the scheduler', () => {
  const { worker } = begin(1);
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
  const { worker, data } = begin(1);
  worker.handle({ type: 'run', tasks: [task('p', 1, ['x'])] });
  worker.handle({ type: 'fetched', from: a, keys: ['x'], values: new Map([['x', 1]]) });
  worker.handle({ type: 'run', tasks: [task('x', 0)] });
  worker.handle({ type: 'failed', key: 'x', error: { name: 'Error', message: 'not this time' } });
  expect([...data.keys()]).toEqual([]);
});

test('what is called back returns if it has not begun, and the threads say what has', () => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: [1, 2, 3].map((i) => task(`t${i}`, i, [], { ms: 1.5 })) });
  expect(worker.handle({ type: 'recall', keys: ['t1', 't2', 't3'] })).toEqual([
    { type: 'report', message: { op: 'tasks-returned', keys: ['t3'] } },
    { type: 'revoke', keys: ['t1', 't2'] },
  ]);
  expect(worker.handle({ type: 'revoked', keys: ['t2'] })).toEqual([
    { type: 'report', message: { op: 'tasks-returned', keys: ['t2'] } },
  ]);
  const out = worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms: 1 });
  expect(out).toHaveLength(1);
});

test('a task that secedes makes room for another, and still has its result', () => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: [task('parent', 1), task('child', 2)] });
  expect(begun(worker.handle({ type: 'seceded', key: 'parent' }))).toEqual(['child']);
  const [report] = worker.handle({ type: 'executed', key: 'parent', value: 1, nbytes: 8, ms: 9 });
  expect(report).toMatchObject({ message: { op: 'tasks-done', keys: ['parent'] } });
});

test('a paused worker begins nothing, and goes on when it is told to', () => {
  const { worker } = begin(1);
  worker.handle({ type: 'pause', isPaused: true });
  expect(worker.handle({ type: 'run', tasks: [task('t', 1)] })).toEqual([]);
  expect(begun(worker.handle({ type: 'pause', isPaused: false }))).toEqual(['t']);
});

test('what lies ahead of the threads waits when the worker is paused, and can then be called back or given up', () => {
  const { worker } = begin(1);
  const ms = 0.1;
  worker.handle({ type: 'run', tasks: [1, 2, 3, 4].map((i) => task(`t${i}`, i, [], { ms })) });
  worker.handle({ type: 'run', tasks: [task('after', 5, ['t4'], { ms, after: ['t4'] })] });
  const keys = ['t1', 't2', 't3', 't4'];
  expect(worker.handle({ type: 'pause', isPaused: true })).toEqual([{ type: 'revoke', keys, stay: true }]);
  expect(worker.handle({ type: 'revoked', keys: ['t2', 't3', 't4'], stay: true })).toEqual([]);
  expect(worker.handle({ type: 'recall', keys: ['t2'] })).toEqual([
    { type: 'report', message: { op: 'tasks-returned', keys: ['t2'] } },
  ]);
  expect(worker.handle({ type: 'free', keys: ['t3'] })).toEqual([]);
  expect(worker.load()).toBe(3);
  expect(begun(worker.handle({ type: 'executed', key: 't1', value: 0, nbytes: 8, ms }))).toEqual([]);
  expect(begun(worker.handle({ type: 'pause', isPaused: false }))).toEqual(['t4']);
  expect(begun(worker.handle({ type: 'executed', key: 't4', value: 0, nbytes: 8, ms }))).toEqual(['after']);
});

test('no more is fetched at a time than the limit allows, the most urgent first', () => {
  const { worker } = begin(2, 100);
  const wants = (key: string, priority: number, dep: string) => task(key, priority, [dep], { sizes: { [dep]: 80 } });
  const out = worker.handle({
    type: 'run',
    tasks: [wants('late', 3, 'x'), wants('next', 2, 'y'), wants('now', 1, 'z')],
  });
  expect(out).toEqual([{ type: 'fetch', from: a, keys: ['z', 'y'], nbytes: 160 }]);
  const some = worker.handle({ type: 'fetched', from: a, keys: ['z'], values: new Map([['z', 1]]) });
  expect(some.at(-1)).toEqual({ type: 'fetch', from: a, keys: ['x'], nbytes: 80 });
});

test('copies that are asked for are fetched, and told of if they are there', () => {
  const { worker, data } = begin(1);
  data.set('here', 1);
  const holders = { here: [a], there: [b] };
  expect(worker.handle({ type: 'acquire', keys: ['here', 'there'], holders, sizes: { here: 8, there: 8 } })).toEqual([
    { type: 'report', message: { op: 'add-replicas', keys: ['here'] } },
    { type: 'fetch', from: b, keys: ['there'], nbytes: 8 },
  ]);
});

test('what has come counts until its task begins, but something is always under way', () => {
  const { worker } = begin(1, 100);
  const wants = (key: string, priority: number, ...deps: string[]) =>
    task(key, priority, deps, { sizes: Object.fromEntries(deps.map((dep) => [dep, 80])) });
  worker.handle({ type: 'run', tasks: [task('busy', 0)] });
  const tasks = [wants('p', 1, 'x', 'y'), wants('q', 2, 'z'), wants('r', 3, 'w')];
  expect(fetched(worker.handle({ type: 'run', tasks }))).toEqual(['x', 'y']);
  const come = (key: string) => fetched(worker.handle({ type: 'fetched', from: a, keys: [key], values: one(key) }));
  expect([come('x'), come('y')]).toEqual([[], ['z']]);
  expect(come('z')).toEqual(['w']);
});

test('tasks begin while their inputs, each counted once, and their results fit, and one in any case', () => {
  const { worker, data } = begin(4, undefined, 100);
  for (const key of ['x', 'y', 'z']) data.set(key, 1);
  const sizes = { x: 60, y: 30, z: 30 };
  const uses = (key: string, priority: number, ...deps: (keyof typeof sizes)[]) =>
    task(key, priority, deps, { sizes: Object.fromEntries(deps.map((dep) => [dep, sizes[dep]])) });
  const tasks = [uses('p', 1, 'x', 'y'), uses('q', 2, 'x'), uses('r', 3, 'z'), task('s', 4)];
  expect(begun(worker.handle({ type: 'run', tasks }))).toEqual(['p', 'q']);
  const done = (key: string, nbytes: number) =>
    begun(worker.handle({ type: 'executed', key, value: big, nbytes, ms: 1 }));
  // The result of the next is expected to be as large: 60 in use, 30 to come in, 50 to come out.
  expect(done('p', 50)).toEqual([]);
  expect(done('q', 20)).toEqual(['r']);
  expect(done('r', 90)).toEqual(['s']);
});

test('a task that came before its input was made here begins when it is; one that is small comes along', () => {
  const { worker } = begin(1);
  const tasks = [task('x', 1), task('y', 2, ['x'], { after: ['x'] }), task('z', 3, ['y'], { after: ['y'] })];
  expect(begun(worker.handle({ type: 'run', tasks }))).toEqual(['x']);
  const [, execute] = worker.handle({ type: 'executed', key: 'x', value: 7, nbytes: 8, ms: 1 });
  expect(execute).toMatchObject({ type: 'execute', task: { key: 'y', values: { x: 7 } } });
  const out = worker.handle({ type: 'executed', key: 'y', value: big, nbytes: 8000, ms: 1 });
  expect(out.at(-1)).toMatchObject({ type: 'execute', task: { key: 'z', values: {} } });
  expect(worker.load()).toBe(1);
});

const chain = [task('x', 1), task('y', 2, ['x'], { after: ['x'] }), task('z', 3, ['y'], { after: ['y'] })];
const givenBack = (instructions: readonly WorkerInstruction[]) =>
  instructions.flatMap((instruction) =>
    instruction.type === 'report' && instruction.message.op === 'missing-data' ? instruction.message.tasks : [],
  );

test.each([
  ['failed', [{ type: 'failed', key: 'x', error: { name: 'Error', message: 'no' } }]],
  [
    'was given back',
    [
      { type: 'recall', keys: ['x'] },
      { type: 'revoked', keys: ['x'] },
    ],
  ],
  [
    'was given up',
    [
      { type: 'free', keys: ['x'] },
      { type: 'failed', key: 'x', error: { name: 'E', message: '' } },
    ],
  ],
  [
    'was given up, and done after all',
    [
      { type: 'free', keys: ['x'] },
      { type: 'executed', key: 'x', value: 1, nbytes: 8, ms: 1 },
    ],
  ],
  ['could not be begun', [{ type: 'lost-inputs', key: 'x', keys: ['w'] }]],
] as const)('tasks that waited for one that %s go back', (_what, events) => {
  const { worker } = begin(1);
  worker.handle({ type: 'run', tasks: chain });
  const back = givenBack(events.flatMap((event) => worker.handle(event as never)));
  expect(back.filter((key) => key !== 'x').sort()).toEqual(['y', 'z']);
  expect(worker.load()).toBe(0);
});

test('a task that comes after what it was to follow was done goes back, unless the result is in the store', () => {
  const { worker, data } = begin(1);
  expect(givenBack(worker.handle({ type: 'run', tasks: [chain[1]!] }))).toEqual(['y']);
  data.set('x', big);
  expect(begun(worker.handle({ type: 'run', tasks: [chain[1]!] }))).toEqual(['y']);
});

test('reports say how many keys had been freed by then, and those of a time go together', () => {
  const worker = new WorkerState(2, new Map());
  worker.handle({
    type: 'run',
    tasks: [task('x', 1, [], { ms: 0.1 }), task('y', 2, [], { ms: 0.1 }), task('z', 3, [], { ms: 0.1 })],
  });
  const done = (key: string) => ({ type: 'executed', key, value: 1, nbytes: 8, ms: 0.1 }) as const;
  const out = worker.handle(done('x'), done('y'), { type: 'free', keys: ['x', 'y'] }, done('z'));
  const reports = out.flatMap((instruction) => (instruction.type === 'report' ? [instruction.message] : []));
  expect(reports).toMatchObject([
    { keys: ['x', 'y'], freed: 0 },
    { keys: ['z'], freed: 2 },
  ]);
  expect(worker.freed).toBe(2);
});
