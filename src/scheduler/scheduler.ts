/**
 * The scheduler: events in, instructions out. It decides what runs where and when; it owns no socket, no clock and no
 * randomness, so that the same events always give the same instructions, and a simulation is the real thing.
 */
import type { Key } from '../graph/task.js';
import { assign, begin } from './assign.js';
import { dropCode } from './code.js';
import { rebalance, replicate, retire, takeCopy } from './copies.js';
import type { ErrorReport, EventOf, Instruction, SchedulerEvent } from './events.js';
import { addTask, updateGraph, want } from './graphs.js';
import { withoutItem } from './links.js';
import { endOrder, endOrdersTo } from './orders.js';
import { learnDuration, updateRoom } from './placement.js';
import { addNames, removeNames } from './queues.js';
import { askNoMore, giveImports, refuseImports, standIn } from './stand-ins.js';
import {
  absent,
  type ClientRecord,
  isLost,
  makeState,
  type SchedulerOptions,
  type SchedulerState,
  type TaskRecord,
  type WorkerRecord,
} from './state.js';
import { Story } from './story.js';
import { addHolder, free, isScattered, removeHolder, settle, tellClient, transition, unfollow } from './transitions.js';
import { validate } from './validate.js';
import { watch } from './watch.js';

export class Scheduler {
  readonly state: SchedulerState;

  constructor(options: Partial<SchedulerOptions> = {}) {
    this.state = makeState(new Story(), options);
  }

  /** Takes one event and returns what is to be sent because of it, in order. */
  handle(event: SchedulerEvent): Instruction[] {
    return this.handleAll([event]);
  }

  /** Takes events that came together. */
  handleAll(events: readonly SchedulerEvent[]): Instruction[] {
    const { state } = this;
    for (const event of events) {
      state.now = event.now;
      (handlers[event.type] as (state: SchedulerState, event: SchedulerEvent) => void)(state, event);
    }
    assign(state);
    if (state.options.validate) validate(state);
    const { instructions } = state;
    state.instructions = [];
    return instructions;
  }
}

