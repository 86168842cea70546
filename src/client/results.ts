/** Brings results to the client: small ones are there already, larger ones come from the workers that hold them. */
import { PeerLostError, type Peers } from '../cluster/peers.js';
import type { Key } from '../graph/task.js';
import { SheafError, TimeoutError } from '../util/errors.js';
import { currentTask } from '../worker/task-context.js';
import type { Connection } from './connection.js';
import type { Future } from './future.js';
import { groupOf } from './futures.js';
import { keepAlive } from './keep-alive.js';
import { type Entry, type Ledger, onSettled, reopen, settled } from './ledger.js';
import { whyPending } from './why-pending.js';

export class Results {
  readonly #ledger: Ledger;
  readonly #connection: Connection;
  readonly #peers: () => Peers;
  readonly #unpack: (value: unknown) => unknown;

  /** `unpack` makes what users get of what was fetched, anew for each of them. */
  constructor(ledger: Ledger, connection: Connection, peers: () => Peers, unpack: (value: unknown) => unknown) {
    this.#ledger = ledger;
    this.#connection = connection;
    this.#peers = peers;
    this.#unpack = unpack;
  }

  /** The value of `key`; rejects with the error of its task, with TimeoutError after `timeoutMs`. */
  resultOf(key: Key, timeoutMs?: number): Promise<unknown> {
    const entry = this.#ledger.get(key);
    if (!entry) return Promise.reject(releasedTooEarly(key));
    if (entry.status === 'pending') currentTask()?.place.secede();
    const value = this.#valueOf(entry).then(this.#unpack);
    return timeoutMs === undefined ? value : this.#within(value, key, timeoutMs);
  }

  /** The values of futures, in their order. */
  gather(futures: readonly Future[], errors: 'raise' | 'skip'): Promise<unknown[]> {
    const group = groupOf(futures);
    const entryAt = group ? this.#ledger.inGroup(group.prefix) : (i: number) => this.#ledger.get(futures[i]!.key);
    return keepAlive(futures, this.#connection.hold(this.#gather(futures, entryAt, errors)));
  }

  async #gather(
    futures: readonly Future[],
    entryAt: (i: number) => Entry | undefined,
    errors: 'raise' | 'skip',
  ): Promise<unknown[]> {
    currentTask()?.place.secede();
    const size = futures.length;
    const values = new Array<unknown>(size);
    const skipped = new Set<number>();
    const fetching: Promise<void>[] = [];
    const take = (i: number, entry: Entry, fail: (error: Error) => void) => {
      const { where, status } = entry;
      if (where && 'small' in where) values[i] = where.small;
      else if (status === 'finished') {
        fetching.push(this.#valueOf(entry).then((value) => void (values[i] = this.#unpack(value))));
      } else if (errors === 'skip') skipped.add(i);
      else fail(entry.error ?? releasedTooEarly(entry.key));
    };
    await new Promise<void>((resolve, reject) => {
      let missing = 1;
      const arrive = () => --missing === 0 && resolve();
      // In portions: a million entries take longer than an event loop may stand still.
      const look = (start: number) => {
        const end = Math.min(size, start + 10_000);
        for (let i = start; i < end; i++) {
          const entry = entryAt(i);
          if (!entry) return reject(releasedTooEarly(futures[i]!.key));
          if (entry.status !== 'pending') {
            take(i, entry, reject);
            continue;
          }
          missing++;
          onSettled(entry, () => {
            take(i, entry, reject);
            arrive();
          });
        }
        if (end < size) setImmediate(look, end);
        else arrive();
      };
      look(0);
    });
    await Promise.all(fetching);
    return skipped.size === 0 ? values : values.filter((_, i) => !skipped.has(i));
  }

  #valueOf(entry: Entry): Promise<unknown> {
    entry.value ??= this.#connection.hold(this.#fetch(entry));
    return entry.value;
  }

  /** Fetches from the workers that hold the result; asks the scheduler again when they do not have it any more. */
  async #fetch(entry: Entry): Promise<unknown> {
    const { key } = entry;
    for (;;) {
      if (entry.status === 'pending') await settled(entry);
      const { where } = entry;
      if (!where) throw entry.error ?? releasedTooEarly(key);
      if ('small' in where) return where.small;
      if (this.#connection.lost) throw this.#connection.lost;
      const { worker, address } = where.holders[0]!;
      const values = await this.#peers()
        .fetch(address, [key])
        .catch((error) => {
          if (error instanceof PeerLostError) return new Map<Key, unknown>();
          throw error;
        });
      if (values.has(key)) return values.get(key);
      if (this.#connection.lost) throw this.#connection.lost;
      if (this.#ledger.get(key) !== entry) throw releasedTooEarly(key);
      const value = entry.value;
      reopen(entry);
      entry.value = value; // this very fetch goes on
      this.#connection.send({ op: 'missing-data', from: worker, keys: [key], tasks: [] });
    }
  }

  /** Why a future has no result yet, in a sentence. */
  async whyNotDone(key: Key): Promise<string> {
    const reason = this.#ledger.get(key)?.status === 'pending' ? await whyPending(this.#connection, key) : undefined;
    const { status = 'released', where } = this.#ledger.get(key) ?? {};
    if (where && 'holders' in where) return `it is on its way from worker ${where.holders[0]!.worker}`;
    return status === 'pending' && reason !== undefined ? reason : `it is ${status}`;
  }

  #within<T>(value: Promise<T>, key: Key, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = async () =>
        reject(new TimeoutError(`task ${key} has no result after ${timeoutMs} ms: ${await this.whyNotDone(key)}`));
      const timer = setTimeout(late, timeoutMs);
      value.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

const releasedTooEarly = (key: Key): SheafError =>
  new SheafError(`the future of ${key} was released before its result was there`);
