/**
 * One call for every place where a script may run. Started by a launcher, the ranks of the job part here: rank 0
 * becomes the scheduler, rank 1 goes on with the script, the others are workers; alone, a local cluster starts.
 *
 * The job lives as long as rank 1: it holds a connection to the scheduler, its lifeline, and when that ends, however
 * it ends, the scheduler sends the workers away. So the job's exit code is that of the script. The other ranks never
 * return to the script. Not every launcher ends a job when a rank fails (Hydra and srun go on), so failures to start
 * are told to the others: rank 0's in its announcement, a worker's to the scheduler, which tells rank 1 and ends.
 */
import { workerData } from 'node:worker_threads';
import { formatTcpAddress } from '../comm/address.js';
import { connect, type Message, newSecret } from '../comm/comm.js';
import { markCaller } from '../shipping/mark-caller.js';
import { SheafError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { bootstrap, currentLauncher } from './bootstrap.js';
import { BootstrapError, StartedInATaskError } from './bootstrap-error.js';
import { homeOfThread, setDefaultTarget } from './default-target.js';
import { addressOfInterface, defaultAddress } from './interfaces.js';
import type { Launcher } from './launcher.js';
import { LocalCluster, type LocalClusterOptions, localClusterOptions } from './local-cluster.js';
import { SchedulerServer } from './scheduler-server.js';
import { startWorkerRank, type WorkerRank } from './worker-rank.js';

export interface InitializeOptions extends LocalClusterOptions {
  /** Compute threads of each worker rank (default: `SLURM_CPUS_PER_TASK`, else `OMP_NUM_THREADS`, else 1). */
  readonly nthreads?: number;
  /** The network interface to listen on, such as `ib0`; default: the one that leads to the other hosts. */
  readonly interface?: string;
  /** How long ranks wait for one another (default 120,000). */
  readonly timeoutMs?: number;
}

/** What rank 0 tells the others. */
type Announcement = Address | { readonly failure: string };

interface Address {
  readonly address: string;
  readonly secret: string;
}

/** The least number of ranks: a scheduler, a client, a worker. */
const MIN_RANKS = 3;

/**
 * Sets up the cluster that `new Client()` joins. Under `mpirun`, `mpiexec` or `srun` it returns on rank 1 only, when
 * the others have begun; in a world of fewer than 3 ranks the job ends with a sentence on stderr and exit code 2.
 * Alone, it returns when the local cluster is up. Functions of the module that calls it are sent by value, as those of
 * the script. Raises BootstrapError when the ranks cannot meet or one cannot begin, and in a task.
 *
 * @example
 * await initialize();
 * const client = new Client();
 */
export async function initialize(options: InitializeOptions = {}): Promise<void> {
  checkOptionNames('initialize', options, [...localClusterOptions, 'nthreads', 'interface', 'timeoutMs']);
  if (homeOfThread(workerData)) {
    throw new StartedInATaskError(
      'initialize() was called on a worker, for a task: by the task itself, or by a module that its function imports',
    );
  }
  markCaller();
  const launcher = currentLauncher();
  if (!launcher) {
    const { nthreads: _, interface: __, timeoutMs: ___, ...local } = options;
    const cluster = new LocalCluster(local);
    setDefaultTarget(cluster.target);
    await cluster.ready;
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
  await say(
    `the launcher started ${started}, but a cluster needs at least ${MIN_RANKS}: rank 0 is the scheduler, rank 1 runs ` +
      `the script, the others are workers. Start it with -n ${MIN_RANKS} or more, or without a launcher to use the ` +
      'cores of this machine',
  );
  process.exit(2);
}

/** Runs a rank that is not the script's until its end, which is the end of the process. */
async function serve(role: string, { rank }: Launcher, run: () => Promise<void>): Promise<never> {
  setInterval(() => {}, 2 ** 30); // what is closing keeps no process alive, and the end is still to come
  try {
    await run();
  } catch (error) {
    if (error instanceof ToldError) process.exit(0);
    await say(failureOf(rank, role, error));
    process.exit(1);
  }
  process.exit(0);
}

/** A failure that rank 0 tells the user, or has told. */
class ToldError extends BootstrapError {}

function failureOf(rank: number, role: string, error: unknown): string {
  return `rank ${rank} (${role}) failed: ${error instanceof SheafError ? error.message : (error as Error).stack}`;
}

function say(sentence: string): Promise<void> {
  return new Promise((resolve) => process.stderr.write(`sheaf: ${sentence}\n`, () => resolve()));
}

/** Rank 0: the scheduler, until the script has ended. */
async function schedule({ launcher, timeoutMs, options }: Job): Promise<void> {
  const share = (announcement: Announcement) =>
    bootstrap({ launcher, timeoutMs, announce: async () => JSON.stringify(announcement) });
  const secret = newSecret();
  let server: SchedulerServer;
  try {
    server = await startScheduler(options, secret);
  } catch (error) {
    const failure = failureOf(0, 'scheduler', error);
    await say(failure); // first, for the launcher may end the job when rank 1 has heard and ends
    await share({ failure }).catch(() => {});
    process.exit(1);
  }
  await share({ address: server.addresses[0]!, secret });
  await untilTheEnd(server, launcher.size, timeoutMs);
  await server.close();
}

async function startScheduler(options: InitializeOptions, secret: string): Promise<SchedulerServer> {
  const host = options.interface === undefined ? await defaultAddress() : addressOfInterface(options.interface);
  const server = await SchedulerServer.start({
    addresses: [formatTcpAddress({ host, port: 0 })],
    secret,
    ...(options.retainBytes === undefined ? {} : { retainBytes: options.retainBytes }),
  });
  server.ref();
  return server;
}

/** Resolves when the script has ended; if it cannot begin, that is the end of the process. */
async function untilTheEnd(server: SchedulerServer, size: number, timeoutMs: number): Promise<void> {
  const lifeline = await within(timeoutMs, server.lifeline);
  if (lifeline === 'late') throw new BootstrapError(`rank 1, the script's, did not join within ${timeoutMs} ms`);
  const failure = await failureToBegin(server, size, timeoutMs);
  if (failure !== undefined) await say(failure);
  lifeline.send({ op: 'begin', failure });
  if (failure !== undefined) {
    lifeline.close();
    process.exit(1);
  }
  await lifeline.closed;
}

/** Waits for every worker: one that came when the scheduler has gone already would look for it in vain. */
async function failureToBegin(server: SchedulerServer, size: number, timeoutMs: number): Promise<string | undefined> {
  if ((await within(timeoutMs, server.haveReported(size - 2))) === 'late') {
    const there = new Set(server.info().workers.map(({ name }) => name));
    const absent = Array.from({ length: size - 2 }, (_, i) => String(i + 2)).filter((name) => !there.has(name));
    return `of the workers, these ranks did not join within ${timeoutMs} ms: ${absent.join(', ')}`;
  }
  const [failure, ...others] = server.failures;
  return others.length === 0 ? failure : `${failure} (${others.length} more workers failed)`;
}

/** Rank 1: waits until the cluster is whole and goes back to the script. */
async function goOnAsClient(job: Job): Promise<void> {
  const { address, secret } = await meet(job);
  const lifeline = await connect(address, { secret });
  lifeline.send({ op: 'register-lifeline' });
  const begin = new Promise<Message>((resolve) => lifeline.onMessage(resolve));
  const answer = await Promise.race([begin, lifeline.closed.then(() => undefined)]);
  if (!answer) throw new BootstrapError(`the scheduler at ${address} went away before the script began`);
  if (answer.failure !== undefined) throw new ToldError(String(answer.failure));
  lifeline.unref();
  setDefaultTarget(Promise.resolve({ address, secret }));
}

/** The others: workers, until the scheduler sends them away. */
async function work(job: Job): Promise<void> {
  const scheduler = await meet(job);
  const { launcher, options } = job;
  let worker: WorkerRank;
  try {
    worker = await startWorkerRank(scheduler, launcher, options);
  } catch (error) {
    if (await tell(scheduler, failureOf(launcher.rank, 'worker', error))) throw new ToldError('', { cause: error });
    throw error;
  }
  const failure = await worker.ended;
  // The others go on: a bad exit code would have some launchers end them.
  if (failure !== undefined) await say(`rank ${launcher.rank}: ${failure}`);
}

/** Whether the scheduler has heard of the failure. */
async function tell({ address, secret }: Address, failure: string): Promise<boolean> {
  try {
    const comm = await connect(address, { secret, retry: false });
    comm.send({ op: 'report-failure', failure });
    await comm.closed;
    return true;
  } catch {
    return false;
  }
}

/** What rank 0 announces. Raises ToldError if it is that there will be no scheduler. */
async function meet({ launcher, timeoutMs }: Job): Promise<Address> {
  const announce = () => Promise.reject(new Error('rank 0 announces'));
  const { value } = await bootstrap({ launcher, timeoutMs, announce });
  const announcement: Announcement = JSON.parse(value);
  if ('failure' in announcement) throw new ToldError(announcement.failure);
  return announcement;
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
