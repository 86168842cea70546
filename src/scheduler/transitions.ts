/**
 * The transition table. Each entry moves one task from one state to another, keeps the links around it true, and
 * recommends transitions of its neighbours; {@link transition} follows the recommendations until none is left.
 * A pair that is not in the table is a defect, and raises with the story of the task.
 *
 * The pattern is distributed's (`scheduler.py`, `SchedulerState._transition`).
 */
import { InvariantError } from '../util/errors.js';
import type { ErrorReport, Holder, ToClient } from './events.js';
import { addLink, none, removeLink, withItem, withoutItem } from './links.js';
import { endOrdersOf } from './orders.js';
import { updateRoom } from './placement.js';
import { enqueue } from './queues.js';
import { addRetained, dropRetained } from './retain.js';
import {
  absent,
  type ClientRecord,
  isLost,
  isWanted,
  type SchedulerState,
  type TaskRecord,
  type TaskStateName,
  type WorkerRecord,
} from './state.js';

type Recommendations = Map<TaskRecord, TaskStateName>;

/** What the event brought that the transition needs. */
export interface Outcome {
  readonly nbytes?: number;
  /** `absent` unless it is small. */
  readonly value?: unknown;
  readonly error?: ErrorReport;
  readonly worker?: WorkerRecord;
}

type Transition = (state: SchedulerState, task: TaskRecord, recommend: Recommendations, outcome: Outcome) => void;

const nothing: Outcome = {};

/** Moves `task` to `to`, and everything around it that follows from that. */
export function transition(
  state: SchedulerState,
  task: TaskRecord,
  to: TaskStateName,
  cause: string,
  outcome: Outcome = nothing,
): void {
  const { recommendations } = state;
  recommendations.set(task, to);
  follow(state, cause, task, outcome);
}

/** Carries the recommendations out, and those that come of them; `outcome` is the first task's. */
function follow(state: SchedulerState, cause: string, first?: TaskRecord, outcome: Outcome = nothing): void {
  const { recommendations } = state;
  for (const [next, target] of recommendations) {
    recommendations.delete(next); // it may be recommended again, and then comes last
    const from = next.state;
    if (from === target || isOutOfDate(next, target)) continue;
    const move = moves[from]?.[target];
    if (!move) {
      throw new InvariantError(
        `no transition of ${next.key} from ${from} to ${target}; its story:\n${state.story.tell(next.key)}`,
      );
    }
    state.story.add(state.now, next.key, from, target, cause);
    next.state = target;
    next.since = Math.floor(state.now);
    move(state, next, recommendations, next === first ? outcome : nothing);
  }
}

/** Since a recommendation was made, somebody may want the task again, or nobody any more. */
function isOutOfDate(task: TaskRecord, target: TaskStateName): boolean {
  if (target === 'waiting') return !isWanted(task);
  return target === 'released' && isWanted(task) && !(task.state === 'memory' && isLost(task));
}

