/** What a client can do with its cluster as a whole: look at it, run things beside its tasks, move data, end it. */
import type { SchedulerInfo } from '../cluster/scheduler-info.js';
import type { LogLine, Plugin, WorkerHandle } from '../cluster/worker-requests.js';
import type { Key } from '../graph/task.js';
import type { TaskRun } from '../scheduler/task-stream.js';
import { complete } from '../shipping/stand-ins.js';
import { checkOptionNames } from '../util/options.js';
import { codeOf } from './calls.js';
import { SharedState } from './coordination/shared-state.js';
import type { Future } from './future.js';
import * as inspection from './inspection.js';
import { type AnyPlugin, shipPlugin } from './plugins.js';
import { wait } from './wait.js';

/** A key, or the future of its result. */
export type KeyLike = Key | Future;

/** Names, addresses or hosts of workers. */
export interface WorkersOption {
  readonly workers?: string | readonly string[];
}

export interface RunOptions<A extends readonly unknown[] = []> extends WorkersOption {
  readonly args: readonly [...A];
}

const namesOf = ({ workers }: WorkersOption): { workers?: string[] } =>
  workers === undefined ? {} : { workers: [workers].flat() as string[] };
const keysOf = (futures: KeyLike | readonly KeyLike[]): Key[] =>
  [futures].flat().map((one) => (typeof one === 'string' ? one : (one as Future).key));

export abstract class ClusterClient extends SharedState {
  abstract override request(method: string, args?: object, options?: { readonly timeoutMs?: number }): Promise<unknown>;
  abstract close(): Promise<void>;

  async schedulerInfo(): Promise<SchedulerInfo> {
    return (await this.request('scheduler.info')) as SchedulerInfo;
  }

  /** Resolves when at least `count` workers are there; rejects after `timeoutMs`, naming those that are. */
  async waitForWorkers(count: number, timeoutMs?: number): Promise<void> {
    await this.request('workers.wait', { count }, timeoutMs === undefined ? {} : { timeoutMs });
  }

  /**
   * The workers that hold each result, by key; all results unless some are asked for. Small results are at the scheduler.
   *
   * @example
   * await using client = new Client();
   * const zeros = client.submit(() => new Float64Array(1000));
   * await wait([zeros]);
   * Object.values(await client.whoHas(zeros)).flat().length; // 1
   */
  async whoHas(futures?: KeyLike | readonly KeyLike[]): Promise<Record<Key, string[]>> {
    return (await this.request('data.whoHas', { keys: futures && keysOf(futures) })) as Record<Key, string[]>;
  }

  /** The keys of the results that each worker holds. */
  async hasWhat(options: WorkersOption = {}): Promise<Record<string, Key[]>> {
    return (await this.request('data.hasWhat', namesOf(options))) as Record<string, Key[]>;
  }

  /**
   * How many compute threads each worker has.
   *
   * @example
   * await using cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1 });
   * await using client = new Client(cluster);
   * Object.values(await client.nthreads()); // [1, 1]
   */
  async nthreads(options: WorkersOption = {}): Promise<Record<string, number>> {
    return (await this.request('workers.nthreads', namesOf(options))) as Record<string, number>;
  }

  /** The keys of the tasks that each worker has been given and not done yet. */
  async processing(options: WorkersOption = {}): Promise<Record<string, Key[]>> {
    return (await this.request('workers.processing', namesOf(options))) as Record<string, Key[]>;
  }

  /**
   * Copies results, once they are there, to `count` workers (default: all), and resolves when the copies are there; they
   * stay until the result is released. Rejects with SheafError when some could not be made, naming them and why.
   *
   * @example
   * await using cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1 });
   * await using client = new Client(cluster);
   * const table = client.scatter(new Float64Array(1000));
   * await client.replicate(table, { count: 2 });
   * (await client.whoHas(table))[table.key]!.length; // 2
   */
  async replicate(
    futures: Future | readonly Future[],
    options: WorkersOption & { readonly count?: number } = {},
  ): Promise<void> {
    const { count } = options;
    await wait([futures].flat());
    await this.request('data.replicate', { keys: keysOf(futures), ...(count && { count }), ...namesOf(options) });
  }

  /**
   * Evens out the bytes that workers hold, of all results or, once they are there, of these; resolves when what had to move
   * has moved. Rejects with SheafError when some of it could not, naming it and why.
   *
   * @example
   * await using cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1 });
   * await using client = new Client(cluster);
   * const [worker] = Object.keys(await client.nthreads());
   * const arrays = client.scatter([1, 2, 3, 4].map((n) => new Float64Array(1000).fill(n)), { workers: worker! });
   * await client.rebalance(arrays);
   * Object.values(await client.hasWhat()).map((keys) => keys.length); // [2, 2]
   */
  async rebalance(futures?: Future | readonly Future[], options: WorkersOption = {}): Promise<void> {
    if (futures) await wait([futures].flat());
    await this.request('data.rebalance', { ...(futures && { keys: keysOf(futures) }), ...namesOf(options) });
  }

  /** Sends workers away when others have taken what they hold; gives their names. Rejects with InputError when nobody can. */
  async retireWorkers(options: Required<WorkersOption>): Promise<string[]> {
    return (await this.request('workers.retire', namesOf(options))) as string[];
  }

  /**
   * Forgets every task of every client, whose futures are cancelled, and starts the threads of all workers anew. Rejects
   * with TimeoutError when a worker has not done so after `timeoutMs`.
   *
   * @example
   * await using client = new Client();
   * const endless = client.submit(() => { for (;;); });
   * await client.restart();
   * endless.status; // 'cancelled'
   */
  async restart(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    await this.request('workers.restart', {}, options);
  }

