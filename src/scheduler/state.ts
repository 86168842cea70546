/**
 * The scheduler's memory. A task goes through these states:
 *
 *     released -> waiting -> queued -> processing -> memory
 *                                              \-> erred
 *
 * released    nobody has its result and nobody works on it; its specification is kept (lineage)
 * waiting     wanted, but some inputs are not in memory yet
 * queued      all inputs are in memory; it waits for a worker with room
 * processing  a worker has it
 * memory      its result is on at least one worker, or here when it is small
 * erred       it, or one of its inputs, failed
 * forgotten   no longer known: nobody wants it and no known task depends on it
 */
import type { Key, Task } from '../graph/task.js';
import type { Heap } from '../util/heap.js';
import type { ClientName, ErrorReport, Instruction, WorkerName, WorkerStatus } from './events.js';
import { none, type Party } from './links.js';
import type { Story } from './story.js';
import { TaskStream } from './task-stream.js';

export type TaskStateName = 'released' | 'waiting' | 'queued' | 'processing' | 'memory' | 'erred' | 'forgotten';

/** Stands where a task has no small result. */
export const absent: unique symbol = Symbol('absent');

export class TaskRecord {
  readonly key: Key;
  readonly task: Task;
  state: TaskStateName = 'released';
  /** When it came into its state, in whole ms: a small integer is no object of its own. */
  since = 0;
  /** Smaller runs first: see {@link byPriority}. */
  readonly priority: number;
  /** What a user gave; larger runs first, before anything else counts. */
  readonly userPriority: number;
  readonly deps: readonly TaskRecord[];
  /** Known tasks that have this one among their deps, in any state. */
  dependents: ReadonlySet<TaskRecord> = none;
  /** The deps that are not in memory; empty unless waiting. */
  waitingOn: ReadonlySet<TaskRecord> = none;
  /** The dependents that still need the result: waiting, queued or processing. */
  waiters: ReadonlySet<TaskRecord> = none;
  clients: ReadonlySet<ClientRecord> = none;
  /** The workers that hold the result; empty unless in memory. */
  holders: ReadonlySet<WorkerRecord> = none;
  /** Where it runs; undefined unless processing. */
  worker: WorkerRecord | undefined = undefined;
  /** While it waits for inputs that are made there, the worker that has it already: see `ahead.ts`. */
  ahead: WorkerRecord | undefined = undefined;
  /** The result itself when it is small and in memory. */
  value: unknown = absent;
  nbytes = 0;
  error: ErrorReport | undefined = undefined;
  /** How often it may still be run again after it failed. */
  retries: number;
  /** Workers that died while they ran this task. */
  deaths: readonly string[] = noDeaths;
  /** How many copies a user asked for. */
  replicas = 1;

  constructor(task: Task, deps: readonly TaskRecord[], priority: number) {
    this.key = task.key;
    this.task = task;
    this.deps = deps;
    this.priority = priority;
    this.userPriority = task.annotations?.priority ?? 0;
    this.retries = task.annotations?.retries ?? 0;
  }
}

const noDeaths: readonly string[] = [];

export interface WorkerRecord extends Party<WorkerRecord> {
  readonly name: WorkerName;
  readonly address: string;
  readonly host: string;
  readonly nthreads: number;
  readonly memoryLimit: number;
  /** What it declared: `{ GPU: 2 }`; and what of it is in use. */
  readonly resources: Readonly<Record<string, number>>;
  readonly used: Record<string, number>;
  status: WorkerStatus;
  /** What it works on, with the time that each task is expected to take, in ms. */
  readonly processing: Map<TaskRecord, number>;
  /** The sum of those times. */
  occupancy: number;
  readonly has: Set<TaskRecord>;
  nbytes: number;
  /** When a message of it last came, and when it last finished a task. */
  lastSeen: number;
  lastDone: number;
  /** The code that it has been sent. */
  readonly code: Set<string>;
  /** What it works on without a place on its threads. */
  readonly seceded: Set<TaskRecord>;
  /** Tasks that it has been asked to give back. */
  readonly recalled: Set<TaskRecord>;
  /** How many keys it was told to free, and for those of which it has not said that it did, the how manieth each was. */
  freed: number;
  readonly freeing: Map<Key, number>;
  /** Tasks that it was sent before their inputs were made. */
  readonly ahead: Set<TaskRecord>;
}

export interface ClientRecord extends Party<ClientRecord> {
  readonly name: ClientName;
  readonly wants: Set<TaskRecord>;
  /** It has no connection. */
  readonly isAbsent: boolean;
}

/** Tasks that ask the same of a worker. */
export interface Queue {
  /** Entries whose task left the state `queued` are skipped when they surface. */
  readonly heap: Heap<TaskRecord>;
  /** Whether a worker may run the tasks of this queue now. */
  readonly isEligible: ((worker: WorkerRecord) => boolean) | undefined;
  /** The workers that it names, unless others will do: they are few where all are many. */
  readonly named: (() => Iterable<WorkerRecord> | undefined) | undefined;
  /** Since no worker that is there can ever run these tasks: when to look at them next, and the clients that know. */
  stranded: { lookAt: number; readonly told: Set<ClientRecord> } | undefined;
}

/** Shipped code, and the clients that have sent it. */
export interface CodeRecord {
  readonly payload: unknown;
  readonly clients: Set<ClientRecord>;
  /** Of stand-ins: the imports whose values they are. */
  readonly keys?: ReadonlySet<string>;
}