const table: Readonly<Record<string, Transition>> = {
  'released->waiting'(state, task, recommend) {
    if (isScattered(task) || state.actors.has(task)) {
      task.state = 'released';
      recommend.set(task, 'erred');
      return;
    }
    for (const dep of task.deps) dropRetained(state, dep);
    waitForInputs(task, recommend);
  },

  // Data that a client scattered, the state of an actor: there is nothing that could make it again.
  'released->erred'(state, task, recommend) {
    fail(state, task, recommend, state.actors.has(task) ? lostActor(task) : lostData(task));
  },

  'released->memory': takeScattered,
  'erred->memory': takeScattered,

  // A user tries it again.
  'erred->waiting'(state, task, recommend) {
    task.error = undefined;
    for (const dep of task.deps) dropRetained(state, dep);
    waitForInputs(task, recommend);
  },

  'waiting->queued'(state, task) {
    if (task.ahead) state.followed.push(task);
    else enqueue(state, task);
  },

  // An input was lost before a worker had room for the task.
  'queued->waiting'(state, task, recommend) {
    unfollow(state, task);
    waitForInputs(task, recommend);
  },

  // What it lacks cannot be had.
  'queued->erred'(state, task, recommend, { error }) {
    fail(state, task, recommend, error);
  },

  'queued->processing'(_state, task, _recommend, { worker }) {
    task.ahead?.ahead.delete(task);
    task.ahead = undefined;
    task.worker = worker;
  },

  // The worker could not get an input, gave the task back unrun, or failed and is to try it again.
  'processing->waiting'(state, task, recommend) {
    unfollowWaiters(state, task, task.worker!);
    leaveWorker(state, task);
    waitForInputs(task, recommend);
  },

  'processing->memory'(state, task, recommend, outcome) {
    const worker = task.worker!;
    const { nbytes = 0 } = outcome;
    const value = 'value' in outcome ? outcome.value : absent; // undefined is a result like others
    leaveWorker(state, task);
    task.nbytes = nbytes;
    if (value === absent) addHolder(state, task, worker);
    else task.value = value;
    if (isActor(task)) state.actors.add(task);
    for (const waiter of task.waiters) {
      removeLink(waiter, 'waitingOn', task);
      if (waiter.state === 'waiting' && waiter.waitingOn.size === 0) recommend.set(waiter, 'queued');
    }
    for (const client of task.clients) tellClient(state, client, task);
    letGoOfDeps(state, task, recommend);
    if (!isWanted(task)) leaveUnwanted(state, task, recommend);
  },

  'processing->erred'(state, task, recommend, { error }) {
    unfollowWaiters(state, task, task.worker!);
    leaveWorker(state, task);
    fail(state, task, recommend, error);
  },

  'waiting->erred'(state, task, recommend, { error }) {
    unfollow(state, task);
    task.waitingOn = none;
    fail(state, task, recommend, error);
  },

  'waiting->released'(state, task, recommend) {
    unfollow(state, task);
    task.waitingOn = none;
    abandon(state, task, recommend);
  },

  'queued->released'(state, task, recommend) {
    unfollow(state, task);
    abandon(state, task, recommend);
  },

  'processing->released'(state, task, recommend) {
    if (task.worker) {
      unfollowWaiters(state, task, task.worker);
      free(state, task.worker, task.key);
    }
    leaveWorker(state, task);
    abandon(state, task, recommend);
  },

  'memory->released'(state, task, recommend) {
    dropRetained(state, task);
    for (const holder of task.holders) {
      removeHolder(state, task, holder);
      free(state, holder, task.key);
    }
    task.value = absent;
    endOrdersOf(state, task);
    // Those that have not been sent to a worker must wait for it again; a worker that misses it will say so.
    for (const waiter of task.waiters) {
      if (waiter.state === 'queued') recommend.set(waiter, 'waiting');
      if (waiter.state !== 'waiting') continue;
      unfollow(state, waiter);
      addLink(waiter, 'waitingOn', task);
    }
    afterRelease(task, recommend);
  },

  'erred->released'(_state, task, recommend) {
    task.error = undefined;
    afterRelease(task, recommend);
  },

  'released->forgotten'(state, task, recommend) {
    state.tasks.delete(task.key);
    state.warned.delete(task);
    state.actors.delete(task);
    state.arguments.delete(task);
    for (const dep of task.deps) {
      removeLink(dep, 'dependents', task);
      if (dep.state === 'released') afterRelease(dep, recommend);
      else if (!isWanted(dep)) leaveUnwanted(state, dep, recommend);
    }
  },
};

function takeScattered(
  state: SchedulerState,
  task: TaskRecord,
  _recommend: Recommendations,
  { worker, nbytes = 0 }: Outcome,
): void {
  task.error = undefined;
  task.nbytes = nbytes;
  addHolder(state, task, worker!);
  for (const client of task.clients) tellClient(state, client, task);
}

/** The table by `from`, then `to`: a lookup without making a string. */
const moves: Readonly<Record<string, Readonly<Record<string, Transition>>>> = nest(table);

function nest(flat: Readonly<Record<string, Transition>>): Record<string, Record<string, Transition>> {
  const nested: Record<string, Record<string, Transition>> = {};
  for (const [name, move] of Object.entries(flat)) {
    const [from, to] = name.split('->') as [string, string];
    nested[from] = { ...nested[from], [to]: move };
  }
  return nested;
}

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
  leaveUnwanted(state, task, state.recommendations);
  follow(state, cause);
}

export function tellClient(state: SchedulerState, { name }: ClientRecord, task: TaskRecord): void {
  const { key, nbytes, value, error } = task;
  const tell = (message: ToClient) => state.instructions.push({ to: 'client', name, message });
  if (task.state === 'erred') {
    tell({ op: 'erred', key, error: error! });
  } else if (value === absent) {
    tell({ op: 'in-memory', key, holders: holdersOf(task), nbytes });
  } else {
    // Columns grow while nothing else is said: a message of its own costs more than a small result.
    const last = state.instructions.at(-1);
    if (last?.to === 'client' && last.name === name && last.message.op === 'small-results') {
      last.message.keys.push(key);
      last.message.values.push(value);
    } else tell({ op: 'small-results', keys: [key], values: [value] });
  }
}

