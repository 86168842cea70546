/**
 * Tasks that no worker can ever run as things are: that is said once to each client that waits for any of them, and logged
 * as an event. They wait on, since such a worker may come.
 */

import { seconds } from '../util/describe.js';
import { peek, someMayRun } from './queues.js';
import type { ClientRecord, Queue, SchedulerState, TaskRecord } from './state.js';
import { noWorkerFor } from './why.js';

/** The topic of the scheduler's own events. */
export const OWN_TOPIC = 'scheduler';
/** An event names so many tasks. */
const NAMED = 5;

/** A queue is looked through once in `noWorkerMs` at most, however long it is. */
export function nameStranded(state: SchedulerState): void {
  const { noWorkerMs } = state.options;
  for (const queue of state.queues.values()) {
    const task = peek(queue);
    if (!task || someMayRun(state, task)) {
      queue.stranded = undefined;
      continue;
    }
    queue.stranded ??= { lookAt: state.now + noWorkerMs, told: new Set() };
    if (state.now < queue.stranded.lookAt) continue;
    queue.stranded.lookAt = state.now + noWorkerMs;
    tell(state, queue, queue.stranded.told, noWorkerFor(state, task)!);
  }
}

function tell(state: SchedulerState, { heap }: Queue, told: Set<ClientRecord>, reason: string): void {
  const tasks = new Set<TaskRecord>();
  for (const task of heap.items)
    if (task.state === 'queued' && state.now - task.since >= state.options.noWorkerMs) tasks.add(task);
  const news = [...firstWanted(tasks)].filter(([client]) => !told.has(client));
  if (news.length === 0) return;
  for (const [client, task] of news) {
    told.add(client);
    const waited = `task ${task.key} has waited for ${seconds(state.now - task.since)} and cannot run: ${reason}`;
    const text = tasks.size === 1 ? waited : `${waited}; ${tasks.size} tasks wait for that`;
    state.instructions.push({ to: 'client', name: client.name, message: { op: 'warning', text } });
  }
  const keys = Array.from(tasks, ({ key }) => key).slice(0, NAMED);
  const message = { op: 'log', event: { action: 'no-worker', keys, count: tasks.size, reason } } as const;
  state.instructions.push({ to: 'topic', name: OWN_TOPIC, message });
}

/** The clients that want any of `tasks`, or what is made of them, each with the first that it waits for. */
function firstWanted(tasks: Iterable<TaskRecord>): Map<ClientRecord, TaskRecord> {
  const first = new Map<ClientRecord, TaskRecord>();
  const seen = new Set<TaskRecord>();
  for (const task of tasks) {
    const stack = [task];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const client of next.clients) if (!first.has(client)) first.set(client, task);
      stack.push(...next.waiters);
    }
  }
  return first;
}
