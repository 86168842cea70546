/**
 * A cluster on this machine. With `processes: false` scheduler and workers live in this process and share its memory,
 * with compute threads doing the work; with `processes: true` each worker is a child process, joined by TCP.
 */
import { newSecret } from '../comm/comm.js';
import type { Security } from '../comm/security.js';
import { markCaller } from '../shipping/mark-caller.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { warn } from '../util/warnings.js';
import { Adapting, type AdaptOptions, checkAdaptOptions } from './adapting.js';
import { readCores } from './cores.js';
import { Crew } from './crew.js';
import { openEventLog } from './event-log.js';
import { type MemoryLimit, workerMemoryOptions } from './memory-limit.js';
import { SchedulerServer } from './scheduler-server.js';
import type { Target } from './target.js';
import type { WorkerMemoryOptions } from './worker-memory.js';

export interface LocalClusterOptions {
  /** Default: one in this process, or one per core as child processes. */
  readonly workers?: number;
  /** Default: the cores shared out among the workers. */
  readonly threadsPerWorker?: number;
  /** Whether workers are child processes. */
  readonly processes?: boolean;
  /** Certificates for the connections between processes; without them connections are proved, not encrypted. */
  readonly security?: Security;
  /** What each worker has to give to tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** A task that was running in so many workers' deaths fails (default 3). */
  readonly allowedFailures?: number;
  /** A worker that says nothing for so long is given up, and started anew if it is a process, in ms (default 60,000). */
  readonly workerTtlMs?: number;
  /** The file to write to what happens, as lines of JSON. */
  readonly eventLog?: string;
  /** How many bytes of results to keep after nobody wants them, for work that is likely to come again (default 256 MiB). */
  readonly retainBytes?: number;
  /**
   * The memory of each worker: a share of what there is up to 1, a number of bytes, a text such as `4 GiB`, 0 for no
   * limit, or `auto` (default) for an equal part of what the system or the control group has.
   */
  readonly memoryLimit?: MemoryLimit;
  /** Where results are spilled to (default: the directory for temporary files). */
  readonly localDirectory?: string;
  /** The fraction of the limit above which results go to disk (default 0.6), or false for never. */
  readonly memoryTarget?: number | false;
  /** The same by what the process has in all (default 0.7). */
  readonly memorySpill?: number | false;
  /** Above it no task is begun (default 0.8). */
  readonly memoryPause?: number | false;
  /** Above it a worker that is a child process is killed (default 0.95). */
  readonly memoryTerminate?: number | false;
}

let clusters = 0;

/**
 * A scheduler and workers on this machine, which start at once and in the background. Worker processes that die are
 * started anew.
 * Raises InputError for counts that are not positive integers.
 *
 * @example
 * const cluster = new LocalCluster({ workers: 2, threadsPerWorker: 1, processes: true });
 * const client = new Client(cluster);
 * await client.close();
 * await cluster.close();
 */
export class LocalCluster implements AsyncDisposable {
  /** Resolves to this cluster when every worker has been started. */
  readonly ready: Promise<this>;
  readonly #parts: Promise<Parts>;
  #adapting: Adapting | undefined;

  constructor(options: LocalClusterOptions = {}) {
    markCaller();
    this.#parts = startParts(checkOptions(options));
    this.ready = this.#parts.then(() => this);
    this.ready.catch(() => {}); // told again by whoever joins
  }

