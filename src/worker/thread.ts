/**
 * A compute thread: runs one task after another and posts what comes of it. User code runs here and nowhere else, so it
 * can never keep a worker from answering.
 */
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorReport } from '../scheduler/events.js';
import { resolveOp } from './ops.js';
import { sizeOfValue } from './sizeof.js';
import type { FromThread, ToThread } from './threads.js';

/** An error as plain data, with the chain of its causes. */
function reportOf(error: unknown, depth = 0): ErrorReport {
  if (!(error instanceof Error)) return { name: 'Error', message: typeof error === 'string' ? error : inspect(error) };
  return {
    name: String(error.name),
    message: String(error.message),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 8 ? {} : { cause: reportOf(error.cause, depth + 1) }),
  };
}

async function run({ id, op, params, inputs }: ToThread): Promise<FromThread> {
  try {
    const fn = await resolveOp(op);
    const start = performance.now();
    const value = await fn(params, ...inputs);
    const ms = performance.now() - start;
    return { id, ms, nbytes: sizeOfValue(value), value };
  } catch (error) {
    return { id, error: reportOf(error) };
  }
}

/** Answers wait for others this long: waking the other side costs more than a short task. */
const GATHER_MS = 0.5;

/** Tells the pool which task this thread was running, should it end. */
const running = workerData as Int32Array;
const queue: ToThread[] = [];
let isRunning = false;

async function drain(): Promise<void> {
  isRunning = true;
  let answers: FromThread[] = [];
  let since = performance.now();
  for (let job = queue.shift(); job; job = queue.shift()) {
    running[0] = job.id;
    answers.push(await run(job));
    if (queue.length > 0 && performance.now() - since < GATHER_MS) continue;
    post(answers);
    answers = [];
    since = performance.now();
  }
  isRunning = false;
}

function post(answers: readonly FromThread[]): void {
  try {
    parentPort!.postMessage(answers);
  } catch (cause) {
    if (answers.length > 1) {
      for (const answer of answers) post([answer]);
      return;
    }
    const error = reportOf(new Error(`the result of the task cannot be sent: ${(cause as Error).message}`));
    parentPort!.postMessage([{ id: answers[0]!.id, error }] satisfies FromThread[]);
  }
}

parentPort!.on('message', (jobs: readonly ToThread[]) => {
  queue.push(...jobs);
  if (!isRunning) drain();
});
