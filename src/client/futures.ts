/** Arrays of futures: plain ones, and for very long maps one whose futures are made when they are looked at. */
import { Future, type FutureOwner } from './future.js';

/** A million objects cannot be made in the 50 ms that an event loop may be held up. */
const LAZY_FROM = 20_000;

export interface LazyGroup {
  readonly prefix: string;
  readonly size: number;
}

const groups = new WeakMap<object, LazyGroup>();

/** The keys of a lazy array of futures, so that all of them can be asked for at once. */
export const groupOf = (futures: object): LazyGroup | undefined => groups.get(futures);

/** `size` futures for the keys `${prefix}-${i}`; `track` is told of each future that is made, or of the array that makes them. */
export function futuresOf<T>(
  owner: FutureOwner,
  prefix: string,
  size: number,
  track: (future: Future) => void,
): Future<T>[] {
  const make = (i: number) => {
    const future = new Future<T>(owner, prefix, i);
    track(future as Future);
    return future;
  };
  if (size < LAZY_FROM) return Array.from({ length: size }, (_, i) => make(i));
  const lazy = new Proxy(new Array<Future<T>>(size), {
    get(target, property, receiver) {
      const i = typeof property === 'string' ? Number(property) : Number.NaN;
      if (!(i >= 0 && i < size)) return Reflect.get(target, property, receiver);
      return (target[i] ??= make(i));
    },
    has: (target, property) => Reflect.has(target, property) || (Number(property) >= 0 && Number(property) < size),
  });
  groups.set(lazy, { prefix, size });
  return lazy;
}
