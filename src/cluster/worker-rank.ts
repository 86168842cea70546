/**
 * The worker of a rank: a child process that the rank supervises. So a worker that is killed, by the system for want of
 * memory or by anybody, is not the death of a rank, for which launchers end the whole job, and another takes its place.
 */
import { formatTcpAddress, parseTcpAddress } from '../comm/address.js';
import { connect } from '../comm/comm.js';
import { SheafError } from '../util/errors.js';
import { addressOfInterface, routeAddress } from './interfaces.js';
import { type Launcher, ranksOnHost, threadsOfRank } from './launcher.js';
import type { LocalClusterOptions } from './local-cluster.js';
import { workerMemoryOptions } from './memory-limit.js';
import { superviseWorker } from './nanny.js';
import type { Target } from './target.js';
import type { WorkerOptions } from './worker-server.js';

export interface WorkerRankOptions extends LocalClusterOptions {
  readonly nthreads?: number;
  readonly interface?: string;
}

export interface WorkerRank {
  /** When there is no worker any more, or no scheduler; with a sentence where that is the worker's fault. */
  readonly ended: Promise<string | undefined>;
}

/** Starts it and resolves when it has joined. Raises SheafError for an interface that does not exist, and if it dies before. */
export async function startWorkerRank(
  { address, secret }: Target,
  launcher: Launcher,
  options: WorkerRankOptions,
): Promise<WorkerRank> {
  const told = await workerOptionsOf({ address, secret }, launcher, options);
  // First of all: when the scheduler goes, this is how it is heard, however far the worker has come.
  const scheduler = await connect(address, { secret });
  scheduler.send({ op: 'register-supervisor' });
  let failure: string | undefined;
  const worker = superviseWorker(
    { worker: told },
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
  return { ended };
}

async function workerOptionsOf(
  { address, secret }: Target,
  launcher: Launcher,
  options: WorkerRankOptions,
): Promise<WorkerOptions> {
  const { nthreads = threadsOfRank(process.env), resources } = options;
  const name = options.interface;
  const host = name === undefined ? await routeAddress(parseTcpAddress(address).host) : addressOfInterface(name);
  if (host === undefined) throw new SheafError(`there is no network route to the scheduler at ${address}`);
  return {
    ...{ scheduler: address, secret, name: String(launcher.rank), nthreads },
    address: formatTcpAddress({ host, port: 0 }),
    memory: workerMemoryOptions(options, 1 / ranksOnHost(launcher, process.env)).memory,
    ...(resources && { resources }),
  };
}
