/**
 * Which worker gets a task: the one that can start it first, counting what it has to do and what it would have to
 * fetch. Tasks stay in the scheduler's queue until a worker has room, so that late choices are made with what is known
 * then, and a burst of root tasks does not fill the workers' memory.
 */
import type { SchedulerState, TaskRecord, WorkerRecord } from './state.js';

/** Bytes per ms between two workers; a guess until transfers are measured. */
const BANDWIDTH = 500_000;
/** A guess for operations that have not run yet. */
const UNKNOWN_MS = 500;
/** A worker is handed work ahead so long as it would be done within this time: short tasks then never wait for the scheduler. */
const AHEAD_MS = 5;

export const expectedMs = (state: SchedulerState, task: TaskRecord): number =>
  state.durations.get(task.task.op) ?? UNKNOWN_MS;

/** Learns from a finished task; recent runs weigh more, as inputs change in size. */
export function learnDuration(state: SchedulerState, task: TaskRecord, ms: number): void {
  const known = state.durations.get(task.task.op);
  state.durations.set(task.task.op, known === undefined ? ms : 0.5 * known + 0.5 * ms);
}

export const hasRoom = (worker: WorkerRecord): boolean =>
  worker.processing.size < worker.nthreads || worker.occupancy / worker.nthreads < AHEAD_MS;

/** The best worker with room for `task`, or undefined when all are busy. */
export function place(state: SchedulerState, task: TaskRecord): WorkerRecord | undefined {
  let best: WorkerRecord | undefined;
  let bestStart = Infinity;
  for (const worker of state.workers.values()) {
    if (!hasRoom(worker)) continue;
    const start = worker.occupancy / worker.nthreads + missingBytes(task, worker) / BANDWIDTH;
    if (start < bestStart || (start === bestStart && worker.nbytes < best!.nbytes)) {
      best = worker;
      bestStart = start;
    }
  }
  return best;
}

function missingBytes(task: TaskRecord, worker: WorkerRecord): number {
  let bytes = 0;
  for (const dep of task.deps) if (!dep.value && !dep.holders.has(worker)) bytes += dep.nbytes;
  return bytes;
}
