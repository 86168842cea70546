import { SheafError } from '../../util/errors.js';
import { call, type Requester } from '../requester.js';
import { type ClientOption, checkCount, identityOf, type TimeoutOption, timeoutOf } from './checks.js';
import { receive, send } from './content.js';

export interface QueueOptions extends ClientOption {
  /** How many items it holds before `put` waits; 0, as when it is not given by anybody, is no limit. */
  readonly maxsize?: number;
}

export interface BatchOption extends TimeoutOption {
  /** A count waits for as many items; `true` takes all that are there, be it none. */
  readonly batch: number | true;
}

/**
 * A queue that all clients and tasks of a cluster share by its name: first in, first out, and whoever waits longest is
 * served first.
 *
 * Values are what can be cloned, and futures, whose results the cluster keeps while they are in the queue. A future that is
 * put in alone comes out as its result; within an array, an object, a Map or a Set (`[future]`), or got in a batch, as a future.
 * The queue lives until everybody who used it has closed it or left the cluster. Raises {@link InputError} when no client is
 * open; every method rejects with one when others have given another `maxsize`.
 *
 * @example
 * await using client = new Client();
 * const jobs = new Queue<number>('jobs', { client });
 * for (const job of [1, 2, 3]) await jobs.put(job);
 * await jobs.get(); // 1
 * await jobs.get({ batch: 2 }); // [2, 3]
 */
export class Queue<T = unknown> implements AsyncDisposable {
  readonly name: string;
  readonly #client: Requester;
  readonly #opened: Promise<unknown>;
  #isClosed = false;

  constructor(name?: string, options: QueueOptions = {}) {
    const { maxsize } = options;
    if (maxsize !== undefined) checkCount('maxsize', maxsize, 0);
    ({ name: this.name, client: this.#client } = identityOf('Queue', name, options, ['maxsize']));
    this.#opened = call(this.#client, 'queue.open', { name: this.name, ...(maxsize !== undefined && { maxsize }) });
    this.#opened.catch(() => {}); // told by every method
  }

  /** Waits while the queue is full, if need be no longer than `timeoutMs`: then it rejects with {@link TimeoutError}. */
  async put(value: T, options: TimeoutOption = {}): Promise<void> {
    const timeoutMs = timeoutOf('Queue.put', options);
    await send(this.#client, value, async (content) => {
      await this.#open();
      return call(this.#client, 'queue.put', { name: this.name, content }, timeoutMs);
    });
  }

  /** Waits for an item, or for `batch` items; rejects with {@link TimeoutError} after `timeoutMs`, having taken none. */
  get(options?: TimeoutOption): Promise<T>;
  get(options: BatchOption): Promise<T[]>;
  async get(options: TimeoutOption & Partial<BatchOption> = {}): Promise<T | T[]> {
    const timeoutMs = timeoutOf('Queue.get', options, ['batch']);
    const { batch } = options;
    if (batch !== undefined && batch !== true) checkCount('batch', batch, 0);
    await this.#open();
    const args = { name: this.name, ...(batch !== undefined && { batch }) };
    return (await receive(this.#client, await call(this.#client, 'queue.get', args, timeoutMs))) as T | T[];
  }

  /** How many items are in it. */
  async qsize(): Promise<number> {
    await this.#open();
    return call(this.#client, 'queue.qsize', { name: this.name });
  }

  /** Ends the use of it here; the items go when nobody uses it any more. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#opened.catch(() => {});
    await call(this.#client, 'queue.close', { name: this.name });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(): Promise<void> {
    if (this.#isClosed) throw new SheafError(`the queue ${this.name} was closed`);
    await this.#opened;
  }
}
