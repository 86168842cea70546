/**
 * What a worker knows and decides, without I/O: which tasks wait for data, which are ready, which run, and what is in
 * the store. Events in, instructions out; a shell runs tasks on threads and carries messages.
 */
import type { Key } from '../graph/task.js';
import type { Assignment, Holder } from '../scheduler/events.js';
import { Heap } from '../util/heap.js';
import type { Report, WorkerEvent, WorkerInstruction } from './events.js';
import { Followers } from './followers.js';
import { Footprint } from './footprint.js';
import { Transfers } from './transfers.js';

/** What the state needs of the store; values may be on disk. */
export interface Data {
  has(key: Key): boolean;
  set(key: Key, value: unknown, nbytes?: number): unknown;
  delete(key: Key): unknown;
}

/** Results up to this size travel with the report, and the scheduler keeps them. */
const SMALL_BYTES = 4096;

/** So much work in ms may lie ahead of a thread: a short task must not wait for the event loop to hear of the end of the one before it. */
const AHEAD_MS = 2;
/** And so many tasks, however short. */
const AHEAD_TASKS = 250;
/** One task lies ahead of each thread where they take so many ms: a thread that is idle takes it from one that is not. */
const LINE_MS = 50;

interface Waiting {
  readonly task: Assignment;
  /** Inputs that are being fetched, or made here. */
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
  readonly #followers = new Followers();
  readonly #ready = new Heap<Waiting>(byPriority);
  /** What is with the threads. */
  readonly #running = new Map<Key, Assignment>();
  #runningMs = 0;
  readonly #footprint: Footprint;
  /** What runs without a place of its own. */
  readonly #seceded = new Set<Key>();
  /** Running tasks whose results nobody wants any more. */
  readonly #dropped = new Set<Key>();
  /** Of those, the ones that are wanted again: told to stop, they may fail of that, and then run anew. */
  readonly #again = new Map<Key, Assignment>();
  #isPaused = false;
  #freed = 0;

  /** `transferBytes` are fetched ahead at most, and running tasks have `runningBytes` of inputs and results, or are one. */
  constructor(nthreads: number, data: Data, transferBytes = 512 * 2 ** 20, runningBytes = Number.POSITIVE_INFINITY) {
    this.#nthreads = nthreads;
    this.#data = data;
    this.#transfers = new Transfers(transferBytes);
    this.#footprint = new Footprint(runningBytes);
  }

