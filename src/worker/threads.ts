/**
 * A pool of compute threads. Jobs are posted to a thread in batches and may lie there before they begin; until then they
 * can be revoked: thread and pool claim a job in shared memory, and the first to do so has it. So a job in line behind a
 * long one is taken back, too, and given to a thread that has nothing to do.
 */
import type { ErrorReport } from '../scheduler/events.js';
import {
  hasBegun,
  hasEnded,
  type Job,
  lineOf,
  NONE,
  type Posted,
  placesIn,
  startThread,
  type Thread,
} from './pool-thread.js';
import {
  type Answer,
  type FromThread,
  type HomeOptions,
  OPEN,
  REVOKED,
  RUNNING,
  slotOf,
  type ThreadJob,
  type ToThread,
} from './thread-messages.js';

/** How long the thread of a job that nobody wants any more may go on. */
const GRACE_MS = 500;
const WATCH_MS = 50;

export class ThreadPool {
  readonly #threads: Thread[];
  readonly #home: HomeOptions | undefined;
  readonly #onAnswers: (answers: readonly Answer[]) => void;
  readonly #code = new Map<string, unknown>();
  readonly #whereabouts = new Map<string, { readonly thread: Thread; readonly id: number }>();
  readonly #allowanceBytes: number;
  #droppedBytes = 0;
  #closed = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(
    nthreads: number,
    onAnswers: (answers: readonly Answer[]) => void,
    home?: HomeOptions,
    allowanceBytes = 256 * 2 ** 20,
  ) {
    this.#home = home;
    this.#allowanceBytes = allowanceBytes;
    this.#onAnswers = onAnswers;
    this.#threads = Array.from({ length: nthreads }, () => this.#start());
  }

  /** Takes code in; it goes to a thread with the first job there that names it. */
  addCode(code: Readonly<Record<string, unknown>>): void {
    for (const name in code) {
      if (this.#code.has(name)) for (const thread of this.#threads) thread.code.delete(name);
      this.#code.set(name, code[name]);
    }
  }

  /** Lets go of code, in the threads too. */
  dropCode(names: readonly string[]): void {
    for (const name of names) this.#code.delete(name);
    for (const thread of this.#threads) {
      const dropped = names.filter((name) => thread.code.delete(name));
      if (dropped.length > 0) thread.worker.postMessage({ dropped, jobs: [] } satisfies ToThread);
    }
  }

  /** Runs a job on the thread that has the least to do. */
  run(job: Job): void {
    this.#give(
      this.#threads.reduce((a, b) => (lineOf(b) < lineOf(a) ? b : a)),
      job,
    );
  }

  /** Takes a job back that has not begun; tells whether it could. */
  revoke(key: string): boolean {
    const found = this.#whereabouts.get(key);
    if (!found) return false;
    return this.#revoke(found.thread, found.id);
  }

  /** Ends a job that nobody wants: at once if it has not begun, else by ending its thread if it goes on too long. */
  abort(key: string): boolean {
    if (this.revoke(key)) return true;
    const found = this.#whereabouts.get(key);
    if (found) this.#limit(found.thread, found.id, performance.now() + GRACE_MS, cancelled);
    return false;
  }

  /** Ends every thread, with what it runs, and starts new ones. */
  async restart(): Promise<void> {
    const ended = this.#threads.map(({ worker }) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const { worker } of this.#threads) worker.terminate();
    await Promise.all(ended);
  }

  /** After values of so many bytes were let go of: each thread hears of it when that is worth a collection. */
  drop(nbytes: number): void {
    this.#droppedBytes += nbytes;
    if (this.#droppedBytes <= this.#allowanceBytes) return;
    const droppedBytes = this.#droppedBytes;
    for (const { worker } of this.#threads) worker.postMessage({ jobs: [], droppedBytes } satisfies ToThread);
    this.#droppedBytes = 0;
  }

  /** Lets every thread collect its garbage when it has a moment between two jobs. */
  collect(): void {
    for (const { worker } of this.#threads) worker.postMessage({ jobs: [], collect: true } satisfies ToThread);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #revoke(thread: Thread, id: number): boolean {
    if (Atomics.compareExchange(thread.shared, slotOf(id), OPEN, REVOKED) !== OPEN) return false;
    this.#forget(thread, id);
    return true;
  }

  /** Threads that have nothing to do take what the one with the most to do has not begun. */
  #balance(): void {
    for (const idle of this.#threads) {
      if (placesIn(idle) > 0) continue;
      const busy = this.#threads.reduce((a, b) => (placesIn(b) > placesIn(a) ? b : a));
      if (placesIn(busy) < 2) return;
      for (const [id, { job }] of busy.jobs) {
        if (!this.#revoke(busy, id)) continue;
        busy.isLate = true;
        this.#give(idle, job);
        break;
      }
    }
  }

  #give(thread: Thread, job: Job): void {
    const { key, op, params, inputs, actors } = job;
    const id = thread.nextId++;
    const message = actors ? { id, key, op, params, inputs, actors } : { id, key, op, params, inputs };
    const posted = { message, job };
    thread.shared[slotOf(id)] = OPEN;
    thread.jobs.set(id, posted);
    this.#whereabouts.set(key, { thread, id });
    if (job.timeoutMs !== undefined) this.#limit(thread, id, undefined, tooLong(job.timeoutMs));
    thread.outbox.push(posted);
    if (thread.outbox.length === 1) queueMicrotask(() => this.#flush(thread));
  }

  #flush(thread: Thread): void {
    const posted = thread.outbox;
    thread.outbox = [];
    const code = this.#codeFor(thread, posted);
    const jobs = posted.map(({ message }) => message);
    try {
      thread.worker.postMessage({ ...(code && { code }), jobs } satisfies ToThread);
    } catch {
      if (code) thread.worker.postMessage({ code, jobs: [] } satisfies ToThread);
      for (const { message } of posted) this.#post(thread, message);
    }
  }

  #codeFor(thread: Thread, posted: readonly Posted[]): Record<string, unknown> | undefined {
    let code: Record<string, unknown> | undefined;
    for (const { job } of posted) {
      for (const hash of job.code) {
        if (thread.code.has(hash) || !this.#code.has(hash)) continue;
        thread.code.add(hash);
        (code ??= {})[hash] = this.#code.get(hash);
      }
    }
    return code;
  }

  /** Sends one job alone, or tells why it cannot be sent. */
  #post(thread: Thread, job: ThreadJob): void {
    try {
      thread.worker.postMessage({ jobs: [job] } satisfies ToThread);
    } catch (error) {
      const { name, message: why } = error as Error;
      const message = `the inputs of ${job.op} cannot be sent to a thread: ${why}`;
      this.#settle(thread, [{ id: job.id, error: { name, message } }]);
    }
  }

  #start(): Thread {
    const thread = startThread(this.#home, this.#allowanceBytes);
    const { worker } = thread;
    worker.on('message', (answers: readonly FromThread[]) => this.#settle(thread, answers));
    worker.on('error', (error) => this.#end(thread, `the compute thread of this task broke: ${error.message}`));
    worker.on('exit', (code) => this.#end(thread, `the compute thread of this task ended with code ${code}`));
    worker.unref(); // last: a listener for messages refs again
    return thread;
  }

  #settle(thread: Thread, answers: readonly FromThread[]): void {
    const known: Answer[] = [];
    for (const answer of answers) {
      const posted = thread.jobs.get(answer.id);
      if (!posted) continue;
      if ('seceded' in answer) thread.seceded.add(answer.id);
      else this.#forget(thread, answer.id);
      known.push({ ...answer, key: posted.job.key });
    }
    thread.isLate = false;
    if (known.length > 0) this.#onAnswers(known);
    this.#balance();
  }

  #forget(thread: Thread, id: number): void {
    const posted = thread.jobs.get(id);
    if (!posted) return;
    thread.jobs.delete(id);
    thread.seceded.delete(id);
    thread.deadlines.delete(id);
    if (this.#whereabouts.get(posted.job.key)?.id === id) this.#whereabouts.delete(posted.job.key);
  }

  /**
   * A thread ends when a task exits or breaks it: that task fails, and a new thread takes over the others. One that
   * never came to run anything would only end again, so its tasks fail with it.
   */
  #end(thread: Thread, message: string): void {
    const at = this.#threads.indexOf(thread);
    if (this.#closed || at < 0) return;
    const next = (this.#threads[at] = this.#start());
    const culprit = thread.shared[RUNNING]!;
    const name = 'ThreadEndedError';
    const failed = [...thread.jobs.keys()].filter((id) => culprit === NONE || hasBegun(thread, id));
    this.#settle(
      thread,
      failed.map((id) => ({ id, error: { name, message } })),
    );
    for (const { job } of thread.jobs.values()) this.#give(next, job);
    thread.jobs.clear();
  }

  /** Ends the thread of a job that is not done by the time `at`, or `timeoutMs` after it began. */
  #limit(thread: Thread, id: number, at: number | undefined, error: ErrorReport): void {
    thread.deadlines.set(id, { at, error });
    this.#watch ??= setInterval(() => this.#enforce(), WATCH_MS).unref();
  }

  #enforce(): void {
    const now = performance.now();
    let isNeeded = false;
    for (const thread of this.#threads) {
      for (const [id, { at, error }] of thread.deadlines) {
        isNeeded = true;
        const { timeoutMs } = thread.jobs.get(id)!.job;
        if (at === undefined && hasBegun(thread, id)) thread.deadlines.set(id, { at: now + timeoutMs!, error });
        if (at === undefined || now < at || hasEnded(thread, id)) continue;
        this.#settle(thread, [{ id, error }]);
        thread.worker.terminate(); // its other jobs go to the thread that takes its place
        break;
      }
    }
    if (isNeeded) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

const tooLong = (timeoutMs: number): ErrorReport => ({
  name: 'TaskTimeoutError',
  message: `the task ran longer than the ${timeoutMs} ms that it was given`,
});
/** Nobody hears of it but who reads the worker's log. */
const cancelled: ErrorReport = { name: 'CancelledError', message: 'it was cancelled while it ran' };
