/**
 * Leases, of which a limited number is out at any time: what locks (one) and semaphores are. A lease is bound to the
 * connection of its client: it comes back when the client gives it back or is gone, so no clock has to judge.
 */
import type { ClientName } from '../events.js';
import { answer, type Effects, type Primitive, type Request, refuse } from './protocol.js';

export interface Leases {
  /** What it is called in messages. */
  readonly what: string;
  readonly maxLeases: number;
  /** By the client and the id of the request that got it. */
  readonly out: Map<string, ClientName>;
  waiting: Request<'lock.acquire' | 'semaphore.acquire'>[];
}

type Acquire = Request<'lock.acquire' | 'semaphore.acquire'>;
type Release = Request<'lock.release' | 'semaphore.release'>;

const keyOf = (client: ClientName, lease: number): string => `${lease} ${client}`;

export const noLeases = (what: string, maxLeases: number): Leases => ({ what, maxLeases, out: new Map(), waiting: [] });

export function acquire(leases: Leases, request: Acquire, effects: Effects): void {
  leases.waiting.push(request);
  settle(leases, effects);
}

export function release(leases: Leases, request: Release, effects: Effects): void {
  const { client, args } = request;
  if (leases.out.delete(keyOf(client, args.lease))) answer(effects, request, null);
  else refuse(effects, request, 'InputError', `${leases.what} has no lease ${args.lease} of ${client} to release`);
  settle(leases, effects);
}

/** What locks and semaphores do alike when somebody is gone. */
export const departures: Required<Pick<Primitive<'', Leases>, 'withdraw' | 'leave' | 'describe'>> = {
  withdraw(leases, gone) {
    leases.waiting = leases.waiting.filter((request) => !gone(request));
  },
  leave(leases, client, effects) {
    for (const [key, holder] of leases.out) if (holder === client) leases.out.delete(key);
    settle(leases, effects);
  },
  describe: ({ what, maxLeases, out, waiting }) =>
    maxLeases === 1
      ? `${what} is held by ${[...out.values()].join()}, and ${waiting.length} others wait`
      : `all ${maxLeases} leases of ${what} are out, and ${waiting.length} others wait`,
};

function settle({ out, maxLeases, waiting }: Leases, effects: Effects): void {
  while (waiting.length > 0 && out.size < maxLeases) {
    const request = waiting.shift()!;
    out.set(keyOf(request.client, request.id), request.client);
    answer(effects, request, request.id);
  }
}
