import { type Future, ownerOf } from './future.js';
import { keysOfFutures } from './futures.js';

/**
 * Has tasks done even if their futures are released, or this client ends, before that: for tasks that matter by what they
 * do, not by their results.
 *
 * @example
 * await using client = new Client();
 * fireAndForget(client.submit(() => 'a report is on its way'));
 */
export function fireAndForget(futures: Future | readonly Future[]): void {
  const [first] = [futures].flat();
  if (!first) return;
  // Without a cluster there is nobody to tell, and the future says so.
  ownerOf(first)
    .request('tasks.forget', { keys: keysOfFutures(futures) })
    .catch(() => {});
}
