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
  readonly cause?: ErrorReport;
}

interface Events {
  'add-worker': { readonly worker: WorkerName; readonly address: string; readonly nthreads: number };
  'remove-worker': { readonly worker: WorkerName; readonly reason: string };
  'add-client': { readonly client: ClientName };
  'remove-client': { readonly client: ClientName };
  /** Wants the results of `keys`, by the tasks of `graph` or those already known. */
  'update-graph': { readonly client: ClientName; readonly graph: Graph; readonly keys: readonly Key[] };
  'release-keys': { readonly client: ClientName; readonly keys: readonly Key[] };
  /** `value` is there when it is small; then it is kept here too, and outlives its worker. */
  'task-done': {
    readonly worker: WorkerName;
    readonly key: Key;
    readonly nbytes: number;
    readonly ms: number;
    readonly value?: { readonly small: unknown };
  };
  'task-erred': { readonly worker: WorkerName; readonly key: Key; readonly error: ErrorReport };
  /** The worker fetched copies from a peer. */
  'add-replicas': { readonly worker: WorkerName; readonly keys: readonly Key[] };
  /** `keys` could not be had from `from`; a worker also names the tasks that it gives back because of that. */
  'missing-data': {
    readonly from: WorkerName;
    readonly keys: readonly Key[];
    readonly reporter: WorkerName | ClientName;
    readonly tasks: readonly Key[];
  };
}

export type SchedulerEvent = {
  [K in keyof Events]: { readonly type: K; readonly now: number } & Events[K];
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
  readonly deps: readonly Key[];
  readonly priority: number;
  /** How long it is expected to take. */
  readonly ms: number;
  /** Who has each input that is too large to be sent along. */
  readonly holders: Readonly<Record<Key, readonly Holder[]>>;
  /** The small inputs themselves. */
  readonly values: Readonly<Record<Key, unknown>>;
}

/** Messages to a worker. */
export type ToWorker =
  | { readonly op: 'run'; readonly tasks: readonly Assignment[] }
  | { readonly op: 'free'; readonly keys: readonly Key[] };

/** Messages to a client. */
export type ToClient =
  | {
      readonly op: 'in-memory';
      readonly key: Key;
      readonly holders: readonly Holder[];
      readonly value?: { readonly small: unknown };
    }
  | { readonly op: 'erred'; readonly key: Key; readonly error: ErrorReport };

export type Instruction =
  | { readonly to: 'worker'; readonly name: WorkerName; readonly message: ToWorker }
  | { readonly to: 'client'; readonly name: ClientName; readonly message: ToClient };
