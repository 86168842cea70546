/** The machinery of a client: submits tasks, keeps account of what it wants, and lets go of what nobody can reach. */
import { Peers } from '../cluster/peers.js';
import type { SchedulerInfo } from '../cluster/scheduler-info.js';
import type { Target } from '../cluster/target.js';
import type { Graph } from '../graph/graph.js';
import type { Key } from '../graph/task.js';
import { type SheafError, TimeoutError } from '../util/errors.js';
import { isActorReference } from '../worker/actors.js';
import { currentTask } from '../worker/task-context.js';
import { actorHandle } from './actor.js';
import { type AnyFunction, codeOf, prefixOf, taskOf } from './calls.js';
import { Connection, type RequestOptions } from './connection.js';
import { Topics } from './coordination/topics.js';
import { Future, type FutureOwner, type FutureStatus } from './future.js';
import { futuresOf, keysOfFutures, type LazyGroup } from './futures.js';
import type { NeedImports } from './imports.js';
import { Ledger, reopen, settle, settled } from './ledger.js';
import { receive } from './messages.js';
import type { SubmitOptions } from './options.js';
import { Results } from './results.js';
import { mapShape, putAll, type ScatterOptions, scatterKey, shareOut, takersOf } from './scatter.js';
import { Sender } from './sender.js';
import type { CallSite } from './site.js';

/** How long scattered data waits for a worker to come. */
const SCATTER_TIMEOUT_MS = 30_000;
/** So many releases make one message. */
const RELEASED_TOGETHER = 10_000;

