import { describe } from '../util/describe.js';
import { InputError, TimeoutError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { type Future, ownerOf } from './future.js';
import { listOf } from './futures.js';

export interface WaitOptions {
  /** Default: until all are done. */
  readonly returnWhen?: 'ALL_COMPLETED' | 'FIRST_COMPLETED';
  /** How long to wait; by default for ever. */
  readonly timeoutMs?: number;
}

/** What is done, be it well or not, and what is not. */
export interface Waited<T> {
  readonly done: Future<T>[];
  readonly notDone: Future<T>[];
}

/**
 * Waits until all futures are done, or one of them; fetches no results. Rejects with TimeoutError after `timeoutMs`.
 *
 * @example
 * await using client = new Client();
 * const futures = client.map((x: number) => x + 1, [1, 2, 3]);
 * const { done, notDone } = await wait(futures);
 * [done.length, notDone.length]; // [3, 0]
 */
export async function wait<T>(futures: Future<T> | Iterable<Future<T>>, options: WaitOptions = {}): Promise<Waited<T>> {
  checkOptionNames('wait', options, ['returnWhen', 'timeoutMs']);
  const { returnWhen = 'ALL_COMPLETED', timeoutMs } = options;
  if (returnWhen !== 'ALL_COMPLETED' && returnWhen !== 'FIRST_COMPLETED')
    throw new InputError(
      `wait: returnWhen must be 'ALL_COMPLETED' or 'FIRST_COMPLETED', but it is ${describe(returnWhen)}`,
    );
  const all = listOf(futures);
  const ends = all.map((future) => ownerOf(future as Future).whenDone(future.key));
  const enough: Promise<unknown> =
    returnWhen === 'ALL_COMPLETED' || ends.length === 0 ? Promise.all(ends) : Promise.race(ends);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise((resolve, reject) => {
      if (timeoutMs !== undefined) timer = setTimeout(() => late(all, timeoutMs).then(reject), timeoutMs);
      enough.then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
  }
  return { done: all.filter(({ done }) => done), notDone: all.filter(({ done }) => !done) };
}

async function late(futures: readonly Future[], timeoutMs: number): Promise<TimeoutError> {
  const open = futures.filter(({ done }) => !done);
  const [first] = open;
  const one = first ? `, among them ${first.key}: ${await ownerOf(first).whyNotDone(first.key)}` : '';
  return new TimeoutError(`wait: after ${timeoutMs} ms ${open.length} of ${futures.length} futures are not done${one}`);
}
