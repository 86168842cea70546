/** A pool of compute threads. */
import { Worker } from 'node:worker_threads';
import type { OpRef } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';

export interface ToThread {
  readonly id: number;
  readonly op: OpRef;
  readonly params: unknown;
  readonly inputs: readonly unknown[];
}

export type FromThread =
  | { readonly id: number; readonly value: unknown; readonly nbytes: number; readonly ms: number }
  | { readonly id: number; readonly error: ErrorReport };

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, (answer: FromThread) => void>;
}

/** Node's own flags are the threads' too, but a script given by `-e` is not in a file as theirs is. */
const execArgv = process.execArgv.filter(
  (flag, i, flags) => !flag.startsWith('--input-type') && flags[i - 1] !== '--input-type',
);

export class ThreadPool {
  readonly #threads: Thread[];
  #nextId = 0;
  #closed = false;

  constructor(nthreads: number) {
    this.#threads = Array.from({ length: nthreads }, () => this.#start());
  }

  /** Runs one task on the thread that has the least to do. */
  run(op: OpRef, params: unknown, inputs: readonly unknown[]): Promise<FromThread> {
    const id = this.#nextId++;
    const thread = this.#threads.reduce((a, b) => (b.jobs.size < a.jobs.size ? b : a));
    return new Promise((resolve) => {
      thread.jobs.set(id, resolve);
      try {
        thread.worker.postMessage({ id, op, params, inputs } satisfies ToThread);
      } catch (error) {
        thread.jobs.delete(id);
        const { name, message } = error as Error;
        resolve({ id, error: { name, message: `the inputs of ${op} cannot be sent to a thread: ${message}` } });
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { name: 'sheaf-compute', execArgv });
    const thread: Thread = { worker, jobs: new Map() };
    worker.on('message', (answer: FromThread) => {
      const resolve = thread.jobs.get(answer.id);
      thread.jobs.delete(answer.id);
      resolve?.(answer);
    });
    // A thread ends when a task exits or breaks it: its tasks fail with that, and a new thread takes its place.
    const end = (message: string) => {
      const at = this.#threads.indexOf(thread);
      if (this.#closed || at < 0) return;
      this.#threads[at] = this.#start();
      for (const [id, resolve] of thread.jobs) resolve({ id, error: { name: 'ThreadEndedError', message } });
    };
    worker.on('error', (error) => end(`the compute thread of this task broke: ${error.message}`));
    worker.on('exit', (code) => end(`the compute thread of this task ended with code ${code}`));
    worker.unref(); // last: a listener for messages refs again
    return thread;
  }
}
