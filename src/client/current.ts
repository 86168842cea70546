/**
 * The client that is meant where none is given: the last that was opened and is still open. Every thread has its own: in a
 * worker's it is the client of the tasks that run there.
 */
import { InputError } from '../util/errors.js';
import type { Requester } from './requester.js';

const open = new Set<Requester>();

export function registerClient(client: Requester): void {
  open.add(client);
}

export function forgetClient(client: Requester): void {
  open.delete(client);
}

/** The client, or undefined when none is open. */
export const openClient = (): Requester | undefined => [...open].at(-1);

/** Raises {@link InputError} when no client is open. */
export function currentClient(): Requester {
  const client = openClient();
  if (!client) throw new InputError('no client is open: open one with new Client() first, or give { client }');
  return client;
}
