/**
 * What a client knows of the results that it wants: one entry for each key, made when something is known or asked. A map
 * over a million items is one group until then, since a million entries at once would hold the event loop up.
 */
import type { Key } from '../graph/task.js';
import type { Holder } from '../scheduler/events.js';
import type { CallSite } from './site.js';

export type FutureStatus = 'pending' | 'finished' | 'error' | 'cancelled' | 'lost' | 'released';

/** Where a result is, once the scheduler has told. */
export type Whereabouts =
  | { readonly small: unknown }
  | { readonly holders: readonly Holder[]; readonly nbytes: number };

export interface Entry {
  readonly key: Key;
  /** How many futures there are for the key. */
  handles: number;
  status: FutureStatus;
  where: Whereabouts | undefined;
  error: Error | undefined;
  /** A fetch that is under way, or done. */
  value: Promise<unknown> | undefined;
  /** Called once when the entry is no longer pending. */
  listeners: (() => void)[] | undefined;
  /** Captured where it was submitted. */
  readonly site: CallSite | undefined;
}

/** The keys `${prefix}-0` to `${prefix}-${size - 1}`. */
export interface Group {
  readonly prefix: string;
  readonly size: number;
  /** How many handles there are on each of those that have no entry and are not released. */
  handles: number;
  /** By index: null for what is released, a hole where nobody has asked yet. */
  readonly entries: (Entry | null | undefined)[];
  /** How many are not released. */
  left: number;
  readonly site: CallSite | undefined;
}

/** Invariant: a key of a group has its entry there, and no other. */
export class Ledger {
  readonly #entries = new Map<Key, Entry>();
  readonly #groups = new Map<string, Group>();

  /** One more handle on `key`; tells whether it is new, or has to be asked for again as it was cancelled. */
  add(key: Key, site?: CallSite): boolean {
    const entry = this.get(key);
    if (entry) {
      entry.handles++;
      return revive(entry);
    }
    const made = makeEntry(key, 1, site);
    const found = this.#groupOf(key);
    if (found) {
      found.group.entries[found.index] = made;
      found.group.left++;
    } else this.#entries.set(key, made);
    return true;
  }

  /** One more handle on each of `${prefix}-0` to `${prefix}-${size - 1}`; tells whether any has to be asked for. */
  addGroup(prefix: string, size: number, site?: CallSite): boolean {
    const known = this.#groups.get(prefix);
    if (!known) {
      const group = { prefix, size, handles: 1, entries: new Array<undefined>(size), left: size, site };
      this.#groups.set(prefix, group);
      this.#takeIn(group);
      return true;
    }
    const { entries } = known;
    let isNew = known.left < size;
    for (let i = 0; i < size; i++) {
      const entry = entries[i];
      if (entry) {
        entry.handles++;
        isNew = revive(entry) || isNew;
      } else if (entry === null) entries[i] = makeEntry(`${prefix}-${i}`, 1, site);
    }
    known.handles++;
    known.left = size;
    return isNew;
  }

  get(key: Key): Entry | undefined {
    const found = this.#groupOf(key);
    return found ? entryIn(found.group, found.index) : this.#entries.get(key);
  }

  /** The entries of the group by their index; undefined for what is released. */
  inGroup(prefix: string): (index: number) => Entry | undefined {
    const group = this.#groups.get(prefix);
    return (index) => group && entryIn(group, index);
  }

  /** Lets go of one handle; tells whether it was the last. */
  release(key: Key): boolean {
    const entry = this.get(key);
    if (!entry || --entry.handles > 0) return false;
    this.forget(entry);
    return true;
  }

  /** Takes an entry out, whatever handles there are. */
  forget({ key }: Entry): void {
    const found = this.#groupOf(key);
    if (!found) {
      this.#entries.delete(key);
      return;
    }
    const { group, index } = found;
    group.entries[index] = null;
    if (--group.left === 0) this.#groups.delete(group.prefix);
  }

  /** All entries, those of groups that nobody has asked for yet included. */
  *entries(): Generator<Entry> {
    for (const group of this.#groups.values()) {
      for (let i = 0; i < group.size; i++) {
        const entry = entryIn(group, i);
        if (entry) yield entry;
      }
    }
    yield* this.#entries.values();
  }

  #groupOf(key: Key): { readonly group: Group; readonly index: number } | undefined {
    if (this.#groups.size === 0) return undefined;
    const at = key.lastIndexOf('-');
    const group = this.#groups.get(key.slice(0, at));
    if (!group) return undefined;
    const index = indexOf(key.slice(at + 1), group);
    return index === undefined ? undefined : { group, index };
  }

  /** Entries of single keys that a new group has too become the group's. */
  #takeIn(group: Group): void {
    const { prefix, entries } = group;
    for (const entry of this.#entries.values()) {
      if (!entry.key.startsWith(`${prefix}-`)) continue;
      const index = indexOf(entry.key.slice(prefix.length + 1), group);
      if (index === undefined) continue;
      this.#entries.delete(entry.key);
      entry.handles++;
      revive(entry);
      entries[index] = entry;
    }
  }
}

/** What follows the prefix in a key, if it is a number as keys of the group have it. */
function indexOf(text: string, { size }: Group): number | undefined {
  const index = Number(text);
  return index < size && String(index) === text && Number.isInteger(index) ? index : undefined;
}

function entryIn(group: Group, index: number): Entry | undefined {
  const entry = group.entries[index];
  if (entry !== undefined) return entry ?? undefined;
  const made = makeEntry(`${group.prefix}-${index}`, group.handles, group.site);
  group.entries[index] = made;
  return made;
}

const makeEntry = (key: Key, handles: number, site: CallSite | undefined): Entry => ({
  key,
  handles,
  status: 'pending',
  where: undefined,
  error: undefined,
  value: undefined,
  listeners: undefined,
  site,
});

/** Ends the waiting for an entry. */
export function settle(entry: Entry, status: FutureStatus, outcome: { where?: Whereabouts; error?: Error }): void {
  if (entry.status !== 'pending') return;
  entry.status = status;
  entry.where = outcome.where;
  entry.error = outcome.error;
  const { listeners } = entry;
  entry.listeners = undefined;
  if (listeners) for (const listener of listeners) listener();
}

/** Back to waiting: the data is lost and computed again, or a failed task is tried again. */
export function reopen(entry: Entry): void {
  entry.status = 'pending';
  entry.where = undefined;
  entry.error = undefined;
  entry.value = undefined;
}

/** A task that was cancelled is tried again by whoever submits it again. */
function revive(entry: Entry): boolean {
  if (entry.status !== 'cancelled') return false;
  reopen(entry);
  return true;
}

/** Calls `listener` once when the entry, which is pending, is so no longer. */
export function onSettled(entry: Entry, listener: () => void): void {
  if (entry.listeners) entry.listeners.push(listener);
  else entry.listeners = [listener];
}

/** Resolves when the entry is not pending. */
export const settled = (entry: Entry): Promise<void> =>
  entry.status === 'pending' ? new Promise((resolve) => onSettled(entry, resolve)) : Promise.resolve();
