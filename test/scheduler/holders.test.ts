/** An input that very many workers have costs no more than one that some have. */
import { expect, test } from 'vitest';
import type { Assignment, Instruction } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

const runs = (instructions: readonly Instruction[]): Assignment[] =>
  instructions.flatMap(({ message }) => (message.op === 'run' ? message.tasks : []));

test('of many holders a task is told some, each task another one first', () => {
  const scheduler = new Scheduler({ validate: true });
  const workers = Array.from({ length: 40 }, (_, i) => `w${i}`);
  scheduler.handle({ type: 'add-client', now: 0, client: 'c' });
  for (const worker of workers)
    scheduler.handle({ type: 'add-worker', now: 0, worker, address: `sim://${worker}`, nthreads: 1 });
  const task = (key: string, deps: readonly string[]) => ({ key, op: `m.js#${key[0]}`, params: null, deps });
  const graph = { layers: [{ kind: 'tasks' as const, tasks: [task('x', [])] }] };
  const [x] = runs(scheduler.handle({ type: 'update-graph', now: 0, client: 'c', graph }));
  expect(x!.key).toBe('x');
  const holder = scheduler.state.tasks.get('x')!.worker!.name;
  const done = { keys: ['x'], nbytes: [1e6], ms: [500], values: [null], smalls: [false] };
  scheduler.handle({ type: 'tasks-done', now: 500, worker: holder, ...done });
  for (const worker of workers) scheduler.handle({ type: 'add-replicas', now: 600, worker, keys: ['x'] });
  expect(scheduler.state.tasks.get('x')!.holders.size).toBe(40);

  const tasks = Array.from({ length: 40 }, (_, i) => task(`y${i}`, ['x']));
  const sent = runs(
    scheduler.handle({ type: 'update-graph', now: 700, client: 'c', graph: { layers: [{ kind: 'tasks', tasks }] } }),
  );
  expect(sent).toHaveLength(40);
  for (const { holders } of sent) expect(new Set(holders!.x!.map(({ worker }) => worker)).size).toBe(16);
  expect(new Set(sent.map(({ holders }) => holders!.x![0]!.worker)).size).toBe(16);
});