/** Code that cannot be loaded until a client has sent what it lacks. */
export interface Lack {
  readonly code: string;
  readonly error: ErrorReport;
  readonly keys: ReadonlySet<string>;
  readonly module: string;
  /** Who has not answered yet, and who cannot help. */
  readonly asked: Set<ClientRecord>;
  readonly refused: Set<ClientRecord>;
  /** Queued tasks that wait for that. */
  readonly held: Set<TaskRecord>;
}

/** How the copy of a result to a worker ended. `unwanted`: nobody wants the result any more; `lost`: nobody has it. */
export type OrderEnd = 'arrived' | 'unwanted' | 'lost' | 'left' | 'unreachable';

/** A copy that a worker has been told to fetch for a user: whoever asked keeps the record, and sees when it is over. */
export interface Order {
  readonly task: TaskRecord;
  readonly to: WorkerRecord;
  /** Whose copy is dropped when this one has come. */
  readonly from: WorkerRecord | undefined;
  /** Undefined while it is under way. */
  end: OrderEnd | undefined;
}

export interface SchedulerOptions {
  /** A task that was running in so many workers' deaths fails instead of killing more. */
  readonly allowedFailures: number;
  /** How many bytes of unwanted results to keep for tasks marked `retain`. */
  readonly retainBytes: number;
  /** A worker that says nothing for so long is given up, in ms. */
  readonly workerTtlMs: number;
  /** A task that runs so long, and ten times longer than expected, is named in a warning, in ms. */
  readonly stuckMs: number;
  /** A task that no worker could have run for so long is named in a warning, in ms. */
  readonly noWorkerMs: number;
  /** Check every invariant after every event. */
  readonly validate: boolean;
}

export interface SchedulerState {
  readonly options: SchedulerOptions;
  readonly tasks: Map<Key, TaskRecord>;
  readonly workers: Map<WorkerName, WorkerRecord>;
  /** The workers by all that they go by: names, addresses and hosts. */
  readonly named: Map<string, Set<WorkerRecord>>;
  readonly clients: Map<ClientName, ClientRecord>;
  /** Tasks that wait for a worker, by what they ask of it. */
  readonly queues: Map<string, Queue>;
  /** Of the queued tasks, those that their worker has already. */
  followed: TaskRecord[];
  /** Workers that have room for more, the one that got room first in front. */
  readonly open: Set<WorkerRecord>;
  /** Workers whose threads may have one more each in line, when none is open. */
  readonly spare: Set<WorkerRecord>;
  /** Results that several workers hold. */
  readonly replicated: Set<TaskRecord>;
  /** Copies under way that a user asked for. */
  readonly orders: Map<TaskRecord, readonly Order[]>;
  /** Results kept though nobody wants them, least recently used first. */
  readonly retained: Set<TaskRecord>;
  retainedBytes: number;
  /** Shipped functions by hash. */
  readonly code: Map<string, CodeRecord>;
  /** By the hash of code that takes stand-ins: the hash of these. */
  readonly standIns: Map<string, string>;
  /** The stand-ins that are here, the last given last. */
  readonly given: Set<string>;
  readonly lacking: Map<string, Lack>;
  /** The hashes of shipped arguments that take stand-ins, or are to: no task names them but the one whose they are. */
  readonly arguments: Map<TaskRecord, Set<string>>;
  /** The mean time of each operation, in ms: an exponential moving average. */
  readonly durations: Map<string, number>;
  /** How many tasks were ever given a priority. */
  ordered: number;
  lastTick: number;
  ticks: number;
  /** Tasks that the watchdog has warned of. */
  readonly warned: Set<TaskRecord>;
  /** Actors that have been made and not given up: one that is lost cannot be made again as it was. */
  readonly actors: Set<TaskRecord>;
  readonly story: Story;
  readonly stream: TaskStream;
  /** What the transition under way recommends for the neighbours of its task; empty between transitions. */
  readonly recommendations: Map<TaskRecord, TaskStateName>;
  /** What this event asks for so far. */
  instructions: Instruction[];
  now: number;
}

/** By what the user said, then earlier graphs before later ones, depth first within a graph. */
export const byPriority = (a: TaskRecord, b: TaskRecord): number =>
  b.userPriority - a.userPriority || a.priority - b.priority;

export const makeState = (story: Story, options: Partial<SchedulerOptions> = {}): SchedulerState => ({
  options: {
    allowedFailures: 3,
    retainBytes: 256 * 2 ** 20,
    workerTtlMs: 60_000,
    stuckMs: 300_000,
    noWorkerMs: 30_000,
    validate: false,
    ...options,
  },
  tasks: new Map(),
  workers: new Map(),
  named: new Map(),
  clients: new Map(),
  queues: new Map(),
  followed: [],
  open: new Set(),
  spare: new Set(),
  replicated: new Set(),
  orders: new Map(),
  retained: new Set(),
  retainedBytes: 0,
  code: new Map(),
  standIns: new Map(),
  given: new Set(),
  lacking: new Map(),
  arguments: new Map(),
  durations: new Map(),
  ordered: 0,
  lastTick: 0,
  ticks: 0,
  warned: new Set(),
  actors: new Set(),
  story,
  stream: new TaskStream(),
  recommendations: new Map(),
  instructions: [],
  now: 0,
});

/** Whether somebody needs the result: a client, or a task that is to run. */
export const isWanted = (task: TaskRecord): boolean => task.clients.size > 0 || task.waiters.size > 0;

/** Whether a result that was in memory is nowhere any more. */
export const isLost = (task: TaskRecord): boolean => task.holders.size === 0 && task.value === absent;
