/** What users give to coordination primitives, checked before anything is sent. */
import { randomUUID } from 'node:crypto';
import { describe } from '../../util/describe.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import { currentClient } from '../current.js';
import type { Requester } from '../requester.js';

export interface ClientOption {
  /** Who asks the cluster; by default the client of the task that runs, or else the last one opened. */
  readonly client?: Requester;
}

export interface TimeoutOption {
  /** How long to wait; by default for ever. */
  readonly timeoutMs?: number;
}

/** The name and client of a new primitive: one without a name gets one of its own. */
export function identityOf(
  kind: string,
  name: string | undefined,
  options: ClientOption,
  optionNames: readonly string[] = [],
): { readonly name: string; readonly client: Requester } {
  checkOptionNames(kind, options, ['client', ...optionNames]);
  if (name !== undefined) checkName(kind, name);
  return { name: name ?? `${kind.toLowerCase()}-${randomUUID()}`, client: options.client ?? currentClient() };
}

export function checkName(what: string, name: unknown): void {
  if (typeof name !== 'string' || name === '') {
    throw new InputError(`the name of a ${what} must be a string that is not empty, but is ${describe(name)}`);
  }
}

export function checkCount(what: string, count: unknown, least: 0 | 1): void {
  if (!Number.isSafeInteger(count) || (count as number) < least) {
    throw new InputError(`${what} must be an integer of at least ${least}, but is ${describe(count)}`);
  }
}

// What setTimeout can wait, 25 days; more means for ever.
const maxTimeoutMs = 2 ** 31 - 1;

/** The time-out of `options`, undefined for none. */
export function timeoutOf(
  who: string,
  options: TimeoutOption,
  optionNames: readonly string[] = [],
): number | undefined {
  checkOptionNames(who, options, ['timeoutMs', ...optionNames]);
  const { timeoutMs } = options;
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    throw new InputError(`timeoutMs must be a number of at least 0, but is ${describe(timeoutMs)}`);
  }
  return timeoutMs > maxTimeoutMs ? undefined : timeoutMs;
}
