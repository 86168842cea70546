/**
 * Which cluster `new Client()` joins: the one that `initialize` found or started, else the one that the environment names,
 * else a local one that all clients of this process share. In a compute thread it is the cluster that the thread works for.
 */
import { workerData } from 'node:worker_threads';
import { setPortConnector } from '../comm/comm.js';
import type { Home, ThreadData } from '../worker/thread-messages.js';
import type { Env } from './launcher.js';
import { LocalCluster } from './local-cluster.js';
import { joinBySchedulerFile } from './scheduler-file.js';
import type { Target } from './target.js';

let current: Promise<Target> | undefined;

export function setDefaultTarget(target: Promise<Target>): void {
  current = target;
  target.catch(() => {}); // told by the clients that join it
}

/** The default target; the first caller starts the local cluster where there is none. */
export function defaultTarget(): Promise<Target> {
  const home = homeOfThread(workerData);
  if (home && !current) {
    setPortConnector(home.port);
    current = Promise.resolve({ address: home.scheduler, secret: '' });
  }
  current ??= targetOfEnv(process.env) ?? new LocalCluster().target;
  return current;
}

/** The cluster that SHEAF_SCHEDULER_FILE or SHEAF_SCHEDULER_ADDRESS, with SHEAF_SECRET, name: for scripts that are not to change. */
export function targetOfEnv(env: Env): Promise<Target> | undefined {
  const { SHEAF_SCHEDULER_FILE: file, SHEAF_SCHEDULER_ADDRESS: address, SHEAF_SECRET: secret = '' } = env;
  if (file) return joinBySchedulerFile(file).then(({ target }) => target);
  return address ? Promise.resolve({ address, secret }) : undefined;
}

/** Where a compute thread belongs, by what it was born with; undefined in every other thread. */
export const homeOfThread = (data: unknown): Home | undefined => (data as Partial<ThreadData> | null | undefined)?.home;
