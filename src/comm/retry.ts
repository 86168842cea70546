import { setTimeout as sleep } from 'node:timers/promises';
import { UnreachableError } from './channel.js';

const firstPauseMs = 10;
const longestPauseMs = 1000;

export interface RetryOptions {
  readonly address: string;
  readonly timeoutMs: number;
  /** The clock and the chance, given by tests. */
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
  readonly random?: () => number;
}

/**
 * The first success of `attempt`, which is told how many milliseconds are left. Only {@link UnreachableError} is worth
 * another attempt; pauses double from 10 ms to 1 s, each drawn from the upper half of its range so that a thousand
 * workers that were started together do not knock together.
 */
export async function retry<T>(attempt: (remainingMs: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { address, timeoutMs, now = performance.now.bind(performance), pause = sleep, random = Math.random } = options;
  const deadline = now() + timeoutMs;
  let cause: UnreachableError | undefined;
  for (let tries = 1, range = firstPauseMs; ; tries++, range = Math.min(2 * range, longestPauseMs)) {
    try {
      return await attempt(Math.max(1, deadline - now()));
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      // What the deadline cut short knows less than the attempt before it.
      if (!cause || now() + 1 < deadline) cause = error;
    }
    const ms = range * (0.5 + random() / 2);
    if (now() + ms >= deadline) {
      throw new UnreachableError(
        `no connection to ${address} within ${timeoutMs / 1000} s (${tries} ${tries === 1 ? 'attempt' : 'attempts'}): ` +
          `${cause.message}. Check that the process there still runs, that the address is right and can be reached ` +
          'from this host, and that no firewall is between',
        { cause },
      );
    }
    await pause(ms);
  }
}