/** Tells a worker to forget `key`. */
export function free(state: SchedulerState, worker: WorkerRecord, key: string): void {
  const { name, freeing } = worker;
  freeing.delete(key); // it comes last again
  freeing.set(key, ++worker.freed);
  const last = state.instructions.at(-1);
  if (last?.to === 'worker' && last.name === name && last.message.op === 'free')
    (last.message.keys as string[]).push(key);
  else state.instructions.push({ to: 'worker', name, message: { op: 'free', keys: [key] } });
}

/** The worker that has the task ahead of time is to forget it, with those that were to follow it. */
export function unfollow(state: SchedulerState, task: TaskRecord): void {
  const worker = task.ahead;
  if (!worker) return;
  worker.ahead.delete(task);
  task.ahead = undefined;
  if (state.workers.get(worker.name) === worker) free(state, worker, task.key);
  if (task.state === 'queued') enqueue(state, task);
  unfollowWaiters(state, task, worker);
}

function unfollowWaiters(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  for (const waiter of task.waiters) if (waiter.ahead === worker) unfollow(state, waiter);
}

/** So many are enough to fetch from; messages that name all of them would grow with the cluster. */
const NAMED_HOLDERS = 16;

/** Some of who holds the result, another first at each `turn`: it is from the first that it is fetched. */
export function holdersOf({ holders }: TaskRecord, turn = 0): Holder[] {
  const named: Holder[] = [];
  for (const { name, address } of holders) if (named.push({ worker: name, address }) === NAMED_HOLDERS) break;
  const first = turn % named.length;
  return [...named.slice(first), ...named.slice(0, first)];
}

export function addHolder(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  if (task.holders.has(worker)) return;
  task.holders = withItem(task.holders, worker);
  if (task.holders.size > 1) state.replicated.add(task);
  worker.has.add(task);
  worker.nbytes += task.nbytes;
}

export function removeHolder(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  if (!task.holders.has(worker)) return;
  task.holders = withoutItem(task.holders, worker);
  if (task.holders.size < 2) state.replicated.delete(task);
  worker.has.delete(task);
  worker.nbytes -= task.nbytes;
}

function leaveWorker(state: SchedulerState, task: TaskRecord): void {
  const { worker } = task;
  if (!worker) return;
  const { resources } = task.task.annotations ?? {};
  for (const name in resources) worker.used[name]! -= resources[name]!;
  worker.occupancy -= worker.processing.get(task) ?? 0;
  worker.processing.delete(task);
  worker.seceded.delete(task);
  worker.recalled.delete(task);
  if (worker.processing.size === 0) worker.occupancy = 0; // no drift of sums of rounded numbers
  task.worker = undefined;
  if (state.workers.has(worker.name)) updateRoom(state, worker);
}

const lostData = ({ key }: TaskRecord): ErrorReport => ({
  name: 'LostDataError',
  message: `the data scattered as ${key} is lost with the workers that held it, and nothing can compute it again: scatter it anew, or protect it by client.replicate(futures, { count: 2 })`,
});

const lostActor = ({ key }: TaskRecord): ErrorReport => ({
  name: 'ActorLostError',
  key,
  message: `the actor ${key} is lost with the worker or thread on which it lived, and its state with it: submit it anew`,
});

/** Data that a client scattered. */
export const isScattered = ({ task }: TaskRecord): boolean => task.op === '';

export const isActor = ({ task }: TaskRecord): boolean => task.annotations?.actor === true;

/** Finds out which inputs are missing, and asks for them. */
function waitForInputs(task: TaskRecord, recommend: Recommendations): void {
  for (const dep of task.deps) {
    addLink(dep, 'waiters', task);
    if (dep.state === 'memory') continue;
    addLink(task, 'waitingOn', dep);
    if (dep.state === 'released') recommend.set(dep, 'waiting');
    if (dep.state === 'erred') recommend.set(task, 'erred');
  }
  if (task.waitingOn.size === 0) recommend.set(task, 'queued');
}

function letGoOfDeps(state: SchedulerState, task: TaskRecord, recommend: Recommendations): void {
  for (const dep of task.deps) {
    removeLink(dep, 'waiters', task);
    if (!isWanted(dep)) leaveUnwanted(state, dep, recommend);
  }
}

function fail(state: SchedulerState, task: TaskRecord, recommend: Recommendations, error?: ErrorReport): void {
  task.error = error ?? task.deps.find((dep) => dep.state === 'erred')!.error!;
  for (const client of task.clients) tellClient(state, client, task);
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
