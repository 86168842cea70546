/** Code that names modules which workers cannot import: short histories of what the scheduler asks, holds and sends. */
import { expect, test } from 'vitest';
import type { Key, Task } from '../../src/graph/task.js';
import type { Instruction, SchedulerEvent, ToClient } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

type Given = SchedulerEvent extends infer E ? (E extends { now: number } ? Omit<E, 'now'> : never) : never;

/** A scheduler with clients `a` and `b`, a worker with room for one task, and a way to tell it things. */
function begin() {
  const scheduler = new Scheduler({ validate: true });
  const tell = (event: Given) => scheduler.handle({ ...event, now: 0 } as SchedulerEvent);
  for (const client of ['a', 'b']) tell({ type: 'add-client', client });
  tell({ type: 'add-worker', worker: 'w', address: 'sim://w', nthreads: 1 });
  const stateOf = (key: Key) => scheduler.state.tasks.get(key)?.state;
  return { scheduler, tell, stateOf };
}

const task = (key: Key, op = 'fn:h#f', ...deps: Key[]): Task => ({ key, op, params: [], deps });
const submit = (client: string, ...tasks: Task[]): Given => ({
  ...{ type: 'update-graph', client, graph: { layers: [{ kind: 'tasks', tasks }], code: { h: 'payload of h' } } },
});
const lacks = (key: Key, code = 'h', ...keys: string[]): Given => ({
  ...{ type: 'task-erred', worker: 'w', key },
  error: { name: 'ModuleLoadError', message: 'no m.js', lacks: { code, keys: ['m', ...keys], module: 'm.js' } },
});
const give = (client: string, code: string, standIns: string, ...keys: string[]): Given => ({
  ...{ type: 'give-imports', client, code, standIns, keys: ['m', ...keys], payload: `payload of ${standIns}` },
});
const done = (key: Key): Given => ({ type: 'task-done', worker: 'w', key, nbytes: 8, ms: 1, value: { small: 1 } });

/** Whom it asks for what. */
const asked = (instructions: readonly Instruction[]) =>
  instructions.flatMap(({ name, message }) => (message.op === 'need-imports' ? [[name, message.code]] : []));
/** What it sends to a worker: tasks, the code that these need beside their operation, and the code sent along. */
const runs = (instructions: readonly Instruction[]) =>
  instructions.flatMap(({ message }) =>
    message.op === 'run' ? [[message.tasks.map(({ key, code }) => [key, code]), message.code]] : [],
  );
const failures = (instructions: readonly Instruction[]) =>
  instructions.flatMap(({ name, message }) => {
    const { op, key, error } = message as ToClient & { op: 'erred' };
    return op === 'erred' ? [[name, key, error.message, error.lacks]] : [];
  });

test('tasks wait for what their code lacks, and take it along; it is asked for and sent once', () => {
  const { tell, stateOf } = begin();
  expect(runs(tell(submit('a', task('x'), task('y'), task('sum', 'fn:h#f', 'x'))))).toEqual([
    [[['x', undefined]], { h: 'payload of h' }],
  ]);
  const first = tell(lacks('x'));
  expect(asked(first)).toEqual([['a', 'h']]);
  expect([runs(first), failures(first), stateOf('x'), stateOf('y')]).toEqual([[], [], 'queued', 'queued']);
  const names = ['instead:h', 's'];
  expect(runs(tell(give('a', 'h', 's')))).toEqual([[[['x', names]], { 'instead:h': 's', s: 'payload of s' }]]);
  expect(runs(tell(done('x')))).toEqual([[['y', 'sum'].map((key) => [key, names]), undefined]]);
});

test('a task that came back late, and other code that lacks the same, are not asked for again', () => {
  const { tell } = begin();
  tell(submit('a', task('x')));
  tell({ type: 'add-worker', worker: 'v', address: 'sim://v', nthreads: 1 });
  tell(submit('a', task('y')));
  tell(lacks('x'));
  tell(give('a', 'h', 's'));
  // v had y before.
  const late = tell({ ...lacks('y'), worker: 'v' } as Given);
  expect([asked(late), runs(late)]).toEqual([
    [],
    [[[['y', ['instead:h', 's']]], { 'instead:h': 's', s: 'payload of s' }]],
  ]);
  tell(done('x'));
  tell(submit('a', task('z', 'm.js#g')));
  // Its shipped arguments, which only this task has.
  const own = tell(lacks('z', 'arguments'));
  expect([asked(own), runs(own)]).toEqual([[], [[[['z', ['instead:arguments', 's']]], { 'instead:arguments': 's' }]]]);
});

