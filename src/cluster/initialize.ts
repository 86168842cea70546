/**
 * One call for every place where a script may run. Started by a launcher, the ranks of the job part here: rank 0
 * becomes the scheduler, rank 1 goes on with the script, the others are workers; alone, a local cluster starts.
 *
 * The job lives as long as rank 1: it holds a connection to the scheduler, its lifeline, and when that ends, however
 * it ends, the scheduler sends the workers away. So the job's exit code is that of the script.
 */

import { formatTcpAddress, parseTcpAddress } from '../comm/address.js';
import { connect, newSecret } from '../comm/comm.js';
import { SheafError } from '../util/errors.js';
import { type Bootstrap, bootstrap, currentLauncher } from './bootstrap.js';
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
  /** How long ranks wait for one another. */
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
 * the others have begun; in a world of fewer than 3 ranks the job ends with a sentence on stderr and exit code 2.
 * Alone, it returns when the local cluster is up.
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
  const secret = newSecret();
  const announce = async (): Promise<string> => {
    const address = await startScheduler(options, secret);
    return JSON.stringify({ address, secret } satisfies Announcement);
  };
  const { timeoutMs } = options;
  const met = await bootstrap({ launcher, announce, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const { address, secret: shared }: Announcement = JSON.parse(met.value);
  const job = { ...met, address, secret: shared };
  if (met.rank === 1) return goOnAsClient(job);
  if (met.rank > 1) await workUntilTheEnd(job, options);
  await new Promise(() => {}); // the scheduler's rank: its end is the end of the process
}

type Job = Bootstrap & Announcement;

/** Rank 0 alone has a bad exit code, so that no launcher cuts it short before it has spoken. */
async function refuse({ rank, size }: Launcher): Promise<never> {
  if (rank !== 0) process.exit(0);
  const started = size === 1 ? 'one process' : `${size} processes`;
  const text =
    `sheaf: the launcher started ${started}, but a cluster needs at least ${MIN_RANKS}: rank 0 is the scheduler, ` +
    `rank 1 runs the script, the others are workers. Start it with -n ${MIN_RANKS} or more, or without a launcher ` +
    'to use the cores of this machine.\n';
  await new Promise<void>((resolve) => process.stderr.write(text, () => resolve()));
  process.exit(2);
}

/** Starts the scheduler of a job in this process, which ends with the job, and resolves to its address. */
async function startScheduler(options: InitializeOptions, secret: string): Promise<string> {
  const host = options.interface === undefined ? await defaultAddress() : addressOfInterface(options.interface);
  const server = await SchedulerServer.start({
    addresses: [formatTcpAddress({ host, port: 0 })],
    secret,
    ...(options.retainBytes === undefined ? {} : { retainBytes: options.retainBytes }),
    onLifelineEnd: async () => {
      await server.close();
      process.exit(0);
    },
  });
  server.ref();
  return server.addresses[0]!;
}

async function goOnAsClient({ address, secret, size }: Job): Promise<void> {
  const lifeline = await connect(address, { secret });
  lifeline.send({ op: 'register-lifeline' });
  lifeline.unref();
  setDefaultTarget(Promise.resolve({ address, secret, minWorkers: size - 2 }));
}

async function workUntilTheEnd({ address, secret, rank }: Job, options: InitializeOptions): Promise<never> {
  const host =
    options.interface === undefined
      ? await routeAddress(parseTcpAddress(address).host)
      : addressOfInterface(options.interface);
  if (host === undefined) throw new SheafError(`rank ${rank} has no network route to the scheduler at ${address}`);
  const worker = await WorkerServer.start({
    scheduler: address,
    secret,
    name: String(rank),
    nthreads: options.nthreads ?? 1,
    address: formatTcpAddress({ host, port: 0 }),
  });
  worker.ref();
  await worker.ended;
  process.exit(0);
}