const handlers: { readonly [K in SchedulerEvent['type']]: (state: SchedulerState, event: EventOf<K>) => void } = {
  'add-worker'(state, { now, worker, address, nthreads, host = '', resources = {}, memoryLimit = Infinity }) {
    handlers['remove-worker'](state, { type: 'remove-worker', now, worker, reason: 'it joined again' });
    const record = makeWorker(worker, address, host, nthreads, resources, memoryLimit, now);
    state.workers.set(worker, record);
    addNames(state, record);
    updateRoom(state, record);
  },

  'remove-worker'(state, { worker: name, reason, isExpected = false }) {
    const worker = state.workers.get(name);
    if (!worker) return;
    state.workers.delete(name);
    removeNames(state, worker);
    state.open.delete(worker);
    state.spare.delete(worker);
    for (const task of [...worker.ahead]) unfollow(state, task);
    tellAll(state, { op: 'peer-gone', address: worker.address });
    endOrdersTo(state, worker);
    for (const task of [...worker.has]) {
      removeHolder(state, task, worker);
      // The loss of another may have forgotten it.
      if (task.state === 'memory' && isLost(task)) transition(state, task, 'released', `worker ${name} left`);
    }
    for (const task of [...worker.processing.keys()]) {
      if (task.worker !== worker) continue; // given up because another one was
      if (!isExpected && worker.status !== 'retiring') task.deaths = [...task.deaths, name];
      if (task.deaths.length >= state.options.allowedFailures) {
        transition(state, task, 'erred', `worker ${name} left`, { error: killedWorkers(task, reason) });
      } else {
        transition(state, task, 'waiting', `worker ${name} left`);
      }
    }
  },

  'worker-status'(state, { worker: name, status }) {
    const worker = state.workers.get(name);
    if (!worker || worker.status === 'retiring') return;
    worker.status = status;
    updateRoom(state, worker);
  },

  heartbeat: see,

  'retire-worker'(state, { worker: name }) {
    const worker = state.workers.get(name);
    if (worker) retire(state, worker);
  },

  'add-client'(state, { client, isAbsent = false }) {
    state.clients.set(client, makeClient(client, isAbsent));
  },

  'remove-client'(state, { client: name }) {
    const client = state.clients.get(name);
    if (!client) return;
    release(state, client, client.wants, `client ${name} left`);
    state.clients.delete(name);
    askNoMore(state, client);
    dropCode(state, client);
  },

  'update-graph'(state, { client: name, graph, keys }) {
    const client = state.clients.get(name);
    if (client) updateGraph(state, client, graph, keys);
  },

  scattered(state, { client: clientName, worker: workerName, keys, nbytes }) {
    const client = state.clients.get(clientName);
    if (!client) return;
    const worker = state.workers.get(workerName);
    keys.forEach((key, i) => {
      const task = state.tasks.get(key) ?? addTask(state, { key, op: '', params: null, deps: [] });
      want(client, task);
      if (worker && task.state === 'memory') addHolder(state, task, worker);
      const isMadeHere = task.task.op !== '';
      // It may have been lost before, too: then there is no transition to tell of.
      if (task.state === 'memory' || (task.state === 'erred' && (isMadeHere || !worker)))
        tellClient(state, client, task);
      else if (isMadeHere) return;
      else if (worker) transition(state, task, 'memory', `${clientName} scattered it`, { worker, nbytes: nbytes[i]! });
      else transition(state, task, 'erred', `worker ${workerName} was gone`);
    });
  },

  'release-keys'(state, { client: name, keys }) {
    const client = state.clients.get(name);
    if (client) release(state, client, known(state, keys), `client ${name} released it`);
  },

  'cancel-keys'(state, { client: name, keys, force = false }) {
    const reason = `client ${name} cancelled it`;
    for (const client of force ? [...state.clients.values()] : [state.clients.get(name)]) {
      if (!client) continue;
      const tasks = known(state, keys).filter((task) => client.wants.has(task));
      if (tasks.length === 0) continue;
      const message = { op: 'cancelled', keys: tasks.map(({ key }) => key), reason } as const;
      state.instructions.push({ to: 'client', name: client.name, message });
      release(state, client, tasks, reason);
    }
  },

  'retry-keys'(state, { client: name, keys }) {
    const retry = (task: TaskRecord) => {
      if (task.state !== 'erred' || isScattered(task)) return; // nothing can make lost data again
      state.actors.delete(task); // made anew
      for (const dep of task.deps) retry(dep);
      task.deaths = [];
      transition(state, task, 'waiting', `client ${name} tries it again`);
    };
    const client = state.clients.get(name);
    if (!client) return;
    for (const key of keys) {
      const task = state.tasks.get(key);
      // The client waits for news already, so it hears of what is done meanwhile, or was refused and is not known.
      if (!task || !client.wants.has(task)) {
        const message = `task ${key} cannot be tried again, as the scheduler does not have it for this client: submit it anew`;
        const error = { name: 'InputError', key, message };
        state.instructions.push({ to: 'client', name, message: { op: 'erred', key, error } });
      } else if (task.state === 'memory' || isScattered(task)) tellClient(state, client, task);
      else retry(task);
    }
  },

  'give-imports': giveImports,
  'refuse-imports': refuseImports,

  'task-done'(state, event) {
    see(state, event);
    const { worker: name, key, nbytes, ms, value } = event;
    state.stream.add({ now: event.now, worker: name, keys: [key], ms: [ms], nbytes: [nbytes] });
    const worker = state.workers.get(name);
    if (worker) taskDone(state, worker, key, event, nbytes, ms, value ? value.small : absent);
  },

  'tasks-done'(state, event) {
    see(state, event);
    const { worker: name, keys, nbytes, ms, values, smalls } = event;
    state.stream.add(event);
    const worker = state.workers.get(name);
    if (!worker) return;
    for (let i = 0; i < keys.length; i++)
      taskDone(state, worker, keys[i]!, event, nbytes[i]!, ms[i]!, smalls[i] ? values[i] : absent);
  },

  'task-erred'(state, event) {
    see(state, event);
    const { worker: name, key, error } = event;
    const worker = state.workers.get(name);
    const task = processedBy(state, worker, key, event);
    if (!task) return;
    if (error.lacks && standIn(state, task, error, error.lacks)) return;
    if (task.retries > 0) {
      task.retries--;
      transition(state, task, 'waiting', `failed on ${name}, to be tried again`);
    } else {
      transition(state, task, 'erred', `failed on ${name}`, { error: { key, ...error } });
    }
  },

  'task-seceded'(state, event) {
    see(state, event);
    const worker = state.workers.get(event.worker);
    const task = processedBy(state, worker, event.key, event);
    if (!worker || !task || worker.seceded.has(task)) return;
    worker.occupancy -= worker.processing.get(task)!;
    worker.processing.set(task, 0);
    worker.seceded.add(task);
    updateRoom(state, worker);
  },

  'tasks-returned'(state, event) {
    see(state, event);
    for (const task of known(state, event.keys)) {
      if (task.state !== 'processing' || task.worker?.name !== event.worker) continue;
      if (!task.worker.recalled.has(task)) continue; // sent anew in the meantime
      transition(state, task, 'waiting', `${event.worker} gave it back`); // an input may be lost by now
    }
  },

  'add-replicas'(state, event) {
    see(state, event);
    const worker = state.workers.get(event.worker);
    if (!worker) return;
    for (const key of event.keys) {
      if (isStale(worker, key, event)) continue;
      const task = state.tasks.get(key);
      if (task?.state === 'memory' && task.value === absent) takeCopy(state, task, worker);
      // A copy from before it was lost; to free it would also give up the task that computes it again.
      else if (task?.worker !== worker && task?.ahead !== worker) free(state, worker, key);
    }
  },

  'missing-data'(state, event) {
    const { from, keys, reporter, tasks } = event;
    const holder = state.workers.get(from);
    const client = state.clients.get(reporter);
    const worker = state.workers.get(reporter);
    const cause = `${reporter} could not get it from ${from}`;
    for (const task of known(state, keys)) {
      if (worker) endOrder(state, task, worker, 'unreachable');
      if (task.state === 'memory' && holder) {
        removeHolder(state, task, holder);
        // It may have it after all, if only the way there is broken.
        free(state, holder, task.key);
      }
      if (task.state === 'memory' && isLost(task)) transition(state, task, 'released', cause);
      else if (client && (task.state === 'memory' || task.state === 'erred')) tellClient(state, client, task);
    }
    for (const key of tasks) {
      const task = processedBy(state, worker, key, event);
      if (task) transition(state, task, 'waiting', cause);
    }
  },

  replicate,
  rebalance,

  restart(state, { reason }) {
    for (const client of [...state.clients.values()]) {
      if (client.wants.size === 0) continue;
      const keys = Array.from(client.wants, ({ key }) => key);
      state.instructions.push({ to: 'client', name: client.name, message: { op: 'cancelled', keys, reason } });
      release(state, client, client.wants, reason);
    }
    for (const task of [...state.retained]) if (state.retained.has(task)) transition(state, task, 'released', reason);
  },

  tick: watch,
};

