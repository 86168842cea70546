/**
 * Actors of a worker. Each lives in one thread, which it shares with other actors only when there are more of them than
 * the worker has threads, and never with tasks: a long task cannot keep it from answering, nor one that is cancelled
 * take it along. Calls begin in the order in which they come.
 */
import { Worker } from 'node:worker_threads';
import type { Key } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';
import { SheafError } from '../util/errors.js';
import { type Job, lineTo, threadFlags } from './pool-thread.js';
import type { HomeOptions } from './thread-messages.js';

/** What is asked of an actor: to call a method, or to tell a field. */
export type ActorCall = { readonly method: string; readonly args: readonly unknown[] } | { readonly field: string };

export type ToActorThread =
  | {
      readonly type: 'make';
      readonly id: number;
      readonly key: Key;
      readonly code: Readonly<Record<string, unknown>>;
      readonly job: Pick<Job, 'op' | 'params' | 'inputs' | 'actors'>;
    }
  | { readonly type: 'call'; readonly id: number; readonly key: Key; readonly call: ActorCall }
  | { readonly type: 'drop'; readonly key: Key }
  | { readonly type: 'drop-code'; readonly names: readonly string[] };

export type FromActorThread = { readonly id: number } & ActorOutcome;
export type ActorOutcome = { readonly value: unknown } | { readonly error: ErrorReport };

/** What a client needs to know of an actor's class. */
export interface ActorShape {
  readonly className: string;
  readonly methods: readonly string[];
}

/** The result of a task that made an actor: how to reach it. */
export interface ActorReference extends ActorShape {
  readonly __actor: Key;
  readonly worker: string;
  readonly address: string;
}

export const isActorReference = (value: unknown): value is ActorReference =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '__actor');

interface Thread {
  readonly worker: Worker;
  readonly actors: Set<Key>;
  readonly open: Map<number, (outcome: ActorOutcome) => void>;
}

export class Actors {
  readonly #limit: number;
  readonly #home: HomeOptions;
  readonly #onLost: (keys: readonly Key[]) => void;
  readonly #threads = new Set<Thread>();
  readonly #code = new Map<string, unknown>();
  #nextId = 0;

  /** Starts up to `limit` threads, when they are needed; `onLost` hears of actors whose thread ended. */
  constructor(limit: number, home: HomeOptions, onLost: (keys: readonly Key[]) => void) {
    this.#limit = limit;
    this.#home = home;
    this.#onLost = onLost;
  }

  addCode(code: Readonly<Record<string, unknown>>): void {
    for (const hash in code) this.#code.set(hash, code[hash]);
  }

  dropCode(names: readonly string[]): void {
    for (const name of names) this.#code.delete(name);
    for (const { worker } of this.#threads) worker.postMessage({ type: 'drop-code', names } satisfies ToActorThread);
  }

  /** Makes an instance; its value is an {@link ActorShape}. */
  make({ key, op, params, inputs, actors, code }: Job): Promise<ActorOutcome> {
    const thread = this.#place();
    thread.actors.add(key);
    const needed = Object.fromEntries(
      code.flatMap((hash) => (this.#code.has(hash) ? [[hash, this.#code.get(hash)]] : [])),
    );
    return this.#ask(thread, (id) => ({
      type: 'make',
      id,
      key,
      code: needed,
      job: { op, params, inputs, ...(actors && { actors }) },
    }));
  }

  /** Rejects for an actor that is not, or not any more, here. */
  async call(key: Key, call: ActorCall): Promise<ActorOutcome> {
    const thread = this.#find(key);
    if (!thread) throw new ActorGoneError(`the actor ${key} is not here any more`);
    return this.#ask(thread, (id) => ({ type: 'call', id, key, call }));
  }

  /** Ends actors; a thread that has no other ends with it, whatever it is doing. */
  drop(keys: readonly Key[]): void {
    if (this.#threads.size === 0) return;
    for (const key of keys) {
      const thread = this.#find(key);
      if (!thread) continue;
      thread.actors.delete(key);
      if (thread.actors.size === 0) this.#end(thread, 'the actor was given up');
      else thread.worker.postMessage({ type: 'drop', key } satisfies ToActorThread);
    }
  }

  async close(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #find(key: Key): Thread | undefined {
    for (const thread of this.#threads) if (thread.actors.has(key)) return thread;
    return undefined;
  }

  #place(): Thread {
    if (this.#threads.size < this.#limit) return this.#start();
    return [...this.#threads].reduce((a, b) => (b.actors.size < a.actors.size ? b : a));
  }

  #start(): Thread {
    const home = lineTo(this.#home);
    const worker = new Worker(new URL('./actor-thread.js', import.meta.url), {
      name: 'sheaf-actor',
      workerData: { home },
      transferList: [home.port],
      ...threadFlags,
    });
    const thread: Thread = { worker, actors: new Set(), open: new Map() };
    worker.on('message', ({ id, ...outcome }: FromActorThread) => {
      thread.open.get(id)?.(outcome as ActorOutcome);
      thread.open.delete(id);
    });
    worker.on('error', (error) => this.#end(thread, `the thread of the actor broke: ${error.message}`));
    worker.on('exit', (code) => this.#end(thread, `the thread of the actor ended with code ${code}`));
    worker.unref();
    this.#threads.add(thread);
    return thread;
  }

  #end(thread: Thread, message: string): void {
    if (!this.#threads.delete(thread)) return;
    thread.worker.terminate();
    for (const resolve of thread.open.values()) resolve({ error: { name: 'ActorLostError', message } });
    if (thread.actors.size > 0) this.#onLost([...thread.actors]);
  }

  #ask(thread: Thread, messageOf: (id: number) => ToActorThread): Promise<ActorOutcome> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      thread.open.set(id, resolve);
      try {
        thread.worker.postMessage(messageOf(id));
      } catch (error) {
        thread.open.delete(id);
        const { name, message } = error as Error;
        resolve({ error: { name, message: `the arguments cannot be sent to the actor: ${message}` } });
      }
    });
  }
}

/** The actor that is called has gone, alone or with its thread. */
export class ActorGoneError extends SheafError {
  override readonly name = 'ActorLostError';
}
