/**
 * One call for every place where a script may run. Started by a launcher, the ranks of the job part here: rank 0
 * becomes the scheduler, rank 1 goes on with the script, the others are workers; alone, a local cluster starts.
 *
 * The job lives as long as rank 1: it holds a connection to the scheduler, its lifeline, and when that ends, however
 * it ends, the scheduler sends the workers away. So the job's exit code is that of the script. The other ranks never
 * return to the script: one that fails says so and exits with code 1, at which the launcher ends the job.
 */

import { formatTcpAddress, parseTcpAddress } from '../comm/address.js';
import { connect, newSecret } from '../comm/comm.js';
import { SheafError } from '../util/errors.js';
import { bootstrap, currentLauncher } from './bootstrap.js';
import { setDefaultTarget } from './default-target.js';
import { addressOfInterface, defaultAddress, routeAddress } from './interfaces.js';
import type { Launcher } from './launcher.js';
import { LocalCluster, type LocalClusterOptions } from './local-cluster.js';
import { SchedulerServer } from './scheduler-server.js';
import { WorkerServer } from './worker-server.js';

export interface InitializeOptions extends LocalClusterOptions {
  /** Compute threads of each worker rank (default 1, as a launcher counts a rank as a core). */
  readonly nthreads?: number;
  /** The network interface to listen on, such as `ib0`; default: the one that leads to the other hosts. */
  readonly interface?: string;
  /** How long ranks wait for one another (default 120,000). */
  readonly timeoutMs?: number;
}

/** What rank 0 tells the others. */
interface Announcement {
  readonly address: string;
  readonly secret: string;
}

/** The least number of ranks: a scheduler, a client, a worker. */
const MIN_RANKS = 3;

/**
 * Sets up the cluster that `new Client()` joins. Under `mpirun`, `mpiexec` or `srun` it returns on rank 1 only, when
 * the scheduler is there; in a world of fewer than 3 ranks the job ends with a sentence on stderr and exit code 2.
 * Alone, it returns when the local cluster is up. Raises BootstrapError when the ranks cannot meet.
 *
 * @example
 * await initialize();
 * const client = new Client();
 */
export async function initialize(options: InitializeOptions = {}): Promise<void> {
  const launcher = currentLauncher();
  if (!launcher) {
    const cluster = LocalCluster.start(options);
    setDefaultTarget(cluster.then(({ target }) => target));
    await cluster;
    return;
  }
  // Launchers give ranks a terminal of their own: colours would end in the user's files.
  if (process.env.FORCE_COLOR === undefined) process.env.NO_COLOR ??= '1';
  if (launcher.size < MIN_RANKS) await refuse(launcher);
  const { timeoutMs = 120_000 } = options;
  const job = { launcher, timeoutMs, options };
  if (launcher.rank === 0) await serve('scheduler', launcher, () => schedule(job));
  if (launcher.rank === 1) await goOnAsClient(job);
  else await serve('worker', launcher, () => work(job));
}

interface Job {
  readonly launcher: Launcher;
  readonly timeoutMs: number;
  readonly options: InitializeOptions;
}

/** Rank 0 alone has a bad exit code, so that no launcher cuts it short before it has spoken. */
async function refuse({ rank, size }: Launcher): Promise<never> {
  if (rank !== 0) process.exit(0);
  const started = size === 1 ? 'one process' : `${size} processes`;
  return exitWith(
    2,
    `the launcher started ${started}, but a cluster needs at least ${MIN_RANKS}: rank 0 is the scheduler, rank 1 runs ` +
      `the script, the others are workers. Start it with -n ${MIN_RANKS} or more, or without a launcher to use the ` +
      'cores of this machine',
  );
}

/** Runs a rank that is not the script's until its end, which is the end of the process. */
async function serve(role: string, { rank }: Launcher, run: () => Promise<void>): Promise<never> {
  try {
    await run();
  } catch (error) {
    const what = error instanceof SheafError ? error.message : (error as Error).stack;
    return exitWith(1, `rank ${rank} (${role}) failed: ${what}`);
  }
  process.exit(0);
}

async function exitWith(code: number, sentence: string): Promise<never> {
  await new Promise<void>((resolve) => process.stderr.write(`sheaf: ${sentence}\n`, () => resolve()));
  process.exit(code);
}

/** Rank 0: the scheduler, until the script has ended. */
async function schedule({ launcher, timeoutMs, options }: Job): Promise<void> {
  const secret = newSecret();
  const host = options.interface === undefined ? await defaultAddress() : addressOfInterface(options.interface);
  const server = await SchedulerServer.start({
    addresses: [formatTcpAddress({ host, port: 0 })],
    secret,
    ...(options.retainBytes === undefined ? {} : { retainBytes: options.retainBytes }),
  });
  server.ref();
  const announcement: Announcement = { address: server.addresses[0]!, secret };
  await bootstrap({ launcher, timeoutMs, announce: async () => JSON.stringify(announcement) });
  const lifeline = await within(timeoutMs, server.lifeline);
  if (lifeline === 'late') throw new SheafError(`rank 1, which runs the script, did not join within ${timeoutMs} ms`);
  await lifeline.ended;
  // Workers are sent away, which a worker that has yet to come could not be: it would miss the scheduler.
  await within(timeoutMs, server.haveCome(launcher.size - 2));
  await server.close();
}

/** Rank 1: leaves its mark with the scheduler and goes back to the script. */
async function goOnAsClient(job: Job): Promise<void> {
  const { address, secret } = await meet(job);
  const lifeline = await connect(address, { secret });
  lifeline.send({ op: 'register-lifeline' });
  const heard = new Promise<void>((resolve) => lifeline.onMessage(() => resolve()));
  const first = await Promise.race([heard, lifeline.closed.then(() => 'gone' as const)]);
  if (first === 'gone') throw new SheafError(`the scheduler at ${address} went away before the script began`);
  lifeline.unref();
  setDefaultTarget(Promise.resolve({ address, secret, minWorkers: job.launcher.size - 2 }));
}

/** The others: workers, until the scheduler sends them away. */
async function work(job: Job): Promise<void> {
  const { address, secret } = await meet(job);
  const { rank } = job.launcher;
  const { interface: name, nthreads = 1 } = job.options;
  const host = name === undefined ? await routeAddress(parseTcpAddress(address).host) : addressOfInterface(name);
  if (host === undefined) throw new SheafError(`there is no network route to the scheduler at ${address}`);
  const worker = await WorkerServer.start({
    scheduler: address,
    secret,
    name: String(rank),
    nthreads,
    address: formatTcpAddress({ host, port: 0 }),
  });
  worker.ref();
  await worker.ended;
}

/** What rank 0 announces. */
async function meet({ launcher, timeoutMs }: Job): Promise<Announcement> {
  const announce = () => Promise.reject(new Error('rank 0 announces'));
  const { value } = await bootstrap({ launcher, timeoutMs, announce });
  return JSON.parse(value);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}
