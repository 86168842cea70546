/**
 * What the scheduler is told, and what it asks for. It owns no socket and no clock: every event carries the time, and
 * instructions are messages for a worker or a client that a thin shell delivers.
 */
import type { Graph } from '../graph/graph.js';
import type { Key, OpRef } from '../graph/task.js';

export type WorkerName = string;
export type ClientName = string;

/** An error as plain data, since it crosses processes. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Its own properties that are strings, numbers or the like, such as the `code` of a system error. */
  readonly fields?: Readonly<Record<string, string | number | bigint | boolean | null>>;
  readonly cause?: ErrorReport;
  /** Of an AggregateError. */
  readonly errors?: readonly ErrorReport[];
  /** Where the task failed: name, host and process of the worker. */
  readonly worker?: string;
  /** The key of the task that failed, which may be an input of the one that is told of. */
  readonly key?: Key;
  /** It could not begin, as modules of the user's are not to be had on its worker; the client may send their values. */
  readonly lacks?: Lacks;
}

/** The imports that a shipped function, or shipped arguments, name, by their keys. */
export interface Lacks {
  /** The hash of what names them. */
  readonly code: string;
  readonly keys: readonly string[];
  /** The URL of the first module that was not to be had. */
  readonly module: string;
}

/** A paused worker finishes what it has; a retiring one also hands its data over. */
export type WorkerStatus = 'running' | 'paused' | 'retiring';

interface Events {
  'add-worker': {
    readonly worker: WorkerName;
    readonly address: string;
    readonly nthreads: number;
    readonly host?: string;
    readonly resources?: Readonly<Record<string, number>>;
    /** In bytes; infinite unless given. */
    readonly memoryLimit?: number;
  };
  /** `isExpected`: it was asked to leave, so its end is not held against the tasks that it ran. */
  'remove-worker': { readonly worker: WorkerName; readonly reason: string; readonly isExpected?: boolean };
  'worker-status': { readonly worker: WorkerName; readonly status: 'running' | 'paused' };
  heartbeat: { readonly worker: WorkerName };
  'retire-worker': { readonly worker: WorkerName };
  /** `isAbsent`: it has no connection, and is never asked for anything. */
  'add-client': { readonly client: ClientName; readonly isAbsent?: boolean };
  'remove-client': { readonly client: ClientName };
  /** Wants the results of `keys` (all tasks of the graph unless given), by the tasks of `graph` or those already known. */
  'update-graph': { readonly client: ClientName; readonly graph: Graph; readonly keys?: readonly Key[] };
  /** `keys` are data that a client put on `worker`, which nobody can make again. */
  scattered: {
    readonly client: ClientName;
    readonly worker: WorkerName;
    readonly keys: readonly Key[];
    readonly nbytes: readonly number[];
  };
  'release-keys': { readonly client: ClientName; readonly keys: readonly Key[] };
  /**
   * Answers `need-imports`, or comes before it is asked: the code of hash `standIns` holds the values of the imports `keys`,
   * which `code` and all other code of this client that lacks any of them is to take from now on. `payload` and `keys`
   * unless they were sent before.
   */
  'give-imports': {
    readonly client: ClientName;
    readonly code: string;
    readonly standIns: string;
    readonly keys?: readonly string[];
    readonly payload?: unknown;
  };
  'refuse-imports': { readonly client: ClientName; readonly code: string; readonly reason: string };
  /** Gives tasks up; `force` also those that other clients want. */
  'cancel-keys': { readonly client: ClientName; readonly keys: readonly Key[]; readonly force?: boolean };
  /** Runs failed tasks again, with the inputs that failed. */
  'retry-keys': { readonly client: ClientName; readonly keys: readonly Key[] };
  /** `value` is there when it is small; then it is kept here too, and outlives its worker. */
  'task-done': {
    readonly worker: WorkerName;
    readonly key: Key;
    readonly nbytes: number;
    readonly ms: number;
    readonly value?: { readonly small: unknown };
  };
  /** Many of them, as columns; `values[i]` is there where `smalls[i]`. */
  'tasks-done': TasksDone & { readonly worker: WorkerName };
  'task-erred': { readonly worker: WorkerName; readonly key: Key; readonly error: ErrorReport };
  /** A running task gave its place to others: it goes on, but counts no more. */
  'task-seceded': { readonly worker: WorkerName; readonly key: Key };
  /** Tasks that a worker gave back unrun, as it was asked to. */
  'tasks-returned': { readonly worker: WorkerName; readonly keys: readonly Key[] };
  /** The worker fetched copies from a peer. */
  'add-replicas': { readonly worker: WorkerName; readonly keys: readonly Key[] };
  /** `keys` could not be had from `from`; a worker also names the tasks that it gives back because of that. */
  'missing-data': {
    readonly from: WorkerName;
    readonly keys: readonly Key[];
    readonly reporter: WorkerName | ClientName;
    readonly tasks: readonly Key[];
  };
  /** Wants `count` copies of each result, on `workers` if given. */
  replicate: { readonly keys: readonly Key[]; readonly count: number; readonly workers?: readonly WorkerName[] };
  /** Evens out what the workers hold. */
  rebalance: { readonly keys?: readonly Key[]; readonly workers?: readonly WorkerName[] };
  /** Forgets every task: all clients lose what they want. */
  restart: { readonly reason: string };
  /** Time has passed: see `watch.ts`. */
  tick: object;
}

