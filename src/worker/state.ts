/**
 * What a worker knows and decides, without I/O: which tasks wait for data, which are ready, which run, and what is in
 * the store. Events in, instructions out; a shell runs tasks on threads and carries messages.
 */
import type { Key, OpRef } from '../graph/task.js';
import type { Assignment, ErrorReport, Holder } from '../scheduler/events.js';
import { Heap } from '../util/heap.js';

export type WorkerEvent =
  | { readonly type: 'run'; readonly tasks: readonly Assignment[] }
  | { readonly type: 'free'; readonly keys: readonly Key[] }
  | {
      readonly type: 'executed';
      readonly key: Key;
      readonly value: unknown;
      readonly nbytes: number;
      readonly ms: number;
    }
  | { readonly type: 'failed'; readonly key: Key; readonly error: ErrorReport }
  /** What a peer sent; what was asked for and is not among it, the peer no longer has. */
  | {
      readonly type: 'fetched';
      readonly from: Holder;
      readonly keys: readonly Key[];
      readonly values: ReadonlyMap<Key, unknown>;
    }
  | { readonly type: 'fetch-failed'; readonly from: Holder; readonly keys: readonly Key[] };

export type Report =
  | {
      readonly op: 'task-done';
      readonly key: Key;
      readonly nbytes: number;
      readonly ms: number;
      readonly value?: { readonly small: unknown };
    }
  | { readonly op: 'task-erred'; readonly key: Key; readonly error: ErrorReport }
  | { readonly op: 'add-replicas'; readonly keys: readonly Key[] }
  | {
      readonly op: 'missing-data';
      readonly from: string;
      readonly keys: readonly Key[];
      readonly tasks: readonly Key[];
    };

export type WorkerInstruction =
  | {
      readonly type: 'execute';
      readonly key: Key;
      readonly op: OpRef;
      readonly params: unknown;
      readonly inputs: readonly unknown[];
    }
  | { readonly type: 'fetch'; readonly from: Holder; readonly keys: readonly Key[] }
  | { readonly type: 'report'; readonly message: Report };

/** Results up to this size travel with the report, and the scheduler keeps them. */
const SMALL_BYTES = 4096;

/**
 * So much work in ms may lie ahead of a thread: a short task must not wait for the event loop to hear of the end of the
 * one before it, and a long one must not stand behind another while a thread is idle.
 */
const AHEAD_MS = 2;

interface Waiting {
  readonly task: Assignment;
  /** Inputs that are being fetched. */
  readonly missing: Set<Key>;
}

export class WorkerState {
  readonly store = new Map<Key, unknown>();
  readonly #nthreads: number;
  readonly #waiting = new Map<Key, Waiting>();
  readonly #ready = new Heap<Waiting>((a, b) => a.task.priority - b.task.priority);
  /** What is with the threads, and how long each is expected to take. */
  readonly #running = new Map<Key, number>();
  #runningMs = 0;
  /** Running tasks whose results nobody wants any more. */
  readonly #dropped = new Set<Key>();
  /** The tasks that a fetch is under way for. */
  readonly #fetching = new Map<Key, Set<Key>>();

  constructor(nthreads: number) {
    this.#nthreads = nthreads;
  }

