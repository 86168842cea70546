/** Arrays of futures: plain ones, and for very long maps one whose futures are made when they are looked at. */
import type { Key } from '../graph/task.js';
import { Future, type FutureOwner } from './future.js';

/** A million objects cannot be made in the 50 ms that an event loop may be held up. */
const LAZY_FROM = 20_000;

export interface LazyGroup {
  readonly prefix: string;
  readonly size: number;
}

/** Told of what has to be let go of when it is garbage: a future, or the array that stands for those not made yet. */
export interface Tracker {
  future(future: Future): void;
  /** `made` holds the indices of the futures that were made, and are tracked by themselves. */
  group(futures: object, group: LazyGroup, made: ReadonlySet<number>): void;
}

const groups = new WeakMap<object, LazyGroup>();

/** The keys of a lazy array of futures, so that all of them can be asked for at once. */
export const groupOf = (futures: object): LazyGroup | undefined => groups.get(futures);

/** What may be one future or many, as many. */
export const listOf = <T>(futures: Future<T> | Iterable<Future<T>>): Future<T>[] =>
  futures instanceof Future ? [futures] : [...futures];

/** The keys of futures; those of a lazy array are not made for that. */
export function keysOfFutures(futures: Future | readonly Future[]): Key[] {
  if (futures instanceof Future) return [futures.key];
  const group = groupOf(futures);
  return group ? Array.from({ length: group.size }, (_, i) => `${group.prefix}-${i}`) : futures.map(({ key }) => key);
}

/** `size` futures for the keys `${prefix}-${i}`. */
export function futuresOf<T>(owner: FutureOwner, prefix: string, size: number, track: Tracker): Future<T>[] {
  const made = new Set<number>();
  const make = (i: number) => {
    const future = new Future<T>(owner, prefix, i);
    track.future(future as Future);
    made.add(i);
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
  track.group(lazy, { prefix, size }, made);
  return lazy;
}