test('a client that has given stand-ins sends further code with them', () => {
  const { tell } = begin();
  tell(submit('a', task('x')));
  tell(lacks('x'));
  tell(give('a', 'h', 's'));
  tell(done('x'));
  expect(tell({ type: 'give-imports', client: 'a', code: 'k', standIns: 's' })).toEqual([]);
  const graph = { layers: [{ kind: 'tasks', tasks: [task('y', 'fn:k#f')] }], code: { k: 'payload of k' } } as const;
  expect(runs(tell({ type: 'update-graph', client: 'a', graph }))).toEqual([
    [[['y', ['instead:k', 's']]], { k: 'payload of k', 'instead:k': 's' }],
  ]);
});

test('what comes with more stands in for what came before', () => {
  const { scheduler, tell } = begin();
  tell(submit('a', task('x')));
  tell(lacks('x'));
  tell(give('a', 'h', 's'));
  tell(done('x'));
  tell(submit('a', task('y', 'm.js#g')));
  expect(asked(tell(lacks('y', 'arguments', 'n')))).toEqual([['a', 'arguments']]);
  tell(give('a', 'arguments', 't', 'n'));
  expect([...scheduler.state.standIns]).toEqual([
    ['h', 't'],
    ['arguments', 't'],
  ]);
  tell(done('y'));
  expect(runs(tell(submit('a', task('z'))))).toEqual([[[['z', ['instead:h', 't']]], { 'instead:h': 't' }]]);
});

test('when all who can be asked say no or leave, the tasks fail with both reasons, and may be tried again', () => {
  const { tell, stateOf } = begin();
  tell(submit('a', task('x'), task('sum', 'fn:h#f', 'x')));
  expect(asked(tell(lacks('x')))).toEqual([['a', 'h']]);
  tell(submit('b', task('x')));
  // b has come since, and sent the same function.
  expect(asked(tell({ type: 'remove-client', client: 'a' }))).toEqual([['b', 'h']]);
  const refused = tell({ type: 'refuse-imports', client: 'b', code: 'h', reason: 'it is a Socket' });
  const message = 'no m.js; nor can the function travel without it: it is a Socket';
  expect(failures(refused)).toEqual([['b', 'x', message, undefined]]);
  expect(stateOf('x')).toBe('erred');
  expect(runs(tell({ type: 'retry-keys', client: 'b', keys: ['x'] }))).toEqual([[[['x', undefined]], undefined]]);
  expect(asked(tell(lacks('x')))).toEqual([['b', 'h']]);
});

test('it costs none of the times that a task may be tried', () => {
  const { scheduler, tell } = begin();
  tell(submit('a', { ...task('x'), annotations: { retries: 1 } }));
  tell(lacks('x'));
  tell(give('a', 'h', 's'));
  expect(scheduler.state.tasks.get('x')!.retries).toBe(1);
});

test('a task that nobody wants any more is not held, and code that nobody names leaves the workers', () => {
  const { scheduler, tell, stateOf } = begin();
  tell(submit('a', task('x'), task('y')));
  tell(lacks('x'));
  tell({ type: 'release-keys', client: 'a', keys: ['x'] });
  expect(stateOf('x')).toBe(undefined);
  tell(give('a', 'h', 's'));
  tell(done('y'));
  const last = tell({ type: 'remove-client', client: 'a' });
  expect(last.find(({ message }) => message.op === 'drop-code')).toMatchObject({
    ...{ to: 'worker', name: 'w' },
    message: { names: ['instead:h', 'h', 's'] },
  });
  const { code, standIns, lacking } = scheduler.state;
  expect([code.size, standIns.size, lacking.size, scheduler.state.arguments.size]).toEqual([0, 0, 0, 0]);
});

test('only clients with a connection are asked; a task that none of them stands behind fails', () => {
  const { tell, stateOf } = begin();
  tell({ type: 'add-client', client: 'nobody', isAbsent: true });
  tell(submit('a', task('x', 'm.js#g')));
  tell({ type: 'update-graph', client: 'nobody', graph: { layers: [] }, keys: ['x'] });
  tell({ type: 'release-keys', client: 'a', keys: ['x'] });
  expect(asked(tell(lacks('x', 'arguments')))).toEqual([]);
  expect(stateOf('x')).toBe('erred');
});

test('stand-ins stay with the task that went out with them, though others took their place and their client is gone', () => {
  const { scheduler, tell } = begin();
  tell(submit('a', task('x')));
  tell(submit('b', task('x')));
  tell(lacks('x'));
  tell(give('a', 'h', 'from-a'));
  tell(give('b', 'h', 'from-b', 'n'));
  const left = tell({ type: 'remove-client', client: 'a' });
  expect(left.filter(({ message }) => message.op === 'drop-code')).toEqual([]);
  expect([...scheduler.state.code.keys()].sort()).toEqual(['from-a', 'from-b', 'h']);
  tell(done('x'));
});
