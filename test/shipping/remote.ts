/** Another process or thread that runs shipped functions. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type ShipOptions, ship } from '../../src/shipping/ship.js';

export type Kind = 'process' | 'thread';
// biome-ignore lint/suspicious/noExplicitAny: whatever a case takes and gives
export type Call = (fn: (...args: any[]) => unknown, ...args: unknown[]) => Promise<any>;
export interface Remote {
  readonly call: Call;
  close(): Promise<unknown>;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly stack: string; readonly retryByValue: boolean };
}

/** The compiled program, wherever this module runs: compiled, from its source, or in a bundle. */
function workerFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'dist', 'test', 'shipping', 'remote-worker.js');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error('the compiled worker is not there');
  }
}

export function startRemote(kind: Kind, options: ShipOptions = {}, execArgv: string[] = []): Remote {
  const pending = new Map<number, (answer: Answer) => void>();
  const onMessage = (answer: Answer) => {
    pending.get(answer.id)?.(answer);
    pending.delete(answer.id);
  };
  const file = workerFile();
  const child =
    kind === 'process'
      ? fork(file, { serialization: 'advanced', execArgv, cwd: dirname(file) })
      : new Worker(file, { execArgv });
  child.on('message', onMessage);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let id = 0;
  return {
    call(fn, ...args) {
      // Raised at once, as submit does, but as a rejection.
      let payload: unknown;
      try {
        payload = ship([fn, args], options).payload;
      } catch (error) {
        return Promise.reject(error);
      }
      const request = { id: id++, payload };
      const answered = new Promise<Answer>((resolve) => pending.set(request.id, resolve));
      if (child instanceof Worker) child.postMessage(request);
      else child.send(request);
      return answered.then(({ result, error }) => {
        if (!error) return result;
        throw Object.assign(new Error(error.message), error);
      });
    },
    close() {
      if (child instanceof Worker) void child.terminate();
      else child.disconnect();
      return ended;
    },
  };
}
