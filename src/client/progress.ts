import { type BarStream, progressBar, showsProgress } from '../util/progress.js';
import { type Future, ownerOf } from './future.js';
import { listOf } from './futures.js';
import { keepAlive } from './keep-alive.js';

export interface ProgressOptions {
  /** Where the bar is drawn, if that is a terminal (default stderr). */
  readonly stream?: BarStream;
}

/**
 * Shows a bar on the terminal until all futures are done; where nobody looks at one it only waits.
 *
 * @example
 * await using client = new Client();
 * const futures = client.map((x: number) => x + 1, [1, 2, 3]);
 * await progress(futures);
 * futures.every((future) => future.done); // true
 */
export async function progress(futures: Future | Iterable<Future>, options: ProgressOptions = {}): Promise<void> {
  const { stream = process.stderr } = options;
  const all = listOf(futures);
  const bar = showsProgress(stream, process.env) ? progressBar(stream) : undefined;
  let done = 0;
  bar?.update(done, all.length);
  const ends = all.map(async (future) => {
    await ownerOf(future).whenDone(future.key);
    bar?.update(++done, all.length);
  });
  await keepAlive(all, Promise.all(ends));
  bar?.finish();
}
