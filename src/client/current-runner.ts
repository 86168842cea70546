/** Where collections are computed: on the runner that was made current last, else on the open client, else in this thread. */
import { openClient } from './current.js';
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

export function currentRunner(): GraphRunner {
  const client: object | undefined = openClient();
  const runsGraphs = client && 'submitGraph' in client;
  return runners.at(-1) ?? (runsGraphs ? (client as GraphRunner) : localRunner());
}
