/** How many workers the work at hand is worth. The rule is that of distributed's `adaptive_target`. */
import { expectedMs, FULL } from './placement.js';
import { peek } from './queues.js';
import type { SchedulerState } from './state.js';

/** The number of workers with which all that is known would be done within `targetMs`; at least one if there is anything. */
export function desiredWorkers(state: SchedulerState, targetMs: number): number {
  let ms = 0;
  let tasks = 0;
  let [nbytes, limit, nthreads] = [0, 0, 1];
  for (const worker of state.workers.values()) {
    ms += worker.occupancy;
    tasks += worker.processing.size;
    nbytes += worker.nbytes;
    limit += worker.memoryLimit;
    nthreads = Math.max(nthreads, worker.nthreads);
  }
  for (const queue of state.queues.values()) {
    const head = peek(queue);
    if (!head) continue;
    // Tasks of a queue are taken to be alike: what the first is expected to take, all are.
    ms += queue.heap.size * expectedMs(state, head);
    tasks += queue.heap.size;
  }
  const forTime = Math.ceil(ms / targetMs / nthreads);
  const forTasks = Math.ceil(tasks / nthreads);
  const forData = nbytes > FULL * limit ? 2 * state.workers.size : 0;
  const keepers = [...state.workers.values()].filter(({ has }) => has.size > 0).length > 0 ? 1 : 0;
  return Math.max(Math.min(forTime, forTasks), tasks > 0 ? 1 : 0, forData, keepers);
}
