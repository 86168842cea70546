/** A compute thread as its pool sees it: what it was given, how far it is, and how it is started. */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ErrorReport } from '../scheduler/events.js';
import {
  BEGUN,
  type Home,
  type HomeOptions,
  RING,
  RUNNING,
  slotOf,
  type ThreadData,
  type ThreadJob,
} from './thread-messages.js';

/** What a pool is asked to run. */
export interface Job extends Omit<ThreadJob, 'id'> {
  /** The hashes of the code that it names. */
  readonly code: readonly string[];
  readonly timeoutMs?: number;
}

/** What a thread runs that has not run anything. */
export const NONE = -1;

export interface Posted {
  readonly message: ThreadJob;
  readonly job: Job;
}

export interface Thread {
  readonly worker: Worker;
  nextId: number;
  /** What it has been given and not answered, in order. */
  readonly jobs: Map<number, Posted>;
  /** Of those, the ones that go on without a place. */
  readonly seceded: Set<number>;
  /**
   * Whether another thread took a job from it since it last answered. It has such a job's inputs in its mailbox until
   * then, so it is given no more.
   */
  isLate: boolean;
  /** What goes to it at the end of this turn: one message for all, since waking a thread costs more than a short task. */
  outbox: Posted[];
  readonly shared: Int32Array;
  readonly code: Set<string>;
  /** Jobs that must have ended by a time, and how they fail if they have not. */
  readonly deadlines: Map<number, { readonly at: number | undefined; readonly error: ErrorReport }>;
}

/** Threads have the flags of the process, unless one says that the script is no file (`-e`): theirs is one. */
export const threadFlags = process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};

/** A home with a line of its own; its port has to be transferred to the thread. */
export function lineTo({ onPort, ...rest }: HomeOptions): Home {
  const { port1, port2 } = new MessageChannel();
  onPort(port1);
  return { ...rest, port: port2 };
}

/** A new thread, to which nobody listens yet. */
export function startThread(homeOptions: HomeOptions | undefined, allowanceBytes: number): Thread {
  const shared = new Int32Array(new SharedArrayBuffer(4 * (1 + RING))).fill(NONE, RUNNING, RUNNING + 1);
  const home = homeOptions && lineTo(homeOptions);
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    name: 'sheaf-compute',
    workerData: { shared, home, allowanceBytes } satisfies ThreadData,
    transferList: home ? [home.port] : [],
    ...threadFlags,
  });
  return {
    ...{ worker, shared, nextId: 0, isLate: false },
    jobs: new Map(),
    seceded: new Set(),
    outbox: [],
    code: new Set(),
    deadlines: new Map(),
  };
}

/** How many of its jobs need a place: one has it, and the others are in line. */
export const placesIn = ({ jobs, seceded }: Thread): number => jobs.size - seceded.size;

/**
 * What a job would have before it, for choosing a thread: what seceded may want its place again, and what would be taken
 * back as others were should not go there at all.
 */
export const lineOf = (thread: Thread): number =>
  thread.isLate && placesIn(thread) > 0 ? Number.POSITIVE_INFINITY : placesIn(thread) + thread.seceded.size / 2;

/** Whether its answer is under way: the thread is at another. */
export const hasEnded = ({ shared, seceded }: Thread, id: number): boolean =>
  !seceded.has(id) && Atomics.load(shared, RUNNING) !== id;

export const hasBegun = (thread: Thread, id: number): boolean => Atomics.load(thread.shared, slotOf(id)) === BEGUN;
