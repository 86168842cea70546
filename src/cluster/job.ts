/**
 * The ranks of a job, each in its role. The job lives as long as the client's rank: it holds a connection to the scheduler,
 * its lifeline, and when that ends, however it ends, the scheduler sends the workers away. So the job's exit code is that
 * of the script. Not every launcher ends a job when a rank fails (Hydra and srun go on), so failures to start are told to
 * the others: the scheduler's in its announcement, a worker's to the scheduler, which tells the client's rank and ends.
 */
import { connect, type Message } from '../comm/comm.js';
import {
  type Joining,
  joinableBy,
  meet,
  type ReachedScheduler,
  type Rendezvous,
  reach,
  SaidError,
  ToldError,
} from './announcement.js';
import { BootstrapError } from './bootstrap-error.js';
import { readCores } from './cores.js';
import { addressOfInterface } from './interfaces.js';
import { failureOf, openScheduler, type SchedulerSettings, superintend } from './job-scheduler.js';
import { threadsOfRank, workersOnHost } from './placement.js';
import { say } from './say.js';
import { firstEndSignal } from './signals.js';
import {
  leaveOnSignal,
  type SupervisedJobWorker,
  startSupervisedWorker,
  type WorkerSettings,
} from './supervised-worker.js';
import { srunArguments, survivalWarning } from './survival.js';
import type { Target } from './target.js';

export interface Job extends Rendezvous {
  readonly scheduling: SchedulerSettings;
  readonly working: WorkerSettings;
}

/** The ranks that are not the client's: resolves to the exit code of this one when the job has ended. */
export async function serveJob(job: Job): Promise<number> {
  const { launcher, roles } = job;
  const role = launcher.rank === roles.scheduler ? 'scheduler' : 'worker';
  const alive = setInterval(() => {}, 2 ** 30); // what is closing keeps no process alive, and the end is still to come
  try {
    if (role === 'scheduler') await serveAsScheduler(job);
    else await work(job, await meet(job), true);
    return 0;
  } catch (error) {
    if (error instanceof ToldError) return 0;
    if (!(error instanceof SaidError)) await say(failureOf(launcher.rank, role, error).message);
    return 1;
  } finally {
    clearInterval(alive);
  }
}

async function serveAsScheduler(job: Job): Promise<void> {
  const { launcher, roles } = job;
  const signal = firstEndSignal();
  let isSaid = false;
  const report = (failure: string) => {
    isSaid = true;
    return say(failure);
  };
  try {
    const { server, joining } = await openScheduler(job, report);
    server.ref();
    const warning = survivalWarning(launcher, process.env, srunArguments(process.env));
    if (warning !== undefined) await say(warning);
    if (roles.workers.includes(launcher.rank)) work(job, joining).catch(() => {}); // the scheduler knows of it
    await superintend(server, job, report, signal);
  } catch (error) {
    throw isSaid ? new SaidError('', { cause: error }) : error;
  }
}

/** The client's rank: resolves to what a client joins when the cluster is whole. */
export async function joinJob(job: Job): Promise<Target> {
  const { launcher, roles } = job;
  let joining: Joining;
  if (launcher.rank === roles.scheduler) {
    const opened = await openScheduler(job, unreported);
    joining = opened.joining;
    superintend(opened.server, job, unreported).catch(() => {}); // the lifeline tells
  } else {
    joining = await meet(job);
  }
  if (roles.workers.includes(launcher.rank)) work(job, joining).catch(() => {}); // the scheduler knows of it
  const { target, comm: lifeline } = await reachFor(job, joining);
  const begin = new Promise<Message>((resolve) => {
    lifeline.onMessage((message) => {
      if (message.op === 'begin') resolve(message);
      // Nothing is taken from a script that means to end in its own way, with what its cluster still has to give.
      else lifeline.send({ op: 'handles', handles: process.listenerCount(String(message.signal)) > 0 });
    });
  });
  lifeline.send({ op: 'register-lifeline' });
  // Now that the others hear of its end.
  if (job.scheduling.interface !== undefined) addressOfInterface(job.scheduling.interface);
  const answer = await Promise.race([begin, lifeline.closed.then(() => undefined)]);
  if (!answer) throw new BootstrapError(`the scheduler at ${target.address} went away before the script began`);
  if (answer.failure !== undefined) throw new ToldError(String(answer.failure));
  lifeline.unref();
  return target;
}

/** The script gets the error. */
const unreported = () => Promise.resolve();

/** A worker, until the scheduler sends it away, alone in its rank or beside another role. */
export async function work(job: Job, joining: Joining, isAlone = false): Promise<void> {
  const { launcher, roles, working, scheduling } = job;
  const reached = await reachFor(job, joining);
  const workers = workersOnHost(launcher, roles, process.env);
  const place = {
    name: String(launcher.rank),
    nthreads: threadsOfRank(process.env, readCores(), workers),
    share: 1 / workers,
  };
  const security = joinableBy(joining, scheduling.security);
  let worker: SupervisedJobWorker;
  try {
    worker = await startSupervisedWorker(reached, security, place, working);
  } catch (error) {
    if (await tell(reached.target, failureOf(launcher.rank, 'worker', error).message))
      throw new ToldError('', { cause: error });
    throw error;
  }
  if (isAlone) leaveOnSignal(worker, firstEndSignal());
  else worker.unref();
  const failure = await worker.ended;
  // The others go on: a bad exit code would have some launchers end them.
  if (failure !== undefined) await say(`rank ${launcher.rank}: ${failure}`);
}

const reachFor = ({ timeoutMs, scheduling }: Job, joining: Joining): Promise<ReachedScheduler> =>
  reach(joining, joinableBy(joining, scheduling.security)?.for('client'), timeoutMs);

/** Whether the scheduler has heard of the failure. */
async function tell(target: Target, failure: string): Promise<boolean> {
  try {
    const comm = await connect(target.address, { ...target, retry: false });
    comm.send({ op: 'report-failure', failure });
    await comm.closed;
    return true;
  } catch {
    return false;
  }
}
