/**
 * What a worker knows and decides, without I/O: which tasks wait for data, which are ready, which run, and what is in
 * the store. Events in, instructions out; a shell runs tasks on threads and carries messages.
 */
import type { Key } from '../graph/task.js';
import type { Assignment, ErrorReport, Holder, TasksDone } from '../scheduler/events.js';
import { Heap } from '../util/heap.js';
import { type Fetch, Transfers } from './transfers.js';

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
  /** The answer to `revoke`: these had not begun, and never will. */
  | { readonly type: 'revoked'; readonly keys: readonly Key[] }
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
  /** The inputs are among the task's `values`, or in the store. */
  | { readonly type: 'execute'; readonly task: Assignment }
  /** Of these, say which have not begun and now never will. */
  | { readonly type: 'revoke'; readonly keys: readonly Key[] }
  /** Nobody wants the result of this running task. */
  | { readonly type: 'abort'; readonly key: Key }
  | ({ readonly type: 'fetch' } & Fetch)
  | { readonly type: 'report'; readonly message: Report };

/** What the state needs of the store; values may be on disk. */
export interface Data {
  has(key: Key): boolean;
  set(key: Key, value: unknown, nbytes?: number): unknown;
  delete(key: Key): unknown;
}

/** Results up to this size travel with the report, and the scheduler keeps them. */
const SMALL_BYTES = 4096;

/**
 * So much work in ms may lie ahead of a thread: a short task must not wait for the event loop to hear of the end of the
 * one before it, and a long one must not stand behind another while a thread is idle.
 */
const AHEAD_MS = 2;
/** And so many tasks, however short. */
const AHEAD_TASKS = 1000;

interface Waiting {
  readonly task: Assignment;
  /** Inputs that are being fetched. */
  readonly missing: Set<Key> | undefined;
}

const none: readonly Key[] = [];

const byPriority = (a: Waiting, b: Waiting): number =>
  (b.task.userPriority ?? 0) - (a.task.userPriority ?? 0) || a.task.priority - b.task.priority;

export class WorkerState {
  readonly #data: Data;
  readonly #nthreads: number;
  readonly #transfers: Transfers;
  readonly #waiting = new Map<Key, Waiting>();
  readonly #ready = new Heap<Waiting>(byPriority);
  /** What is with the threads, and how long each is expected to take. */
  readonly #running = new Map<Key, number>();
  #runningMs = 0;
  /** What runs without a place of its own. */
  readonly #seceded = new Set<Key>();
  /** Running tasks whose results nobody wants any more. */
  readonly #dropped = new Set<Key>();
  /** Of those, the ones that are wanted again: told to stop, they may fail of that, and then run anew. */
  readonly #again = new Map<Key, Assignment>();
  #isPaused = false;

  constructor(nthreads: number, data: Data, transferBytes = 512 * 2 ** 20) {
    this.#nthreads = nthreads;
    this.#data = data;
    this.#transfers = new Transfers(transferBytes);
  }

  /** How many tasks it has that are not done. */
  get load(): number {
    return this.#waiting.size + this.#running.size;
  }

