/**
 * Where results lie: copies that protect them, copies that are one too many, and data that has to move, be it to even
 * out the workers or because one of them leaves.
 */
import type { Key } from '../graph/task.js';
import type { EventOf, Holder } from './events.js';
import { addOrder, endOrder } from './orders.js';
import { updateRoom } from './placement.js';
import { goesBy } from './queues.js';
import { absent, type SchedulerState, type TaskRecord, type WorkerRecord } from './state.js';
import { addHolder, free, holdersOf, isActor, removeHolder, unfollow } from './transitions.js';

/** Wants `count` copies of each result; what has more loses none until the surplus is cleaned up. */
export function replicate(state: SchedulerState, { keys, count, workers }: EventOf<'replicate'>): void {
  const orders = new Orders();
  for (const key of keys) {
    const task = state.tasks.get(key);
    if (!task) continue;
    task.replicas = Math.max(1, count);
    if (!isStored(task)) continue;
    const candidates = byBytes(state, (worker) => !task.holders.has(worker) && (!workers || named(worker, workers)));
    for (const worker of candidates.slice(0, Math.max(0, count - task.holders.size))) {
      orders.add(worker, task);
      addOrder(state, task, worker);
    }
  }
  orders.send(state);
}

/** Sends the largest results of the fullest workers to the emptiest, until all are within a tenth of the mean. */
export function rebalance(state: SchedulerState, { keys, workers: names }: EventOf<'rebalance'>): void {
  const only = keys && new Set(keys);
  const workers = byBytes(state, (worker) => !names || named(worker, names));
  if (workers.length < 2) return;
  const mean = workers.reduce((sum, { nbytes }) => sum + nbytes, 0) / workers.length;
  const load = new Map(workers.map((worker) => [worker, worker.nbytes]));
  const move = ({ nbytes }: TaskRecord, from: WorkerRecord, to: WorkerRecord) => {
    load.set(from, load.get(from)! - nbytes);
    load.set(to, load.get(to)! + nbytes);
  };
  for (const { task, from, to } of [...state.orders.values()].flat())
    if (from && load.has(from) && load.has(to)) move(task, from, to);
  const orders = new Orders();
  for (const from of [...workers].reverse()) {
    const movable = [...from.has].filter(
      (task) => task.holders.size === 1 && !isActor(task) && !state.orders.has(task) && (!only || only.has(task.key)),
    );
    for (const task of movable.sort((a, b) => b.nbytes - a.nbytes)) {
      const to = workers.reduce((least, worker) => (load.get(worker)! < load.get(least)! ? worker : least));
      if (load.get(from)! <= 1.1 * mean) break;
      if (load.get(to)! + task.nbytes > 1.1 * mean) continue;
      move(task, from, to);
      orders.add(to, task);
      addOrder(state, task, to, from);
    }
  }
  orders.send(state);
}

/** A copy has come to `worker`; where it was to move, the one that it was made of goes, unless a task is about to use it. */
export function takeCopy(state: SchedulerState, task: TaskRecord, worker: WorkerRecord): void {
  addHolder(state, task, worker);
  const from = endOrder(state, task, worker, 'arrived')?.from;
  if (!from || !task.holders.has(from) || task.holders.size <= task.replicas || task.waiters.size > 0) return;
  removeHolder(state, task, from);
  free(state, from, task.key);
}

/** Takes no more work; it leaves when what only it holds is elsewhere. */
export function retire(state: SchedulerState, worker: WorkerRecord): void {
  worker.status = 'retiring';
  for (const task of [...worker.ahead]) unfollow(state, task);
  updateRoom(state, worker);
  helpRetiring(state);
}

/** Moves what retiring workers hold, and tells those that hold nothing of their own any more to go. */
export function helpRetiring(state: SchedulerState): void {
  const orders = new Orders();
  for (const worker of state.workers.values()) {
    if (worker.status !== 'retiring') continue;
    const own = [...worker.has].filter(
      (task) => !isActor(task) && [...task.holders].every(({ status }) => status === 'retiring'),
    );
    const others = byBytes(state, () => true);
    if (worker.processing.size === 0 && own.length === 0) {
      const reason = 'it was asked to retire, and holds nothing that others lack';
      state.instructions.push({ to: 'worker', name: worker.name, message: { op: 'stop', reason } });
    } else {
      if (others.length > 0) for (const [i, task] of own.entries()) orders.add(others[i % others.length]!, task);
    }
  }
  orders.send(state);
}

/** Drops copies that nobody asked for and no task is about to use, from the fullest workers first. */
export function dropSurplus(state: SchedulerState): void {
  for (const task of state.replicated) {
    if (task.waiters.size > 0) continue;
    const holders = [...task.holders].filter(({ status }) => status !== 'retiring');
    holders.sort((a, b) => b.nbytes - a.nbytes);
    for (const holder of holders.slice(0, Math.max(0, holders.length - task.replicas))) {
      removeHolder(state, task, holder);
      free(state, holder, task.key);
    }
  }
}

/** Whether its result is with workers, and could be with others. */
export const isStored = (task: TaskRecord): boolean =>
  task.state === 'memory' && task.value === absent && !isActor(task);

const named = (worker: WorkerRecord, names: readonly string[]): boolean => names.some((name) => goesBy(worker, name));

/** The running workers that fit, the emptiest first. */
const byBytes = (state: SchedulerState, fits: (worker: WorkerRecord) => boolean): WorkerRecord[] =>
  [...state.workers.values()]
    .filter((worker) => worker.status === 'running' && fits(worker))
    .sort((a, b) => a.nbytes - b.nbytes);

/** What each worker is to fetch. */
class Orders {
  readonly #tasks = new Map<WorkerRecord, TaskRecord[]>();

  add(worker: WorkerRecord, task: TaskRecord): void {
    const tasks = this.#tasks.get(worker);
    if (tasks) tasks.push(task);
    else this.#tasks.set(worker, [task]);
  }

  send(state: SchedulerState): void {
    for (const [{ name }, tasks] of this.#tasks) {
      const holders: Record<Key, readonly Holder[]> = {};
      const sizes: Record<Key, number> = {};
      for (const task of tasks) {
        holders[task.key] = holdersOf(task);
        sizes[task.key] = task.nbytes;
      }
      const keys = tasks.map(({ key }) => key);
      state.instructions.push({ to: 'worker', name, message: { op: 'acquire', keys, holders, sizes } });
    }
  }
}