  /**
   * Runs `fn(...args)` in the main thread of every worker, or of these, beside their tasks: the results by the name of the
   * worker. A function with one more parameter is told of the worker by it. Rejects with what any of them throws.
   *
   * @example
   * await using cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1, processes: true });
   * await using client = new Client(cluster);
   * const pids = await client.run(() => process.pid);
   * new Set(Object.values(pids)).size; // 2
   * const urls = await client.run((port: number, worker) => `${worker.name}:${port}`, { args: [80] });
   * Object.values(urls).every((url) => url.endsWith(':80')); // true
   */
  run<R>(
    fn: (worker: WorkerHandle) => R,
    options?: WorkersOption & { readonly args?: readonly [] },
  ): Promise<Record<string, Awaited<R>>>;
  run<A extends readonly unknown[], R>(
    fn: (...args: [...A, WorkerHandle]) => R,
    options: RunOptions<A>,
  ): Promise<Record<string, Awaited<R>>>;
  run<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    options: RunOptions<A>,
  ): Promise<Record<string, Awaited<R>>>;
  async run(fn: unknown, options: Partial<RunOptions<readonly unknown[]>> = {}): Promise<unknown> {
    checkOptionNames('run', options, ['args', 'workers']);
    const { code, hash } = codeOf('run', fn);
    return this.request('workers.run', { fn: complete(code[hash]), args: options.args ?? [], ...namesOf(options) });
  }

  /**
   * Runs `fn(...args)` in the scheduler's process. A function with one more parameter gets `{ state, info }` by it: `state` is
   * all that the scheduler knows.
   *
   * @example
   * await using client = new Client();
   * await client.runOnScheduler((a: number, b: number) => a + b, 1, 2); // 3
   */
  async runOnScheduler<A extends readonly unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const { code, hash } = codeOf('runOnScheduler', fn);
    return (await this.request('scheduler.run', { fn: complete(code[hash]), args })) as Awaited<R>;
  }

  /** What each worker noted, oldest first: the last `n` lines as `[ms since the epoch, level, text]`. */
  async getWorkerLogs(options: WorkersOption & { readonly n?: number } = {}): Promise<Record<string, LogLine[]>> {
    const args = { ...namesOf(options), ...(options.n !== undefined && { n: options.n }) };
    return (await this.request('workers.logs', args)) as Record<string, LogLine[]>;
  }

  /**
   * The versions of Sheaf and Node of all parties. With `check`, rejects with SheafError when they are not all the same.
   *
   * @example
   * await using client = new Client();
   * const { client: mine, scheduler } = await client.getVersions({ check: true });
   * mine.node === scheduler.node; // true
   */
  getVersions(options: { readonly check?: boolean } = {}): Promise<inspection.Versions> {
    return inspection.getVersions(this, options);
  }

  /**
   * What ran where and when, oldest first: of the last tasks that were done (at most `count`, of 100,000 that are kept),
   * those that ended after `since`, ms since the epoch.
   *
   * @example
   * await using client = new Client();
   * const one = client.submit(() => 1);
   * await one;
   * const [run] = await client.getTaskStream({ count: 1 });
   * run!.key === one.key; // true
   */
  async getTaskStream(options: { readonly since?: number; readonly count?: number } = {}): Promise<TaskRun[]> {
    return (await this.request('tasks.stream', options)) as TaskRun[];
  }

  /** Every transition of these tasks that the scheduler made, and why, oldest first. */
  async story(...keys: readonly KeyLike[]): Promise<inspection.StoryEvent[]> {
    return (await this.request('scheduler.story', { keys: keysOf(keys) })) as inspection.StoryEvent[];
  }

  /** All that the scheduler knows of workers, tasks and clients, but no results; into a JSON file where `path` is given. */
  dumpClusterState(path?: string): Promise<inspection.ClusterState> {
    return inspection.dumpClusterState(this, path);
  }

  /**
   * Puts a file on every worker, also on those that join later: where it is now, by worker. It goes with the worker. Tasks
   * have its path by {@link uploadedFile}, and its exports, if it is a module, by {@link importUploaded}. Functions that a
   * module exports are found in an uploaded file of its name where the module itself is not on the worker's machine.
   */
  uploadFile(path: string): Promise<Record<string, string>> {
    return inspection.uploadFile(this, path);
  }

  /**
   * Sets something up on every worker, and on those that join later: `setup(worker)` runs in its main thread, and a worker
   * that joins is given tasks when what it returns has resolved. `teardown(worker)` runs when the worker ends or the plugin is
   * unregistered or replaced by one of the same name. Within both, `this` is the worker's own copy of the plugin. Rejects with
   * SheafError where `setup` fails on any worker, and takes the plugin back; of a worker that joins later this client is warned.
   *
   * @example
   * await using client = new Client();
   * await client.registerPlugin({ name: 'greeter', setup: (worker) => Object.assign(globalThis, { greeting: worker.name }) });
   * await client.unregisterPlugin('greeter');
   */
  async registerPlugin<P extends Plugin>(plugin: P & ThisType<P>): Promise<void> {
    await this.request('plugins.add', shipPlugin(plugin as AnyPlugin));
  }

  async unregisterPlugin(name: string): Promise<void> {
    await this.request('plugins.remove', { name });
  }

  /** Ends the whole cluster, workers and scheduler, for everybody. */
  async shutdown(): Promise<void> {
    await this.request('scheduler.shutdown');
    await this.close();
  }
}
