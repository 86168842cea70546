import { call, type Requester } from '../requester.js';
import { type ClientOption, identityOf, type TimeoutOption, timeoutOf } from './checks.js';
import { inTime } from './in-time.js';

/**
 * A flag that all clients and tasks of a cluster share by its name: they wait until somebody sets it. Raises
 * {@link InputError} when no client is open.
 *
 * @example
 * await using client = new Client();
 * const ready = new Event('ready', { client });
 * await ready.wait({ timeoutMs: 0 }); // false
 * await ready.set();
 * await ready.wait(); // true
 */
export class Event {
  readonly name: string;
  readonly #client: Requester;

  constructor(name?: string, options: ClientOption = {}) {
    ({ name: this.name, client: this.#client } = identityOf('Event', name, options));
  }

  /** Waits until it is set; false when it was not after `timeoutMs`. */
  async wait(options: TimeoutOption = {}): Promise<boolean> {
    const timeoutMs = timeoutOf('Event.wait', options);
    return (await inTime(call(this.#client, 'event.wait', { name: this.name }, timeoutMs))) !== undefined;
  }

  /** Lets everybody who waits go on, and whoever comes to wait. */
  async set(): Promise<void> {
    await call(this.#client, 'event.set', { name: this.name });
  }

  /** Lets whoever comes wait again. */
  async clear(): Promise<void> {
    await call(this.#client, 'event.clear', { name: this.name });
  }

  isSet(): Promise<boolean> {
    return call(this.#client, 'event.isSet', { name: this.name });
  }
}
