/**
 * One call for every place where a script may run. Started by a launcher, the ranks of the job part here: one becomes the
 * scheduler, one goes on with the script, the others are workers; alone, a local cluster starts.
 */
import { workerData } from 'node:worker_threads';
import { Security } from '../comm/security.js';
import { markCaller } from '../shipping/mark-caller.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { warn } from '../util/warnings.js';
import { currentLauncher } from './bootstrap.js';
import { StartedInATaskError } from './bootstrap-error.js';
import { debug } from './debug.js';
import { homeOfThread, setDefaultTarget, targetOfEnv } from './default-target.js';
import { joinJob, serveJob } from './job.js';
import type { Launcher } from './launcher.js';
import { LocalCluster, type LocalClusterOptions, localClusterOptions } from './local-cluster.js';
import { type RoleOptions, type Roles, rolesOf } from './roles.js';
import { say } from './say.js';
import type { WorkerSettings } from './supervised-worker.js';

export interface InitializeOptions extends LocalClusterOptions, RoleOptions {
  /**
   * Compute threads of each worker rank (default: `SLURM_CPUS_PER_TASK`, else `OMP_NUM_THREADS`, else 1, and no more than
   * its part of the host's cores).
   */
  readonly nthreads?: number;
  /** The network interface to listen on, such as `ib0` (default: `SHEAF_INTERFACE`, else whichever leads to the other hosts). */
  readonly interface?: string;
  /** `tls` encrypts the connections, with certificates made for this job unless `security` has some (default `tcp`). */
  readonly protocol?: 'tcp' | 'tls';
  /** What is different for the workers: these go before the others. */
  readonly workerOptions?: WorkerSettings;
  /** How long ranks wait for one another (default 120,000). */
  readonly timeoutMs?: number;
  /** Whether ranks that are not the client's end with the job (default), or go on with the script after it. */
  readonly exit?: boolean;
  /** There is no dashboard yet: `true` warns of that (default false). */
  readonly dashboard?: boolean;
  readonly dashboardAddress?: string;
}

const workerSettings = ['nthreads', 'resources', 'memoryLimit', 'localDirectory', 'interface'] as const;
const thresholds = ['memoryTarget', 'memorySpill', 'memoryPause', 'memoryTerminate'] as const;
const own = ['nthreads', 'interface', 'protocol', 'workerOptions', 'timeoutMs', 'exit'] as const;
const roleOptions = ['exclusive', 'schedulerRank', 'clientRank'] as const;
const dashboardOptions = ['dashboard', 'dashboardAddress'] as const;

/**
 * Sets up the cluster that `new Client()` joins. Under `mpirun`, `mpiexec` or `srun` it returns on the client's rank only,
 * when all workers are there; in a world that is too small the job ends with a sentence on stderr and exit code 2. Alone,
 * it returns when the local cluster is up. With `exit: false` it returns on all ranks, true for the client's; on the
 * others when the job has ended, by `client.shutdown()` or with the client's process. Functions of the module that calls
 * it are sent by value, as those of the script. Raises InputError for options that make no sense, BootstrapError when the
 * ranks cannot meet or one cannot begin, and in a task.
 *
 * @example
 * await initialize();
 * const client = new Client();
 */
export async function initialize(given: InitializeOptions = {}): Promise<boolean> {
  if (homeOfThread(workerData)) {
    throw new StartedInATaskError(
      'initialize() was called on a worker, for a task: by the task itself, or by a module that its function imports',
    );
  }
  markCaller();
  const { SHEAF_INTERFACE: ambient } = process.env;
  const options = ambient ? { interface: ambient, ...given } : given;
  const launcher = currentLauncher();
  if (!launcher) {
    checkOptions(options);
    await startAlone(options);
    return true;
  }
  // Launchers give ranks a terminal of their own: colours would end in the user's files.
  if (process.env.FORCE_COLOR === undefined) process.env.NO_COLOR ??= '1';
  const job = await jobOf(launcher, options);
  const { rank } = launcher;
  debug('rank %d of %d, started by %s: %j', rank, launcher.size, launcher.kind, job.roles);
  if (rank === job.roles.client) {
    const target = await joinJob(job);
    setDefaultTarget(Promise.resolve(target));
    return true;
  }
  const code = await serveJob(job);
  if (options.exit ?? true) process.exit(code);
  return false;
}

/** A local cluster, unless the environment names one to join. */
async function startAlone(options: InitializeOptions): Promise<void> {
  const named = targetOfEnv(process.env);
  if (named) {
    setDefaultTarget(named);
    await named;
    return;
  }
  const told = Object.entries(options).filter(([name]) => (localClusterOptions as readonly string[]).includes(name));
  const local: LocalClusterOptions = Object.fromEntries(told);
  const { SLURM_JOB_ID: slurmJob, SLURM_NTASKS: tasks } = process.env;
  if (slurmJob !== undefined) {
    await say(
      `in Slurm job ${slurmJob}, but not started by srun: the script runs alone, on the cores of this node. ` +
        `To use all that the job has${tasks === undefined ? '' : ` (${tasks} tasks)`}, start it with srun`,
    );
  }
  const isEncrypted = options.protocol === 'tls' && local.processes && local.security === undefined;
  const cluster = new LocalCluster({ ...local, ...(isEncrypted && { security: Security.temporary() }) });
  setDefaultTarget(cluster.target);
  await cluster.ready;
}

/** What a job needs to know. All ranks see the same wrong options: the scheduler's speaks of them, and ends the job. */
async function jobOf(launcher: Launcher, options: InitializeOptions) {
  try {
    checkOptions(options);
    const roles: Roles = rolesOf(launcher.size, options);
    const { timeoutMs = 120_000, workerOptions } = options;
    return { launcher, roles, timeoutMs, scheduling: options, working: { ...options, ...workerOptions } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // One rank alone has a bad exit code, so that no launcher cuts it short before it has spoken.
    if (launcher.rank !== 0) process.exit(0);
    await say(error.message);
    process.exit(2);
  }
}

function checkOptions(options: InitializeOptions): void {
  const known = [...own, ...roleOptions, ...dashboardOptions, ...localClusterOptions];
  checkOptionNames('initialize', options, known);
  const { nthreads, protocol, timeoutMs, workerOptions = {} } = options;
  checkOptionNames('initialize: workerOptions', workerOptions, [...workerSettings, ...thresholds]);
  for (const [name, value] of Object.entries({
    nthreads,
    timeoutMs,
    'workerOptions.nthreads': workerOptions.nthreads,
  })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0))
      throw new InputError(`initialize: ${name} must be a positive integer, but it is ${value}`);
  }
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'tls')
    throw new InputError(`initialize: protocol is ${JSON.stringify(protocol)}: it must be 'tcp' or 'tls'`);
  if (options.dashboard || options.dashboardAddress !== undefined)
    warn('UserWarning', 'initialize: there is no dashboard yet, so dashboard and dashboardAddress do nothing');
}