export class ClientCore implements FutureOwner {
  readonly connection: Connection;
  readonly topics = new Topics();
  readonly #ledger = new Ledger();
  readonly #results: Results;
  #peers: Peers | undefined;
  readonly #sender: Sender;
  /** Whose turn it is to take scattered data. */
  #turn = 0;
  /** Futures that nobody can reach any more let go of their results. */
  readonly #garbage = new FinalizationRegistry<Key>((key) => this.#letGo([key]));
  readonly #garbageGroups = new FinalizationRegistry<{ group: LazyGroup; made: ReadonlySet<number> }>((lost) =>
    this.#letGoOfGroup(lost.group, lost.made),
  );

  constructor(target: Target | Promise<Target>, retry: boolean, timeoutMs: number | undefined) {
    this.connection = new Connection(target, {
      retry,
      ...(timeoutMs !== undefined && { timeoutMs }),
      onMessage: (message) => {
        if (message.op === 'peer-gone') this.#peers?.drop(String(message.address));
        else if (message.op === 'event') this.topics.receive(message);
        else if (message.op === 'need-imports') this.#sender.giveImports(message as unknown as NeedImports);
        else receive[message.op]?.(this.#ledger, message);
      },
      onLost: (error) => this.#lose(error),
    });
    const unpack = (value: unknown) =>
      isActorReference(value) ? actorHandle(this, value, this.future(value.__actor)) : value;
    this.#sender = new Sender(this.connection, (key, error) => this.#fail(key, error));
    this.#results = new Results(this.#ledger, this.connection, () => this.peers, unpack);
  }

  get peers(): Peers {
    this.#peers ??= new Peers(this.connection.credentials);
    return this.#peers;
  }

  async close(): Promise<void> {
    await this.connection.close();
    this.#peers?.close();
  }

  hold<T>(promise: Promise<T>): Promise<T> {
    return this.connection.hold(promise);
  }

  request(method: string, args: object, options: RequestOptions = {}): Promise<unknown> {
    this.#sender.flush(); // in their order
    return this.connection.request(method, args, options);
  }

  submit(fn: unknown, args: readonly unknown[], options: SubmitOptions, site: CallSite): Future {
    const code = codeOf('submit', fn, options.actor);
    const { task, parts } = taskOf(code, args, options.actor ? { ...options, pure: false } : options);
    if (this.#ledger.add(task.key, site)) this.#sender.submit(task, code, parts);
    return this.#future(task.key);
  }

  map(fn: AnyFunction, columns: readonly ArrayLike<unknown>[], options: SubmitOptions, site: CallSite): Future[] {
    const code = codeOf('map', fn);
    const prefix = prefixOf(code, columns, options);
    const size = Math.min(...columns.map(({ length }) => length));
    if (this.#ledger.addGroup(prefix, size, site)) this.#sender.map(code, prefix, columns, size, options);
    if (this.connection.lost) this.#lose(this.connection.lost);
    return futuresOf(this, prefix, size, {
      future: (future) => this.#track(future),
      group: (futures, group, made) => this.#garbageGroups.register(futures, { group, made }),
    });
  }

  submitGraph(graph: Graph, keys: readonly Key[], site: CallSite): Future[] {
    const fresh = keys.filter((key) => this.#ledger.add(key, site));
    if (fresh.length > 0) this.#sender.graph(graph, fresh);
    return keys.map((key) => this.#future(key));
  }

  future(key: Key): Future {
    if (this.#ledger.add(key)) this.#sender.graph({ layers: [] }, [key]);
    return this.#future(key);
  }

  scatter(data: unknown, options: ScatterOptions, site: CallSite): unknown {
    const { hash = true, broadcast = false, workers } = options;
    const fresh = new Map<Key, unknown>();
    const futures = mapShape(data, (value) => {
      const key = scatterKey(value, hash);
      if (this.#ledger.add(key, site) || broadcast || workers !== undefined) fresh.set(key, value);
      return this.#future(key);
    });
    this.#sender.flush();
    // What is sent after this may name the data, so it waits until the scheduler has heard of it.
    if (fresh.size > 0) this.connection.barrier(this.hold(this.#scatter(fresh, options)));
    return futures;
  }

  gather(futures: readonly Future[], errors: 'raise' | 'skip'): Promise<unknown[]> {
    return this.#results.gather(futures, errors);
  }

  async cancel(futures: Future | readonly Future[], force = false): Promise<void> {
    const keys = keysOfFutures(futures);
    if (!this.connection.lost) await this.request('tasks.cancel', { keys, force });
  }

  async retry(futures: Future | readonly Future[]): Promise<void> {
    const keys = keysOfFutures(futures).filter((key) => this.statusOf(key) === 'error');
    for (const key of keys) reopen(this.#ledger.get(key)!);
    if (keys.length === 0) return;
    this.#sender.flush();
    this.connection.send({ op: 'retry-keys', keys });
  }

  statusOf(key: Key): FutureStatus {
    return this.#ledger.get(key)?.status ?? 'released';
  }

  resultOf(key: Key, timeoutMs?: number): Promise<unknown> {
    return this.#results.resultOf(key, timeoutMs);
  }

  whyNotDone(key: Key): Promise<string> {
    return this.#results.whyNotDone(key);
  }

  async errorOf(key: Key): Promise<Error | undefined> {
    await this.whenDone(key);
    return this.#ledger.get(key)?.error;
  }

  async whenDone(key: Key): Promise<void> {
    const entry = this.#ledger.get(key);
    if (!entry) return;
    if (entry.status === 'pending') currentTask()?.place.secede();
    await this.hold(settled(entry));
  }

  release(key: Key, future: object): void {
    this.#garbage.unregister(future);
    this.#letGo([key]);
  }

  async #scatter(values: ReadonlyMap<Key, unknown>, { workers, broadcast }: ScatterOptions): Promise<void> {
    const ask = (method: string, args: object, timeoutMs?: number) =>
      this.request(method, args, { isUrgent: true, ...(timeoutMs !== undefined && { timeoutMs }) });
    const keys = [...values.keys()];
    try {
      await this.connection.ready;
      for (let left = keys; left.length > 0; ) {
        await ask('workers.wait', { count: 1 }, SCATTER_TIMEOUT_MS);
        const takers = takersOf((await ask('scheduler.info', {})) as SchedulerInfo, workers);
        if (takers.length === 0)
          throw new TimeoutError('scatter: no worker takes data, as all of them are paused or leave');
        const shares = shareOut(left, takers, this.#turn);
        this.#turn += left.length;
        const lost = await Promise.all(
          Array.from(shares, async ([worker, share]) => {
            const nbytes = await putAll(this.peers, worker, share, values);
            if (!nbytes) return share;
            this.connection.sendUrgent({ op: 'scattered', worker: worker.name, keys: share, nbytes });
            return [];
          }),
        );
        left = lost.flat();
      }
      if (broadcast) await ask('data.replicate', { keys, ...(workers !== undefined && { workers: [workers].flat() }) });
    } catch (error) {
      for (const key of keys) this.#fail(key, error as Error);
    }
  }

  #future(key: Key): Future {
    const future = new Future(this, key);
    this.#track(future);
    return future;
  }

  #track(future: Future): void {
    this.#garbage.register(future, future.key, future);
  }

  #letGo(keys: readonly Key[]): void {
    for (const key of keys) {
      const entry = this.#ledger.get(key);
      if (!this.#ledger.release(key)) continue;
      if (entry?.status === 'pending') settle(entry, 'released', {});
      this.#sender.release(key);
    }
  }

  /** In portions, as a million keys take longer than an event loop may stand still. */
  #letGoOfGroup({ prefix, size }: LazyGroup, made: ReadonlySet<number>, start = 0): void {
    const keys: Key[] = [];
    const end = Math.min(size, start + RELEASED_TOGETHER);
    for (let i = start; i < end; i++) if (!made.has(i)) keys.push(`${prefix}-${i}`);
    this.#letGo(keys);
    if (end < size) setImmediate(() => this.#letGoOfGroup({ prefix, size }, made, end));
  }

  #fail(key: Key, error: Error): void {
    const entry = this.#ledger.get(key);
    if (entry) settle(entry, 'error', { error });
  }

  #lose(error: SheafError): void {
    for (const entry of this.#ledger.entries()) settle(entry, 'error', { error });
  }
}
