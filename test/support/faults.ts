/** What the tests of faults share: looking until something is so, ending processes, cutting connections. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../src/client/client.js';
import { LocalCluster, type LocalClusterOptions } from '../../src/cluster/local-cluster.js';

export const processes = (workers: number, options: LocalClusterOptions = {}): Promise<LocalCluster> =>
  LocalCluster.start({ workers, threadsPerWorker: 1, processes: true, ...options });

/** How long to leave the cores to those who are waited for, in ms. */
const LOOK_EVERY_MS = 5;

/** Looks until it is so; the test's time limit is its own. */
export async function until(isSo: () => unknown): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

export function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Ends a worker's process and waits until the cluster has another in its place. */
export async function replace(client: Client, pid: number, count: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(async () => {
    const { workers } = await client.schedulerInfo();
    return workers.length === count && workers.every((worker) => worker.pid !== pid);
  });
}

/** The process of the only worker that holds the result. */
export async function holderOf(client: Client, key: string): Promise<{ readonly name: string; readonly pid: number }> {
  const names = (await client.whoHas(key))[key]!;
  if (names.length !== 1) throw new Error(`${names.length} workers hold ${key}`);
  return (await client.schedulerInfo()).workers.find(({ name }) => name === names[0])!;
}

/** A directory of its own that goes with the scope: where tasks that die leave word. */
export function scratch(): Disposable & { readonly file: string } {
  const directory = mkdtempSync(join(tmpdir(), 'sheaf-faults-'));
  return {
    file: join(directory, 'runs'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The processes that tasks noted in a file, in order. */
export const runs = (file: string): number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').map(Number) : [];

/** A task that notes its process, hangs the first time, and gives its process the next. */
export async function hangsOnce(file: string): Promise<number> {
  const { appendFileSync, readFileSync } = await import('node:fs');
  appendFileSync(file, `${process.pid}\n`);
  if (readFileSync(file, 'utf8').trimEnd().split('\n').length === 1) for (;;);
  return process.pid;
}
