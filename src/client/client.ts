/** The user's end of a cluster: submits functions and graphs, hands out futures, fetches results. */
import { defaultTarget } from '../cluster/default-target.js';
import type { LocalCluster } from '../cluster/local-cluster.js';
import type { SchedulerInfo } from '../cluster/scheduler-info.js';
import type { Message } from '../comm/comm.js';
import type { Security } from '../comm/security.js';
import type { Graph } from '../graph/graph.js';
import type { Key } from '../graph/task.js';
import type { ToClient } from '../scheduler/events.js';
import { shipHook } from '../shipping/ship.js';
import { InputError, type SheafError } from '../util/errors.js';
import { warn } from '../util/warnings.js';
import { type AnyFunction, type Code, codeOf, mapLayer, prefixOf, taskOf } from './calls.js';
import { Connection } from './connection.js';
import { SharedState } from './coordination/shared-state.js';
import { forgetClient, registerClient } from './current.js';
import { CancelledError, Future, type FutureOwner, type FutureStatus, TaskError } from './future.js';
import { futuresOf } from './futures.js';
import { type Entry, Ledger, reopen, settle, settled } from './ledger.js';
import { ambientOptions, checkSubmitOptions, type SubmitOptions } from './options.js';
import { Results } from './results.js';

export interface ClientOptions {
  /** The cluster's secret, when the scheduler is given by address. */
  readonly secret?: string;
  /** The cluster's certificates, where its address begins with `tls://`. */
  readonly security?: Security;
  readonly timeoutMs?: number;
}

/** An argument, or the future of one. */
export type OrFuture<T> = T | Future<T>;
type Arguments<A extends readonly unknown[]> = { readonly [I in keyof A]: OrFuture<A[I]> };

/** What an iterable or array-like of items, or of futures of items, is. */
export type Items<T> = Iterable<OrFuture<T>> | ArrayLike<OrFuture<T>>;

const defaultBatchSize = 4096;

/**
 * Connects to a cluster: the one given, the one that {@link initialize} set up, or a local one.
 *
 * @example
 * await using client = new Client();
 * const futures = client.map((x: number) => x * x, [1, 2, 3]);
 * await client.gather(futures); // [1, 4, 9]
 */
export class Client extends SharedState implements FutureOwner, AsyncDisposable {
  /** Resolves when the scheduler and its workers are there; every other method waits for it by itself. */
  readonly ready: Promise<void>;
  readonly #connection: Connection;
  readonly #ledger = new Ledger();
  readonly #results: Results;
  /** The code that the scheduler has been sent. */
  readonly #sentCode = new Set<string>();
  #released: Key[] = [];
  /** Futures that nobody can reach any more let go of their results. */
  readonly #garbage = new FinalizationRegistry<Key>((key) => this.#letGo(key));

