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

export interface Result {
  readonly value: unknown;
  readonly nbytes: number;
  readonly ms: number;
}

export type FromThread = ({ readonly id: number } & Result) | { readonly id: number; readonly error: ErrorReport };

interface Job {
  readonly message: ToThread;
  readonly resolve: (answer: FromThread) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it was given, in that order, and has not answered yet. */
  readonly jobs: Map<number, Job>;
}

/** Threads have the flags of the process, unless one says that the script is no file (`-e`): theirs is one. */
const flags = process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};

export class ThreadPool {
  readonly #threads: Thread[];
  #nextId = 0;
  #closed = false;

  constructor(nthreads: number) {
    this.#threads = Array.from({ length: nthreads }, () => this.#start());
  }

  /** Runs one task on the thread that has the least to do. */
  run(op: OpRef, params: unknown, inputs: readonly unknown[]): Promise<FromThread> {
    return new Promise((resolve) => this.#post({ message: { id: this.#nextId++, op, params, inputs }, resolve }));
  }

  #post(job: Job): void {
    const { id, op } = job.message;
    const thread = this.#threads.reduce((a, b) => (b.jobs.size < a.jobs.size ? b : a));
    thread.jobs.set(id, job);
    try {
      thread.worker.postMessage(job.message);
    } catch (error) {
      thread.jobs.delete(id);
      const { name, message } = error as Error;
      job.resolve({ id, error: { name, message: `the inputs of ${op} cannot be sent to a thread: ${message}` } });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { name: 'sheaf-compute', ...flags });
    const thread: Thread = { worker, jobs: new Map() };
    worker.on('message', (answer: FromThread) => {
      const job = thread.jobs.get(answer.id);
      thread.jobs.delete(answer.id);
      job?.resolve(answer);
    });
    // A thread ends when a task exits or breaks it. That task is taken to be the oldest: it fails, and a new thread takes
    // the place, while those behind it are done elsewhere.
    const end = (message: string) => {
      const at = this.#threads.indexOf(thread);
      if (this.#closed || at < 0) return;
      this.#threads[at] = this.#start();
      const [culprit, ...others] = thread.jobs.values();
      culprit?.resolve({ id: culprit.message.id, error: { name: 'ThreadEndedError', message } });
      for (const job of others) this.#post(job);
    };
    worker.on('error', (error) => end(`the compute thread of this task broke: ${error.message}`));
    worker.on('exit', (code) => end(`the compute thread of this task ended with code ${code}`));
    worker.unref(); // last: a listener for messages refs again
    return thread;
  }
}
