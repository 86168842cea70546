/** What code inside a task can ask for: the cluster it runs on, its worker, its place on the thread. */
import { isMainThread, workerData } from 'node:worker_threads';
import { homeOfThread } from '../cluster/default-target.js';
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
  client ??= new Client();
  return client;
}

/** Where the calling task runs. */
export interface TaskWorker {
  readonly name: string;
  readonly address: string;
  readonly nthreads: number;
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
