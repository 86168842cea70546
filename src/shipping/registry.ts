/**
 * The shipped code that this thread has been given, by hash, and the functions that were made of it. Beside functions
 * there are stand-ins for modules that cannot be imported here, and `instead:HASH`, which tells the hash of the stand-ins
 * that the function or the arguments of that hash are to take.
 */
import { insteadOf } from '../scheduler/code.js';
import { InvariantError } from '../util/errors.js';
import { load, takeStandInsFrom, type Values, valuesOf } from './load.js';
import type { StandIns } from './payload.js';

// biome-ignore lint/suspicious/noExplicitAny: a user's function takes what it takes
export type AnyFunction = (...args: any[]) => unknown;

const payloads = new Map<string, unknown>();
const loading = new Map<string, Promise<AnyFunction>>();
const loaded = new Map<string, AnyFunction>();
const standIns = new Map<string, Promise<Values>>();

takeStandInsFrom((hash) => {
  const given = payloads.get(insteadOf(hash)) as string | undefined;
  return given === undefined ? undefined : standInValues(given);
});

/** The values of stand-ins, made once for all that take them. */
function standInValues(hash: string): Promise<Values> {
  const known = standIns.get(hash);
  if (known) return known;
  const promise = valuesOf(payloads.get(hash) as StandIns);
  standIns.set(hash, promise);
  promise.catch(() => standIns.delete(hash));
  return promise;
}

/** Takes code in; tells whether functions that were made before may have to be made anew. */
export function registerCode(code: Readonly<Record<string, unknown>>): boolean {
  let isChanged = false;
  for (const name in code) {
    const { hash, isInstead } = subjectOf(name);
    if (payloads.has(name) && (!isInstead || payloads.get(name) === code[name])) continue;
    payloads.set(name, code[name]);
    if (isInstead) isChanged = forgetMade(hash) || isChanged;
  }
  return isChanged;
}

/** Forgets code that nobody names any more. */
export function dropCode(names: readonly string[]): void {
  for (const name of names) {
    payloads.delete(name);
    standIns.delete(name);
    forgetMade(subjectOf(name).hash);
  }
}

const prefix = insteadOf('');

const subjectOf = (name: string): { readonly hash: string; readonly isInstead: boolean } =>
  name.startsWith(prefix) ? { hash: name.slice(prefix.length), isInstead: true } : { hash: name, isInstead: false };

function forgetMade(hash: string): boolean {
  loading.delete(hash);
  return loaded.delete(hash);
}

/** The function of that hash: at once if it has been used here before. Rejects when its imports fail, and tries again next time. */
export function loadedFunction(hash: string): AnyFunction | Promise<AnyFunction> {
  const known = loaded.get(hash) ?? loading.get(hash);
  if (known) return known;
  if (!payloads.has(hash)) throw new InvariantError(`the code ${hash} has not been sent here`);
  const promise = load(payloads.get(hash)) as Promise<AnyFunction>;
  loading.set(hash, promise);
  // Only if it is what is wanted still.
  const isCurrent = () => loading.get(hash) === promise;
  promise.then(
    (fn) => {
      if (isCurrent()) loaded.set(hash, fn);
    },
    () => {
      if (isCurrent()) loading.delete(hash);
    },
  );
  return promise;
}