  /** A cluster that is ready. */
  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    return new LocalCluster(options).ready;
  }

  /** What it takes to join, when there is something to join. */
  get target(): Promise<Target> {
    return this.#parts.then(({ target }) => target);
  }

  /**
   * Starts workers, or sends some away after they have handed over what they hold, until there are `count`.
   * Raises InputError for what is no count.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.scale(3);
   * const client = new Client(cluster);
   * (await client.schedulerInfo()).workers.length; // 3
   * await client.close();
   * await cluster.close();
   */
  async scale(count: number): Promise<void> {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new InputError(`LocalCluster: scale takes a number of workers from 0 up, but it was given ${count}`);
    // Nothing else may keep this process alive: neither processes nor their connections do.
    const alive = setInterval(() => {}, 2 ** 30);
    try {
      await (await this.#parts).crew.scale(count);
    } finally {
      clearInterval(alive);
    }
  }

  /**
   * Follows the work: more workers while there is more to do than they would have done within `targetMs`, fewer when
   * that has not been so for a while. Ends with `scale`, `close`, or a call of what it returns.
   * Raises InputError for bounds that make no sense.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const stop = cluster.adapt({ minimum: 1, maximum: 4 });
   * stop();
   * await cluster.close();
   */
  adapt(options: AdaptOptions = {}): () => void {
    const checked = checkAdaptOptions(options);
    this.#adapting?.stop();
    const adapting = new Adapting(this.#parts, checked);
    this.#adapting = adapting;
    return () => adapting.stop();
  }

  async close(): Promise<void> {
    this.#adapting?.stop();
    const { scheduler, crew } = await this.#parts;
    crew.close();
    await scheduler.close();
    await crew.ended();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

interface Parts {
  readonly scheduler: SchedulerServer;
  readonly target: Target;
  readonly crew: Crew;
}

type CheckedOptions = LocalClusterOptions & {
  readonly workers: number;
  readonly nthreads: number;
  readonly memory: WorkerMemoryOptions;
};

export const localClusterOptions = [
  ...([
    'workers',
    'threadsPerWorker',
    'processes',
    'retainBytes',
    'resources',
    'allowedFailures',
    'workerTtlMs',
    'security',
    'memoryLimit',
    'localDirectory',
    'eventLog',
  ] as const),
  ...(['memoryTarget', 'memorySpill', 'memoryPause', 'memoryTerminate'] as const),
] as const;

function checkOptions(options: LocalClusterOptions): CheckedOptions {
  checkOptionNames('LocalCluster', options, localClusterOptions);
  const cores = readCores().available;
  const workers = positive('workers', options.workers ?? (options.processes ? cores : 1));
  const threads = options.threadsPerWorker ?? Math.max(1, Math.floor(cores / workers));
  const { memory, warning } = workerMemoryOptions(options, 1 / workers);
  if (warning) warn('UserWarning', `LocalCluster: ${warning}`);
  return { ...options, workers, nthreads: positive('threadsPerWorker', threads), memory };
}

async function startParts(options: CheckedOptions): Promise<Parts> {
  const { workers, nthreads, processes = false, security, memory, resources } = options;
  const { retainBytes, allowedFailures, workerTtlMs } = options;
  const eventLog = options.eventLog === undefined ? undefined : openEventLog(options.eventLog);
  const id = `local-${clusters++}`;
  const secret = newSecret();
  const listenAt = security ? 'tls://127.0.0.1:0' : 'tcp://127.0.0.1:0';
  const scheduler = await SchedulerServer.start({
    addresses: [processes ? listenAt : `inproc://${id}`],
    secret,
    workersReturn: true,
    onWorkerLost: (name) => crew.lookAfter(name),
    ...(security && { security: security.for('scheduler') }),
    ...(retainBytes !== undefined && { retainBytes }),
    ...(allowedFailures !== undefined && { allowedFailures }),
    ...(workerTtlMs !== undefined && { workerTtlMs }),
    ...(eventLog && { eventLog }),
  });
  const target = { address: scheduler.addresses[0]!, secret, ...(security && { security: security.for('client') }) };
  const crew = new Crew(scheduler, processes, (i) => ({
    ...{ scheduler: target.address, secret, nthreads, memory },
    name: `${id}-${i}`,
    address: processes ? listenAt : `inproc://${id}-${i}`,
    ...(security && { security: security.toJSON() }),
    ...(resources && { resources }),
  }));
  scheduler.ref();
  try {
    await crew.scale(workers);
    scheduler.unref();
    return { scheduler, target, crew };
  } catch (error) {
    crew.close();
    await scheduler.close();
    await crew.ended();
    throw error;
  }
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InputError(`LocalCluster: ${name} must be a positive integer, but it is ${value}`);
}
