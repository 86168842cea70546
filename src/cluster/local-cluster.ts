/**
 * A cluster on this machine. With `processes: false` scheduler and workers live in this process and share its memory,
 * with compute threads doing the work; with `processes: true` each worker is a child process, joined by TCP.
 */
import { availableParallelism } from 'node:os';
import { newSecret } from '../comm/comm.js';
import type { Security } from '../comm/security.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { warn } from '../util/warnings.js';
import { checkThresholds } from '../worker/memory-policy.js';
import { type MemoryLimit, readMemoryFacts, resolveMemoryLimit } from './memory-limit.js';
import { type Death, superviseWorker } from './nanny.js';
import { SchedulerServer } from './scheduler-server.js';
import type { Target } from './target.js';
import type { WorkerMemoryOptions } from './worker-memory.js';
import { type WorkerOptions, WorkerServer } from './worker-server.js';

export interface LocalClusterOptions {
  /** Default: one in this process, or one per core as child processes. */
  readonly workers?: number;
  /** Default: the cores shared out among the workers. */
  readonly threadsPerWorker?: number;
  /** Whether workers are child processes. */
  readonly processes?: boolean;
  /** Certificates for the connections between processes; without them connections are proved, not encrypted. */
  readonly security?: Security;
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

interface Member {
  close(): Promise<void>;
}

let clusters = 0;

/**
 * A scheduler and workers on this machine, which start at once and in the background.
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

  constructor(options: LocalClusterOptions = {}) {
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

  async close(): Promise<void> {
    const { scheduler, members } = await this.#parts;
    await scheduler.close();
    await Promise.all(members.map((member) => member.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

interface Parts {
  readonly scheduler: SchedulerServer;
  readonly target: Target;
  readonly members: readonly Member[];
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
    'security',
    'memoryLimit',
    'localDirectory',
  ] as const),
  ...(['memoryTarget', 'memorySpill', 'memoryPause', 'memoryTerminate'] as const),
] as const;

function checkOptions(options: LocalClusterOptions): CheckedOptions {
  checkOptionNames('LocalCluster', options, localClusterOptions);
  const cores = availableParallelism();
  const workers = positive('workers', options.workers ?? (options.processes ? cores : 1));
  const threads = options.threadsPerWorker ?? Math.max(1, Math.floor(cores / workers));
  const memory = checkMemory(options, workers);
  return { ...options, workers, nthreads: positive('threadsPerWorker', threads), memory };
}

function checkMemory(options: LocalClusterOptions, workers: number): WorkerMemoryOptions {
  const { memoryLimit = 'auto', localDirectory } = options;
  const { bytes, warning } = resolveMemoryLimit(memoryLimit, 1 / workers, readMemoryFacts());
  if (warning) warn('UserWarning', `LocalCluster: ${warning}`);
  return {
    thresholds: checkThresholds(options),
    ...(bytes === undefined ? {} : { limitBytes: bytes }),
    ...(localDirectory === undefined ? {} : { localDirectory }),
  };
}

async function startParts(options: CheckedOptions): Promise<Parts> {
  const { workers, nthreads, processes = false, retainBytes, security, memory } = options;
  const id = `local-${clusters++}`;
  const secret = newSecret();
  const listenAt = security ? 'tls://127.0.0.1:0' : 'tcp://127.0.0.1:0';
  const scheduler = await SchedulerServer.start({
    addresses: [processes ? listenAt : `inproc://${id}`],
    secret,
    ...(security && { security: security.for('scheduler') }),
    ...(retainBytes === undefined ? {} : { retainBytes }),
  });
  scheduler.ref();
  const target = { address: scheduler.addresses[0]!, secret, ...(security && { security: security.for('client') }) };
  const start = processes ? startProcess : WorkerServer.start;
  const members = Array.from({ length: workers }, (_, i) =>
    start({
      scheduler: target.address,
      secret,
      name: `${id}-${i}`,
      nthreads,
      memory,
      address: processes ? listenAt : `inproc://${id}-${i}`,
      ...(security && { security: security.toJSON() }),
    }),
  );
  try {
    const parts = { scheduler, target, members: await Promise.all(members) };
    await scheduler.haveReported(workers);
    scheduler.unref();
    return parts;
  } catch (error) {
    for (const member of await Promise.allSettled(members)) {
      if (member.status === 'fulfilled') await member.value.close();
    }
    await scheduler.close();
    throw error;
  }
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InputError(`LocalCluster: ${name} must be a positive integer, but it is ${value}`);
}

/** Nothing starts a dead worker anew as yet: the scheduler takes the end of the last one for the end of the cluster. */
async function startProcess(worker: WorkerOptions): Promise<Member> {
  const { limitBytes, thresholds } = worker.memory ?? {};
  const limit = limitBytes === undefined ? {} : { limitBytes, terminate: thresholds?.terminate ?? false };
  const supervised = superviseWorker({ worker, maxRestarts: 0, ...limit }, { onDeath: (death) => tell(worker, death) });
  await supervised.ready;
  return supervised;
}

/** A death for want of memory shows nowhere else. */
function tell({ name }: WorkerOptions, { reason }: Death): void {
  if (!reason.startsWith('killed by its supervisor')) return;
  warn('UserWarning', `worker ${name} was ${reason}: set memoryLimit higher, or make chunks smaller`);
}
