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

const NONE = -1;

interface Job {
  readonly task: ToThread;
  readonly resolve: (answer: FromThread) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it has been given and not answered, in order. */
  readonly jobs: Map<number, Job>;
  /** What goes to it at the end of this turn: one message for all, since waking a thread costs more than a short task. */
  readonly outbox: ToThread[];
  /** One int32 in shared memory: the id of the task that it runs or ran last. */
  readonly running: Int32Array;
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
    const task = { id: this.#nextId++, op, params, inputs };
    const thread = this.#threads.reduce((a, b) => (b.jobs.size < a.jobs.size ? b : a));
    return new Promise((resolve) => this.#give(thread, { task, resolve }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #give(thread: Thread, job: Job): void {
    thread.jobs.set(job.task.id, job);
    thread.outbox.push(job.task);
    if (thread.outbox.length === 1) queueMicrotask(() => flush(thread));
  }

  #start(): Thread {
    const running = new Int32Array(new SharedArrayBuffer(4)).fill(NONE);
    const worker = new Worker(new URL('./thread.js', import.meta.url), {
      name: 'sheaf-compute',
      workerData: running,
      ...flags,
    });
    const thread: Thread = { worker, jobs: new Map(), outbox: [], running };
    worker.on('message', (answers: readonly FromThread[]) => {
      for (const answer of answers) settle(thread, answer);
    });
    worker.on('error', (error) => this.#end(thread, `the compute thread of this task broke: ${error.message}`));
    worker.on('exit', (code) => this.#end(thread, `the compute thread of this task ended with code ${code}`));
    worker.unref(); // last: a listener for messages refs again
    return thread;
  }

  /**
   * A thread ends when a task exits or breaks it: that task fails, and a new thread takes over the others. One that
   * never came to run anything would only end again, so its tasks fail with it.
   */
  #end(thread: Thread, message: string): void {
    const at = this.#threads.indexOf(thread);
    if (this.#closed || at < 0) return;
    const next = this.#start();
    this.#threads[at] = next;
    const culprit = thread.running[0]!;
    for (const id of culprit === NONE ? [...thread.jobs.keys()] : [culprit]) {
      settle(thread, { id, error: { name: 'ThreadEndedError', message } });
    }
    for (const job of thread.jobs.values()) this.#give(next, job);
  }
}

function settle(thread: Thread, answer: FromThread): void {
  const job = thread.jobs.get(answer.id);
  thread.jobs.delete(answer.id);
  job?.resolve(answer);
}

function flush(thread: Thread): void {
  const tasks = thread.outbox.splice(0);
  try {
    thread.worker.postMessage(tasks);
  } catch {
    for (const task of tasks) post(thread, task);
  }
}

/** Sends one task alone, or tells why it cannot be sent. */
function post(thread: Thread, task: ToThread): void {
  try {
    thread.worker.postMessage([task]);
  } catch (error) {
    const { name, message } = error as Error;
    const text = `the inputs of ${task.op} cannot be sent to a thread: ${message}`;
    settle(thread, { id: task.id, error: { name, message: text } });
  }
}
