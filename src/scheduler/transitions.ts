/**
 * The transition table. Each entry moves one task from one state to another, keeps the links around it true, and
 * recommends transitions of its neighbours; {@link transition} follows the recommendations until none is left.
 * A pair that is not in the table is a defect, and raises with the story of the task.
 *
 * The pattern is distributed's (`scheduler.py`, `SchedulerState._transition`).
 */
import { InvariantError } from '../util/errors.js';
import type { ErrorReport, Holder } from './events.js';
import { addRetained, dropRetained } from './retain.js';
import { isWanted, type SchedulerState, type TaskRecord, type TaskStateName, type WorkerRecord } from './state.js';

type Recommendations = Map<TaskRecord, TaskStateName>;

/** What the event brought that the transition needs. */
export interface Outcome {
  readonly nbytes?: number;
  readonly value?: { readonly small: unknown };
  readonly error?: ErrorReport;
  readonly worker?: WorkerRecord;
}

type Transition = (state: SchedulerState, task: TaskRecord, recommend: Recommendations, outcome: Outcome) => void;

/** Moves `task` to `to`, and everything around it that follows from that. */
export function transition(
  state: SchedulerState,
  task: TaskRecord,
  to: TaskStateName,
  cause: string,
  outcome: Outcome = {},
): void {
  const recommend: Recommendations = new Map([[task, to]]);
  for (const [next, target] of recommend) {
    recommend.delete(next);
    const from = next.state;
    if (from === target || isOutOfDate(next, target)) continue;
    const move = table[`${from}->${target}`];
    if (!move) {
      throw new InvariantError(
        `no transition of ${next.key} from ${from} to ${target}; its story:\n${state.story.tell(next.key)}`,
      );
    }
    state.story.add({ now: state.now, key: next.key, from, to: target, cause });
    next.state = target;
    move(state, next, recommend, next === task ? outcome : {});
  }
}

/** Since a recommendation was made, somebody may want the task again, or nobody any more. */
function isOutOfDate(task: TaskRecord, target: TaskStateName): boolean {
  if (target === 'waiting') return !isWanted(task);
  return target === 'released' && isWanted(task) && !(task.state === 'memory' && isLost(task));
}

/** Whether a result that was in memory is nowhere any more. */
export const isLost = (task: TaskRecord): boolean => task.holders.size === 0 && task.value === undefined;

const table: Readonly<Record<string, Transition>> = {
  'released->waiting'(state, task, recommend) {
    for (const dep of task.deps) dropRetained(state, dep);
    waitForInputs(task, recommend);
  },

  'waiting->queued'(state, task) {
    state.queue.push(task);
  },

  // An input was lost before a worker had room for the task.
  'queued->waiting'(_state, task, recommend) {
    waitForInputs(task, recommend);
  },

  'queued->processing'(_state, task, _recommend, { worker }) {
    task.worker = worker;
  },

  // The worker could not get an input.
  'processing->waiting'(_state, task, recommend) {
    leaveWorker(task);
    waitForInputs(task, recommend);
  },

  'processing->memory'(state, task, recommend, { nbytes = 0, value }) {
    const worker = task.worker!;
    leaveWorker(task);
    task.nbytes = nbytes;
    task.value = value;
    addHolder(task, worker);
    for (const waiter of task.waiters) {
      waiter.waitingOn.delete(task);
      if (waiter.state === 'waiting' && waiter.waitingOn.size === 0) recommend.set(waiter, 'queued');
    }
    for (const client of task.clients) tellClient(state, client.name, task);
    letGoOfDeps(state, task, recommend);
    if (!isWanted(task)) leaveUnwanted(state, task, recommend);
  },

  'processing->erred'(state, task, recommend, { error }) {
    leaveWorker(task);
    fail(state, task, recommend, error);
  },

  'waiting->erred'(state, task, recommend, { error }) {
    task.waitingOn.clear();
    fail(state, task, recommend, error);
  },

  'waiting->released'(state, task, recommend) {
    task.waitingOn.clear();
    abandon(state, task, recommend);
  },

  'queued->released'(state, task, recommend) {
    abandon(state, task, recommend);
  },

  'processing->released'(state, task, recommend) {
    if (task.worker) {
      state.instructions.push({ to: 'worker', name: task.worker.name, message: { op: 'free', keys: [task.key] } });
    }
    leaveWorker(task);
    abandon(state, task, recommend);
  },

  'memory->released'(state, task, recommend) {
    dropRetained(state, task);
    for (const holder of [...task.holders]) {
      removeHolder(task, holder);
      state.instructions.push({ to: 'worker', name: holder.name, message: { op: 'free', keys: [task.key] } });
    }
    task.value = undefined;
    // Those that have not been sent to a worker must wait for it again; a worker that misses it will say so.
    for (const waiter of task.waiters) {
      if (waiter.state === 'queued') recommend.set(waiter, 'waiting');
      if (waiter.state === 'waiting') waiter.waitingOn.add(task);
    }
    afterRelease(task, recommend);
  },

  'erred->released'(_state, task, recommend) {
    task.error = undefined;
    afterRelease(task, recommend);
  },

  'released->forgotten'(state, task, recommend) {
    state.tasks.delete(task.key);
    for (const dep of task.deps) {
      dep.dependents.delete(task);
      if (dep.state === 'released') afterRelease(dep, recommend);
      else if (!isWanted(dep)) leaveUnwanted(state, dep, recommend);
    }
  },
};