/** Takes the word of a worker for a sign of life, and for one that it has freed what it was told to. */
function see(state: SchedulerState, { worker: name, now, freed }: Omit<EventOf<'heartbeat'>, 'type'>): void {
  const worker = state.workers.get(name);
  if (!worker) return;
  worker.lastSeen = now;
  if (freed === undefined) return;
  for (const [key, nth] of worker.freeing) {
    if (nth > freed) break;
    worker.freeing.delete(key);
  }
}

/** Whether the worker, when it said so, had yet to free what it speaks of: it is not so any more, or soon will not be. */
const isStale = ({ freeing }: WorkerRecord, key: Key, { freed = Number.POSITIVE_INFINITY }: SchedulerEvent): boolean =>
  (freeing.get(key) ?? 0) > freed;

function tellAll(state: SchedulerState, message: { readonly op: 'peer-gone'; readonly address: string }): void {
  for (const name of state.workers.keys()) state.instructions.push({ to: 'worker', name, message });
  for (const name of state.clients.keys()) state.instructions.push({ to: 'client', name, message });
}

const known = (state: SchedulerState, keys: readonly Key[]): TaskRecord[] =>
  keys.map((key) => state.tasks.get(key)).filter((task) => task !== undefined);

/** The task of which a worker tells, if it is the worker's; one that was sent ahead is, as soon as its inputs are there. */
function processedBy(
  state: SchedulerState,
  worker: WorkerRecord | undefined,
  key: Key,
  event: SchedulerEvent,
): TaskRecord | undefined {
  if (!worker || isStale(worker, key, event)) return undefined;
  const task = state.tasks.get(key);
  if (task?.ahead === worker) {
    if (task.state === 'queued') begin(state, worker, task);
    else unfollow(state, task); // an input was lost meanwhile
  }
  return task?.state === 'processing' && task.worker === worker ? task : undefined;
}

function taskDone(
  state: SchedulerState,
  worker: WorkerRecord,
  key: Key,
  event: SchedulerEvent,
  nbytes: number,
  ms: number,
  value: unknown,
): void {
  const task = processedBy(state, worker, key, event);
  if (task) {
    worker.lastDone = state.now;
    learnDuration(state, task, ms);
    transition(state, task, 'memory', 'done', { nbytes, value });
  } else if (value === absent && !isStale(worker, key, event) && !state.tasks.get(key)?.holders.has(worker)) {
    // Computed twice. It may have been told to forget the result since it sent this, so it cannot count as a holder.
    free(state, worker, key);
  }
}

const killedWorkers = (task: TaskRecord, reason: string): ErrorReport => ({
  name: 'KilledWorkerError',
  key: task.key,
  message: `task ${task.key} was running on ${task.deaths.length} workers when they ended (${task.deaths.join(', ')}; the last: ${reason}), so it is not tried again`,
});

function release(state: SchedulerState, client: ClientRecord, tasks: Iterable<TaskRecord>, cause: string): void {
  for (const task of [...tasks]) {
    if (!client.wants.delete(task)) continue;
    task.clients = withoutItem(task.clients, client);
    settle(state, task, cause);
  }
}

function makeClient(name: string, isAbsent: boolean): ClientRecord {
  const client = { name, isAbsent, wants: new Set<TaskRecord>(), alone: new Set<ClientRecord>() };
  client.alone.add(client);
  return client;
}

function makeWorker(
  name: string,
  address: string,
  host: string,
  nthreads: number,
  resources: Readonly<Record<string, number>>,
  memoryLimit: number,
  now: number,
): WorkerRecord {
  const alone = new Set<WorkerRecord>();
  const worker: WorkerRecord = {
    ...{ name, address, host, nthreads, resources, memoryLimit, alone },
    used: {},
    status: 'running',
    processing: new Map(),
    occupancy: 0,
    has: new Set(),
    nbytes: 0,
    lastSeen: now,
    lastDone: now,
    code: new Set(),
    seceded: new Set(),
    recalled: new Set(),
    freed: 0,
    freeing: new Map(),
    ahead: new Set(),
  };
  alone.add(worker);
  return worker;
}