  constructor(cluster?: LocalCluster | string, options: ClientOptions = {}) {
    super();
    const target =
      cluster === undefined
        ? defaultTarget()
        : typeof cluster === 'string'
          ? {
              address: cluster,
              secret: options.secret ?? '',
              ...(options.security && { security: options.security.for('client') }),
            }
          : cluster.target;
    this.#connection = new Connection(target, {
      // A cluster that has begun listens: only an address may be of one that is still to come.
      retry: typeof cluster === 'string',
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
      onMessage: (message) => this.#handlers[message.op]?.(message),
      onLost: (error) => this.#lose(error),
    });
    this.ready = this.#connection.ready;
    this.#results = new Results(this.#ledger, this.#connection);
    registerClient(this);
  }

  /**
   * Runs `fn(...args)` on the cluster. Futures anywhere inside the arguments are dependencies: the function gets their
   * results. Equal calls are one task, unless `pure: false`. Raises ShipError for a function that cannot travel.
   *
   * @example
   * await using client = new Client();
   * const three = client.submit((a: number, b: number) => a + b, 1, 2);
   * await client.submit((x: number) => x * 10, three); // 30
   */
  submit<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: Arguments<A>): Future<Awaited<R>> {
    return this.#submit(fn, args, ambientOptions());
  }

  /**
   * Runs `fn(item)` for each item; with several iterables, `fn(a, b, ...)` for as many as the shortest has. A last
   * argument that is no iterable holds options.
   *
   * @example
   * await using client = new Client();
   * const futures = client.map((a: number, b: number) => a * b, [1, 2, 3], [10, 20, 30], { priority: 1 });
   * await client.gather(futures); // [10, 40, 90]
   */
  map<T, R>(fn: (item: T) => R, items: Items<T>, options?: SubmitOptions): Future<Awaited<R>>[];
  map<T, U, R>(fn: (a: T, b: U) => R, first: Items<T>, second: Items<U>, options?: SubmitOptions): Future<Awaited<R>>[];
  map<R>(fn: (...args: never[]) => R, ...columns: readonly (Items<unknown> | SubmitOptions)[]): Future<Awaited<R>>[];
  map(fn: AnyFunction, ...given: readonly unknown[]): Future[] {
    const last = given.at(-1);
    const hasOptions = given.length > 1 && !isItems(last);
    const options = { ...ambientOptions(), ...(hasOptions ? checkSubmitOptions('map', last as SubmitOptions) : {}) };
    const columns = (hasOptions ? given.slice(0, -1) : given).map((column) => itemsOf(column));
    const code = codeOf('map', fn);
    const prefix = prefixOf(code, columns, options);
    const size = Math.min(...columns.map(({ length }) => length));
    if (this.#ledger.addGroup(prefix, size, callSite(this.map))) this.#sendMap(code, prefix, columns, size, options);
    if (this.#connection.lost) this.#lose(this.#connection.lost);
    return futuresOf(this, prefix, size, (future) => this.#track(future));
  }

  /**
   * A client that submits with these options.
   *
   * @example
   * await using client = new Client();
   * await client.with({ retries: 3, priority: 10 }).submit(() => 'done'); // 'done'
   */
  with(options: SubmitOptions): Pick<Client, 'submit' | 'map'> {
    checkSubmitOptions('with', options);
    return {
      submit: (fn, ...args) => this.#submit(fn, args, { ...ambientOptions(), ...options }),
      map: ((fn: AnyFunction, ...given: unknown[]) => {
        const last = given.at(-1);
        const hasOptions = given.length > 1 && !isItems(last);
        const own = hasOptions ? { ...options, ...(given.pop() as SubmitOptions) } : options;
        return this.map(fn, ...(given as Items<unknown>[]), own);
      }) as Client['map'],
    };
  }

  /**
   * Submits `graph` and returns a future for each of `keys`; what none of them needs does not run. Futures of a graph
   * that cannot be sent, or of a client that has no cluster any more, reject.
   */
  submitGraph(graph: Graph, keys: readonly Key[]): Future[] {
    const site = callSite(this.submitGraph);
    const fresh = keys.filter((key) => this.#ledger.add(key, site));
    if (fresh.length > 0) this.#sendGraph(graph, fresh);
    return keys.map((key) => this.#future(key));
  }

  /** A new handle on the result of `key`, which somebody has submitted. */
  override future(key: Key): Future {
    if (this.#ledger.add(key)) this.#sendGraph({ layers: [] }, [key]);
    return this.#future(key);
  }

  /** The results of `futures`, in their order; rejects with the first failure, or leaves failures out if `errors` is 'skip'. */
  gather<T>(futures: readonly Future<T>[], options: { readonly errors?: 'raise' | 'skip' } = {}): Promise<T[]> {
    return this.#results.gather(futures as readonly Future[], options.errors ?? 'raise') as Promise<T[]>;
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

  /** Gives tasks up; with `force` also those that other clients want. */
  async cancel(futures: Future | readonly Future[], options: { readonly force?: boolean } = {}): Promise<void> {
    const keys = [futures].flat().map(({ key }) => key);
    this.#connection.send({ op: 'cancel-keys', keys, force: options.force ?? false });
    await Promise.all(keys.map((key) => this.whenDone(key)));
  }

  /** Runs failed tasks again, and those of their inputs that failed. */
  async retry(futures: Future | readonly Future[]): Promise<void> {
    const keys = [futures].flat().map(({ key }) => key);
    for (const key of keys) {
      const entry = this.#ledger.get(key);
      if (entry?.status === 'error') reopen(entry);
    }
    this.#connection.send({ op: 'retry-keys', keys });
  }

  override request(method: string, args: object = {}, options: { readonly timeoutMs?: number } = {}): Promise<unknown> {
    return this.#connection.request(method, args, options);
  }

  async schedulerInfo(): Promise<SchedulerInfo> {
    return (await this.request('scheduler.info')) as SchedulerInfo;
  }

  /** Resolves when at least `count` workers are there; rejects after `timeoutMs`, naming those that are. */
  async waitForWorkers(count: number, timeoutMs?: number): Promise<void> {
    await this.request('workers.wait', { count }, timeoutMs === undefined ? {} : { timeoutMs });
  }

  /** Lets go of every result and leaves the cluster, which goes on without this client. */
  async close(): Promise<void> {
    forgetClient(this);
    await this.#connection.close();
    this.#results.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  statusOf(key: Key): FutureStatus {
    return this.#ledger.get(key)?.status ?? 'released';
  }

  resultOf(key: Key, timeoutMs?: number): Promise<unknown> {
    return this.#results.resultOf(key, timeoutMs);
  }

  async errorOf(key: Key): Promise<Error | undefined> {
    await this.whenDone(key);
    return this.#ledger.get(key)?.error;
  }

  async whenDone(key: Key): Promise<void> {
    const entry = this.#ledger.get(key);
    if (entry) await this.#connection.hold(settled(entry));
  }

  release(key: Key, future: object): void {
    this.#garbage.unregister(future);
    this.#letGo(key);
  }

  get [shipHook](): string {
    return 'it is a Client, a connection of this process: call getClient() inside the function';
  }

  #submit<R>(fn: unknown, args: readonly unknown[], given: SubmitOptions): Future<R> {
    const last = args.at(-1);
    const isActor = args.length > 0 && isPlainObject(last) && Object.keys(last).join() === 'actor';
    const options = isActor ? { ...given, ...(last as SubmitOptions) } : given;
    const code = codeOf('submit', fn);
    const task = taskOf(
      code,
      isActor ? args.slice(0, -1) : args,
      options.actor ? { ...options, pure: false } : options,
    );
    if (this.#ledger.add(task.key, callSite(this.submit))) {
      this.#sendGraph({ layers: [{ kind: 'tasks', tasks: [task] }], code: code.code }, [task.key]);
    }
    return this.#future(task.key) as Future<R>;
  }

  /** In portions, each in a turn of its own: neither this event loop nor the scheduler's stands still for long. */
  #sendMap(
    code: Code,
    prefix: string,
    columns: readonly ArrayLike<unknown>[],
    size: number,
    options: SubmitOptions,
  ): void {
    const { batchSize = defaultBatchSize } = options;
    const send = (start: number) => {
      const end = Math.min(size, start + batchSize);
      try {
        this.#sendGraph({ layers: [mapLayer(code, prefix, columns, start, end, options)], code: code.code });
      } catch (error) {
        for (let i = start; i < end; i++) this.#fail(`${prefix}-${i}`, error as Error);
      }
    };
    const starts = Array.from({ length: Math.ceil(size / batchSize) }, (_, i) => i * batchSize);
    this.#connection.sendInTurns(starts.map((start) => () => send(start)));
  }

  #sendGraph(graph: Graph, keys?: readonly Key[]): void {
    const { lost } = this.#connection;
    const refuse = (error: Error) => {
      for (const key of keys ?? keysOf(graph)) this.#fail(key, error);
    };
    if (lost) {
      refuse(lost);
      return;
    }
    const fresh = Object.entries(graph.code ?? {}).filter(([hash]) => !this.#sentCode.has(hash));
    for (const [hash] of fresh) this.#sentCode.add(hash);
    if (this.#released.length > 0) this.#sendReleased(); // in their order: a key may be asked for again
    const { code: _, ...rest } = graph;
    const sent = fresh.length > 0 ? { ...rest, code: Object.fromEntries(fresh) } : rest;
    this.#connection.send({ op: 'update-graph', graph: sent, ...(keys && { keys }) }, refuse);
  }

  #future(key: Key): Future {
    const future = new Future(this, key);
    this.#track(future);
    return future;
  }

  #track(future: Future): void {
    this.#garbage.register(future, future.key, future);
  }

  #letGo(key: Key): void {
    const entry = this.#ledger.get(key);
    if (!this.#ledger.release(key)) return;
    if (entry?.status === 'pending') settle(entry, 'released', {});
    // All that are let go of in one turn go in one message.
    if (this.#released.push(key) === 1) queueMicrotask(() => this.#sendReleased());
  }

  #sendReleased(): void {
    const keys = this.#released;
    this.#released = [];
    if (!this.#connection.lost) this.#connection.send({ op: 'release-keys', keys });
  }

  #fail(key: Key, error: Error): void {
    const entry = this.#ledger.get(key);
    if (entry) settle(entry, 'error', { error });
  }

  #lose(error: SheafError): void {
    for (const entry of this.#ledger.entries()) settle(entry, 'error', { error });
  }

  readonly #handlers: Readonly<Record<string, (message: Message) => void>> = {
    'small-results': (message) => {
      const { keys, values } = message as unknown as Extract<ToClient, { op: 'small-results' }>;
      for (let i = 0; i < keys.length; i++) {
        const entry = this.#ledger.get(keys[i]!);
        if (entry) settle(entry, 'finished', { where: { small: values[i] } });
      }
    },
    'in-memory': (message) => {
      const { key, holders, nbytes } = message as unknown as Extract<ToClient, { op: 'in-memory' }>;
      const entry = this.#ledger.get(key);
      if (entry) settle(entry, 'finished', { where: { holders, nbytes } });
    },
    erred: (message) => {
      const { key, error } = message as unknown as Extract<ToClient, { op: 'erred' }>;
      const entry = this.#ledger.get(key);
      if (entry) settle(entry, 'error', { error: new TaskError(key, error, siteOf(entry)) });
    },
    cancelled: (message) => {
      const { keys, reason } = message as unknown as Extract<ToClient, { op: 'cancelled' }>;
      for (const key of keys) {
        const entry = this.#ledger.get(key);
        if (!entry) continue;
        if (entry.status !== 'pending') reopen(entry);
        settle(entry, 'cancelled', { error: new CancelledError(`task ${key} was cancelled: ${reason}`) });
      }
    },
    'peer-gone': ({ address }) => this.#results.drop(String(address)),
    warning: ({ text }) => warn('UserWarning', String(text)),
  };
}

/** Where the user called `method`; the stack is written out only when somebody reads it. */
function callSite(method: AnyFunction): Error {
  const site = new Error();
  Error.captureStackTrace(site, method);
  return site;
}

const siteOf = ({ site }: Entry): string | undefined => site?.stack?.split('\n').slice(1, 4).join('\n');

function* keysOf({ layers }: Graph): Generator<Key> {
  for (const layer of layers) {
    if (layer.kind === 'tasks') for (const { key } of layer.tasks) yield key;
    else for (let i = 0; i < layer.columns[0]!.length; i++) yield `${layer.prefix}-${(layer.start ?? 0) + i}`;
  }
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isItems = (value: unknown): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || typeof (value as ArrayLike<unknown>).length === 'number'));

function itemsOf(column: unknown): ArrayLike<unknown> {
  if (!isItems(column)) {
    const what =
      column === null ? 'null' : typeof column === 'object' ? 'an object' : `${typeof column} ${String(column)}`;
    throw new InputError(`map takes iterables or arrays of items, but it was given ${what}`);
  }
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as ArrayLike<unknown>;
  return Symbol.iterator in (column as object)
    ? Array.from(column as Iterable<unknown>)
    : (column as ArrayLike<unknown>);
}