export interface TasksDone {
  readonly keys: readonly Key[];
  readonly nbytes: readonly number[];
  readonly ms: readonly number[];
  readonly values: readonly unknown[];
  /** Whether each value is there. */
  readonly smalls: readonly boolean[];
}

/** What a worker says may have been on its way when it was told to free what it speaks of. */
interface Reported {
  /** How many keys it had freed when it said so; what is not given counts as all. */
  readonly freed?: number;
}

export type SchedulerEvent = {
  [K in keyof Events]: { readonly type: K; readonly now: number } & Events[K] & Reported;
}[keyof Events];
export type EventOf<K extends keyof Events> = Extract<SchedulerEvent, { type: K }>;

/** Where a result can be fetched. */
export interface Holder {
  readonly worker: WorkerName;
  readonly address: string;
}

/** A task on its way to a worker, with all that it needs to find its inputs. */
export interface Assignment {
  readonly key: Key;
  readonly op: OpRef;
  readonly params: unknown;
  readonly deps?: readonly Key[];
  readonly priority: number;
  readonly userPriority?: number;
  /** How long it is expected to take. */
  readonly ms: number;
  /** Who has each input that is too large to be sent along. */
  readonly holders?: Readonly<Record<Key, readonly Holder[]>>;
  /** How many bytes each of those has. */
  readonly sizes?: Readonly<Record<Key, number>>;
  /** The small inputs themselves. */
  readonly values?: Readonly<Record<Key, unknown>>;
  /** Those that are actors: it gets handles on them, and `null` stands among `values`. */
  readonly actors?: readonly Key[];
  /** Those that are being made where it goes, by tasks that went there before it. */
  readonly after?: readonly Key[];
  /** Code that it needs besides that of `op`, stand-ins among it. */
  readonly code?: readonly string[];
  /** How long it may run. */
  readonly timeoutMs?: number;
  readonly actor?: boolean;
}

/** Messages to a worker. */
export type ToWorker =
  /** `code` is what these tasks name and the worker has not been sent yet, by hash. */
  | { readonly op: 'run'; readonly tasks: readonly Assignment[]; readonly code?: Readonly<Record<string, unknown>> }
  | { readonly op: 'free'; readonly keys: readonly Key[] }
  /** Give these back if they have not begun. */
  | { readonly op: 'recall'; readonly keys: readonly Key[] }
  /** Fetch copies of these. */
  | {
      readonly op: 'acquire';
      readonly keys: readonly Key[];
      readonly holders: Readonly<Record<Key, readonly Holder[]>>;
      readonly sizes: Readonly<Record<Key, number>>;
    }
  /** Nobody names this code any more. */
  | { readonly op: 'drop-code'; readonly names: readonly string[] }
  /** Nothing will come any more from the worker there, though it may not have said so. */
  | { readonly op: 'peer-gone'; readonly address: string }
  /** `mayReturn`: another may take its place, as one that hung is not unwanted. */
  | { readonly op: 'stop'; readonly reason: string; readonly mayReturn?: boolean };

/** Messages to a client. */
export type ToClient =
  /** Small results, as columns. */
  | { readonly op: 'small-results'; readonly keys: Key[]; readonly values: unknown[] }
  | { readonly op: 'in-memory'; readonly key: Key; readonly holders: readonly Holder[]; readonly nbytes: number }
  | { readonly op: 'erred'; readonly key: Key; readonly error: ErrorReport }
  | { readonly op: 'cancelled'; readonly keys: readonly Key[]; readonly reason: string }
  | { readonly op: 'peer-gone'; readonly address: string }
  /** A worker cannot import what `code` names; `reason` is what it says. The client sends the values, or tells that it cannot. */
  | {
      readonly op: 'need-imports';
      readonly code: string;
      readonly keys: readonly string[];
      readonly module: string;
      readonly reason: string;
    }
  | { readonly op: 'warning'; readonly text: string };

/** What the scheduler logs of itself, for whoever has subscribed to the topic. */
export interface ToTopic {
  readonly op: 'log';
  /** No worker can run `count` tasks, of which some are named. */
  readonly event: {
    readonly action: 'no-worker';
    readonly keys: readonly Key[];
    readonly count: number;
    readonly reason: string;
  };
}

export type Instruction =
  | { readonly to: 'worker'; readonly name: WorkerName; readonly message: ToWorker }
  | { readonly to: 'client'; readonly name: ClientName; readonly message: ToClient }
  | { readonly to: 'topic'; readonly name: string; readonly message: ToTopic };
