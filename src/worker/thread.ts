/**
 * A compute thread: runs one task after another and posts what comes of it. User code runs here and nowhere else, so it
 * can never keep a worker from answering.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { takeAllocatedBytes } from '../arrow/block.js';
import { titleOfOp } from '../graph/task.js';
import { useBlas } from '../kernels/gemm.js';
import { argumentsOf } from '../shipping/call.js';
import { inheritLoader } from '../shipping/loader.js';
import { dropCode, loadedFunction, registerCode } from '../shipping/registry.js';
import { resultTrouble } from '../shipping/result.js';
import { findUploadsIn } from '../shipping/uploads.js';
import { deferred } from '../util/deferred.js';
import { withHandles } from './actor-inputs.js';
import { findBlas } from './blas.js';
import { bufferPressure, collectGarbage } from './collect.js';
import { reportOf } from './error-report.js';
import { resolveOp } from './ops.js';
import { sizeOfValue } from './sizeof.js';
import { enter, type TaskContext, type TaskPlace } from './task-context.js';
import {
  BEGUN,
  type FromThread,
  OPEN,
  RUNNING,
  slotOf,
  type ThreadData,
  type ThreadJob,
  type ToThread,
} from './thread-messages.js';

type Called = (job: ThreadJob) => unknown;

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';

/** How each operation is called: found once, as most tasks are like the one before. */
const callers = new Map<string, Called>();

function callerOf(op: string): Called | Promise<Called> {
  const known = callers.get(op);
  if (known) return known;
  const keep = (caller: Called) => {
    callers.set(op, caller);
    return caller;
  };
  if (!op.startsWith('fn:')) {
    return resolveOp(op).then((fn) => keep(({ params, inputs }) => fn(params, ...inputs)));
  }
  const made = loadedFunction(op.slice(3, op.indexOf('#')));
  const callerFor =
    (fn: Awaited<typeof made>): Called =>
    ({ params, inputs }) => {
      const args = argumentsOf(params as readonly unknown[], inputs);
      return isPromise(args) ? args.then((given) => fn(...(given as unknown[]))) : fn(...args);
    };
  return isPromise(made) ? made.then((fn) => keep(callerFor(fn))) : keep(callerFor(made));
}

/** Runs one job; without a turn of the event loop where neither its code nor its function needs one. */
function run(job: ThreadJob, context: TaskContext): FromThread | Promise<FromThread> {
  try {
    const caller = callerOf(job.op);
    if (isPromise(caller))
      return caller.then((ready) => call(job, ready, context)).catch((error) => failure(job, error));
    return call(job, caller, context);
  } catch (error) {
    return failure(job, error);
  }
}

function call(job: ThreadJob, caller: Called, context: TaskContext): FromThread | Promise<FromThread> {
  const start = performance.now();
  const { actors } = job;
  const value = actors
    ? withHandles(job.inputs, actors).then((inputs) => enter(context, () => caller({ ...job, inputs })))
    : enter(context, () => caller(job));
  if (!isPromise(value)) return success(job, value, start);
  return Promise.resolve(value).then(
    (result) => success(job, result, start),
    (error) => failure(job, error),
  );
}

function success(job: ThreadJob, value: unknown, start: number): FromThread {
  const ms = performance.now() - start;
  const trouble = resultTrouble(value);
  if (trouble)
    return failure(job, new TypeError(`the result of ${titleOfOp(job.op) || job.op} cannot be sent: ${trouble}`));
  const nbytes = sizeOfValue(value);
  unsentBytes += nbytes;
  temporaryBytes += Math.max(0, takeAllocatedBytes() - nbytes);
  return { id: job.id, ms, nbytes, value };
}

const failure = ({ id }: ThreadJob, error: unknown): FromThread => ({ id, error: reportOf(error) });

/** Answers wait for others this long: waking the other side costs more than a short task. */
const GATHER_MS = 0.5;

