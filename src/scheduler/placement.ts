/**
 * Which worker gets a task: the one that can start it first, counting what it has to do and what it would have to
 * fetch. Tasks stay in the scheduler's queues until a worker has room, so that late choices are made with what is known
 * then, and a burst of root tasks does not fill the workers' memory.
 */
import { none } from './links.js';
import { absent, type Queue, type SchedulerState, type TaskRecord, type WorkerRecord } from './state.js';

/** Bytes per ms between two workers; a guess until transfers are measured. */
const BANDWIDTH = 500_000;
/** The same where the memory is full, as much then has to be written to disk and read again. */
const BANDWIDTH_WHEN_FULL = 100_000;
/** A worker whose results have more than this share of its memory keeps some of them on disk. */
export const FULL = 0.6;
/** A guess for operations that have not run yet. */
const UNKNOWN_MS = 500;
/** A worker is handed work ahead so long as it would be done within this time: short tasks then never wait for the scheduler. */
export const AHEAD_MS = 5;
/** And no more tasks than this for each thread, however short they are: what is far away can be given to nobody else. */
const AHEAD_TASKS = 500;
/** Where tasks take so many ms, each thread has one more in line, so that it begins it without a round trip. */
const LINE_MS = 50;
/** Of the tasks that wait for another, so many are looked at. */
const LOOKED_AT = 4;
/** Of ten thousand workers with room, or with an input, so many are compared; those with room take turns. */
const COMPARED = 16;

export const expectedMs = (state: SchedulerState, task: TaskRecord): number =>
  state.durations.get(task.task.op) ?? UNKNOWN_MS;

/** Learns from a finished task; recent runs weigh more, as inputs change in size. */
export function learnDuration(state: SchedulerState, task: TaskRecord, ms: number): void {
  const known = state.durations.get(task.task.op);
  state.durations.set(task.task.op, known === undefined ? ms : 0.5 * known + 0.5 * ms);
}

/** To be called whenever a worker's status or what it processes has changed. */
export function updateRoom(state: SchedulerState, worker: WorkerRecord): void {
  if (hasRoom(worker)) state.open.add(worker);
  else state.open.delete(worker);
  if (hasLine(worker)) state.spare.add(worker);
  else state.spare.delete(worker);
}

function hasRoom({ status, processing, seceded, nthreads, occupancy }: WorkerRecord): boolean {
  if (status !== 'running') return false;
  const size = processing.size - seceded.size;
  return size < nthreads || (occupancy < AHEAD_MS * nthreads && size < AHEAD_TASKS * nthreads);
}

function hasLine({ status, processing, seceded, nthreads, occupancy }: WorkerRecord): boolean {
  let size = processing.size - seceded.size;
  if (status !== 'running' || size >= 2 * nthreads || occupancy >= LINE_MS * nthreads) return false;
  // A place is kept for what is to use a result at once: behind another that makes one, both would be in memory.
  for (const task of processing.keys()) if (isAwaited(task)) size++;
  return size < 2 * nthreads;
}

/** Whether another task waits for this one alone; few are looked at. */
function isAwaited({ waiters }: TaskRecord): boolean {
  let looked = 0;
  for (const { waitingOn } of waiters) {
    if (waitingOn.size === 1) return true;
    if (++looked === LOOKED_AT) break;
  }
  return false;
}

/**
 * The best worker for `task`, or undefined when none has room. Where none is open it goes to a line, so long as enough
 * tasks wait that every thread will have another. One that holds an input may be worth waiting for; then it
 * gets the task though it has no room.
 */
export function place(state: SchedulerState, task: TaskRecord, queue: Queue): WorkerRecord | undefined {
  const { isEligible, named, heap } = queue;
  const isFull = state.open.size === 0;
  // What was on a worker that died may have stood behind the task that killed it, and must not again.
  if (isFull && (isEligible || task.deaths.length > 0)) return undefined;
  let best: WorkerRecord | undefined;
  let bestStart = Infinity;
  let compared = 0;
  const consider = (worker: WorkerRecord) => {
    const start = worker.occupancy / worker.nthreads + fetchMs(task, worker);
    if (start < bestStart || (start === bestStart && worker.nbytes < best!.nbytes)) {
      best = worker;
      bestStart = start;
    }
  };
  for (const worker of isFull ? state.spare : (named?.() ?? state.open)) {
    // The last tasks go to whoever is done first.
    if (isFull && heap.size <= 2 * worker.nthreads * state.workers.size) break;
    if (isEligible && !(state.open.has(worker) && isEligible(worker))) continue;
    consider(worker);
    if (++compared === COMPARED) break;
  }
  if (!best) return undefined;
  for (const dep of task.deps) {
    let held = 0;
    for (const holder of dep.value === absent ? dep.holders : none) {
      if (held++ === COMPARED) break; // what so many have is near everybody
      if (holder.status === 'running' && (!isEligible || isEligible(holder))) consider(holder);
    }
  }
  return best;
}

function fetchMs(task: TaskRecord, worker: WorkerRecord): number {
  let bytes = 0;
  for (const dep of task.deps) if (dep.value === absent && !dep.holders.has(worker)) bytes += dep.nbytes;
  return bytes / (worker.nbytes > FULL * worker.memoryLimit ? BANDWIDTH_WHEN_FULL : BANDWIDTH);
}
