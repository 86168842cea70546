/** What coordination needs of a client: to ask the scheduler, and to make futures of results that others have asked for. */
import type { Key } from '../graph/task.js';
import type { Method, Methods } from '../scheduler/coordination/protocol.js';
import type { ErrorReport } from '../scheduler/events.js';
import { InputError, SheafError, TimeoutError } from '../util/errors.js';
import type { Future } from './future.js';
import { errorOf } from './remote-error.js';

export interface Requester {
  /** The scheduler's answer; rejects with its error, which is a {@link TimeoutError} when it took longer. */
  request(method: string, args: object, options?: { readonly timeoutMs?: number }): Promise<unknown>;
  /** A new handle on the result of `key`. */
  future(key: Key): Future;
}

/** {@link Requester.request} with the types of the method. */
export function call<M extends Method>(
  client: Requester,
  method: M,
  args: Methods[M]['args'],
  timeoutMs?: number,
): Promise<Methods[M]['value']> {
  return client.request(method, args, timeoutMs === undefined ? {} : { timeoutMs }) as Promise<Methods[M]['value']>;
}

const errorClasses: Readonly<Record<string, typeof SheafError>> = { InputError, SheafError, TimeoutError };

/** The error of a reply, of the class that it names; what a function of the user's threw is its cause. */
export function replyError(report: ErrorReport): SheafError {
  const { name, message } = report;
  const Class = errorClasses[name];
  return Class ? new Class(message) : new SheafError(message, { cause: errorOf(report) });
}