/** Tells the pool which job this thread runs, and which it has begun. */
const { shared, home, allowanceBytes } = workerData as ThreadData;
/** What has begun is no longer in it, as it would keep the inputs alive. */
const queue: (ThreadJob | undefined)[] = [];
let next = 0;
let isRunning = false;
let answers: FromThread[] = [];
let since = 0;

/** From so many bytes on, results are sent at once. */
const LARGE_BYTES = 1 << 20;
let unsentBytes = 0;

/** What tasks have allocated beside their results, which is garbage; of results and inputs the pool says when they are. */
let temporaryBytes = 0;
const pressure = bufferPressure(allowanceBytes);

/** Tasks that gave their places away and want one again. */
const returning: Returning[] = [];

async function drain(): Promise<void> {
  isRunning = true;
  since = performance.now();
  while (returning.length > 0 || next < queue.length) {
    const back = returning.shift();
    if (back) {
      back.goOn();
      await back.ended;
      continue;
    }
    const job = queue[next]!;
    queue[next++] = undefined;
    if (Atomics.compareExchange(shared, slotOf(job.id), OPEN, BEGUN) !== OPEN) continue;
    shared[RUNNING] = job.id;
    const place = new Place(job.id);
    const outcome = run(job, { key: job.key, place });
    if (isPromise(outcome)) {
      flush(); // what is done need not wait for what may take long
      place.endsWith(outcome);
      await place.isFree;
    } else answers.push(outcome);
    if (unsentBytes >= LARGE_BYTES || performance.now() - since >= GATHER_MS) flush();
    relieve();
  }
  flush();
  queue.length = 0;
  next = 0;
  isRunning = false;
}

/** Garbage must not gather until all jobs are done. */
function relieve(): void {
  if (temporaryBytes < LARGE_BYTES) return;
  pressure.add(temporaryBytes);
  temporaryBytes = 0;
}

interface Returning {
  readonly goOn: () => void;
  readonly ended: Promise<unknown>;
}

/** The place of a task on this thread, which it may give to others while it waits. */
class Place implements TaskPlace {
  /** Resolves when others may have the place: its task has ended, or seceded. */
  readonly isFree: Promise<void>;
  readonly #id: number;
  readonly #ended = deferred<void>();
  #free!: () => void;
  #hasSeceded = false;

  constructor(id: number) {
    this.#id = id;
    this.isFree = new Promise((resolve) => {
      this.#free = resolve;
    });
  }

  endsWith(outcome: Promise<FromThread>): void {
    outcome.then((answer) => {
      answers.push(answer);
      if (this.#hasSeceded) flush();
      this.#free();
      this.#ended.resolve();
    });
  }

  secede(): void {
    if (this.#hasSeceded) return;
    this.#hasSeceded = true;
    answers.push({ id: this.#id, seceded: true });
    flush();
    this.#free();
  }

  rejoin(): Promise<void> {
    if (!this.#hasSeceded) return Promise.resolve();
    return new Promise((goOn) => {
      returning.push({ goOn, ended: this.#ended.promise });
      if (!isRunning) drain();
    });
  }
}

function flush(): void {
  since = performance.now();
  unsentBytes = 0;
  if (answers.length === 0) return;
  const batch = answers;
  answers = [];
  post(batch);
}

function post(batch: readonly FromThread[]): void {
  try {
    parentPort!.postMessage(batch);
  } catch (cause) {
    if (batch.length > 1) {
      for (const answer of batch) post([answer]);
      return;
    }
    const error = reportOf(new Error(`the result of the task cannot be sent: ${(cause as Error).message}`));
    parentPort!.postMessage([{ id: batch[0]!.id, error }] satisfies FromThread[]);
  }
}

useBlas(findBlas);
if (home) findUploadsIn(home.worker.localDirectory);
await inheritLoader();

parentPort!.on('message', ({ code, dropped, jobs, collect, droppedBytes }: ToThread) => {
  if (collect) collectGarbage();
  else if (droppedBytes) pressure.add(droppedBytes);
  if (dropped) dropCode(dropped);
  if (dropped || (code && registerCode(code))) callers.clear();
  for (const job of jobs) queue.push(job);
  if (!isRunning) drain();
});
