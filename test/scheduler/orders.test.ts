import { describe, expect, test } from 'vitest';
import type { SchedulerEvent } from '../../src/scheduler/events.js';
import { Scheduler } from '../../src/scheduler/scheduler.js';

type Untimed = SchedulerEvent extends infer E ? (E extends SchedulerEvent ? Omit<E, 'now'> : never) : never;

/** Two workers, two large results on the first, and a rebalance that wants one of them on the second. */
function rebalancing() {
  const scheduler = new Scheduler({ validate: true });
  const tell = (event: Untimed) => scheduler.handle({ ...event, now: 0 } as SchedulerEvent);
  for (const worker of ['a', 'b']) tell({ type: 'add-worker', worker, address: `tcp://${worker}`, nthreads: 1 });
  tell({ type: 'add-client', client: 'me' });
  tell({ type: 'scattered', client: 'me', worker: 'a', keys: ['x', 'y'], nbytes: [8000, 8000] });
  const asked = tell({ type: 'rebalance' });
  const [order] = [...scheduler.state.orders.values()].flat();
  const { key } = order!.task;
  const holders = () => Array.from(scheduler.state.tasks.get(key)?.holders ?? [], ({ name }) => name);
  return { scheduler, tell, asked, order: order!, key, holders };
}

describe('a copy that a user asked for', () => {
  test('moves: the one that it was made of is dropped when it has come', () => {
    const { scheduler, tell, asked, order, key, holders } = rebalancing();
    expect(asked).toMatchObject([{ to: 'worker', name: 'b', message: { op: 'acquire', keys: [key] } }]);
    expect(order.end).toBeUndefined();
    expect(tell({ type: 'rebalance' })).toEqual([]); // it is under way
    const freed = tell({ type: 'add-replicas', worker: 'b', keys: [key] });
    expect(freed).toEqual([{ to: 'worker', name: 'a', message: { op: 'free', keys: [key] } }]);
    expect([order.end, holders(), scheduler.state.orders.size]).toEqual(['arrived', ['b'], 0]);
  });

  test('stays where a task is about to use it', () => {
    const { tell, order, key, holders } = rebalancing();
    const task = { key: 'z', op: 'm#f', params: null, deps: [key], annotations: { workers: ['nobody'] } };
    tell({ type: 'update-graph', client: 'me', graph: { layers: [{ kind: 'tasks', tasks: [task] }] } });
    tell({ type: 'add-replicas', worker: 'b', keys: [key] });
    expect([order.end, holders()]).toEqual(['arrived', ['a', 'b']]);
  });

  test.each<[string, (key: string) => Untimed]>([
    ['left', () => ({ type: 'remove-worker', worker: 'b', reason: 'it was killed' })],
    ['lost', () => ({ type: 'remove-worker', worker: 'a', reason: 'it was killed' })],
    ['unreachable', (key) => ({ type: 'missing-data', from: 'a', keys: [key], reporter: 'b', tasks: [] })],
    ['unwanted', (key) => ({ type: 'release-keys', client: 'me', keys: [key] })],
  ])('does not come: %s', (end, event) => {
    const { scheduler, tell, order, key } = rebalancing();
    tell(event(key));
    expect([order.end, scheduler.state.orders.size]).toEqual([end, 0]);
  });
});
