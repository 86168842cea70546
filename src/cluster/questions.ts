/** What the scheduler has asked its workers, until they answer or leave. */
import type { Message } from '../comm/comm.js';
import { type Deferred, deferred } from '../util/deferred.js';
import { SheafError } from '../util/errors.js';

export class Questions {
  readonly #send: (worker: string, message: Message) => void;
  readonly #open = new Map<number, Deferred<unknown> & { readonly worker: string }>();
  #nextId = 0;

  constructor(send: (worker: string, message: Message) => void) {
    this.#send = send;
  }

  /** The answer of a worker; rejects with its error, or when it leaves. */
  ask(worker: string, method: string, args: object): Promise<unknown> {
    const id = this.#nextId++;
    const answer = { ...deferred<unknown>(), worker };
    this.#open.set(id, answer);
    this.#send(worker, { op: 'request', id, method, args });
    return answer.promise;
  }

  /** Takes an `answer`. */
  receive({ id, value, error }: Message): void {
    const asked = this.#open.get(id as number);
    this.#open.delete(id as number);
    if (error) asked?.reject(Object.assign(new SheafError((error as Error).message), error));
    else asked?.resolve(value);
  }

  lose(worker: string, reason: string): void {
    for (const [id, asked] of this.#open) {
      if (asked.worker !== worker) continue;
      this.#open.delete(id);
      asked.reject(new SheafError(`worker ${worker} left before it answered: ${reason}`));
    }
  }
}
