/** What the scheduler's rank tells the others, and how a rank goes from that to a connection. */
import type { Comm } from '../comm/comm.js';
import { connectAny } from '../comm/connect-any.js';
import { type Identity, Security, type SecurityOptions } from '../comm/security.js';
import { type Bootstrap, bootstrap } from './bootstrap.js';
import { BootstrapError } from './bootstrap-error.js';
import { debug } from './debug.js';
import type { Launcher } from './launcher.js';
import type { Roles } from './roles.js';
import type { Target } from './target.js';

export interface Rendezvous {
  readonly launcher: Launcher;
  readonly roles: Roles;
  readonly timeoutMs: number;
}

/** How to join the scheduler, from any host. */
export interface Joining {
  /** All of the scheduler's host: which of them can be reached from another is for that host to find out. */
  readonly addresses: readonly string[];
  readonly secret: string;
  readonly security?: SecurityOptions;
}

type Announcement = Joining | { readonly failure: string };

/** A failure that another rank tells the user, or has told. */
export class ToldError extends BootstrapError {}

/** A failure that this rank has told the user. */
export class SaidError extends BootstrapError {}

/** Rank `roles.scheduler`: tells the others how to join, or why there will be nothing to join, which all have heard then. */
export async function announce(
  { launcher, roles, timeoutMs }: Rendezvous,
  announcement: Announcement,
): Promise<Bootstrap> {
  const met = await bootstrap({ launcher, timeoutMs, root: roles.scheduler, value: JSON.stringify(announcement) });
  if ('failure' in announcement) await met.read?.();
  return met;
}

/** The other ranks: how to join. Raises {@link ToldError} where there will be no scheduler. */
export async function meet({ launcher, roles, timeoutMs }: Rendezvous): Promise<Joining> {
  const { value, read } = await bootstrap({ launcher, timeoutMs, root: roles.scheduler });
  const announcement: Announcement = JSON.parse(value);
  if ('failure' in announcement) {
    await read?.();
    throw new ToldError(announcement.failure);
  }
  return announcement;
}

/** The certificates that join it: those of the job, or those that the user gave to every rank. */
export const joinableBy = ({ security }: Joining, given: Security | undefined): Security | undefined =>
  security ? Security.from(security) : given;

export interface ReachedScheduler {
  readonly target: Target;
  /** A connection to it, on which nothing has been said. */
  readonly comm: Comm;
}

/** The scheduler by that of its addresses which answers here. Raises UnreachableError with what became of each. */
export async function reach(
  { addresses, secret }: Joining,
  as: Identity | undefined,
  timeoutMs: number,
): Promise<ReachedScheduler> {
  const credentials = { secret, ...(as && { security: as }) };
  const { comm, address } = await connectAny(addresses, { timeoutMs, ...credentials });
  debug('of %j the scheduler is reached at %s', addresses, address);
  return { comm, target: { address, ...credentials } };
}
