import { call, type Requester } from '../requester.js';
import { type ClientOption, checkCount, identityOf, type TimeoutOption } from './checks.js';
import { type AcquireOptions, Leases } from './leases.js';

export interface SemaphoreOptions extends ClientOption {
  readonly name?: string;
  /** How many may hold it at a time (default 1). */
  readonly maxLeases?: number;
}

/**
 * Leases that all clients and tasks of a cluster share by the semaphore's name: at most `maxLeases` are out at a time, and
 * whoever waits longest gets the next. The leases of a client that ends or loses its connection come back. Raises
 * {@link InputError} when no client is open; every method rejects with one when others have given another `maxLeases`.
 *
 * @example
 * await using client = new Client();
 * const downloads = new Semaphore({ name: 'downloads', maxLeases: 2, client });
 * await downloads.acquire(); // true
 * await downloads.acquire({ timeoutMs: 100 }); // true
 * await downloads.acquire({ blocking: false }); // false
 * await downloads.release();
 * await downloads.getValue(); // 1
 */
export class Semaphore {
  readonly name: string;
  readonly maxLeases: number;
  readonly #client: Requester;
  readonly #leases: Leases;

  constructor(options: SemaphoreOptions = {}) {
    const { maxLeases = 1 } = options;
    checkCount('maxLeases', maxLeases, 1);
    ({ name: this.name, client: this.#client } = identityOf('Semaphore', options.name, options, ['name', 'maxLeases']));
    this.maxLeases = maxLeases;
    this.#leases = new Leases(this.#client, 'semaphore', { name: this.name, maxLeases });
  }

  /** Waits for a lease; false when none was to be had, within `timeoutMs` or, where not `blocking`, at once. */
  acquire(options: AcquireOptions = {}): Promise<boolean> {
    return this.#leases.acquire('Semaphore.acquire', options);
  }

  /** Gives a lease back; rejects with {@link InputError} when this object has acquired none. */
  release(): Promise<void> {
    return this.#leases.release();
  }

  /** Waits for a lease and holds it until the end of the block; rejects with {@link TimeoutError} after `timeoutMs`. */
  hold(options: TimeoutOption = {}): Promise<AsyncDisposable> {
    return this.#leases.hold('Semaphore.hold', options);
  }

  /** How many leases are out. */
  getValue(): Promise<number> {
    return call(this.#client, 'semaphore.getValue', { name: this.name, maxLeases: this.maxLeases });
  }
}