/** What a result that nobody wants any more comes to: kept for a while if its task says so, else freed. */
export function leaveUnwanted(state: SchedulerState, task: TaskRecord, recommend: Recommendations): void {
  if (task.state === 'memory' && task.task.retain) {
    for (const evicted of addRetained(state, task)) recommend.set(evicted, 'released');
  } else if (task.state === 'released') {
    afterRelease(task, recommend);
  } else {
    recommend.set(task, 'released');
  }
}

/** Follows {@link leaveUnwanted} for a task that its last client let go of. */
export function settle(state: SchedulerState, task: TaskRecord, cause: string): void {
  if (isWanted(task)) return;
  const recommend: Recommendations = new Map();
  leaveUnwanted(state, task, recommend);
  for (const [next, to] of recommend) transition(state, next, to, cause);
}

export function tellClient(state: SchedulerState, name: string, task: TaskRecord): void {
  const message =
    task.state === 'erred'
      ? ({ op: 'erred', key: task.key, error: task.error! } as const)
      : ({
          op: 'in-memory',
          key: task.key,
          holders: holdersOf(task),
          ...(task.value && { value: task.value }),
        } as const);
  state.instructions.push({ to: 'client', name, message });
}

export const holdersOf = (task: TaskRecord): Holder[] =>
  [...task.holders].map(({ name, address }) => ({ worker: name, address }));

export function addHolder(task: TaskRecord, worker: WorkerRecord): void {
  if (task.holders.has(worker)) return;
  task.holders.add(worker);
  worker.has.add(task);
  worker.nbytes += task.nbytes;
}

export function removeHolder(task: TaskRecord, worker: WorkerRecord): void {
  if (!task.holders.delete(worker)) return;
  worker.has.delete(task);
  worker.nbytes -= task.nbytes;
}

function leaveWorker(task: TaskRecord): void {
  const worker = task.worker;
  if (!worker) return;
  worker.occupancy -= worker.processing.get(task) ?? 0;
  worker.processing.delete(task);
  if (worker.processing.size === 0) worker.occupancy = 0; // no drift of sums of rounded numbers
  task.worker = undefined;
}

/** Finds out which inputs are missing, and asks for them. */
function waitForInputs(task: TaskRecord, recommend: Recommendations): void {
  for (const dep of task.deps) {
    dep.waiters.add(task);
    if (dep.state === 'memory') continue;
    task.waitingOn.add(dep);
    if (dep.state === 'released') recommend.set(dep, 'waiting');
    if (dep.state === 'erred') recommend.set(task, 'erred');
  }
  if (task.waitingOn.size === 0) recommend.set(task, 'queued');
}

function letGoOfDeps(state: SchedulerState, task: TaskRecord, recommend: Recommendations): void {
  for (const dep of task.deps) {
    dep.waiters.delete(task);
    if (!isWanted(dep)) leaveUnwanted(state, dep, recommend);
  }
}

function fail(state: SchedulerState, task: TaskRecord, recommend: Recommendations, error?: ErrorReport): void {
  task.error = error ?? [...task.deps].find((dep) => dep.state === 'erred')!.error!;
  for (const client of task.clients) tellClient(state, client.name, task);
  for (const waiter of task.waiters) if (waiter.state === 'waiting') recommend.set(waiter, 'erred');
  letGoOfDeps(state, task, recommend);
  if (!isWanted(task)) recommend.set(task, 'released');
}

/** Gives a task up before it has a result. */
function abandon(state: SchedulerState, task: TaskRecord, recommend: Recommendations): void {
  letGoOfDeps(state, task, recommend);
  afterRelease(task, recommend);
}

function afterRelease(task: TaskRecord, recommend: Recommendations): void {
  const needed = task.clients.size > 0 || [...task.waiters].some((waiter) => waiter.state !== 'processing');
  if (needed) recommend.set(task, 'waiting');
  else if (task.dependents.size === 0 && task.clients.size === 0) recommend.set(task, 'forgotten');
}
