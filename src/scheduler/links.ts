/**
 * Sets that are nearly always empty or have one member. A million tasks with six Sets each would be a gigabyte of empty
 * Sets, so all empty ones are one object, and all those of one party (who wants it, who holds it) are another.
 */

/** The empty set of everything. */
export const none: ReadonlySet<never> = new Set<never>();

/** A party to many tasks: a worker, a client. */
export interface Party<T> {
  /** The set of this party alone. */
  readonly alone: ReadonlySet<T>;
}

/** `set` with `item`; never changes a set in place, as others may have the same one. For few members. */
export function withItem<T extends Party<T>>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  if (set.size === 0) return item.alone;
  return set.has(item) ? set : new Set(set).add(item);
}

/** `set` without `item`. */
export function withoutItem<T extends Party<T>>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  if (!set.has(item)) return set;
  if (set.size === 1) return none;
  const rest = new Set(set);
  rest.delete(item);
  if (rest.size > 1) return rest;
  for (const last of rest) return last.alone;
  return none;
}

/** A record with its own set of `T` that may grow large, allocated when the first is added. */
type With<K extends string, T> = { [P in K]: ReadonlySet<T> };

export function addLink<K extends string, T>(record: With<K, T>, field: K, item: T): void {
  const set = record[field] as Set<T>;
  if ((set as ReadonlySet<unknown>) === none) (record as { [P in K]: ReadonlySet<T> })[field] = new Set<T>().add(item);
  else set.add(item);
}

export function removeLink<K extends string, T>(record: With<K, T>, field: K, item: T): boolean {
  const set = record[field] as Set<T>;
  if ((set as ReadonlySet<unknown>) === none || !set.delete(item)) return false;
  if (set.size === 0) (record as { [P in K]: ReadonlySet<T> })[field] = none;
  return true;
}
