/**
 * A compute thread: runs one task after another and posts what comes of it. User code runs here and nowhere else, so it
 * can never keep a worker from answering.
 */
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
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

parentPort!.on('message', async (message: ToThread) => {
  const answer = await run(message);
  try {
    parentPort!.postMessage(answer);
  } catch (cause) {
    const error = reportOf(new Error(`the result of ${message.op} cannot be sent: ${(cause as Error).message}`));
    parentPort!.postMessage({ id: message.id, error } satisfies FromThread);
  }
});
