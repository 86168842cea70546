/** The scheduler of a job: from its start, through the wait for all ranks, to the end of the script or of the job. */
import { hostname } from 'node:os';
import { formatTcpAddress } from '../comm/address.js';
import { type Comm, newSecret } from '../comm/comm.js';
import { Security } from '../comm/security.js';
import { SheafError } from '../util/errors.js';
import { announce, type Joining, type Rendezvous } from './announcement.js';
import { BootstrapError } from './bootstrap-error.js';
import { openEventLog } from './event-log.js';
import { addressOfInterface, schedulerHosts } from './interfaces.js';
import { hostsOfRanks } from './placement.js';
import { SchedulerServer } from './scheduler-server.js';

export interface SchedulerSettings {
  /** The network interface to listen on. */
  readonly interface?: string;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'tls';
  readonly security?: Security;
  readonly retainBytes?: number;
  readonly allowedFailures?: number;
  readonly workerTtlMs?: number;
  /** The file to write to what happens. */
  readonly eventLog?: string;
}

export interface OpenScheduler {
  readonly server: SchedulerServer;
  readonly joining: Joining;
}

/** Starts a scheduler. Raises InputError for settings that cannot be. */
export async function startScheduler(settings: SchedulerSettings, secret = newSecret()): Promise<OpenScheduler> {
  const { protocol, port = 0, retainBytes, allowedFailures, workerTtlMs } = settings;
  const isTemporary = protocol === 'tls' && settings.security === undefined;
  const security = isTemporary ? Security.temporary() : protocol === 'tcp' ? undefined : settings.security;
  const scheme = security ? 'tls' : 'tcp';
  const name = settings.interface;
  const hosts = name === undefined ? await schedulerHosts() : [addressOfInterface(name)];
  const eventLog = settings.eventLog === undefined ? undefined : openEventLog(settings.eventLog);
  const server = await SchedulerServer.start({
    addresses: hosts.map((host) => formatTcpAddress({ host, port }, scheme)),
    secret,
    ...(security && { security: security.for('scheduler') }),
    ...(retainBytes !== undefined && { retainBytes }),
    ...(allowedFailures !== undefined && { allowedFailures }),
    ...(workerTtlMs !== undefined && { workerTtlMs }),
    ...(eventLog && { eventLog }),
  });
  // Certificates that the user gave are on every host; those of this moment go the way of the secret.
  const joining = { addresses: server.addresses, secret, ...(isTemporary && { security: security!.toJSON() }) };
  return { server, joining };
}

export type SchedulingJob = Rendezvous & { readonly scheduling: SchedulerSettings };

/** Tells the user of a failure, where the error itself does not. */
export type Report = (failure: string) => Promise<void>;

/** The same for a job, whose ranks are told how to join, or why they cannot: then it raises what the user should read. */
export async function openScheduler(job: SchedulingJob, report: Report): Promise<OpenScheduler> {
  const { launcher, roles } = job;
  let opened: OpenScheduler;
  try {
    opened = await startScheduler(job.scheduling);
  } catch (error) {
    const { message } = failureOf(launcher.rank, 'scheduler', error);
    await report(message); // first, for the launcher may end the job when the client's rank has heard and ends
    await announce(job, { failure: message }).catch(() => {});
    throw error;
  }
  const { way, library } = await announce(job, opened.joining);
  opened.server.launch = {
    ...{ launcher: launcher.kind, ranks: launcher.size, schedulerRank: roles.scheduler, clientRank: roles.client, way },
    ...(library !== undefined && { library }),
  };
  return opened;
}

/**
 * Resolves when the script has ended, or the job is to end by `signal`, and all have been sent away.
 * Raises BootstrapError when the script could not begin, after `report` and its rank have heard of it.
 */
export async function superintend(
  server: SchedulerServer,
  job: Rendezvous,
  report: Report,
  signal?: Promise<NodeJS.Signals>,
): Promise<void> {
  const early = signal?.then((name) => {
    throw new BootstrapError(`the job was asked to end (${name}) before all its ranks had joined`);
  });
  early?.catch(() => {});
  const { roles, timeoutMs } = job;
  const lifeline = await within(timeoutMs, server.lifeline, early);
  if (lifeline === 'late') throw new BootstrapError(absence('client', [roles.client], job));
  const failure = await failureToBegin(server, job, early);
  if (failure !== undefined) await report(failure);
  lifeline.send({ op: 'begin', failure });
  if (failure === undefined) {
    const end = lifeline.closed.then(() => server.expectEnd('the script has ended'));
    await Promise.race([end, ...(signal ? [endBySignal(server, lifeline, signal)] : [])]);
  }
  lifeline.close();
  await server.close();
  if (failure !== undefined) throw new BootstrapError(failure);
}

/** Waits for every worker: one that came when the scheduler has gone already would look for it in vain. */
async function failureToBegin(
  server: SchedulerServer,
  job: Rendezvous,
  early: Promise<never> | undefined,
): Promise<string | undefined> {
  const { workers } = job.roles;
  if ((await within(job.timeoutMs, server.haveReported(workers.length), early)) === 'late') {
    const there = new Set(server.info().workers.map(({ name }) => name));
    return absence(
      'worker',
      workers.filter((rank) => !there.has(String(rank))),
      job,
    );
  }
  const [failure, ...others] = server.failures;
  return others.length === 0 ? failure : `${failure} (${others.length} more workers failed)`;
}

/** Who did not come, and where that is, as far as the launcher tells. */
function absence(role: string, ranks: readonly number[], { launcher, timeoutMs }: Rendezvous): string {
  const hosts = hostsOfRanks(launcher, process.env, hostname());
  const list = ranks.map((rank) => `${rank} (${hosts ? `${role} on ${hosts[rank]}` : role})`).join(', ');
  return `these ranks did not join the scheduler on ${hostname()} within ${timeoutMs} ms: ${list}`;
}

/** How long the script's process may take to say whether it handles a signal: it dies, or is busy, if it does not. */
const ANSWER_MS = 500;

/** Ends the job when a signal asks for it; a script that handles that signal itself may take its time. */
async function endBySignal(server: SchedulerServer, lifeline: Comm, signal: Promise<NodeJS.Signals>): Promise<void> {
  const name = await signal;
  server.expectEnd(`the job was asked to end (${name})`);
  const answer = new Promise<unknown>((resolve) => lifeline.onMessage(({ handles }) => resolve(handles)));
  lifeline.send({ op: 'signal', signal: name });
  if ((await within(ANSWER_MS, answer)) === true) await lifeline.closed;
}

/** A failure of a rank, as its user reads it. */
export function failureOf(rank: number, role: string, error: unknown): BootstrapError {
  const text = error instanceof SheafError ? error.message : (error as Error).stack;
  return new BootstrapError(`rank ${rank} (${role} on ${hostname()}) failed: ${text}`, { cause: error });
}

async function within<T>(
  ms: number,
  promise: Promise<T>,
  ...others: readonly (Promise<T> | undefined)[]
): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  try {
    return await Promise.race([promise, late, ...others.flatMap((other) => other ?? [])]);
  } finally {
    clearTimeout(timer);
  }
}
