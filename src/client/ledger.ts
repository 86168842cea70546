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
  listeners: (() => void)[];
  /** Captured where it was submitted. */
  readonly site: CallSite | undefined;
}

export interface Group {
  readonly prefix: string;
  readonly size: number;
  /** How many handles there are on each of those that have no entry and are not released. */
  handles: number;
  readonly released: Set<number>;
  readonly site: CallSite | undefined;
}

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
    this.#entries.set(key, makeEntry(key, 1, site));
    return true;
  }

  /** One more handle on each of `${prefix}-0` to `${prefix}-${size - 1}`; tells whether any has to be asked for. */
  addGroup(prefix: string, size: number, site?: CallSite): boolean {
    const group = this.#groups.get(prefix);
    if (!group) {
      this.#groups.set(prefix, { prefix, size, handles: 1, released: new Set(), site });
      return true;
    }
    let isNew = group.released.size > 0;
    for (let i = 0; i < size; i++) {
      const key = `${prefix}-${i}`;
      const entry = this.#entries.get(key);
      if (entry) {
        entry.handles++;
        isNew = revive(entry) || isNew;
      } else if (group.released.has(i)) this.#entries.set(key, makeEntry(key, 1, site));
    }
    group.handles++;
    group.released.clear();
    return isNew;
  }

  get(key: Key): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry || this.#groups.size === 0) return entry;
    const found = this.#groupOf(key);
    if (!found || found.group.released.has(found.index)) return undefined;
    const made = makeEntry(key, found.group.handles, found.group.site);
    this.#entries.set(key, made);
    return made;
  }

  /** Lets go of one handle; tells whether it was the last. */
  release(key: Key): boolean {
    const entry = this.get(key);
    if (!entry || --entry.handles > 0) return false;
    this.forget(entry);
    return true;
  }

  /** Takes an entry out, whatever handles there are. */
  forget(entry: Entry): void {
    this.#entries.delete(entry.key);
    const found = this.#groupOf(entry.key);
    if (!found) return;
    found.group.released.add(found.index);
    if (found.group.released.size === found.group.size) this.#groups.delete(found.group.prefix);
  }

  /** All entries, those of groups that nobody has asked for yet included. */
  *entries(): Generator<Entry> {
    for (const { prefix, size } of this.#groups.values()) for (let i = 0; i < size; i++) this.get(`${prefix}-${i}`);
    yield* this.#entries.values();
  }

  #groupOf(key: Key): { readonly group: Group; readonly index: number } | undefined {
    const at = key.lastIndexOf('-');
    const group = this.#groups.get(key.slice(0, at));
    if (!group) return undefined;
    const index = Number(key.slice(at + 1));
    return index < group.size ? { group, index } : undefined;
  }
}

const makeEntry = (key: Key, handles: number, site: CallSite | undefined): Entry => ({
  key,
  handles,
  status: 'pending',
  where: undefined,
  error: undefined,
  value: undefined,
  listeners: [],
  site,
});

/** Ends the waiting for an entry. */
export function settle(entry: Entry, status: FutureStatus, outcome: { where?: Whereabouts; error?: Error }): void {
  if (entry.status !== 'pending') return;
  entry.status = status;
  entry.where = outcome.where;
  entry.error = outcome.error;
  const { listeners } = entry;
  entry.listeners = [];
  for (const listener of listeners) listener();
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

/** Resolves when the entry is not pending. */
export const settled = (entry: Entry): Promise<void> =>
  entry.status === 'pending' ? new Promise((resolve) => entry.listeners.push(resolve)) : Promise.resolve();
