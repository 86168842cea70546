/** What a pool and its compute threads say to one another, and the memory that they share. */
import type { MessagePort } from 'node:worker_threads';
import type { OpRef } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';

export interface ToThread {
  /** Code that the jobs need and the thread has not, by hash. */
  readonly code?: Readonly<Record<string, unknown>>;
  /** Code to forget. */
  readonly dropped?: readonly string[];
  readonly jobs: readonly ThreadJob[];
  /** Collect garbage, as dropped buffers are held until every thread that saw them has done so. */
  readonly collect?: true;
  /** So much of what it may have seen is wanted no more. */
  readonly droppedBytes?: number;
}

/** What a thread is born with. */
export interface ThreadData {
  readonly shared: Int32Array;
  readonly home: Home | undefined;
  /** How much of shared buffers it may drop before it collects. */
  readonly allowanceBytes: number;
}

/** Where a thread belongs, for the code in its tasks that asks. */
export interface Home {
  readonly worker: {
    readonly name: string;
    readonly address: string;
    readonly nthreads: number;
    /** Where uploaded files are. */
    readonly localDirectory: string;
  };
  /** The scheduler's address, reached through `port`. */
  readonly scheduler: string;
  readonly port: MessagePort;
}

/** What a pool gives to each of its threads. */
export interface HomeOptions extends Omit<Home, 'port'> {
  /** Takes the near end of the thread's line. */
  readonly onPort: (port: MessagePort) => void;
}

export interface ThreadJob {
  readonly id: number;
  readonly key: string;
  readonly op: OpRef;
  readonly params: unknown;
  readonly inputs: readonly unknown[];
  /** The keys of those inputs that are actors, in their places. */
  readonly actors?: readonly (string | undefined)[];
}

export interface Result {
  readonly value: unknown;
  readonly nbytes: number;
  readonly ms: number;
}

/** An answer to a job, or news of one that goes on without its place. */
export type FromThread =
  | ({ readonly id: number } & Result)
  | { readonly id: number; readonly error: ErrorReport }
  | { readonly id: number; readonly seceded: true };

export type Answer = { readonly key: string } & (Result | { readonly error: ErrorReport } | { readonly seceded: true });

/** The layout of the shared memory of a thread: the id of the job that it runs or ran last, then a ring of claims. */
export const RUNNING = 0;
export const RING = 4096;
export const slotOf = (id: number): number => 1 + (id % RING);
/** The states of a claim. */
export const OPEN = 0;
export const BEGUN = 1;
export const REVOKED = 2;
