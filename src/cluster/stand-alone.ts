/** Schedulers and workers without a script: for clients that join them, and ranks of a job whose script runs elsewhere. */
import { hostname } from 'node:os';
import type { Security } from '../comm/security.js';
import { InputError } from '../util/errors.js';
import { type Joining, joinableBy, meet, reach } from './announcement.js';
import { currentLauncher } from './bootstrap.js';
import { readCores } from './cores.js';
import { work } from './job.js';
import {
  failureOf,
  type OpenScheduler,
  openScheduler,
  type SchedulerSettings,
  startScheduler,
} from './job-scheduler.js';
import { rankWithoutSocket } from './launcher.js';
import { threadsOfRank, workersOnHost } from './placement.js';
import { say } from './say.js';
import { joinBySchedulerFile, writeSchedulerFile } from './scheduler-file.js';
import { firstEndSignal } from './signals.js';
import { type SupervisedJobWorker, startSupervisedWorker, type WorkerSettings } from './supervised-worker.js';

export interface StandAloneScheduler extends SchedulerSettings {
  readonly schedulerFile?: string;
  readonly secret?: string;
}

/** Where a scheduler is found: by its address and secret, or by its file. */
export interface SchedulerPlace {
  readonly address?: string;
  readonly secret?: string;
  readonly schedulerFile?: string;
  readonly security?: Security;
  readonly timeoutMs: number;
}

/** Runs a scheduler until it is asked to end, by a signal or a client. Raises InputError for settings that cannot be. */
export async function runScheduler(
  { schedulerFile, secret, ...settings }: StandAloneScheduler,
  onReady: (joining: Joining) => void,
): Promise<void> {
  await attend(await startScheduler(settings, secret), schedulerFile, onReady);
}

async function attend(
  { server, joining }: OpenScheduler,
  schedulerFile: string | undefined,
  onReady: (joining: Joining) => void,
): Promise<void> {
  const signal = firstEndSignal({ isPatient: false });
  server.ref();
  try {
    const remove = schedulerFile === undefined ? undefined : await writeSchedulerFile(schedulerFile, joining);
    if (remove) process.once('exit', remove);
    onReady(joining);
    await Promise.race([
      signal.then((name) => server.expectEnd(`its scheduler was asked to end (${name})`)),
      server.closed,
    ]);
    remove?.();
  } finally {
    await server.close();
  }
}

export interface StandAloneWorkers extends WorkerSettings {
  /** Their names: one for each worker. */
  readonly names: readonly string[];
  readonly nthreads: number;
  /** Each one's part of the host's memory. */
  readonly share: number;
}

/**
 * Runs workers until their scheduler sends them away or is gone; a signal has them hand over what they hold and leave.
 * Rejects where there is no scheduler, or a worker cannot begin; resolves to what the user should hear of workers that died too often.
 */
export async function runWorkers(
  place: SchedulerPlace,
  { names, nthreads, share, ...settings }: StandAloneWorkers,
  onReady: (address: string) => void,
): Promise<readonly string[]> {
  const signal = firstEndSignal({ isPatient: false });
  const joining = await joiningOf(place);
  const security = joinableBy(joining, place.security);
  const workers: SupervisedJobWorker[] = [];
  for (const name of names) {
    const reached = await reach(joining, security?.for('client'), place.timeoutMs);
    workers.push(await startSupervisedWorker(reached, security, { name, nthreads, share }, settings));
    if (workers.length === names.length) onReady(reached.target.address);
  }
  signal.then(() => {
    for (const worker of workers) worker.leave();
  });
  const failures = await Promise.all(workers.map(({ ended }) => ended));
  return failures.flatMap((failure) => failure ?? []);
}

async function joiningOf({
  address,
  secret = '',
  schedulerFile,
  security,
  timeoutMs,
}: SchedulerPlace): Promise<Joining> {
  if (schedulerFile === undefined) return { addresses: [address!], secret };
  return (await joinBySchedulerFile(schedulerFile, security, timeoutMs)).joining;
}

export interface MpiSettings {
  readonly scheduler: StandAloneScheduler;
  readonly working: WorkerSettings;
  /** Whether rank 0, the scheduler's, has a worker too. */
  readonly isInclusive: boolean;
  /** The scheduler that runs already and all ranks are to work for. */
  readonly join?: SchedulerPlace;
  readonly timeoutMs: number;
}

/**
 * A rank of a job that is a cluster and nothing else: rank 0 is the scheduler, the others are workers; or all are
 * workers of a scheduler that runs already. Raises InputError without a launcher and in a world without a worker.
 */
export async function runMpiRank(settings: MpiSettings, onReady: (joining: Joining) => void): Promise<void> {
  const connected = currentLauncher();
  const launcher = connected ?? rankWithoutSocket(process.env);
  if (!launcher) {
    throw new InputError(
      'a launcher starts it, such as mpirun -n 4 sheaf mpi --scheduler-file FILE or srun; without one there are ' +
        'sheaf scheduler and sheaf worker',
    );
  }
  const ranks = Array.from({ length: launcher.size }, (_, rank) => rank);
  const { scheduler, working, isInclusive, join, timeoutMs } = settings;
  const workers = ranks.slice(join || isInclusive ? 0 : 1);
  if (workers.length === 0)
    throw new InputError(
      'one rank is the scheduler, and no worker is left: start 2 ranks or more, or give --inclusive-workers',
    );
  const roles = { scheduler: 0, client: -1, workers };
  // Ranks that cannot meet find their scheduler as strangers do.
  const found = join ?? (connected || launcher.rank === 0 ? undefined : { ...scheduler, timeoutMs });
  if (found) {
    const alike = workersOnHost(launcher, roles, process.env);
    const place = { nthreads: threadsOfRank(process.env, readCores(), alike), share: 1 / alike };
    const names = [join ? `${hostname()}-${process.pid}` : String(launcher.rank)];
    const failures = await runWorkers(found, { ...place, names, ...working }, () => {});
    for (const failure of failures) await say(`rank ${launcher.rank}: ${failure}`);
    return;
  }
  const job = { launcher, roles, timeoutMs, scheduling: scheduler, working };
  if (launcher.rank > 0) {
    await work(job, await meet(job), true);
    return;
  }
  const opened = connected ? await openScheduler(job, () => Promise.resolve()) : await startScheduler(scheduler);
  if (isInclusive) work(job, opened.joining).catch((error) => say(failureOf(0, 'worker', error).message));
  await attend(opened, scheduler.schedulerFile, onReady);
}
