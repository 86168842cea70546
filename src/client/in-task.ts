/** What code inside a task can ask for: the cluster it runs on, its worker, its place on the thread. */
import { isMainThread, workerData } from 'node:worker_threads';
import { homeOfThread } from '../cluster/default-target.js';
import type { Key } from '../graph/task.js';
import { importUpload, uploadedNames, uploadedPath } from '../shipping/uploads.js';
import { InputError } from '../util/errors.js';
import { currentTask, followTasks, type TaskContext } from '../worker/task-context.js';
import { Client } from './client.js';
import { offerClient } from './current.js';

if (!isMainThread && homeOfThread(workerData)) {
  followTasks();
  offerClient(getClient);
}

let client: Client | undefined;

/**
 * The client of the cluster that the calling task runs on; all tasks of a thread share it. While a task waits for results
 * of others, its thread runs other tasks, so tasks that submit tasks cannot lock each other out.
 * Raises InputError outside tasks.
 *
 * @example
 * await using client = new Client();
 * async function fib(n: number): Promise<number> {
 *   if (n < 2) return n;
 *   const inner = getClient();
 *   const [a, b] = await inner.gather([inner.submit(fib, n - 1), inner.submit(fib, n - 2)]);
 *   return a! + b!;
 * }
 * await client.submit(fib, 6); // 8
 */
export function getClient(): Client {
  task('getClient');
  return clientOfThread();
}

function clientOfThread(): Client {
  client ??= new Client();
  return client;
}

/** What a task gets for an input that is an actor. */
export const handleOn = (key: Key): Promise<unknown> => clientOfThread().future(key).result();

/** Where the calling task runs. */
export interface TaskWorker {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
  /** Where the files are that clients have uploaded; it is made with the first of them, and goes with the worker. */
  readonly localDirectory: string;
  /** The key of the task. */
  readonly key: string;
}

/**
 * The worker that runs the calling task. Raises InputError outside tasks.
 *
 * @example
 * await using client = new Client();
 * await client.submit(() => getWorker().nthreads > 0); // true
 */
export function getWorker(): TaskWorker {
  const { key } = task('getWorker');
  return { ...homeOfThread(workerData)!.worker, key };
}

/**
 * The path of a file that a client has put on the workers by `uploadFile`, on the one that runs the calling task. Raises
 * InputError outside tasks, and when there is no such file, naming those that are there.
 *
 * @example
 * import { rm, writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * await using client = new Client();
 * const names = join(tmpdir(), 'names.txt');
 * await writeFile(names, 'Ada');
 * await client.uploadFile(names);
 * await rm(names);
 * const read = async (name: string) => (await import('node:fs')).readFileSync(uploadedFile(name), 'utf8');
 * await client.submit(read, 'names.txt'); // 'Ada'
 */
export function uploadedFile(name: string): string {
  task('uploadedFile');
  const path = uploadedPath(name);
  if (path !== undefined) return path;
  const there = uploadedNames().join(', ') || 'none';
  throw new InputError(`no client has uploaded a file ${name} to this worker; there are: ${there}`);
}

/**
 * Imports a module that a client has put on the workers by `uploadFile`: its exports. It may import its neighbours that were
 * uploaded before it, as `./other.mjs`. A module that is uploaded again with another content is imported anew. Raises
 * InputError as {@link uploadedFile} does.
 *
 * @example
 * import { rm, writeFile } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * await using client = new Client();
 * const shapes = join(tmpdir(), 'shapes.mjs');
 * await writeFile(shapes, 'export const area = (r) => 3 * r * r;');
 * await client.uploadFile(shapes);
 * await rm(shapes);
 * await client.submit(async (r: number) => {
 *   const { area } = await importUploaded<{ area(r: number): number }>('shapes.mjs');
 *   return area(r);
 * }, 2); // 12
 */
export async function importUploaded<M = Readonly<Record<string, unknown>>>(name: string): Promise<M> {
  return (await importUpload(uploadedFile(name))) as M;
}

/**
 * Gives the place of the calling task on its thread to other tasks: for tasks that wait long for something else.
 * Raises InputError outside tasks.
 *
 * @example
 * await using client = new Client();
 * const waiting = client.submit(async () => {
 *   secede();
 *   await new Promise((resolve) => setTimeout(resolve, 10));
 *   await rejoin();
 *   return 'done';
 * });
 * await waiting; // 'done'
 */
export function secede(): void {
  task('secede').place.secede();
}

/** Resolves when the calling task has a place on its thread again, after {@link secede}. Raises InputError outside tasks. */
export function rejoin(): Promise<void> {
  return task('rejoin').place.rejoin();
}

function task(name: string): TaskContext {
  const context = currentTask();
  if (context) return context;
  throw new InputError(`${name}() tells a task about itself: call it inside a function that was submitted`);
}
