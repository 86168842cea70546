/**
 * Short tasks that follow one another are sent together: their worker goes on with the next when it is done with the one
 * before, without asking. In between would be the time that a report takes to come here and a task to go there, which is
 * longer than most short tasks. Here such a task waits, until a report says that its inputs are there: then it is its
 * worker's like any other. So it can be given up at any time before (`unfollow`).
 */
import { AHEAD_MS } from './placement.js';
import { absent, type SchedulerState, type TaskRecord, type WorkerRecord } from './state.js';

/** How many of a chain are there at least; twice as many are sent, since a message costs more than a task. */
const DEPTH = 8;
/** And how many at most in all, for each thread. */
const MOST = 64;

/** The tasks to send to `worker` behind `task`, which it has: what leads to them is there, and they are all that it leads to. */
export function followersOf(state: SchedulerState, worker: WorkerRecord, task: TaskRecord): TaskRecord[] {
  const found: TaskRecord[] = [];
  let at = task;
  for (let depth = 0; depth < (found.length > 0 ? 2 * DEPTH : DEPTH); depth++) {
    if (at.waiters.size !== 1) break;
    for (const next of at.waiters) at = next;
    if (at.ahead === worker) continue;
    if (!mayFollow(state, worker, at)) break;
    at.ahead = worker;
    worker.ahead.add(at);
    found.push(at);
  }
  return found;
}

function mayFollow(state: SchedulerState, worker: WorkerRecord, task: TaskRecord): boolean {
  if (task.state !== 'waiting' || task.ahead || state.lacking.size > 0 || worker.ahead.size >= MOST * worker.nthreads)
    return false;
  const { workers, resources, actor } = task.task.annotations ?? {};
  if (workers || resources || actor || !isShort(state, task)) return false;
  return task.deps.every((dep) =>
    dep.state === 'memory'
      ? dep.value !== absent || dep.holders.has(worker)
      : dep.waiters.size === 1 &&
        isShort(state, dep) &&
        !dep.task.annotations?.actor &&
        (dep.worker === worker || dep.ahead === worker),
  );
}

const isShort = (state: SchedulerState, { task }: TaskRecord): boolean =>
  (state.durations.get(task.op) ?? Number.POSITIVE_INFINITY) <= AHEAD_MS;
