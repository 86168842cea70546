/** Short tasks that follow one another are with their worker before their inputs are made. */
import { expect, test } from 'vitest';
import type { Task } from '../../src/graph/task.js';
import type { Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

const small = { value: { small: 1 } };
const large = {};
const chainOf = (n: number): Task[] =>
  Array.from({ length: n }, (_, i) => ({ key: `t${i}`, op: 'm.js#f', params: null, deps: i > 0 ? [`t${i - 1}`] : [] }));

/** Workers `a` and `b` of one thread, client `c`, and operation `f`, which is known to take `ms`. */
function begin(ms = 1) {
  const scheduler = new Scheduler({ validate: true });
  const tell = (...events: object[]): string[] =>
    scheduler.handleAll(events.map((event) => ({ now: 0, ...event }) as SchedulerEvent)).flatMap(textOf);
  const submit = (tasks: readonly Task[], keys = tasks.map(({ key }) => key)) =>
    tell({ type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] }, keys });
  const done = (worker: string, key: string, result: object = small) =>
    tell({ type: 'task-done', worker, key, nbytes: 8, ms, ...result });
  for (const worker of ['a', 'b']) tell({ type: 'add-worker', worker, address: `sim://${worker}`, nthreads: 1 });
  tell({ type: 'add-client', client: 'c' });
  submit([{ key: 'first', op: 'm.js#f', params: null, deps: [] }]);
  done('a', 'first');
  return { scheduler, tell, submit, done };
}

/** What workers are told: keys, with `<` behind those whose inputs they are to make first. */
function textOf({ to, name, message }: Instruction): string[] {
  if (to !== 'worker' || !('tasks' in message || 'keys' in message)) return [];
  const keys = 'tasks' in message ? message.tasks.map(({ key, after }) => (after ? `${key}<` : key)) : message.keys;
  return [`${name} ${message.op} ${keys.join(' ')}`];
}

test('a chain goes to its worker in one message, and more of it when half of that is left', () => {
  const { submit, done } = begin();
  const sent = submit(chainOf(40));
  expect(sent).toHaveLength(1);
  const [worker, op, ...keys] = sent[0]!.split(' ');
  expect([op, keys]).toEqual(['run', ['t0', ...Array.from({ length: 16 }, (_, i) => `t${i + 1}<`)]]);
  for (let i = 0; i < 8; i++) expect(done(worker!, `t${i}`)).toEqual([]);
  expect(done(worker!, 't8')).toEqual([
    `${worker} run ${Array.from({ length: 9 }, (_, i) => `t${i + 17}<`).join(' ')}`,
  ]);
});

test('reports of several tasks that followed one another may come together', () => {
  const { scheduler, tell, submit } = begin();
  const [worker] = submit(chainOf(3))[0]!.split(' ');
  const ones = [1, 1, 1];
  const all = { keys: ['t0', 't1', 't2'], nbytes: ones, ms: ones, values: ones, smalls: [true, true, true] };
  tell({ type: 'tasks-done', worker, ...all });
  expect(['t0', 't1', 't2'].map((key) => scheduler.state.tasks.get(key)!.state)).toEqual([
    'memory',
    'memory',
    'memory',
  ]);
  expect(scheduler.state.workers.get(worker!)!.ahead.size).toBe(0);
});

test.each<[string, number, Task[], string[]]>([
  ['one that takes long', 100, chainOf(2), ['a run t0']],
  ['one whose time is not known', 1, [chainOf(1)[0]!, { ...chainOf(2)[1]!, op: 'm.js#g' }], ['a run t0']],
  ['one of several that follow', 1, [...chainOf(2), { ...chainOf(2)[1]!, key: 'other' }], ['a run t0']],
  [
    'one that asks for a worker',
    1,
    [chainOf(1)[0]!, { ...chainOf(2)[1]!, annotations: { workers: ['b'] } }],
    ['a run t0'],
  ],
  [
    'a sum of two that are there',
    1,
    [...['x', 'y'].map((key) => ({ ...chainOf(1)[0]!, key })), { ...chainOf(1)[0]!, key: 'sum', deps: ['x', 'y'] }],
    ['a run x y sum<'],
  ],
])('what is sent ahead: %s', (_what, ms, tasks, expected) => {
  const { tell, submit } = begin(ms);
  tell({ type: 'remove-worker', worker: 'b', reason: 'a test' });
  expect(submit(tasks)).toEqual(expected);
});

test('what was sent ahead is given up with what it was to follow', () => {
  const failed = { type: 'task-erred', worker: 'a', key: 't0', error: { name: 'Error', message: 'no' } };
  const gone = { type: 'release-keys', client: 'c', keys: ['t0', 't1', 't2'] };
  for (const [event, expected] of [
    [failed, ['a free t1 t2']],
    [gone, ['a free t2 t1 t0']],
    [{ type: 'retire-worker', worker: 'a' }, ['a free t1 t2']],
    [{ type: 'remove-worker', worker: 'a', reason: 'a test' }, ['b run t0 t1< t2<']],
  ] as const) {
    const { scheduler, tell, submit } = begin();
    tell({ type: 'worker-status', worker: 'b', status: 'paused' });
    expect(submit(chainOf(3))).toEqual(['a run t0 t1< t2<']);
    tell({ type: 'worker-status', worker: 'b', status: 'running' });
    const told = tell(event).filter((text) => !text.includes('peer-gone'));
    expect(told.map((text) => [...new Set(text.split(' '))].join(' '))).toEqual(expected);
    for (const { ahead } of scheduler.state.workers.values())
      for (const task of ahead) expect(task.ahead!.name).toBe('b');
  }
});

test('a task that its worker could not begin goes where it can', () => {
  const { scheduler, tell, submit, done } = begin();
  submit(chainOf(2));
  const { worker } = scheduler.state.tasks.get('t0')!;
  done(worker!.name, 't0');
  expect(scheduler.state.tasks.get('t1')!.worker).toBe(worker);
  const returned = tell({
    type: 'missing-data',
    worker: worker!.name,
    reporter: worker!.name,
    from: '',
    keys: [],
    tasks: ['t1'],
  });
  expect(returned).toHaveLength(1);
  expect(returned[0]).toMatch(/^[ab] run t1$/);
});

test('news of a task that was sent ahead, while an input is to be made again, is not taken', () => {
  const { scheduler, tell, submit, done } = begin();
  tell({ type: 'remove-worker', worker: 'b', reason: 'a test' });
  const [x, y] = ['x', 'y'].map((key) => ({ ...chainOf(1)[0]!, key }));
  expect(submit([x!, y!, { ...chainOf(1)[0]!, key: 'sum', deps: ['x', 'y'] }])).toEqual(['a run x y sum<']);
  done('a', 'x', large);
  const again = tell({ type: 'missing-data', worker: 'c', reporter: 'c', from: 'a', keys: ['x'], tasks: [] });
  expect(again).toEqual(['a free x sum', 'a run x sum<']);
  expect(done('a', 'sum')).toEqual(['a free sum']);
  expect(scheduler.state.tasks.get('sum')).toMatchObject({ state: 'waiting', ahead: undefined });
});
