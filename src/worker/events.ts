/** What a worker's state is told, and what it asks for; a shell runs tasks on threads and carries messages. */
import type { Key } from '../graph/task.js';
import type { Assignment, ErrorReport, Holder, TasksDone } from '../scheduler/events.js';
import type { Fetch } from './transfers.js';

export type WorkerEvent =
  | { readonly type: 'run'; readonly tasks: readonly Assignment[] }
  | { readonly type: 'free'; readonly keys: readonly Key[] }
  | { readonly type: 'recall'; readonly keys: readonly Key[] }
  | {
      readonly type: 'acquire';
      readonly keys: readonly Key[];
      readonly holders: Readonly<Record<Key, readonly Holder[]>>;
      readonly sizes: Readonly<Record<Key, number>>;
    }
  /** Whether to begin nothing new, since memory is short. */
  | { readonly type: 'pause'; readonly isPaused: boolean }
  | {
      readonly type: 'executed';
      readonly key: Key;
      readonly value: unknown;
      readonly nbytes: number;
      readonly ms: number;
      /** Whether it stays here, however small: it is bound to this place. */
      readonly isBound?: boolean;
    }
  | { readonly type: 'failed'; readonly key: Key; readonly error: ErrorReport }
  /** A running task gave its place on the threads to others. */
  | { readonly type: 'seceded'; readonly key: Key }
  /** The answer to `revoke`, or to an `abort`: these had not begun, and now never will unless they are executed anew. */
  | { readonly type: 'revoked'; readonly keys: readonly Key[]; readonly stay?: boolean }
  /** Inputs that were to be had are not, when it came to running the task. */
  | { readonly type: 'lost-inputs'; readonly key: Key; readonly keys: readonly Key[] }
  /** What a peer sent; what was asked for and is not among it, the peer no longer has. */
  | {
      readonly type: 'fetched';
      readonly from: Holder;
      readonly keys: readonly Key[];
      readonly values: ReadonlyMap<Key, unknown>;
    }
  | { readonly type: 'fetch-failed'; readonly from: Holder; readonly keys: readonly Key[] };

export type Report =
  | ({ readonly op: 'tasks-done' } & {
      -readonly [K in keyof TasksDone]: TasksDone[K] extends readonly (infer T)[] ? T[] : never;
    })
  | { readonly op: 'task-erred'; readonly key: Key; readonly error: ErrorReport }
  | { readonly op: 'tasks-returned'; readonly keys: readonly Key[] }
  | { readonly op: 'task-seceded'; readonly key: Key }
  | { readonly op: 'add-replicas'; readonly keys: readonly Key[] }
  | {
      readonly op: 'missing-data';
      readonly from: string;
      readonly keys: readonly Key[];
      readonly tasks: readonly Key[];
    };

export type WorkerInstruction =
  /** The inputs are among the task's `values`, or in the store; the result is expected to have so many bytes. */
  | { readonly type: 'execute'; readonly task: Assignment; readonly resultBytes: number }
  /** Of these, say which have not begun and now never will; with `stay` they wait here, else they go back to the scheduler. */
  | { readonly type: 'revoke'; readonly keys: readonly Key[]; readonly stay?: boolean }
  /** Nobody wants the result of this running task. */
  | { readonly type: 'abort'; readonly key: Key }
  | ({ readonly type: 'fetch' } & Fetch)
  /** `freed` is how many keys had been freed by then. */
  | { readonly type: 'report'; readonly message: Report & { readonly freed: number } };
