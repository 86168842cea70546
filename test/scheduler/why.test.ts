/** What the scheduler says of tasks that wait, and whom it warns of those that no worker can run. */
import { expect, test } from 'vitest';
import type { Annotations } from '../../src/graph/task.js';
import type { Instruction, SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';
import { whyNotDone } from '../../src/scheduler/why.js';

type Given = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

/** A scheduler with client `c`, and a clock that `wait` turns on, with the ticks that it brings. */
function begin() {
  const scheduler = new Scheduler({ validate: true });
  let now = 0;
  const tell = (event: Given): Instruction[] => scheduler.handle({ ...event, now } as SchedulerEvent);
  const join = (worker: string, resources: Record<string, number> = {}) =>
    tell({ type: 'add-worker', worker, address: `sim://${worker}`, nthreads: 1, resources });
  const submit = (key: string, deps: string[] = [], annotations: Annotations = {}, client = 'c') => {
    const tasks = [{ key, op: 'm.js#f', params: null, deps, annotations }];
    return tell({ type: 'update-graph', client, graph: { layers: [{ kind: 'tasks', tasks }] }, keys: [key] });
  };
  const pass = (seconds: number) => {
    const said: Instruction[] = [];
    for (let tick = 0; tick < 10 * seconds; tick++) {
      now += 100;
      for (const worker of scheduler.state.workers.keys()) said.push(...tell({ type: 'heartbeat', worker }));
      said.push(...tell({ type: 'tick' }));
    }
    return said;
  };
  /** What is said meanwhile, and to whom. */
  const wait = (seconds: number) =>
    pass(seconds).flatMap(({ to, name, message }) =>
      message.op === 'warning' ? [[name, message.text]] : to === 'topic' ? [[`topic ${name}`, message.event]] : [],
    );
  const why = (key: string) => whyNotDone(scheduler.state, key);
  tell({ type: 'add-client', client: 'c' });
  return { tell, join, submit, pass, wait, why };
}

const gpu = (count: number): Annotations => ({ resources: { GPU: count } });

test('what cannot run says what there would have to be, and what there is', () => {
  const { tell, join, submit, why } = begin();
  submit('any');
  submit('large', [], gpu(5));
  submit('named', [], { workers: ['nobody', 'nowhere'] });
  submit('both', [], { workers: ['a'], ...gpu(2) });
  submit('either', [], { workers: ['nobody'], allowOtherWorkers: true, ...gpu(5) });
  expect(why('any')).toBe('cannot run: there are no workers');
  expect(why('large')).toBe('cannot run: there are no workers');
  join('a');
  expect(why('any')).toBe('has been running for 0.0 s on worker a');
  expect(why('large')).toBe('cannot run: no worker has GPU: 5 (they offer no resources)');
  join('b', { GPU: 2, disk: 1 });
  join('d', { GPU: 1 });
  const offers = '(workers offer: GPU: 2, disk: 1 on b, GPU: 1 on d)';
  expect(why('large')).toBe(`cannot run: no worker has GPU: 5 ${offers}`);
  expect(why('either')).toBe(`cannot run: no worker has GPU: 5 ${offers}`);
  expect(why('named')).toBe(
    'cannot run: none of the workers it is restricted to (nobody, nowhere) is there; there are a, b, d',
  );
  expect(why('both')).toBe(
    'cannot run: none of the workers it is restricted to (a) has GPU: 2 (they offer no resources)',
  );
  for (const worker of ['a', 'b', 'd']) tell({ type: 'retire-worker', worker });
  expect(why('named')).toBe('cannot run: all workers are leaving');
  expect([why('nothing'), why('c')]).toEqual([undefined, undefined]);
});

test('what could run says for whom it waits', () => {
  const { tell, join, submit, wait, why } = begin();
  join('a', { GPU: 1 });
  submit('first', [], gpu(1));
  submit('second', [], gpu(1));
  wait(12);
  expect(why('first')).toBe('has been running for 12 s on worker a');
  expect(why('second')).toBe('waits for GPU: 1, in use by first on a');
  submit('third');
  expect(why('third')).toBe('waits for its turn: a is busy with first');
  submit('fourth', ['third']);
  submit('fifth', ['fourth', 'first']);
  expect(why('fifth')).toBe('waits for third, which waits for its turn: a is busy with first');
  submit('sixth', ['first', 'third']);
  expect(why('sixth')).toBe('waits for first, which has been running for 12 s on worker a');
  submit('never', [], gpu(2));
  submit('seventh', ['first', 'never']);
  expect(why('seventh')).toBe('waits for never, which cannot run: no worker has GPU: 2 (workers offer: GPU: 1 on a)');
  tell({ type: 'worker-status', worker: 'a', status: 'paused' });
  expect(why('first')).toBe('is on worker a, which is paused until it has memory again');
  expect(why('third')).toBe('waits until there is memory again on a');
  tell({ type: 'task-done', worker: 'a', key: 'first', nbytes: 8, ms: 12_000 });
  expect(why('first')).toBeUndefined();
});

test('short tasks that were handed ahead are in line, and a silent worker is named as such', () => {
  const { tell, join, submit, why } = begin();
  join('a');
  submit('learnt');
  tell({ type: 'task-done', worker: 'a', key: 'learnt', nbytes: 8, ms: 0.5 });
  submit('first');
  submit('second');
  expect(why('second')).toBe('is in line on worker a, behind first');
  tell({ type: 'task-seceded', worker: 'a', key: 'first' });
  expect(why('second')).toBe('has been running for 0.0 s on worker a');
});

test('a worker of which nothing is heard is named as such', () => {
  const scheduler = new Scheduler();
  const tell = (now: number, event: Given) => scheduler.handle({ ...event, now } as SchedulerEvent);
  tell(0, { type: 'add-client', client: 'c' });
  tell(0, { type: 'add-worker', worker: 'a', address: 'sim://a', nthreads: 1 });
  const tasks = [{ key: 'x', op: 'm.js#f', params: null, deps: [] }];
  tell(0, { type: 'update-graph', client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] } });
  for (let now = 500; now <= 20_000; now += 500) tell(now, { type: 'tick' });
  expect(whyNotDone(scheduler.state, 'x')).toBe(
    'has been running for 20 s on worker a, of which nothing has been heard for 20 s',
  );
});

