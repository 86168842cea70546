/** Which worker gets a task, as memory runs short. */
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
