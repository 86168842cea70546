/**
 * Work stealing: when a worker is idle and nothing that it may run waits at the scheduler, tasks that another has been sent and has not
 * begun are called back. The worker that has them decides, as only it knows what runs: it gives back what it can, and
 * then they are placed as any other.
 */
import { mayRun, peek } from './queues.js';
import type { SchedulerState, WorkerRecord } from './state.js';

/** Work that a worker will have done in so many ms is not worth a round trip. */
const WORTH_MS = 20;

export function steal(state: SchedulerState): void {
  if (state.open.size === 0) return;
  const idle = [...state.open].filter((worker) => worker.processing.size < worker.nthreads);
  if (idle.length === 0 || hasWorkFor(state, idle)) return;
  const threads = idle.reduce((sum, { nthreads }) => sum + nthreads, 0);
  const victims = [...state.workers.values()]
    .filter((worker) => backlogOf(state, worker) > WORTH_MS)
    .sort((a, b) => backlogOf(state, b) - backlogOf(state, a));
  let wanted = threads;
  for (const victim of victims) {
    if (wanted <= 0) break;
    // The last come are the least likely to have begun. Half of the surplus goes, as the victim works on too.
    const surplus = [...victim.processing.keys()].slice(victim.nthreads).reverse();
    const half = Math.ceil(surplus.length / 2);
    const keys: string[] = [];
    for (const task of surplus) {
      if (keys.length === half) break;
      if (victim.recalled.has(task) || !idle.some((thief) => mayRun(state, thief, task))) continue;
      victim.recalled.add(task);
      keys.push(task.key);
    }
    if (keys.length === 0) continue;
    wanted -= keys.length;
    state.instructions.push({ to: 'worker', name: victim.name, message: { op: 'recall', keys } });
  }
}

/** Whether a queue has something for one of them: what no idle worker may run is no reason to let them be idle. */
function hasWorkFor({ queues }: SchedulerState, idle: readonly WorkerRecord[]): boolean {
  for (const queue of queues.values())
    if (peek(queue) && (!queue.isEligible || idle.some(queue.isEligible))) return true;
  return false;
}

/** How long the tasks that stand behind others will have to wait, in ms for each thread. */
function backlogOf(state: SchedulerState, { processing, nthreads, occupancy, lastDone }: WorkerRecord): number {
  if (processing.size <= nthreads) return 0;
  // What takes longer than it was expected to will take as long again.
  const overrun = state.now - lastDone - occupancy / nthreads;
  return Math.max(occupancy / nthreads, overrun);
}
