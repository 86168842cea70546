/** A result that the cluster is to compute, or has computed. */
import type { Key } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';
import { shipHook } from '../shipping/ship.js';
import { SheafError } from '../util/errors.js';
import { keepAlive } from './keep-alive.js';
import type { FutureStatus } from './ledger.js';
import { errorOf } from './remote-error.js';

export type { FutureStatus } from './ledger.js';

/** A task failed; `cause` is what its code threw, as it was there. */
export class TaskError extends SheafError {
  override readonly name = 'TaskError';
  // Private, so that they are not printed once more below the stack, which tells them.
  readonly #key: Key;
  readonly #worker: string | undefined;

  /** `site` is where it was submitted, as lines of a stack. */
  constructor(key: Key, report: ErrorReport, site: readonly string[] = []) {
    super(report.message, { cause: errorOf(report) });
    this.#key = key;
    this.#worker = report.worker;
    const failed = report.key ?? key;
    const needed = failed === key ? '' : `, which ${key} needs`;
    const where = report.worker === undefined ? '' : `, on ${report.worker}`;
    // Lines that begin with `at` are a stack to Node and to editors.
    this.stack = [
      `${this.name}: ${report.message}`,
      `    in task ${failed}${needed}${where}${site.length > 0 ? ', submitted' : ''}`,
      ...site.map((line) => `    ${line}`),
    ].join('\n');
  }

  /** The key of the future whose task, or an input of whose task, failed. */
  get key(): Key {
    return this.#key;
  }

  /** Where it failed: name, host and process of the worker. */
  get worker(): string | undefined {
    return this.#worker;
  }
}

/** The task of a future was cancelled, by this client or another. */
export class CancelledError extends SheafError {
  override readonly name = 'CancelledError';
}

/** What a client does for its futures. */
export interface FutureOwner {
  request(method: string, args: object): Promise<unknown>;
  future(key: Key): Future;
  statusOf(key: Key): FutureStatus;
  resultOf(key: Key, timeoutMs?: number): Promise<unknown>;
  errorOf(key: Key): Promise<Error | undefined>;
  whyNotDone(key: Key): Promise<string>;
  whenDone(key: Key): Promise<void>;
  release(key: Key, future: object): void;
  cancel(futures: readonly Future[]): Promise<void>;
  retry(futures: readonly Future[]): Promise<void>;
}

/** Who takes care of a future, for functions of futures. */
export let ownerOf: (future: Future) => FutureOwner;

const released = -2;
export const alone = -1;

/**
 * A handle on one key; awaiting it gives the result. The cluster keeps the result until every handle is released, which
 * happens by itself when a future is garbage.
 */
export class Future<T = unknown> implements PromiseLike<T>, Disposable {
  static {
    ownerOf = (future) => future.#owner;
  }

  readonly #owner: FutureOwner;
  readonly #name: string;
  #index: number;

  /** `name` is the key, or with an index the prefix of the keys of a map. */
  constructor(owner: FutureOwner, name: string, index: number = alone) {
    this.#owner = owner;
    this.#name = name;
    this.#index = index;
  }

  get key(): Key {
    return this.#index < 0 ? this.#name : `${this.#name}-${this.#index}`;
  }

  get status(): FutureStatus {
    return this.#index === released ? 'released' : this.#owner.statusOf(this.key);
  }

  /** Whether it has come to an end, good or bad. */
  get done(): boolean {
    return this.status !== 'pending';
  }

  /** The value; rejects with {@link TaskError} when the task, or one that it needs, failed, and with TimeoutError, which says what it waits for, when it takes longer than `timeoutMs`. */
  result(timeoutMs?: number): Promise<T> {
    if (this.#index === released) return Promise.reject(new SheafError(`the future of ${this.#name} was released`));
    return keepAlive(this, this.#owner.resultOf(this.key, timeoutMs) as Promise<T>);
  }

  /** What the task threw, or undefined when it did well. */
  exception(): Promise<Error | undefined> {
    return keepAlive(this, this.#owner.errorOf(this.key));
  }

  /** Where the task threw it: the stack in the worker. */
  async traceback(): Promise<string | undefined> {
    const error = await this.exception();
    return (error?.cause as Error | undefined)?.stack ?? error?.stack;
  }

  // biome-ignore lint/suspicious/noThenProperty: a future can be awaited
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onValue, onError);
  }

  /** Calls `callback` with this future when it is done, or soon if it is. */
  addDoneCallback(callback: (future: this) => void): void {
    this.#owner.whenDone(this.key).then(() => callback(this));
  }

  /** Gives the task up, unless another client wants its result. */
  cancel(): Promise<void> {
    return this.#owner.cancel([this as Future]);
  }

  /** Runs the task again if it failed. */
  retry(): Promise<void> {
    return this.#owner.retry([this as Future]);
  }

  /** Lets the cluster free the result unless somebody else wants it. */
  release(): void {
    if (this.#index === released) return;
    const { key } = this;
    this.#index = released;
    this.#owner.release(key, this);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** Only arguments of submit and the like become dependencies; one that a function captured cannot travel. */
  get [shipHook](): string {
    return `it is a Future (${this.key}): give it as an argument, and the function gets its result`;
  }
}
