/**
 * A worker of a job: a child process that this process supervises. So a worker that is killed, by the system for want of
 * memory or by anybody, is not the death of a rank, for which launchers end the whole job, and another takes its place.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { formatTcpAddress, parseTcpAddress } from '../comm/address.js';
import type { Security } from '../comm/security.js';
import { SheafError } from '../util/errors.js';
import type { ThresholdOptions } from '../worker/memory-policy.js';
import type { ReachedScheduler } from './announcement.js';
import { addressOfInterface, routeAddress } from './interfaces.js';
import { type MemoryLimit, workerMemoryOptions } from './memory-limit.js';
import { superviseWorker } from './nanny.js';
import { endSignals } from './signals.js';
import type { Target } from './target.js';
import type { WorkerOptions } from './worker-server.js';

export interface WorkerSettings extends ThresholdOptions {
  readonly nthreads?: number;
  /** What it has to give to tasks that ask for it: `{ GPU: 1 }`. */
  readonly resources?: Readonly<Record<string, number>>;
  readonly memoryLimit?: MemoryLimit;
  readonly localDirectory?: string;
  /** The network interface to listen on. */
  readonly interface?: string;
}

/** What is known of a worker beside what the user says. */
export interface WorkerPlace {
  readonly name: string;
  readonly nthreads: number;
  /** The part of the host's memory that is its own. */
  readonly share: number;
}

export interface SupervisedJobWorker {
  /** When there is no worker any more, or no scheduler; with a sentence where that is the worker's fault. */
  readonly ended: Promise<string | undefined>;
  /** Hands over what the worker has and ends it, unless the whole job ends anyway. */
  leave(): void;
  /** Lets the process end though the worker lives; it ends with it. */
  unref(): void;
}

/** Starts it and resolves when it has joined. Raises SheafError for an interface that does not exist, and if it dies before. */
export async function startSupervisedWorker(
  { target, comm: scheduler }: ReachedScheduler,
  security: Security | undefined,
  place: WorkerPlace,
  settings: WorkerSettings,
): Promise<SupervisedJobWorker> {
  const told = await workerOptionsOf(target, security, place, settings);
  // First of all: when the scheduler goes, this is how it is heard, however far the worker has come.
  scheduler.send({ op: 'register-supervisor', worker: told.name });
  let failure: string | undefined;
  const worker = superviseWorker(
    { worker: told, deafTo: endSignals },
    {
      onGiveUp: ({ message }) => {
        failure = message;
      },
    },
  );
  const close = async () => {
    scheduler.close();
    await worker.close();
  };
  try {
    await Promise.race([worker.ready, scheduler.closed]);
  } catch (error) {
    await close();
    throw error;
  }
  const ended = Promise.race([worker.ended, scheduler.closed]).then(async () => {
    await close();
    return failure;
  });
  return {
    ended,
    leave: () => scheduler.send({ op: 'leave' }),
    unref: () => scheduler.unref(),
  };
}

/** A scheduler whose whole job is asked to end goes within that time; one that does not lives on without this host. */
const JOB_END_MS = 1000;

/** What a process that only has this worker does about a signal that asks it to end. */
export async function leaveOnSignal(worker: SupervisedJobWorker, signal: Promise<unknown>): Promise<void> {
  await signal;
  await delay(JOB_END_MS, undefined, { ref: false });
  worker.leave();
}

async function workerOptionsOf(
  { address, secret }: Target,
  security: Security | undefined,
  { name, share, ...place }: WorkerPlace,
  settings: WorkerSettings,
): Promise<WorkerOptions> {
  const { nthreads = place.nthreads, resources } = settings;
  const scheme = security ? 'tls' : 'tcp';
  const host =
    settings.interface === undefined
      ? await routeAddress(parseTcpAddress(address, scheme).host)
      : addressOfInterface(settings.interface);
  if (host === undefined) throw new SheafError(`there is no network route to the scheduler at ${address}`);
  return {
    ...{ scheduler: address, secret, name, nthreads },
    address: formatTcpAddress({ host, port: 0 }, scheme),
    memory: workerMemoryOptions(settings, share).memory,
    ...(security && { security: security.toJSON() }),
    ...(resources && { resources }),
  };
}