  /** How many keys it was told to free, and has: what it reports says so, as it may cross with such a word. */
  get freed(): number {
    return this.#freed;
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
    if (size < 2 * this.#nthreads) return this.#runningMs < LINE_MS * this.#nthreads;
    return this.#runningMs < AHEAD_MS * this.#nthreads && size < AHEAD_TASKS * this.#nthreads;
  }

  #begin(out: WorkerInstruction[]): void {
    while (!this.#isPaused && this.#hasRoom()) {
      const next = this.#ready.peek();
      if (!next) break;
      const { task } = next;
      const isOut = this.#waiting.get(task.key) !== next; // freed meanwhile, or sent anew
      if (!isOut && !this.#footprint.fits(task)) break;
      this.#ready.pop();
      if (isOut) continue;
      this.#waiting.delete(task.key);
      this.#transfers.leave(task.key);
      // An input was freed since it came: its other holders died, so the scheduler took the copy here for a surplus one.
      const lost = this.#lacking(task);
      if (lost.length > 0) {
        this.#report(out, { op: 'missing-data', from: '', keys: lost, tasks: [task.key] });
        this.#disappoint(task.key, out);
        continue;
      }
      this.#running.set(task.key, task);
      this.#runningMs += task.ms;
      out.push({ type: 'execute', task, resultBytes: this.#footprint.add(task) });
    }
  }

  #lacking({ deps, values }: Assignment): readonly Key[] {
    if (!deps) return none;
    return deps.filter((key) => !(values && key in values) && !this.#data.has(key));
  }

  readonly #handlers: {
    readonly [K in WorkerEvent['type']]: (event: Extract<WorkerEvent, { type: K }>, out: WorkerInstruction[]) => void;
  } = {
    run: ({ tasks }, out) => {
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
        for (const key of lacking) {
          if (!task.after?.includes(key))
            this.#transfers.want(key, task.holders?.[key] ?? [], task.sizes?.[key] ?? 0, task.priority, task.key);
          else if (this.#running.has(key) || this.#waiting.has(key) || this.#seceded.has(key))
            this.#followers.add(key, task.key);
          else {
            // It was done before this came, and its result was small, so it is with the scheduler.
            this.#withdraw(task.key, out);
            this.#report(out, { op: 'missing-data', from: '', keys: [], tasks: [task.key] });
            break;
          }
        }
      }
    },

    free: ({ keys }, out) => {
      for (const key of keys) {
        this.#freed++;
        this.#data.delete(key);
        this.#withdraw(key, out);
        if (!this.#running.has(key) && !this.#seceded.has(key)) continue;
        this.#dropped.add(key);
        this.#again.delete(key);
        out.push({ type: 'abort', key });
      }
    },

    recall: ({ keys }, out) => {
      const returned = keys.filter((key) => this.#withdraw(key, out));
      for (const key of returned) this.#data.delete(key); // as above, when a task ends
      if (returned.length > 0) this.#report(out, { op: 'tasks-returned', keys: returned });
      const posted = keys.filter((key) => this.#running.has(key) && !this.#dropped.has(key));
      if (posted.length > 0) out.push({ type: 'revoke', keys: posted });
    },

    acquire: ({ keys, holders, sizes }, out) => {
      const present = keys.filter((key) => this.#data.has(key));
      if (present.length > 0) this.#report(out, { op: 'add-replicas', keys: present });
      for (const key of keys)
        if (!this.#data.has(key)) this.#transfers.want(key, holders[key] ?? [], sizes[key] ?? 0, 0);
    },

    pause: ({ isPaused }, out) => {
      this.#isPaused = isPaused;
      if (isPaused && this.#running.size > 0) out.push({ type: 'revoke', keys: [...this.#running.keys()], stay: true });
    },

    executed: ({ key, value, nbytes, ms, isBound }, out) => {
      this.#footprint.learn(key, nbytes);
      if (this.#ended(key)) {
        this.#disappoint(key, out);
        return;
      }
      const isSmall = nbytes <= SMALL_BYTES && !isBound;
      if (!isSmall) this.#data.set(key, value, nbytes);
      this.#goOn(key, isSmall ? { value } : undefined);
      const last = out.at(-1);
      const done =
        last?.type === 'report' && last.message.op === 'tasks-done' && last.message.freed === this.#freed
          ? last.message
          : this.#report(out, { op: 'tasks-done', keys: [], nbytes: [], ms: [], values: [], smalls: [] });
      done.keys.push(key);
      done.nbytes.push(nbytes);
      done.ms.push(ms);
      done.values.push(isSmall ? value : null);
      done.smalls.push(isSmall);
    },

    failed: ({ key, error }, out) => {
      const again = this.#again.get(key);
      const isDropped = this.#ended(key);
      if (!isDropped && again) {
        this.#handlers.run({ type: 'run', tasks: [again] }, out);
        return;
      }
      this.#disappoint(key, out);
      if (!isDropped) this.#report(out, { op: 'task-erred', key, error });
    },

    seceded: ({ key }, out) => {
      if (!this.#running.has(key)) return;
      this.#leave(key);
      this.#seceded.add(key);
      this.#report(out, { op: 'task-seceded', key });
    },

    revoked: ({ keys, stay }, out) => {
      const returned: Key[] = [];
      for (const key of keys) {
        const task = this.#running.get(key);
        if (!task) continue;
        const isDropped = this.#ended(key);
        if (stay && !isDropped) {
          const waiting = { task, missing: undefined };
          this.#waiting.set(key, waiting);
          this.#ready.push(waiting);
          continue;
        }
        this.#disappoint(key, out);
        if (!isDropped) returned.push(key);
      }
      if (returned.length > 0) this.#report(out, { op: 'tasks-returned', keys: returned });
    },

    'lost-inputs': ({ key, keys }, out) => {
      this.#disappoint(key, out);
      if (!this.#ended(key)) this.#report(out, { op: 'missing-data', from: '', keys, tasks: [key] });
    },

    fetched: ({ from, keys, values }, out) => {
      const missing = keys.filter((key) => !values.has(key));
      if (missing.length > 0) this.#giveBack(from, missing, out);
      for (const [key, value] of values) {
        this.#data.set(key, value);
        for (const taskKey of this.#transfers.arrived(key, (task) => this.#waiting.has(task))) {
          const waiting = this.#waiting.get(taskKey);
          if (waiting?.missing?.delete(key) && waiting.missing.size === 0) this.#ready.push(waiting);
        }
      }
      if (values.size > 0) this.#report(out, { op: 'add-replicas', keys: [...values.keys()] });
    },

    'fetch-failed': ({ from, keys }, out) => this.#giveBack(from, keys, out),
  };

  /** Tells those that wait for it that an input was made; one that is small is in no store. */
  #goOn(key: Key, small: { readonly value: unknown } | undefined): void {
    for (const follower of this.#takeFollowers(key)) {
      const waiting = this.#waiting.get(follower)!;
      waiting.missing!.delete(key);
      if (small) ((waiting.task as { values?: Record<Key, unknown> }).values ??= {})[key] = small.value;
      if (waiting.missing!.size === 0) this.#ready.push(waiting);
    }
  }

  /** Gives those back that wait for what will not be made here. */
  #disappoint(key: Key, out: WorkerInstruction[]): void {
    const tasks = this.#takeFollowers(key);
    for (const follower of tasks) this.#withdraw(follower, out);
    if (tasks.length > 0) this.#report(out, { op: 'missing-data', from: '', keys: [], tasks });
  }

  /** Those that still wait for it. */
  #takeFollowers(key: Key): readonly Key[] {
    return this.#followers.take(key).filter((follower) => this.#waiting.get(follower)?.missing?.has(key));
  }

  /** Takes a task off the threads; tells whether its result is not wanted any more. */
  #ended(key: Key): boolean {
    if (!this.#seceded.delete(key)) this.#leave(key);
    this.#footprint.remove(key);
    this.#data.delete(key); // a copy that came while it ran: the scheduler does not count it
    this.#again.delete(key);
    return this.#dropped.delete(key);
  }

  /** A task that waits is not to run here any more; tells whether it was there. */
  #withdraw(key: Key, out: WorkerInstruction[]): boolean {
    this.#transfers.leave(key);
    if (!this.#waiting.delete(key)) return false;
    this.#disappoint(key, out);
    return true;
  }

  #leave(key: Key): void {
    this.#runningMs -= this.#running.get(key)?.ms ?? 0;
    this.#running.delete(key);
    if (this.#running.size === 0) this.#runningMs = 0; // no drift of sums of rounded numbers
  }

  /** Returns the tasks that need what `from` does not have to the scheduler, which finds out where else it is. */
  #giveBack(from: Holder, keys: readonly Key[], out: WorkerInstruction[]): void {
    const tasks = new Set<Key>();
    for (const key of keys)
      for (const taskKey of this.#transfers.end(key)) if (this.#withdraw(taskKey, out)) tasks.add(taskKey);
    this.#report(out, { op: 'missing-data', from: from.worker, keys, tasks: [...tasks] });
  }

  #report<R extends Report>(out: WorkerInstruction[], report: R): R & { readonly freed: number } {
    const message = { ...report, freed: this.#freed };
    out.push({ type: 'report', message });
    return message;
  }
}
