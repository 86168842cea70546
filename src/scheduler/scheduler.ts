/**
 * The scheduler: events in, instructions out. It decides what runs where and when; it owns no socket, no clock and no
 * randomness, so that the same events always give the same instructions, and a simulation is the real thing.
 */
import { tasksOf } from '../graph/graph.js';
import { depthFirstOrder } from '../graph/order.js';
import type { Key, Task } from '../graph/task.js';
import type { Assignment, EventOf, Instruction, SchedulerEvent } from './events.js';
import { expectedMs, learnDuration, place } from './placement.js';
import { dropRetained } from './retain.js';
import { type ClientRecord, makeState, type SchedulerOptions, type SchedulerState, type TaskRecord } from './state.js';
import { Story } from './story.js';
import { addHolder, holdersOf, isLost, removeHolder, settle, tellClient, transition } from './transitions.js';
import { validate } from './validate.js';

export class Scheduler {
  readonly state: SchedulerState;

  constructor(options: Partial<SchedulerOptions> = {}) {
    this.state = makeState(new Story(), options);
  }

  /** Takes one event and returns what is to be sent because of it, in order. */
  handle(event: SchedulerEvent): Instruction[] {
    const { state } = this;
    state.now = event.now;
    (handlers[event.type] as (state: SchedulerState, event: SchedulerEvent) => void)(state, event);
    assign(state);
    if (state.options.validate) validate(state);
    const { instructions } = state;
    state.instructions = [];
    return instructions;
  }
}

const handlers: { readonly [K in SchedulerEvent['type']]: (state: SchedulerState, event: EventOf<K>) => void } = {
  'add-worker'(state, { now, worker, address, nthreads }) {
    handlers['remove-worker'](state, { type: 'remove-worker', now, worker, reason: 'it joined again' });
    state.workers.set(worker, {
      name: worker,
      address,
      nthreads,
      processing: new Map(),
      occupancy: 0,
      has: new Set(),
      nbytes: 0,
    });
  },

  'remove-worker'(state, { worker: name, reason }) {
    const worker = state.workers.get(name);
    if (!worker) return;
    state.workers.delete(name);
    for (const task of [...worker.has]) {
      removeHolder(task, worker);
      if (isLost(task)) transition(state, task, 'released', `worker ${name} left`);
    }
    for (const task of [...worker.processing.keys()]) {
      if (task.worker !== worker) continue; // needed only for one that was just given up
      task.deaths.push(name);
      if (task.deaths.length >= state.options.allowedFailures) {
        const message = `task ${task.key} was running on ${task.deaths.length} workers when they ended (${task.deaths.join(', ')}; the last: ${reason}), so it is not tried again`;
        transition(state, task, 'erred', `worker ${name} left`, { error: { name: 'KilledWorkerError', message } });
      } else {
        transition(state, task, 'waiting', `worker ${name} left`);
      }
    }
  },

  'add-client'(state, { client }) {
    state.clients.set(client, { name: client, wants: new Set() });
  },

  'remove-client'(state, { client: name }) {
    const client = state.clients.get(name);
    if (!client) return;
    release(state, client, client.wants, `client ${name} left`);
    state.clients.delete(name);
  },

  'update-graph'(state, { client: name, graph, keys }) {
    const client = state.clients.get(name);
    if (!client) return;
    const given = new Map<Key, Task>();
    for (const task of tasksOf(graph)) given.set(task.key, task);
    const depsOf = (key: Key) => given.get(key)?.deps ?? state.tasks.get(key)?.task.deps;
    // Inputs come before the tasks that use them, so every record finds those of its inputs.
    const added: TaskRecord[] = [];
    const refused = new Map<Key, string>();
    for (const key of depthFirstOrder(keys, depsOf)) {
      if (state.tasks.has(key)) continue;
      const task = given.get(key)!;
      const missing = task.deps.find((dep) => !state.tasks.has(dep));
      if (missing === undefined) added.push(addTask(state, task));
      else
        refused.set(
          key,
          refused.get(missing) ??
            `task ${key} needs ${missing}, ${given.has(missing) ? 'which needs it in turn: the graph has a cycle' : 'which is not in the graph'}`,
        );
    }
    for (const key of keys) {
      const task = state.tasks.get(key);
      if (!task) {
        const message =
          refused.get(key) ?? `there is no task ${key}: it is not in the graph, and the scheduler does not know it`;
        state.instructions.push({
          to: 'client',
          name,
          message: { op: 'erred', key, error: { name: 'InputError', message } },
        });
        continue;
      }
      task.clients.add(client);
      client.wants.add(task);
      dropRetained(state, task);
      if (task.state === 'released') transition(state, task, 'waiting', `client ${name} wants it`);
      else if (task.state === 'memory' || task.state === 'erred') tellClient(state, name, task);
    }
    // Inputs of what was refused.
    for (const task of added) settle(state, task, `client ${name} has no use for it`);
  },

  'release-keys'(state, { client: name, keys }) {
    const client = state.clients.get(name);
    if (!client) return;
    const tasks = keys.map((key) => state.tasks.get(key)).filter((task) => task !== undefined);
    release(state, client, tasks, `client ${name} released it`);
  },

  'task-done'(state, { worker: name, key, nbytes, ms, value }) {
    const task = state.tasks.get(key);
    const worker = state.workers.get(name);
    if (!worker) return;
    if (task?.state === 'processing' && task.worker === worker) {
      learnDuration(state, task, ms);
      transition(state, task, 'memory', `done on ${name}`, { nbytes, ...(value && { value }) });
    } else if (task?.state === 'memory') {
      // Computed twice, after it was thought lost: one more copy.
      addHolder(task, worker);
    } else {
      state.instructions.push({ to: 'worker', name, message: { op: 'free', keys: [key] } });
    }
  },

  'task-erred'(state, { worker: name, key, error }) {
    const task = state.tasks.get(key);
    if (task?.state === 'processing' && task.worker?.name === name) {
      transition(state, task, 'erred', `failed on ${name}`, { error });
    }
  },

  'add-replicas'(state, { worker: name, keys }) {
    const worker = state.workers.get(name);
    if (!worker) return;
    const unwanted: Key[] = [];
    for (const key of keys) {
      const task = state.tasks.get(key);
      if (task?.state === 'memory') addHolder(task, worker);
      // A copy from before it was lost; to free it would also give up the task that computes it again.
      else if (task?.worker !== worker) unwanted.push(key);
    }
    if (unwanted.length > 0) state.instructions.push({ to: 'worker', name, message: { op: 'free', keys: unwanted } });
  },

  'missing-data'(state, { from, keys, reporter, tasks }) {
    const holder = state.workers.get(from);
    const cause = `${reporter} could not get it from ${from}`;
    for (const key of keys) {
      const task = state.tasks.get(key);
      if (task?.state === 'memory' && holder) {
        removeHolder(task, holder);
        // It may have it after all, if only the way there is broken.
        state.instructions.push({ to: 'worker', name: from, message: { op: 'free', keys: [key] } });
      }
      if (task?.state === 'memory' && isLost(task)) transition(state, task, 'released', cause);
      else if (state.clients.has(reporter) && (task?.state === 'memory' || task?.state === 'erred'))
        tellClient(state, reporter, task);
    }
    for (const key of tasks) {
      const task = state.tasks.get(key);
      if (task?.state === 'processing' && task.worker?.name === reporter) transition(state, task, 'waiting', cause);
    }
  },
};

