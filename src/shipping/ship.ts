import { contentHash } from '../util/hash.js';
export interface Shipped {
  readonly hash: string;
  readonly name: string;
  readonly payload: unknown;
  readonly nbytes: number;
  readonly warnings: readonly string[];
}
const cache = new WeakMap<object, Shipped>();
export function ship(value: unknown): Shipped {
  const fn = value as { name: string };
  let known = cache.get(fn);
  if (!known) {
    const text = String(fn);
    known = { hash: contentHash(text), name: fn.name || 'lambda', payload: text, nbytes: text.length, warnings: [] };
    cache.set(fn, known);
  }
  return known;
}
export const needsShipping = (_value: unknown): boolean => false;
