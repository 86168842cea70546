/**
 * The client that is meant where none is given: the last that was opened and is still open. Every thread has its own: in a
 * worker's it is the client of the tasks that run there.
 */
import { InputError } from '../util/errors.js';
import type { Requester } from './requester.js';

const open = new Set<Requester>();
let offered: (() => Requester) | undefined;

export function registerClient(client: Requester): void {
  open.add(client);
}

export function forgetClient(client: Requester): void {
  open.delete(client);
}

/** `open` opens the client of this thread when one is meant and none is open. */
export function offerClient(open: () => Requester): void {
  offered = open;
}

/** The client, or undefined when none is open. */
export const openClient = (): Requester | undefined => [...open].at(-1) ?? offered?.();

/** Raises {@link InputError} when no client is open. */
export function currentClient(): Requester {
  const client = openClient();
  if (!client) throw new InputError('no client is open: open one with new Client() first, or give { client }');
  return client;
}
