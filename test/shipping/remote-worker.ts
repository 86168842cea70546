/** Runs what is shipped to it: in a child process or a worker thread. */
import { parentPort } from 'node:worker_threads';
import { load } from '../../src/shipping/load.js';
import { inheritLoader } from '../../src/shipping/loader.js';

await inheritLoader();

interface Request {
  readonly id: number;
  readonly payload: unknown;
}

const send = (message: object) => (parentPort ? parentPort.postMessage(message) : process.send!(message));

/** What a generator gives, as an array: it cannot cross itself. */
async function collected(result: unknown): Promise<unknown> {
  if (typeof result !== 'object' || result === null) return result;
  if (Symbol.asyncIterator in result) return gathered(result as AsyncIterable<unknown>);
  return 'next' in result ? [...(result as unknown as Iterable<unknown>)] : result;
}

async function gathered(result: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of result) items.push(item);
  return items;
}

async function answer({ id, payload }: Request): Promise<void> {
  try {
    const [fn, args] = (await load(payload, { importTimeoutMs: 1000 })) as [(...args: unknown[]) => unknown, unknown[]];
    send({ id, result: await collected(await fn(...args)) });
  } catch (error) {
    const { message, stack = '', retryByValue = false } = error as Error & { retryByValue?: boolean };
    send({ id, error: { message, stack, retryByValue } });
  }
}

(parentPort ?? process).on('message', (request: Request) => void answer(request));
