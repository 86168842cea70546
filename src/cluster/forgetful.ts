/**
 * What clients want done but no longer wait for is wanted, for the scheduler, by one more client, which has no connection
 * and lets go of a result as soon as it hears of it.
 */
import type { Key } from '../graph/task.js';
import type { ClientName, SchedulerEvent, ToClient } from '../scheduler/events.js';

export const forgetful: ClientName = 'fire-and-forget';

export const joinForgetful = (now: number): SchedulerEvent => ({
  ...{ type: 'add-client', now, client: forgetful },
  isAbsent: true,
});

export const wantForgetful = (now: number, keys: readonly Key[]): SchedulerEvent => ({
  ...{ type: 'update-graph', now, client: forgetful },
  ...{ graph: { layers: [] }, keys },
});

/** What follows from what it is told. */
export function forget(now: number, message: ToClient): SchedulerEvent | undefined {
  const keys = 'keys' in message ? message.keys : 'key' in message ? [message.key] : [];
  return keys.length > 0 ? { type: 'release-keys', now, client: forgetful, keys } : undefined;
}