test('whoever wants what no worker can run is warned once, and it is logged', () => {
  const { tell, join, submit, wait } = begin();
  tell({ type: 'add-client', client: 'other' });
  join('a', { GPU: 1 });
  for (let i = 0; i < 7; i++) submit(`t${i}`, [], gpu(2));
  tell({ type: 'release-keys', client: 'c', keys: ['t0'] }); // nobody waits for it any more
  submit('joined', ['t3', 't4'], {}, 'other');
  expect(wait(30)).toEqual([]);
  const reason = 'no worker has GPU: 2 (workers offer: GPU: 1 on a)';
  const said = wait(2);
  expect(said).toHaveLength(3);
  expect(said).toEqual(
    expect.arrayContaining([
      [
        'c',
        expect.stringMatching(/^task t1 has waited for 3\d s and cannot run: no worker .*; 6 tasks wait for that$/),
      ],
      ['other', expect.stringContaining('task t3 has waited for 3')],
      ['topic scheduler', { action: 'no-worker', keys: expect.arrayContaining(['t1']), count: 6, reason }],
    ]),
  );
  submit('t7', [], gpu(2));
  expect(wait(100)).toEqual([]); // they know
  tell({ type: 'add-client', client: 'late' });
  submit('t7', [], gpu(2), 'late');
  expect(wait(31).map(([who]) => who)).toEqual(['late', 'topic scheduler']);
});

test('it is another matter when such a worker has come and gone', () => {
  const { tell, join, submit, wait, why } = begin();
  submit('x');
  expect(wait(32)).toHaveLength(2);
  join('a');
  tell({ type: 'worker-status', worker: 'a', status: 'paused' });
  expect(wait(60)).toEqual([]);
  tell({ type: 'remove-worker', worker: 'a', reason: 'it left' });
  expect(wait(20)).toEqual([]);
  expect(wait(12)).toEqual([
    ['c', expect.stringMatching(/cannot run: there are no workers$/)],
    ['topic scheduler', { action: 'no-worker', keys: ['x'], count: 1, reason: 'there are no workers' }],
  ]);
  join('b');
  expect(why('x')).toMatch(/^has been running/);
});

test('tasks that cannot run are no reason to let workers idle', () => {
  const { tell, join, submit, pass } = begin();
  join('a');
  submit('learnt');
  tell({ type: 'task-done', worker: 'a', key: 'learnt', nbytes: 8, ms: 0.5 });
  for (let i = 0; i < 4; i++) submit(`t${i}`);
  submit('never', [], gpu(2));
  join('b');
  expect(
    pass(1)
      .map(({ name, message }) => [name, message])
      .at(0),
  ).toEqual(['a', { op: 'recall', keys: ['t3', 't2'] }]);
});
