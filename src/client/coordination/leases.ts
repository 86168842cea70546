/** The user's end of locks and semaphores: what differs is how many may hold one at a time. */
import type { Methods } from '../../scheduler/coordination/protocol.js';
import { InputError } from '../../util/errors.js';
import { call, type Requester } from '../requester.js';
import { type TimeoutOption, timeoutOf } from './checks.js';
import { inTime } from './in-time.js';

export interface AcquireOptions extends TimeoutOption {
  /** False: gets it now or not at all (default true). */
  readonly blocking?: boolean;
}

export class Leases {
  readonly #client: Requester;
  readonly #kind: 'lock' | 'semaphore';
  readonly #args: Methods['semaphore.acquire']['args'];
  /** What `acquire` got and `release` has not given back, newest last. */
  readonly #taken: number[] = [];

  constructor(client: Requester, kind: 'lock' | 'semaphore', args: Methods['semaphore.acquire']['args']) {
    this.#client = client;
    this.#kind = kind;
    this.#args = args;
  }

  async acquire(who: string, options: AcquireOptions): Promise<boolean> {
    const timeoutMs = timeoutOf(who, options, ['blocking']);
    const lease = await inTime(this.#take(options.blocking === false ? 0 : timeoutMs));
    if (lease === undefined) return false;
    this.#taken.push(lease);
    return true;
  }

  async release(): Promise<void> {
    const lease = this.#taken.pop();
    if (lease !== undefined) return this.#giveBack(lease);
    throw new InputError(
      `the ${this.#kind} ${this.#args.name} is not held by this object: only the one that has acquired it releases it`,
    );
  }

  async hold(who: string, options: TimeoutOption): Promise<AsyncDisposable> {
    const lease = await this.#take(timeoutOf(who, options));
    let isHeld = true;
    return {
      [Symbol.asyncDispose]: async () => {
        if (isHeld) await this.#giveBack(lease);
        isHeld = false;
      },
    };
  }

  #take(timeoutMs: number | undefined): Promise<number> {
    return call(this.#client, `${this.#kind}.acquire`, this.#args, timeoutMs);
  }

  async #giveBack(lease: number): Promise<void> {
    await call(this.#client, `${this.#kind}.release`, { ...this.#args, lease });
  }
}
