import { call, type Requester } from '../requester.js';
import { type ClientOption, identityOf, type TimeoutOption } from './checks.js';
import { type AcquireOptions, Leases } from './leases.js';

/**
 * A lock that all clients and tasks of a cluster share by its name: one at a time holds it, and whoever waits longest gets
 * it next. When the client that holds it ends or loses its connection, the lock is released. It is not re-entrant. Raises
 * {@link InputError} when no client is open.
 *
 * @example
 * await using client = new Client();
 * const lock = new Lock('results-file', { client });
 * await lock.acquire(); // true
 * await new Lock('results-file', { client }).acquire({ timeoutMs: 10 }); // false
 * await lock.release();
 * await using held = await lock.hold();
 * await lock.locked(); // true
 */
export class Lock {
  readonly name: string;
  readonly #client: Requester;
  readonly #leases: Leases;

  constructor(name?: string, options: ClientOption = {}) {
    ({ name: this.name, client: this.#client } = identityOf('Lock', name, options));
    this.#leases = new Leases(this.#client, 'lock', { name: this.name, maxLeases: 1 });
  }

  /** Waits for the lock; false when it was not to be had, within `timeoutMs` or, where not `blocking`, at once. */
  acquire(options: AcquireOptions = {}): Promise<boolean> {
    return this.#leases.acquire('Lock.acquire', options);
  }

  /** Gives the lock back; rejects with {@link InputError} when this object has not acquired it. */
  release(): Promise<void> {
    return this.#leases.release();
  }

  /** Waits for the lock and holds it until the end of the block; rejects with {@link TimeoutError} after `timeoutMs`. */
  hold(options: TimeoutOption = {}): Promise<AsyncDisposable> {
    return this.#leases.hold('Lock.hold', options);
  }

  /** Whether anybody holds it. */
  locked(): Promise<boolean> {
    return call(this.#client, 'lock.locked', { name: this.name });
  }
}
