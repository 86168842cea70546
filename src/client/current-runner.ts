/** Where collections are computed: on the client that was made current last, else in this thread. */
import { type GraphRunner, localRunner } from './local-runner.js';

const runners: GraphRunner[] = [];

/** Makes `runner` the current one until the returned function is called. */
export function useRunner(runner: GraphRunner): () => void {
  runners.push(runner);
  return () => {
    const at = runners.lastIndexOf(runner);
    if (at >= 0) runners.splice(at, 1);
  };
}

export const currentRunner = (): GraphRunner => runners.at(-1) ?? localRunner();