  handle(event: WorkerEvent): WorkerInstruction[] {
    const instructions: WorkerInstruction[] = [];
    (this.#handlers[event.type] as (event: WorkerEvent, out: WorkerInstruction[]) => void)(event, instructions);
    while (this.#running.size < this.#nthreads || this.#runningMs < AHEAD_MS * this.#nthreads) {
      const next = this.#ready.pop();
      if (!next) break;
      const { task } = next;
      if (this.#waiting.get(task.key) !== next) continue; // freed meanwhile, or sent anew
      this.#waiting.delete(task.key);
      // An input was freed since it came: its other holders died, so the scheduler took the copy here for a surplus one.
      const lost = task.deps.filter((key) => !(key in task.values) && !this.store.has(key));
      if (lost.length > 0) {
        instructions.push({
          type: 'report',
          message: { op: 'missing-data', from: '', keys: lost, tasks: [task.key] },
        });
        continue;
      }
      this.#running.set(task.key, task.ms);
      this.#runningMs += task.ms;
      const inputs = task.deps.map((key) => (key in task.values ? task.values[key] : this.store.get(key)));
      instructions.push({ type: 'execute', key: task.key, op: task.op, params: task.params, inputs });
    }
    return instructions;
  }

  readonly #handlers: {
    readonly [K in WorkerEvent['type']]: (event: Extract<WorkerEvent, { type: K }>, out: WorkerInstruction[]) => void;
  } = {
    run: ({ tasks }, out) => {
      const wanted = new Map<string, { from: Holder; keys: Key[] }>();
      for (const task of tasks) {
        if (this.#running.has(task.key)) {
          this.#dropped.delete(task.key); // wanted again before it was done
          continue;
        }
        this.store.delete(task.key); // a copy that the scheduler takes for lost
        const missing = new Set(task.deps.filter((key) => !(key in task.values) && !this.store.has(key)));
        const waiting = { task, missing };
        this.#waiting.set(task.key, waiting);
        if (missing.size === 0) this.#ready.push(waiting);
        for (const key of missing) {
          const waiters = this.#fetching.get(key);
          if (waiters) {
            waiters.add(task.key);
            continue;
          }
          this.#fetching.set(key, new Set([task.key]));
          const holders = task.holders[key] ?? [];
          const from = holders[hashOf(task.key) % holders.length] ?? { worker: '', address: '' };
          const request = wanted.get(from.address);
          if (request) request.keys.push(key);
          else wanted.set(from.address, { from, keys: [key] });
        }
      }
      for (const request of wanted.values()) out.push({ type: 'fetch', ...request });
    },

    free: ({ keys }) => {
      for (const key of keys) {
        this.store.delete(key);
        this.#waiting.delete(key);
        if (this.#running.has(key)) this.#dropped.add(key);
      }
    },

    executed: ({ key, value, nbytes, ms }, out) => {
      if (this.#ended(key)) return;
      this.store.set(key, value);
      const small = nbytes <= SMALL_BYTES ? { value: { small: value } } : {};
      out.push({ type: 'report', message: { op: 'task-done', key, nbytes, ms, ...small } });
    },

    failed: ({ key, error }, out) => {
      if (this.#ended(key)) return;
      out.push({ type: 'report', message: { op: 'task-erred', key, error } });
    },

    fetched: ({ from, keys, values }, out) => {
      const missing = keys.filter((key) => !values.has(key));
      if (missing.length > 0) this.#giveBack(from, missing, out);
      for (const [key, value] of values) {
        this.store.set(key, value);
        for (const taskKey of this.#fetching.get(key) ?? []) {
          const waiting = this.#waiting.get(taskKey);
          if (waiting?.missing.delete(key) && waiting.missing.size === 0) this.#ready.push(waiting);
        }
        this.#fetching.delete(key);
      }
      if (values.size > 0) out.push({ type: 'report', message: { op: 'add-replicas', keys: [...values.keys()] } });
    },

    'fetch-failed': ({ from, keys }, out) => this.#giveBack(from, keys, out),
  };

  /** Takes a task off the threads; tells whether its result is not wanted any more. */
  #ended(key: Key): boolean {
    this.#runningMs -= this.#running.get(key) ?? 0;
    this.#running.delete(key);
    if (this.#running.size === 0) this.#runningMs = 0; // no drift of sums of rounded numbers
    return this.#dropped.delete(key);
  }

  /** Returns the tasks that need what `from` does not have to the scheduler, which finds out where else it is. */
  #giveBack(from: Holder, keys: readonly Key[], out: WorkerInstruction[]): void {
    const tasks = new Set<Key>();
    for (const key of keys) {
      for (const taskKey of this.#fetching.get(key) ?? []) if (this.#waiting.delete(taskKey)) tasks.add(taskKey);
      this.#fetching.delete(key);
    }
    out.push({ type: 'report', message: { op: 'missing-data', from: from.worker, keys, tasks: [...tasks] } });
  }
}

/** Spreads the choice among several holders, the same in every run. */
function hashOf(key: Key): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return hash >>> 0;
}
