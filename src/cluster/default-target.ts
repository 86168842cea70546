/**
 * Which cluster `new Client()` joins: the one that `initialize` found or started, else a local one that all clients of
 * this process share.
 */
import { LocalCluster } from './local-cluster.js';
import type { Target } from './target.js';

let current: Promise<Target> | undefined;

export function setDefaultTarget(target: Promise<Target>): void {
  current = target;
  target.catch(() => {}); // told by the clients that join it
}

/** The default target; the first caller starts the local cluster where there is none. */
export function defaultTarget(): Promise<Target> {
  current ??= new LocalCluster().target;
  return current;
}
