/**
 * Tasks that wait for a worker, one queue for each kind of demand. A task that only some workers may run, or that needs
 * a resource, must not stand in the way of others when none of those workers has room.
 */
import type { Annotations, Task } from '../graph/task.js';
import { Heap } from '../util/heap.js';
import { hold } from './code.js';
import { byPriority, type Queue, type SchedulerState, type TaskRecord, type WorkerRecord } from './state.js';

export function enqueue(state: SchedulerState, task: TaskRecord): void {
  if (hold(state, task)) return;
  const demand = demandOf(task.task);
  let queue = state.queues.get(demand);
  if (!queue) {
    queue = {
      heap: new Heap(byPriority),
      isEligible: demand === '' ? undefined : eligibility(state, task.task),
      named: naming(state, task.task),
      stranded: undefined,
    };
    state.queues.set(demand, queue);
  }
  queue.heap.push(task);
}

/** The next task of a queue, which stays there. */
export function peek({ heap }: Queue): TaskRecord | undefined {
  for (let task = heap.peek(); task; task = heap.peek()) {
    if (task.state === 'queued') return task;
    heap.pop();
  }
  return undefined;
}

/** What a task asks of its worker, as text; empty when any will do. */
function demandOf({ annotations }: Task): string {
  if (!annotations?.workers && !annotations?.resources) return '';
  const { workers, allowOtherWorkers, resources } = annotations;
  return JSON.stringify([workers, allowOtherWorkers, resources]);
}

function eligibility(state: SchedulerState, { annotations = {} }: Task): (worker: WorkerRecord) => boolean {
  return (worker) => isAllowed(state, worker, annotations) && hasResources(worker, annotations.resources, worker.used);
}

/** Whether `worker` could ever run `task`, be it busy or not. */
export const mayRun = (state: SchedulerState, worker: WorkerRecord, { task: { annotations } }: TaskRecord): boolean =>
  !annotations || (isAllowed(state, worker, annotations) && hasResources(worker, annotations.resources, {}));

/** Whether any worker that stays could ever run `task`. */
export function someMayRun(state: SchedulerState, task: TaskRecord): boolean {
  for (const worker of naming(state, task.task)?.() ?? state.workers.values())
    if (worker.status !== 'retiring' && mayRun(state, worker, task)) return true;
  return false;
}

/** Whether `name` is a worker's name, address or host. */
export const goesBy = (worker: WorkerRecord, name: string): boolean =>
  worker.name === name || worker.address === name || worker.host === name;

/** Keeps the index of what workers go by. */
export function addNames({ named }: SchedulerState, worker: WorkerRecord): void {
  for (const name of namesOf(worker)) {
    const others = named.get(name);
    if (others) others.add(worker);
    else named.set(name, new Set([worker]));
  }
}

export function removeNames({ named }: SchedulerState, worker: WorkerRecord): void {
  for (const name of namesOf(worker)) {
    const others = named.get(name)!;
    others.delete(worker);
    if (others.size === 0) named.delete(name);
  }
}

const namesOf = ({ name, address, host }: WorkerRecord): ReadonlySet<string> => new Set([name, address, host]);

function naming({ named }: SchedulerState, { annotations = {} }: Task): Queue['named'] {
  const { workers, allowOtherWorkers } = annotations;
  if (!workers) return undefined;
  return () => {
    const there = workers.filter((name) => named.has(name));
    if (there.length === 1) return named.get(there[0]!);
    return there.length === 0 && allowOtherWorkers ? undefined : there.flatMap((name) => [...named.get(name)!]);
  };
}

/** Whether `annotations` let the task run there, by the names in them. */
export function isAllowed(
  state: SchedulerState,
  worker: WorkerRecord,
  { workers, allowOtherWorkers }: Annotations,
): boolean {
  if (!workers || workers.some((name) => goesBy(worker, name))) return true;
  return allowOtherWorkers === true && !workers.some((name) => state.named.has(name));
}

/** Whether it has what is demanded beside what is in use. */
export function hasResources(
  { resources }: WorkerRecord,
  demand: Readonly<Record<string, number>> = {},
  used: Readonly<Record<string, number>>,
): boolean {
  for (const name in demand) if ((resources[name] ?? 0) - (used[name] ?? 0) < demand[name]!) return false;
  return true;
}
