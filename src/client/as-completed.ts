import { checkOptionNames } from '../util/options.js';
import { type Future, ownerOf } from './future.js';
import { listOf } from './futures.js';

export interface AsCompletedOptions {
  /** Gives `[future, result]` instead of futures (default false). */
  readonly withResults?: boolean;
  /** With results: whether a failure rejects (default true), or comes as the result of its future. */
  readonly raiseErrors?: boolean;
}

/** What an {@link asCompleted} gives: futures, or futures with results. */
export type Completed<T, O extends AsCompletedOptions> = O extends { readonly withResults: true }
  ? readonly [
      future: Future<T>,
      result: O extends { readonly raiseErrors: infer Raise } ? (Raise extends true ? T : T | Error) : T,
    ]
  : Future<T>;

/** Futures in the order in which they are done; more can be added meanwhile. */
export interface AsCompleted<T, O extends AsCompletedOptions = AsCompletedOptions>
  extends AsyncIterableIterator<Completed<T, O>, undefined> {
  /** One more future, also a new one each time around the loop. */
  add(future: Future<T>): void;
  update(futures: Iterable<Future<T>>): void;
  /** Arrays of all that is done, as soon as there is one. */
  batches(): AsyncIterableIterator<Completed<T, O>[], undefined>;
  /** How many have not been given out. */
  readonly count: number;
  /** Whether one is done and can be given out at once. */
  readonly hasReady: boolean;
  next(): Promise<IteratorResult<Completed<T, O>, undefined>>;
}

/**
 * Iterates over futures in the order in which they are done, whether well or not.
 *
 * @example
 * await using client = new Client();
 * const later = client.submit((ms: number) => new Promise<string>((resolve) => setTimeout(resolve, ms, 'later')), 50);
 * const order: string[] = [];
 * for await (const [_future, result] of asCompleted([later, client.submit(() => 'soon')], { withResults: true })) {
 *   order.push(result);
 * }
 * order; // ['soon', 'later']
 */
export function asCompleted<T, const O extends AsCompletedOptions = object>(
  futures: Future<T> | Iterable<Future<T>> = [],
  options?: O,
): AsCompleted<T, O> {
  checkOptionNames('asCompleted', options ?? {}, ['withResults', 'raiseErrors']);
  const completion = new Completion<T>(options ?? {});
  completion.update(listOf(futures));
  return completion as unknown as AsCompleted<T, O>;
}

type Given<T> = Future<T> | readonly [Future<T>, unknown];

class Completion<T> {
  readonly #options: AsCompletedOptions;
  readonly #ready: Future<T>[] = [];
  #pending = 0;
  /** Those who wait for a future to be done. */
  #waiting: (() => void)[] = [];

  constructor(options: AsCompletedOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#pending + this.#ready.length;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  add(future: Future<T>): void {
    this.#pending++;
    ownerOf(future as Future)
      .whenDone(future.key)
      .then(() => {
        this.#pending--;
        this.#ready.push(future);
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const goOn of waiting) goOn();
      });
  }

  update(futures: Iterable<Future<T>>): void {
    for (const future of futures) this.add(future);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // By hand, as a generator would await the futures that it gives.
  async next(): Promise<IteratorResult<Given<T>, undefined>> {
    const [future] = await this.#take(1);
    if (!future) return { done: true, value: undefined };
    return { done: false, value: (await this.#wrap(future)).item };
  }

  batches(): AsyncIterableIterator<Given<T>[], undefined> {
    const next = async (): Promise<IteratorResult<Given<T>[], undefined>> => {
      const batch = await this.#take(Number.POSITIVE_INFINITY);
      if (batch.length === 0) return { done: true, value: undefined };
      const wrapped = await Promise.all(batch.map((future) => this.#wrap(future)));
      return { done: false, value: wrapped.map(({ item }) => item) };
    };
    const iterator = { next, [Symbol.asyncIterator]: () => iterator };
    return iterator;
  }

  /** At least one future and at most `most`; none when there are no more to come. */
  async #take(most: number): Promise<Future<T>[]> {
    while (this.#ready.length === 0 && this.#pending > 0)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#ready.splice(0, most);
  }

  /** In a wrapper, since a promise of a future is one of its result. */
  async #wrap(future: Future<T>): Promise<{ readonly item: Given<T> }> {
    const { withResults = false, raiseErrors = true } = this.#options;
    if (!withResults) return { item: future };
    try {
      return { item: [future, await future.result()] };
    } catch (error) {
      if (raiseErrors) throw error;
      return { item: [future, error] };
    }
  }
}