  /** Takes events that came together and returns what is to be done because of them, in order. */
  handle(...events: readonly WorkerEvent[]): WorkerInstruction[] {
    const out: WorkerInstruction[] = [];
    for (const event of events)
      (this.#handlers[event.type] as (event: WorkerEvent, out: WorkerInstruction[]) => void)(event, out);
    this.#begin(out);
    if (!this.#isPaused) for (const fetch of this.#transfers.next()) out.push({ type: 'fetch', ...fetch });
    return out;
  }

  #hasRoom(): boolean {
    const { size } = this.#running;
    if (size < this.#nthreads) return true;
    return this.#runningMs < AHEAD_MS * this.#nthreads && size < AHEAD_TASKS * this.#nthreads;
  }

  #begin(out: WorkerInstruction[]): void {
    while (!this.#isPaused && this.#hasRoom()) {
      const next = this.#ready.pop();
      if (!next) break;
      const { task } = next;
      if (this.#waiting.get(task.key) !== next) continue; // freed meanwhile, or sent anew
      this.#waiting.delete(task.key);
      // An input was freed since it came: its other holders died, so the scheduler took the copy here for a surplus one.
      const lost = this.#lacking(task);
      if (lost.length > 0) {
        report(out, { op: 'missing-data', from: '', keys: lost, tasks: [task.key] });
        continue;
      }
      this.#running.set(task.key, task.ms);
      this.#runningMs += task.ms;
      out.push({ type: 'execute', task });
    }
  }

  #lacking({ deps, values }: Assignment): readonly Key[] {
    if (!deps) return none;
    return deps.filter((key) => !(values && key in values) && !this.#data.has(key));
  }

  readonly #handlers: {
    readonly [K in WorkerEvent['type']]: (event: Extract<WorkerEvent, { type: K }>, out: WorkerInstruction[]) => void;
  } = {
    run: ({ tasks }) => {
      for (const task of tasks) {
        if (this.#running.has(task.key) || this.#seceded.has(task.key)) {
          if (this.#dropped.delete(task.key)) this.#again.set(task.key, task);
          continue;
        }
        this.#data.delete(task.key); // a copy that the scheduler takes for lost
        const lacking = this.#lacking(task);
        const waiting = { task, missing: lacking.length > 0 ? new Set(lacking) : undefined };
        this.#waiting.set(task.key, waiting);
        if (!waiting.missing) this.#ready.push(waiting);
        for (const key of lacking)
          this.#transfers.want(key, task.holders?.[key] ?? [], task.sizes?.[key] ?? 0, task.priority, task.key);
      }
    },

    free: ({ keys }, out) => {
      for (const key of keys) {
        this.#data.delete(key);
        this.#waiting.delete(key);
        if (!this.#running.has(key) && !this.#seceded.has(key)) continue;
        this.#dropped.add(key);
        this.#again.delete(key);
        out.push({ type: 'abort', key });
      }
    },

    recall: ({ keys }, out) => {
      const returned = keys.filter((key) => this.#waiting.delete(key));
      for (const key of returned) this.#data.delete(key); // as above, when a task ends
      if (returned.length > 0) report(out, { op: 'tasks-returned', keys: returned });
      const posted = keys.filter((key) => this.#running.has(key) && !this.#dropped.has(key));
      if (posted.length > 0) out.push({ type: 'revoke', keys: posted });
    },

    acquire: ({ keys, holders, sizes }, out) => {
      const present = keys.filter((key) => this.#data.has(key));
      if (present.length > 0) report(out, { op: 'add-replicas', keys: present });
      for (const key of keys)
        if (!this.#data.has(key)) this.#transfers.want(key, holders[key] ?? [], sizes[key] ?? 0, 0);
    },

    pause: ({ isPaused }) => {
      this.#isPaused = isPaused;
    },

    executed: ({ key, value, nbytes, ms, isBound }, out) => {
      if (this.#ended(key)) return;
      const isSmall = nbytes <= SMALL_BYTES && !isBound;
      if (!isSmall) this.#data.set(key, value, nbytes);
      const last = out.at(-1);
      const done =
        last?.type === 'report' && last.message.op === 'tasks-done'
          ? last.message
          : report(out, { op: 'tasks-done', keys: [], nbytes: [], ms: [], values: [], smalls: [] });
      done.keys.push(key);
      done.nbytes.push(nbytes);
      done.ms.push(ms);
      done.values.push(isSmall ? value : null);
      done.smalls.push(isSmall);
    },

    failed: ({ key, error }, out) => {
      const again = this.#again.get(key);
      if (this.#ended(key)) return;
      if (again) this.#handlers.run({ type: 'run', tasks: [again] }, out);
      else report(out, { op: 'task-erred', key, error });
    },

    seceded: ({ key }, out) => {
      if (!this.#running.has(key)) return;
      this.#leave(key);
      this.#seceded.add(key);
      report(out, { op: 'task-seceded', key });
    },

    revoked: ({ keys }, out) => {
      const returned = keys.filter((key) => this.#running.has(key) && !this.#ended(key));
      if (returned.length > 0) report(out, { op: 'tasks-returned', keys: returned });
    },

    'lost-inputs': ({ key, keys }, out) => {
      if (!this.#ended(key)) report(out, { op: 'missing-data', from: '', keys, tasks: [key] });
    },

    fetched: ({ from, keys, values }, out) => {
      const missing = keys.filter((key) => !values.has(key));
      if (missing.length > 0) this.#giveBack(from, missing, out);
      for (const [key, value] of values) {
        this.#data.set(key, value);
        for (const taskKey of this.#transfers.end(key)) {
          const waiting = this.#waiting.get(taskKey);
          if (waiting?.missing?.delete(key) && waiting.missing.size === 0) this.#ready.push(waiting);
        }
      }
      if (values.size > 0) report(out, { op: 'add-replicas', keys: [...values.keys()] });
    },

    'fetch-failed': ({ from, keys }, out) => this.#giveBack(from, keys, out),
  };

  /** Takes a task off the threads; tells whether its result is not wanted any more. */
  #ended(key: Key): boolean {
    if (!this.#seceded.delete(key)) this.#leave(key);
    this.#data.delete(key); // a copy that came while it ran: the scheduler does not count it
    this.#again.delete(key);
    return this.#dropped.delete(key);
  }

  #leave(key: Key): void {
    this.#runningMs -= this.#running.get(key) ?? 0;
    this.#running.delete(key);
    if (this.#running.size === 0) this.#runningMs = 0; // no drift of sums of rounded numbers
  }

  /** Returns the tasks that need what `from` does not have to the scheduler, which finds out where else it is. */
  #giveBack(from: Holder, keys: readonly Key[], out: WorkerInstruction[]): void {
    const tasks = new Set<Key>();
    for (const key of keys)
      for (const taskKey of this.#transfers.end(key)) if (this.#waiting.delete(taskKey)) tasks.add(taskKey);
    report(out, { op: 'missing-data', from: from.worker, keys, tasks: [...tasks] });
  }
}

function report<R extends Report>(out: WorkerInstruction[], message: R): R {
  out.push({ type: 'report', message });
  return message;
}
