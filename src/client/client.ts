/** The user's end of a cluster: sends graphs, hands out futures, fetches results. */
import { randomUUID } from 'node:crypto';
import { defaultTarget } from '../cluster/default-target.js';
import type { LocalCluster } from '../cluster/local-cluster.js';
import { PeerLostError, Peers } from '../cluster/peers.js';
import type { SchedulerInfo } from '../cluster/scheduler-server.js';
import type { Target } from '../cluster/target.js';
import { type Comm, connect, type Message } from '../comm/comm.js';
import type { Graph } from '../graph/graph.js';
import type { Key } from '../graph/task.js';
import type { Holder, ToClient } from '../scheduler/events.js';
import { type Deferred, deferred } from '../util/deferred.js';
import { SheafError } from '../util/errors.js';
import { Future, type FutureOwner, type FutureStatus, TaskError } from './future.js';

/** Raised when the scheduler went away while results were awaited. */
export class SchedulerLostError extends SheafError {
  override readonly name = 'SchedulerLostError';
}

export interface ClientOptions {
  /** The cluster's secret, when the scheduler is given by address. */
  readonly secret?: string;
  readonly timeoutMs?: number;
}

/** Where a result is, once the scheduler has told. */
type Whereabouts = { readonly holders: readonly Holder[] } | { readonly small: unknown };

interface Entry {
  /** How many futures there are for the key. */
  handles: number;
  status: FutureStatus;
  /** Settled by the scheduler's word; replaced when the data turns out to be lost. */
  located: Deferred<Whereabouts>;
  result: Promise<unknown> | undefined;
}

/**
 * Connects to a cluster: the one given, the one that {@link initialize} set up, or a local one.
 *
 * @example
 * await using client = new Client();
 * await client.waitForWorkers(1);
 */
