/**
 * A cluster on this machine. With `processes: false` scheduler and workers live in this process and share its memory,
 * with compute threads doing the work; with `processes: true` each worker is a child process, joined by TCP.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { newSecret } from '../comm/comm.js';
import type { Security } from '../comm/security.js';
import { InputError, SheafError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { SchedulerServer } from './scheduler-server.js';
import { scrubEnv } from './scrub-env.js';
import type { Target } from './target.js';
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

type CheckedOptions = LocalClusterOptions & { readonly workers: number; readonly nthreads: number };

export const localClusterOptions = ['workers', 'threadsPerWorker', 'processes', 'retainBytes', 'security'] as const;

function checkOptions(options: LocalClusterOptions): CheckedOptions {
  checkOptionNames('LocalCluster', options, localClusterOptions);
  const cores = availableParallelism();
  const workers = positive('workers', options.workers ?? (options.processes ? cores : 1));
  const threads = options.threadsPerWorker ?? Math.max(1, Math.floor(cores / workers));
  return { ...options, workers, nthreads: positive('threadsPerWorker', threads) };
}

async function startParts({
  workers,
  nthreads,
  processes = false,
  retainBytes,
  security,
}: CheckedOptions): Promise<Parts> {
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

async function startProcess(options: WorkerOptions): Promise<Member> {
  const child = fork(new URL('./worker-process.js', import.meta.url), {
    env: scrubEnv(process.env),
    execArgv: [],
    serialization: 'advanced',
  });
  child.send(options);
  const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (answer !== 'ready')
    throw new SheafError(`worker ${options.name} ended before it was ready (exit code ${answer})`);
  child.unref();
  child.channel?.unref();
  return { close: () => stop(child) };
}

/** A worker whose parent lets go of it ends by itself; one that is stuck is killed. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.ref();
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exited;
  clearTimeout(timer);
}
