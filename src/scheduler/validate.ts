/** What must be true of every task in each state; checked after every event in tests and simulations. */
import { invariant } from '../util/errors.js';
import { absent, type SchedulerState, type TaskRecord, type TaskStateName } from './state.js';

type Validator = (task: TaskRecord, state: SchedulerState) => string | undefined;

const inMemory = (task: TaskRecord): boolean => task.state === 'memory';
const needing = new Set<TaskStateName>(['waiting', 'queued', 'processing']);

const validators: Readonly<Record<TaskStateName, Validator>> = {
  released: (task) =>
    task.clients.size > 0
      ? 'a client wants it'
      : task.dependents.size === 0
        ? 'it should be forgotten'
        : task.holders.size > 0 || task.value !== absent
          ? 'it has a result'
          : undefined,
  waiting: (task) =>
    task.waitingOn.size === 0
      ? 'it waits for nothing'
      : [...task.waitingOn].some(inMemory)
        ? 'it waits for what is in memory'
        : undefined,
  queued: (task) => (task.deps.every(inMemory) ? undefined : 'an input is not in memory'),
  processing: (task) =>
    !task.worker ? 'no worker has it' : task.worker.processing.has(task) ? undefined : 'its worker does not know it',
  memory: (task) =>
    task.holders.size === 0 && task.value === absent
      ? 'nobody holds its result'
      : task.error
        ? 'it has an error too'
        : undefined,
  erred: (task) => (task.error ? undefined : 'it has no error'),
  forgotten: () => 'it is forgotten, but still known',
};

/** Raises an InvariantError, with the story of the task, where the state contradicts itself. */
export function validate(state: SchedulerState): void {
  for (const task of state.tasks.values()) {
    const trouble = validators[task.state](task, state) ?? validateLinks(task, state);
    invariant(
      !trouble,
      () => `task ${task.key} is ${task.state}, but ${trouble}; its story:\n${state.story.tell(task.key)}`,
    );
  }
  for (const [task, orders] of state.orders) {
    invariant(inMemory(task), `copies of ${task.key} are under way, which is ${task.state}`);
    for (const { to } of orders)
      invariant(state.workers.get(to.name) === to, `a copy of ${task.key} is under way to ${to.name}, which is gone`);
  }
  for (const worker of state.workers.values()) {
    for (const task of worker.processing.keys())
      invariant(task.worker === worker, `${worker.name} processes ${task.key}, which is elsewhere`);
    for (const task of worker.ahead)
      invariant(task.ahead === worker, `${worker.name} has ${task.key} ahead of time, which does not know it`);
    for (const task of worker.seceded)
      invariant(worker.processing.has(task), `${task.key} seceded on ${worker.name}, which does not process it`);
    for (const task of worker.has)
      invariant(task.holders.has(worker), `${worker.name} has ${task.key}, which does not know it`);
  }
}

function validateLinks(task: TaskRecord, state: SchedulerState): string | undefined {
  if (task.waitingOn.size > 0 && task.state !== 'waiting') return 'it has a list of what it waits for';
  if (task.worker && task.state !== 'processing') return `worker ${task.worker.name} has it`;
  if (task.ahead) {
    const there = (dep: TaskRecord) => (dep.state === 'processing' ? dep.worker : dep.ahead) === task.ahead;
    if (task.state !== 'waiting' && task.state !== 'queued') return `${task.ahead.name} has it ahead of time`;
    if (![...task.waitingOn].every(there)) return `it waits for what ${task.ahead.name}, which has it, does not make`;
    if (!task.ahead.ahead.has(task)) return `${task.ahead.name} does not know that it has it`;
  }
  for (const dep of task.deps) {
    if (!dep.dependents.has(task)) return `${dep.key} does not know it as a dependent`;
    if (dep.waiters.has(task) !== needing.has(task.state)) return `${dep.key} is wrong about being needed by it`;
    if (state.tasks.get(dep.key) !== dep) return `its input ${dep.key} is not known`;
  }
  for (const holder of task.holders) if (!holder.has.has(task)) return `${holder.name} does not know that it has it`;
  for (const client of task.clients)
    if (!client.wants.has(task)) return `client ${client.name} does not know that it wants it`;
  if (state.retained.has(task) && task.state !== 'memory') return 'it is retained without a result';
  if (task.state !== 'erred' && needing.has(task.state) && task.clients.size === 0 && task.waiters.size === 0)
    return 'nobody wants it';
  return undefined;
}
