/**
 * What a worker fetches from others, and when: the data of the most urgent task first, no more than the limit allows at a
 * time, keys of one holder together. What has come counts until its task begins, as it only lies there till then; but
 * something is always under way, or tasks could wait for the rest of their inputs for ever.
 */
import type { Key } from '../graph/task.js';
import type { Holder } from '../scheduler/events.js';
import { Heap } from '../util/heap.js';

/** Results of one holder are fetched together up to so many bytes. */
const TOGETHER_BYTES = 32 * 2 ** 20;

interface Wanted {
  readonly key: Key;
  readonly holders: readonly Holder[];
  readonly nbytes: number;
  readonly priority: number;
  /** The tasks that wait for it. */
  readonly waiters: Set<Key>;
}

export interface Fetch {
  readonly from: Holder;
  readonly keys: readonly Key[];
  readonly nbytes: number;
}

export class Transfers {
  readonly #limitBytes: number;
  readonly #wanted = new Map<Key, Wanted>();
  readonly #queue = new Heap<Wanted>((a, b) => a.priority - b.priority);
  /** Under way. */
  #bytes = 0;
  /** What has come for tasks that have not begun. */
  readonly #lying = new Map<Key, number>();
  #lyingBytes = 0;
  #turn = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Notes that `task` (or nobody in particular) wants `key`. */
  want(key: Key, holders: readonly Holder[], nbytes: number, priority: number, task?: Key): void {
    let wanted = this.#wanted.get(key);
    if (!wanted) {
      wanted = { key, holders, nbytes, priority, waiters: new Set() };
      this.#wanted.set(key, wanted);
      this.#queue.push(wanted);
    }
    if (task !== undefined) wanted.waiters.add(task);
  }

  /** What is to be fetched now. */
  next(): Fetch[] {
    const fetches = new Map<string, { from: Holder; keys: Key[]; nbytes: number }>();
    while (this.#bytes === 0 || this.#bytes + this.#lyingBytes < this.#limitBytes) {
      const wanted = this.#queue.pop();
      if (!wanted) break;
      this.#bytes += wanted.nbytes;
      // In turns, so that the one result that everybody needs is not fetched by everybody from the same worker.
      const from = wanted.holders[this.#turn++ % wanted.holders.length] ?? { worker: '', address: '' };
      const open = fetches.get(from.address);
      if (open && open.nbytes + wanted.nbytes <= TOGETHER_BYTES) {
        open.keys.push(wanted.key);
        open.nbytes += wanted.nbytes;
      } else {
        const fetch = { from, keys: [wanted.key], nbytes: wanted.nbytes };
        fetches.set(open ? `${from.address} ${wanted.key}` : from.address, fetch);
      }
    }
    return Array.from(fetches.values(), ({ from, keys, nbytes }) => ({ from, keys, nbytes }));
  }

  /** A result has come; gives the tasks that waited for it, of which it counts for the first that still does. */
  arrived(key: Key, stillWaits: (task: Key) => boolean): ReadonlySet<Key> {
    const nbytes = this.#wanted.get(key)?.nbytes ?? 0;
    const waiters = this.end(key);
    const task = [...waiters].find(stillWaits);
    if (task !== undefined) {
      this.#lying.set(task, (this.#lying.get(task) ?? 0) + nbytes);
      this.#lyingBytes += nbytes;
    }
    return waiters;
  }

  /** A task waits no more. */
  leave(task: Key): void {
    const nbytes = this.#lying.get(task);
    if (nbytes === undefined) return;
    this.#lying.delete(task);
    this.#lyingBytes -= nbytes;
  }

  /** A transfer is over, well or not; gives the tasks that waited for it. */
  end(key: Key): ReadonlySet<Key> {
    const wanted = this.#wanted.get(key);
    if (!wanted) return nobody;
    this.#wanted.delete(key);
    this.#bytes -= wanted.nbytes;
    return wanted.waiters;
  }
}

const nobody: ReadonlySet<Key> = new Set();
