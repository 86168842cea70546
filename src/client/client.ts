/** What users hold of a cluster: methods of futures here, those about the cluster in `cluster-client.ts`. */
import { defaultTarget } from '../cluster/default-target.js';
import { LocalCluster } from '../cluster/local-cluster.js';
import { joinBySchedulerFile } from '../cluster/scheduler-file.js';
import type { Target } from '../cluster/target.js';
import type { Security } from '../comm/security.js';
import type { Collection } from '../graph/collection.js';
import type { Graph } from '../graph/graph.js';
import type { Key } from '../graph/task.js';
import { shipHook } from '../shipping/ship.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import type { ActorHandle } from './actor.js';
import type { AnyFunction } from './calls.js';
import { ClusterClient } from './cluster-client.js';
import type { Topics } from './coordination/topics.js';
import { ClientCore } from './core.js';
import { forgetClient, registerClient } from './current.js';
import type { Future } from './future.js';
import { type Gathered, type GatherOptions, gatherFrom } from './gather.js';
import {
  type ActorArguments,
  type Items,
  type LazyArguments,
  splitMapArguments,
  splitSubmitArguments,
} from './items.js';
import { ambientOptions, checkSubmitOptions, type SubmitOptions } from './options.js';
import { checkScatterOptions, type Scattered, type ScatterOptions } from './scatter.js';
import {
  annotated,
  type ComputeOptions,
  computeFutures,
  type FuturesOf,
  persistCollections,
} from './send-collections.js';
import { type CallSite, callSite } from './site.js';

export interface ClientOptions {
  /** The cluster's secret, when the scheduler is given by address (default: `SHEAF_SECRET` of the environment). */
  readonly secret?: string;
  /** The file that `sheaf scheduler` or `sheaf mpi` writes for those who join. */
  readonly schedulerFile?: string;
  /** The cluster's certificates, where its address begins with `tls://`. */
  readonly security?: Security;
  readonly timeoutMs?: number;
}

/**
 * Connects to a cluster: the one given, the one that {@link initialize} set up, or a local one.
 *
 * @example
 * await using client = new Client();
 * const futures = client.map((x: number) => x * x, [1, 2, 3]);
 * await client.gather(futures); // [1, 4, 9]
 */
export class Client extends ClusterClient implements AsyncDisposable {
  /** Resolves when the scheduler and its workers are there; every other method waits for it by itself. */
  readonly ready: Promise<void>;
  readonly #core: ClientCore;

  constructor(options?: ClientOptions);
  constructor(cluster?: LocalCluster | string, options?: ClientOptions);
  constructor(first?: LocalCluster | string | ClientOptions, second: ClientOptions = {}) {
    super();
    const isCluster = typeof first === 'string' || first instanceof LocalCluster;
    const cluster = isCluster ? first : undefined;
    const options = isCluster ? second : (first ?? second);
    checkOptionNames('Client', options, ['secret', 'security', 'schedulerFile', 'timeoutMs']);
    const target = targetOf(cluster, options);
    // A cluster that has begun listens: only an address may be of one that is still to come.
    this.#core = new ClientCore(target ?? defaultTarget(), typeof cluster === 'string', options.timeoutMs);
    this.ready = this.#core.connection.ready;
    registerClient(this);
  }

