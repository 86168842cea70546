/** The shipped code that this thread has been given, by hash, and the functions that were made of it. */
import { InvariantError } from '../util/errors.js';
import { load } from './load.js';

// biome-ignore lint/suspicious/noExplicitAny: a user's function takes what it takes
export type AnyFunction = (...args: any[]) => unknown;

const payloads = new Map<string, unknown>();
const loading = new Map<string, Promise<AnyFunction>>();
const loaded = new Map<string, AnyFunction>();

export function registerCode(code: Readonly<Record<string, unknown>>): void {
  for (const hash in code) if (!payloads.has(hash)) payloads.set(hash, code[hash]);
}

/** The function of that hash: at once if it has been used here before. Rejects when its imports fail, and tries again next time. */
export function loadedFunction(hash: string): AnyFunction | Promise<AnyFunction> {
  const known = loaded.get(hash) ?? loading.get(hash);
  if (known) return known;
  if (!payloads.has(hash)) throw new InvariantError(`the code ${hash} has not been sent here`);
  const promise = load(payloads.get(hash)) as Promise<AnyFunction>;
  loading.set(hash, promise);
  promise.then(
    (fn) => loaded.set(hash, fn),
    () => loading.delete(hash),
  );
  return promise;
}
