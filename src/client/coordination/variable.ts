import { call, type Requester } from '../requester.js';
import { type ClientOption, identityOf, type TimeoutOption, timeoutOf } from './checks.js';
import { copyOf, receive, send } from './content.js';

/**
 * One value that all clients and tasks of a cluster share by its name.
 *
 * Values are what can be cloned, and futures, whose results the cluster keeps while they are in it; a future that is set
 * alone is got as its result, one within an array, an object, a Map or a Set as a future. The variable lives until it is deleted or
 * everybody who used it has left the cluster; what is to outlive them is published as a dataset. Raises {@link InputError}
 * when no client is open.
 *
 * @example
 * await using client = new Client();
 * const best = new Variable<{ gamma: number }>('best', { client });
 * await best.set({ gamma: 0.001 });
 * await best.get(); // { gamma: 0.001 }
 */
export class Variable<T = unknown> {
  readonly name: string;
  readonly #client: Requester;

  constructor(name?: string, options: ClientOption = {}) {
    ({ name: this.name, client: this.#client } = identityOf('Variable', name, options));
  }

  async set(value: T): Promise<void> {
    await send(this.#client, value, (content) => call(this.#client, 'variable.set', { name: this.name, content }));
  }

  /** Waits until it is set; rejects with {@link TimeoutError} after `timeoutMs`. */
  async get(options: TimeoutOption = {}): Promise<T> {
    const timeoutMs = timeoutOf('Variable.get', options);
    const delivery = await call(this.#client, 'variable.get', { name: this.name }, timeoutMs);
    return (await receive(this.#client, { ...delivery, data: copyOf(delivery.data) })) as T;
  }

  /** Takes the value out, so that `get` waits for the next. */
  async delete(): Promise<void> {
    await call(this.#client, 'variable.delete', { name: this.name });
  }
}