function addTask(state: SchedulerState, task: Task): TaskRecord {
  const deps = new Set(task.deps.map((key) => state.tasks.get(key)!));
  const record: TaskRecord = {
    key: task.key,
    task,
    state: 'released',
    priority: state.ordered++,
    deps,
    dependents: new Set(),
    waitingOn: new Set(),
    waiters: new Set(),
    clients: new Set(),
    holders: new Set(),
    worker: undefined,
    value: undefined,
    nbytes: 0,
    error: undefined,
    deaths: [],
  };
  for (const dep of deps) dep.dependents.add(record);
  state.tasks.set(task.key, record);
  return record;
}

function release(state: SchedulerState, client: ClientRecord, tasks: Iterable<TaskRecord>, cause: string): void {
  for (const task of [...tasks]) {
    client.wants.delete(task);
    task.clients.delete(client);
    settle(state, task, cause);
  }
}

/** Hands queued tasks to workers while any has room. */
function assign(state: SchedulerState): void {
  const batches = new Map<string, Assignment[]>();
  for (let task = state.queue.peek(); task; task = state.queue.peek()) {
    if (task.state !== 'queued') {
      state.queue.pop();
      continue;
    }
    const worker = place(state, task);
    if (!worker) break;
    state.queue.pop();
    const ms = expectedMs(state, task);
    worker.processing.set(task, ms);
    worker.occupancy += ms;
    transition(state, task, 'processing', `sent to ${worker.name}`, { worker });
    const batch = batches.get(worker.name);
    if (batch) batch.push(assignment(task, ms));
    else batches.set(worker.name, [assignment(task, ms)]);
  }
  for (const [name, tasks] of batches) state.instructions.push({ to: 'worker', name, message: { op: 'run', tasks } });
}

function assignment({ key, task, priority, deps }: TaskRecord, ms: number): Assignment {
  const holders: Record<Key, ReturnType<typeof holdersOf>> = {};
  const values: Record<Key, unknown> = {};
  for (const dep of deps) {
    if (dep.value) values[dep.key] = dep.value.small;
    else holders[dep.key] = holdersOf(dep);
  }
  return { key, op: task.op, params: task.params, deps: task.deps, priority, ms, holders, values };
}
