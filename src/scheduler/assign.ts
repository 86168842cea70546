/** Hands queued tasks to workers while any has room. */
import type { Key } from '../graph/task.js';
import { followersOf } from './ahead.js';
import { codeOf, hold, payloadOf, standInsOf } from './code.js';
import type { Assignment, Holder } from './events.js';
import { expectedMs, place, updateRoom } from './placement.js';
import { peek } from './queues.js';
import { absent, byPriority, type Queue, type SchedulerState, type TaskRecord, type WorkerRecord } from './state.js';
import { holdersOf, isActor, transition, unfollow } from './transitions.js';

interface Batch {
  readonly tasks: Assignment[];
  code: Record<string, unknown> | undefined;
}

export function assign(state: SchedulerState): void {
  if (state.queues.size === 0 && state.followed.length === 0) return;
  const batches = new Map<WorkerRecord, Batch>();
  const send = (worker: WorkerRecord, task: TaskRecord, ms: number) => {
    let batch = batches.get(worker);
    if (!batch) batches.set(worker, (batch = { tasks: [], code: undefined }));
    const standIns = standInsOf(state, task);
    batch.tasks.push(assignment(task, ms, standIns));
    addCode(state, worker, standIns.length > 0 ? [...codeOf(task.task), ...standIns] : codeOf(task.task), batch);
  };
  const sendFollowers = (worker: WorkerRecord, task: TaskRecord) => {
    for (const next of followersOf(state, worker, task)) send(worker, next, expectedMs(state, next));
  };
  const { followed } = state;
  state.followed = [];
  for (const task of followed) {
    const worker = task.ahead;
    if (!worker || task.state !== 'queued') continue;
    if (worker.status === 'running') {
      begin(state, worker, task);
      sendFollowers(worker, task);
    } else unfollow(state, task);
  }
  const blocked = new Set<Queue>();
  while (state.open.size > 0 || state.spare.size > 0) {
    const next = nextPlacement(state, blocked);
    if (!next) break;
    const { queue, task, worker } = next;
    queue.heap.pop();
    if (hold(state, task)) continue;
    const ms = expectedMs(state, task);
    take(state, worker, task, ms);
    transition(state, task, 'processing', 'there is room', { worker });
    send(worker, task, ms);
    sendFollowers(worker, task);
  }
  for (const [demand, queue] of state.queues) if (!peek(queue)) state.queues.delete(demand);
  for (const [{ name }, { tasks, code }] of batches)
    state.instructions.push({ to: 'worker', name, message: { op: 'run', tasks, ...(code && { code }) } });
}

/** A task that its worker had ahead of time is now one that it processes. */
export function begin(state: SchedulerState, worker: WorkerRecord, task: TaskRecord): void {
  take(state, worker, task, expectedMs(state, task));
  transition(state, task, 'processing', 'its worker has it already', { worker });
}

/** The most urgent task that a worker has room for. Room only shrinks here, so a `blocked` queue stays so. */
function nextPlacement(
  state: SchedulerState,
  blocked: Set<Queue>,
): { readonly queue: Queue; readonly task: TaskRecord; readonly worker: WorkerRecord } | undefined {
  let best: { queue: Queue; task: TaskRecord; worker: WorkerRecord } | undefined;
  for (const queue of state.queues.values()) {
    if (blocked.has(queue)) continue;
    const task = peek(queue);
    if (!task || (best && byPriority(best.task, task) <= 0)) continue;
    const worker = place(state, task, queue);
    if (!worker) blocked.add(queue);
    else best = { queue, task, worker };
  }
  return best;
}

function take(state: SchedulerState, worker: WorkerRecord, task: TaskRecord, ms: number): void {
  if (worker.processing.size === 0) worker.lastDone = state.now;
  worker.processing.set(task, ms);
  worker.occupancy += ms;
  const { resources } = task.task.annotations ?? {};
  for (const name in resources) worker.used[name] = (worker.used[name] ?? 0) + resources[name]!;
  // To the end of the line, if it has room still.
  state.open.delete(worker);
  state.spare.delete(worker);
  updateRoom(state, worker);
}

function addCode(state: SchedulerState, worker: WorkerRecord, names: readonly string[], batch: Batch): void {
  for (const name of names) {
    if (worker.code.has(name)) continue;
    const payload = payloadOf(state, name);
    if (payload === undefined) continue;
    worker.code.add(name);
    (batch.code ??= {})[name] = payload;
  }
}

function assignment(
  { key, task, priority, userPriority, deps }: TaskRecord,
  ms: number,
  standIns: readonly string[],
): Assignment {
  const { annotations } = task;
  const base: { -readonly [K in keyof Assignment]: Assignment[K] } = {
    key,
    op: task.op,
    params: task.params,
    priority,
    ms,
  };
  if (deps.length > 0) {
    base.deps = task.deps;
    for (const dep of deps) {
      if (isActor(dep)) {
        ((base.actors ??= []) as Key[]).push(dep.key);
        ((base.values ??= {}) as Record<Key, unknown>)[dep.key] = null;
      } else if (dep.value !== absent) ((base.values ??= {}) as Record<Key, unknown>)[dep.key] = dep.value;
      else if (dep.state !== 'memory') ((base.after ??= []) as Key[]).push(dep.key);
      else {
        ((base.holders ??= {}) as Record<Key, readonly Holder[]>)[dep.key] = holdersOf(dep, priority);
        ((base.sizes ??= {}) as Record<Key, number>)[dep.key] = dep.nbytes;
      }
    }
  }
  if (userPriority !== 0) base.userPriority = userPriority;
  if (task.code || standIns.length > 0) base.code = [...(task.code ?? []), ...standIns];
  if (annotations?.timeoutMs !== undefined) base.timeoutMs = annotations.timeoutMs;
  if (annotations?.actor) base.actor = true;
  return base;
}
