/** A result that the cluster is to compute, or has computed. */
import type { Key } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';
import { SheafError } from '../util/errors.js';

export type FutureStatus = 'pending' | 'finished' | 'error' | 'released';

/** A task failed; `cause` is what its code threw, as it was there. */
export class TaskError extends SheafError {
  override readonly name = 'TaskError';
  readonly key: Key;

  constructor(key: Key, report: ErrorReport) {
    super(report.message, { cause: errorOf(report) });
    this.key = key;
  }
}

/** The error that a report tells of, with its name, stack and causes. */
function errorOf({ name, message, stack, cause }: ErrorReport): Error {
  const error = new Error(message, cause && { cause: errorOf(cause) });
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** What a client does for its futures. */
export interface FutureOwner {
  statusOf(key: Key): FutureStatus;
  resultOf(key: Key): Promise<unknown>;
  release(key: Key): void;
}

/** A handle on one key; awaiting it gives the result. The cluster keeps the result until every handle is released. */
export class Future<T = unknown> implements PromiseLike<T>, Disposable {
  readonly key: Key;
  readonly #owner: FutureOwner;
  #released = false;

  constructor(owner: FutureOwner, key: Key) {
    this.#owner = owner;
    this.key = key;
  }

  get status(): FutureStatus {
    return this.#released ? 'released' : this.#owner.statusOf(this.key);
  }

  /** The value; rejects with {@link TaskError} when the task, or one that it needs, failed. */
  result(): Promise<T> {
    if (this.#released) return Promise.reject(new SheafError(`the future of ${this.key} was released`));
    return this.#owner.resultOf(this.key) as Promise<T>;
  }

  // biome-ignore lint/suspicious/noThenProperty: a future can be awaited
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onValue, onError);
  }

  /** Lets the cluster free the result unless somebody else wants it. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#owner.release(this.key);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
