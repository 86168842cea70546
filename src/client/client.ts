/** The user's end of a cluster: sends graphs, hands out futures, fetches results. */
import { randomUUID } from 'node:crypto';
import { defaultTarget } from '../cluster/default-target.js';
import type { LocalCluster } from '../cluster/local-cluster.js';
import { PeerLostError, Peers } from '../cluster/peers.js';
import type { SchedulerInfo } from '../cluster/scheduler-server.js';
import type { Target } from '../cluster/target.js';
import { type Comm, connect, type Message, UnreachableError } from '../comm/comm.js';
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
  readonly #requests = new Map<number, Deferred<Message | undefined>>();
  /** What was sent before there was a connection. */
  readonly #outbox: (Message & { readonly keys: readonly Key[] })[] = [];
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
          ? { address: cluster, secret: options.secret ?? '' }
          : cluster.target;
    // A cluster that has begun listens: only an address may be of one that is still to come.
    const retry = typeof cluster === 'string';
    this.ready = this.#hold(this.#connect(target, { retry, ...options }));
    this.ready.catch((error) => this.#lose(error)); // told by whatever is awaited
  }

  /**
   * Submits `graph` and returns a future for each of `keys`; what none of them needs does not run. Futures of a graph
   * that cannot be sent, or of a client that has no cluster any more, reject.
   */
  submitGraph(graph: Graph, keys: readonly Key[]): Future[] {
    const fresh: Key[] = [];
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry) {
        entry.handles++;
        continue;
      }
      const fresher: Entry = { handles: 1, status: 'pending', located: deferred(), result: undefined };
      this.#entries.set(key, fresher);
      if (this.#lost) fail(fresher, this.#lost);
      else fresh.push(key);
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
    const futures = this.submitGraph(graph, keys);
    try {
      return await this.gather(futures);
    } finally {
      for (const future of futures) future.release();
    }
  }

  async schedulerInfo(): Promise<SchedulerInfo> {
    return (await this.#request({ op: 'info' }))!.info as SchedulerInfo;
  }

  /** Resolves when at least `count` workers are there; rejects after `timeoutMs`, naming those that are. */
  async waitForWorkers(count: number, timeoutMs?: number): Promise<void> {
    if (await this.#request({ op: 'wait-for-workers', count }, timeoutMs)) return;
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
    if (entry.status === 'pending') entry.located.reject(releasedTooEarly(key));
    this.#send({ op: 'release-keys', keys: [key] });
  }

  async #connect(
    target: Target | Promise<Target>,
    { retry, timeoutMs }: { readonly retry: boolean; readonly timeoutMs?: number },
  ): Promise<void> {
    const { address, secret } = await target;
    const limits = timeoutMs === undefined ? {} : { timeoutMs };
    const scheduler = await connect(address, { secret, retry, ...limits }).catch((cause: Error) => {
      if (retry || !(cause instanceof UnreachableError)) throw cause;
      throw new SchedulerLostError(`the cluster was closed, or its process ended: ${cause.message}`, { cause });
    });
    scheduler.unref();
    this.#peers = new Peers(secret);
    scheduler.onMessage((message) => this.#handlers[message.op]?.(message));
    scheduler.closed.then((cause) => {
      this.#lose(
        new SchedulerLostError(`the scheduler at ${address} is gone${cause ? `: ${cause.message}` : ''}`, { cause }),
      );
    });
    scheduler.send({ op: 'register-client', name: `client-${randomUUID()}` });
    this.#scheduler = scheduler;
    for (const message of this.#outbox.splice(0)) this.#send(message);
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
      if (entry) fail(entry, new TaskError(key, error));
    },
    info: (message) => this.#requests.get(message.id as number)?.resolve(message),
    stop: ({ reason }) => this.#lose(new SchedulerLostError(`the cluster has ended: ${reason}`)),
  };

  /** Fetches from the workers that hold the result; asks the scheduler again when they do not have it any more. */
  async #fetch(key: Key, entry: Entry): Promise<unknown> {
    for (;;) {
      const where = await entry.located.promise;
      if ('small' in where) return where.small;
      if (this.#lost) throw this.#lost;
      const { worker, address } = where.holders[0]!;
      const values = await this.#peers!.fetch(address, [key]).catch((error) => {
        if (error instanceof PeerLostError) return new Map<Key, unknown>();
        throw error;
      });
      if (values.has(key)) return values.get(key);
      if (this.#lost) throw this.#lost;
      if (this.#entries.get(key) !== entry) throw releasedTooEarly(key);
      entry.located = deferred();
      entry.status = 'pending';
      this.#send({ op: 'missing-data', from: worker, keys: [key], tasks: [] });
    }
  }

  #send(message: Message & { readonly keys: readonly Key[] }): void {
    if (!this.#scheduler) {
      this.#outbox.push(message);
      return;
    }
    try {
      this.#scheduler.send(message);
    } catch (error) {
      for (const key of message.keys) fail(this.#entries.get(key), error as Error);
    }
  }

  /** The scheduler's answer, or undefined when there is none after `timeoutMs`. */
  async #request(message: Message, timeoutMs?: number): Promise<Message | undefined> {
    await this.ready;
    if (this.#lost) throw this.#lost;
    const id = this.#nextId++;
    const answer = deferred<Message | undefined>();
    this.#requests.set(id, answer);
    const timer = timeoutMs === undefined ? undefined : setTimeout(answer.resolve, timeoutMs, undefined);
    this.#scheduler!.send({ ...message, id });
    try {
      return await this.#hold(answer.promise);
    } finally {
      clearTimeout(timer);
      this.#requests.delete(id);
    }
  }

  /** Fails everything that is still awaited, and whatever comes. */
  #lose(error: SheafError): void {
    this.#lost ??= error;
    for (const entry of this.#entries.values()) fail(entry, this.#lost);
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

function fail(entry: Entry | undefined, error: Error): void {
  if (entry?.status !== 'pending') return;
  entry.status = 'error';
  entry.located.reject(error);
}

const releasedTooEarly = (key: Key): SheafError =>
  new SheafError(`the future of ${key} was released before its result was there`);