export class Client implements FutureOwner, AsyncDisposable {
  /** Resolves when the scheduler and its workers are there; every other method waits for it by itself. */
  readonly ready: Promise<void>;
  readonly #entries = new Map<Key, Entry>();
  readonly #requests = new Map<number, Deferred<Message>>();
  #scheduler: Comm | undefined;
  #peers: Peers | undefined;
  #lost: SheafError | undefined;
  #nextId = 0;
  #pending = 0;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(cluster?: LocalCluster | string, options: ClientOptions = {}) {
    const target =
      cluster === undefined
        ? defaultTarget()
        : typeof cluster === 'string'
          ? { address: cluster, secret: options.secret ?? '', minWorkers: 0 }
          : cluster.target;
    this.ready = this.#hold(this.#connect(target, options.timeoutMs));
    this.ready.catch(() => {}); // told again by whatever is awaited
  }

  /** Submits `graph` and returns a future for each of `keys`; what none of them needs does not run. */
  compute(graph: Graph, keys: readonly Key[]): Future[] {
    const fresh: Key[] = [];
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry) {
        entry.handles++;
        continue;
      }
      this.#entries.set(key, { handles: 1, status: 'pending', located: deferred(), result: undefined });
      fresh.push(key);
    }
    if (fresh.length > 0) this.#send({ op: 'update-graph', graph, keys: fresh });
    return keys.map((key) => new Future(this, key));
  }

  /** The results of `futures`, in their order; rejects with the first failure. */
  gather<T>(futures: readonly Future<T>[]): Promise<T[]> {
    return Promise.all(futures.map((future) => future.result()));
  }

  /** Computes `keys` of `graph`, fetches the results and lets the cluster free them. */
  async get(graph: Graph, keys: readonly Key[]): Promise<unknown[]> {
    const futures = this.compute(graph, keys);
    try {
      return await this.gather(futures);
    } finally {
      for (const future of futures) future.release();
    }
  }

  async schedulerInfo(): Promise<SchedulerInfo> {
    return (await this.#request({ op: 'info' })).info as SchedulerInfo;
  }

  /** Resolves when at least `count` workers have joined; rejects after `timeoutMs`, naming those that are there. */
  async waitForWorkers(count: number, timeoutMs?: number): Promise<void> {
    const arrived = this.#request({ op: 'wait-for-workers', count });
    if (timeoutMs === undefined) {
      await arrived;
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    const expired = new Promise<'expired'>((resolve) => {
      timer = setTimeout(resolve, timeoutMs, 'expired');
    });
    const first = await Promise.race([arrived, expired]);
    clearTimeout(timer);
    if (first !== 'expired') return;
    const { workers } = await this.schedulerInfo();
    const names = workers.map((worker) => worker.name).join(', ') || 'none';
    throw new SheafError(`${workers.length} of ${count} workers joined within ${timeoutMs} ms: ${names}`);
  }

  /** Lets go of every result and leaves the cluster, which goes on without this client. */
  async close(): Promise<void> {
    await this.ready.catch(() => {});
    this.#lose(new SheafError('the client was closed'));
    this.#peers?.close();
    this.#scheduler?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  statusOf(key: Key): FutureStatus {
    return this.#entries.get(key)?.status ?? 'released';
  }

  resultOf(key: Key): Promise<unknown> {
    const entry = this.#entries.get(key)!;
    entry.result ??= this.#hold(this.#fetch(key, entry));
    return entry.result;
  }

  release(key: Key): void {
    const entry = this.#entries.get(key);
    if (!entry || --entry.handles > 0) return;
    this.#entries.delete(key);
    if (entry.status === 'pending') {
      entry.located.reject(new SheafError(`the future of ${key} was released before it was done`));
    }
    this.#send({ op: 'release-keys', keys: [key] });
  }

  async #connect(target: Target | Promise<Target>, timeoutMs?: number): Promise<void> {
    const { address, secret, minWorkers } = await target;
    const scheduler = await connect(address, { secret, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    scheduler.unref();
    this.#scheduler = scheduler;
    this.#peers = new Peers(secret);
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then((cause) => {
      this.#lose(
        new SchedulerLostError(`the scheduler at ${address} is gone${cause ? `: ${cause.message}` : ''}`, { cause }),
      );
    });
    scheduler.send({ op: 'register-client', name: `client-${randomUUID()}` });
    if (minWorkers > 0) await this.#ask({ op: 'wait-for-workers', count: minWorkers });
  }

  #receive(message: Message): void {
    const handle = this.#handlers[message.op];
    handle?.(message);
  }

  readonly #handlers: Readonly<Record<string, (message: Message) => void>> = {
    'in-memory': (message) => {
      const { key, holders, value } = message as unknown as Extract<ToClient, { op: 'in-memory' }>;
      const entry = this.#entries.get(key);
      if (!entry) return;
      entry.status = 'finished';
      entry.located.resolve(value ?? { holders });
    },
    erred: (message) => {
      const { key, error } = message as unknown as Extract<ToClient, { op: 'erred' }>;
      const entry = this.#entries.get(key);
      if (!entry) return;
      entry.status = 'error';
      entry.located.reject(new TaskError(key, error));
    },
    info: (message) => {
      this.#requests.get(message.id as number)?.resolve(message);
      this.#requests.delete(message.id as number);
    },
  };

  /** Fetches from the workers that hold the result; asks the scheduler again when they do not have it any more. */
  async #fetch(key: Key, entry: Entry): Promise<unknown> {
    for (;;) {
      const where = await entry.located.promise;
      if ('small' in where) return where.small;
      const { worker, address } = where.holders[0]!;
      const values = await this.#peers!.fetch(address, [key]).catch((error) => {
        if (error instanceof PeerLostError) return new Map<Key, unknown>();
        throw error;
      });
      if (values.has(key)) return values.get(key);
      if (this.#lost) throw this.#lost;
      entry.located = deferred();
      entry.status = 'pending';
      this.#send({ op: 'missing-data', from: worker, keys: [key], tasks: [] });
    }
  }

  #send(message: Message): void {
    if (this.#scheduler) this.#scheduler.send(message);
    else this.ready.then(() => this.#scheduler?.send(message)).catch((error) => this.#lose(error));
  }

  async #request(message: Message): Promise<Message> {
    await this.ready;
    return this.#hold(this.#ask(message));
  }

  #ask(message: Message): Promise<Message> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = this.#nextId++;
    const answer = deferred<Message>();
    this.#requests.set(id, answer);
    this.#scheduler!.send({ ...message, id });
    return answer.promise;
  }

  /** Fails everything that is still awaited. */
  #lose(error: SheafError): void {
    this.#lost ??= error;
    for (const { located } of this.#entries.values()) located.reject(this.#lost);
    for (const answer of this.#requests.values()) answer.reject(this.#lost);
  }

  /** Keeps the process alive while `promise` is under way: nothing else of a client does. */
  #hold<T>(promise: Promise<T>): Promise<T> {
    this.#keepAlive ??= setInterval(() => {}, 2 ** 30);
    this.#pending++;
    const done = () => {
      if (--this.#pending > 0) return;
      clearInterval(this.#keepAlive);
      this.#keepAlive = undefined;
    };
    promise.then(done, done);
    return promise;
  }
}