  /**
   * Runs `fn(...args)` on the cluster. Futures and lazy collections in the arguments, anywhere in arrays, plain objects, values
   * of Maps and Sets, are dependencies: the function gets their results. Equal calls are one task, unless `pure: false`. A
   * class with `{ actor: true }` behind its arguments becomes
   * an actor: see {@link ActorHandle}. Raises ShipError for a function that cannot travel.
   *
   * @example
   * await using client = new Client();
   * const three = client.submit((a: number, b: number) => a + b, 1, 2);
   * await client.submit((x: number) => x * 10, three); // 30
   * await client.submit((items: number[], x: number) => items.includes(x), bag.range(10, 2), delayed(7)); // true
   */
  submit<A extends readonly unknown[], T>(
    Class: new (...args: A) => T,
    ...args: ActorArguments<A>
  ): Future<ActorHandle<T>>;
  submit<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: LazyArguments<A>): Future<Awaited<R>>;
  submit(fn: unknown, ...args: readonly unknown[]): Future {
    const [given, options] = splitSubmitArguments(args);
    return this.#core.submit(fn, given, { ...ambientOptions(), ...options }, callSite(this.submit));
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
    const [columns, options] = splitMapArguments(given);
    return this.#core.map(fn, columns, { ...ambientOptions(), ...options }, callSite(this.map));
  }

  /**
   * A client that submits with these options. Raises InputError for options that do not exist.
   *
   * @example
   * await using client = new Client();
   * await client.with({ retries: 3, priority: 10 }).submit(() => 'done'); // 'done'
   */
  with(options: SubmitOptions): Pick<Client, 'submit' | 'map'> {
    checkSubmitOptions('with', options);
    const submit = (fn: unknown, ...args: unknown[]): Future => {
      const [given, own] = splitSubmitArguments(args);
      return this.#core.submit(fn, given, { ...ambientOptions(), ...options, ...own }, callSite(submit));
    };
    const map = (fn: AnyFunction, ...given: unknown[]): Future[] => {
      const [columns, own] = splitMapArguments(given);
      return this.#core.map(fn, columns, { ...ambientOptions(), ...options, ...own }, callSite(map));
    };
    return { submit: submit as Client['submit'], map: map as Client['map'] };
  }

  /**
   * Puts data on the workers, straight from here: a future of it, or an array or object of futures for an array or
   * object of values. Give the futures to tasks; awaiting one brings its data back. They fail with InputError when a
   * worker is named that is not there, with TimeoutError when there is none for 30 s.
   *
   * @example
   * await using client = new Client();
   * const { x, y } = client.scatter({ x: new Float64Array([1, 2]), y: 3 }, { broadcast: true });
   * await client.submit((values: Float64Array, factor: number) => values.map((v) => v * factor), x, y); // Float64Array [3, 6]
   */
  scatter<T>(data: T, options: ScatterOptions = {}): Scattered<T> {
    checkScatterOptions(options);
    return this.#core.scatter(data, options, callSite(this.scatter)) as Scattered<T>;
  }

  /**
   * Submits `graph` and returns a future for each of `keys`; what none of them needs does not run. Futures of a graph
   * that cannot be sent, or of a client that has no cluster any more, reject.
   */
  submitGraph(graph: Graph, keys: readonly Key[]): Future[] {
    return this.#core.submitGraph(annotated(graph, ambientOptions()), keys, callSite(this.submitGraph));
  }

  /**
   * Computes a lazy collection, or several together: a future of the value of each, which no one waits for. Raises
   * InputError for other values.
   *
   * @example
   * await using client = new Client();
   * const total = client.compute(bag.range(10, 2).sum(), { priority: 1 });
   * await total; // 45
   */
  compute<T>(collection: Collection<T>, options?: ComputeOptions): Future<T>;
  compute<const C extends readonly Collection<unknown>[]>(collections: C, options?: ComputeOptions): FuturesOf<C>;
  compute(given: unknown, options: ComputeOptions = {}): unknown {
    return computeFutures(given, options, this.#submitter(options, callSite(this.compute)));
  }

  /**
   * Computes a lazy collection, or several together: the same over their results, which stay on the cluster until nothing
   * refers to them any more. Rejects with InputError for other values.
   *
   * @example
   * await using client = new Client();
   * const squares = await client.persist(bag.range(4, 2).map((x) => x * x));
   * await squares.sum().compute(); // 14
   */
  persist<C extends Collection<unknown>>(collection: C, options?: ComputeOptions): Promise<C>;
  persist<const C extends readonly Collection<unknown>[]>(collections: C, options?: ComputeOptions): Promise<[...C]>;
  persist(given: unknown, options: ComputeOptions = {}): Promise<unknown> {
    return persistCollections(given, options, this.#submitter(options, callSite(this.persist)));
  }

  #submitter(options: ComputeOptions, site: CallSite): (graph: Graph, keys: readonly Key[]) => Future[] {
    return (graph, keys) => this.#core.submitGraph(annotated(graph, { ...ambientOptions(), ...options }), keys, site);
  }

  /** A new handle on the result of `key`, which somebody has submitted. */
  override future(key: Key): Future {
    return this.#core.future(key);
  }

  /**
   * The results of futures, in their order, or of futures anywhere in arrays, plain objects, Maps and Sets, in the same
   * shape. Rejects with the first failure, or leaves failures out of an array if `errors` is 'skip'.
   *
   * @example
   * await using client = new Client();
   * const [one, two] = [client.submit(() => 1), client.submit(() => 2)];
   * await client.gather([one, two]); // [1, 2]
   * await client.gather({ one, rest: [two] }); // { one: 1, rest: [2] }
   */
  gather<T>(future: Future<T>, options?: GatherOptions): Promise<T>;
  gather<T>(futures: readonly Future<T>[], options?: GatherOptions): Promise<T[]>;
  gather<const S extends object>(structure: S, options?: GatherOptions): Promise<Gathered<S>>;
  gather(given: unknown, options: GatherOptions = {}): Promise<unknown> {
    return gatherFrom(given, options, (futures, errors) => this.#core.gather(futures, errors));
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

  /**
   * Gives tasks up, also while they run; with `force` also those that other clients want. Their futures reject with
   * CancelledError, until somebody submits the same again.
   *
   * @example
   * await using client = new Client();
   * const endless = client.submit(() => { for (;;); });
   * await client.cancel(endless);
   * endless.status; // 'cancelled'
   */
  cancel(futures: Future | readonly Future[], options: { readonly force?: boolean } = {}): Promise<void> {
    return this.#core.cancel(futures, options.force);
  }

  /** Runs failed tasks again, and those of their inputs that failed. */
  retry(futures: Future | readonly Future[]): Promise<void> {
    return this.#core.retry(futures);
  }

  override request(method: string, args: object = {}, options: { readonly timeoutMs?: number } = {}): Promise<unknown> {
    return this.#core.request(method, args, options);
  }

  protected override get topics(): Topics {
    return this.#core.topics;
  }

  /** Lets go of every result and leaves the cluster, which goes on without this client. */
  override async close(): Promise<void> {
    forgetClient(this);
    await this.#core.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get [shipHook](): string {
    return 'it is a Client, a connection of this process: call getClient() inside the function';
  }
}

/** What is named; undefined where nothing is. Raises InputError for two clusters. */
function targetOf(
  cluster: LocalCluster | string | undefined,
  options: ClientOptions,
): undefined | Target | Promise<Target> {
  const { schedulerFile, security, secret = process.env.SHEAF_SECRET ?? '', timeoutMs } = options;
  if (schedulerFile !== undefined) {
    if (cluster !== undefined)
      throw new InputError('Client: give a cluster, its address or schedulerFile, not two of them');
    return joinBySchedulerFile(schedulerFile, security, timeoutMs).then(({ target }) => target);
  }
  if (typeof cluster !== 'string') return cluster?.target;
  return { address: cluster, secret, ...(security && { security: security.for('client') }) };
}
