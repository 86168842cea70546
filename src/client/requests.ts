/** The requests of a client to which the scheduler's answer has not come yet. */
import type { Message } from '../comm/comm.js';
import type { Reply } from '../scheduler/coordination/protocol.js';
import { type Deferred, deferred } from '../util/deferred.js';
import { replyError } from './requester.js';

export class Requests {
  readonly #send: (message: Message) => void;
  readonly #open = new Map<number, Deferred<unknown>>();
  #nextId = 0;

  constructor(send: (message: Message) => void) {
    this.#send = send;
  }

  /**
   * Asks, and waits for the one answer. That time is up is for the scheduler to decide, since the value may be under way:
   * here it is only said.
   */
  async request(method: string, args: object, timeoutMs?: number, send = this.#send): Promise<unknown> {
    const id = this.#nextId++;
    const answer = deferred<unknown>();
    this.#open.set(id, answer);
    let timer: NodeJS.Timeout | undefined;
    try {
      send({ op: 'request', id, method, args, ...(timeoutMs !== undefined && { timeoutMs }) });
      if (timeoutMs) timer = setTimeout(() => send({ op: 'expire', id }), timeoutMs);
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#open.delete(id);
    }
  }

  /** Takes a `reply`. */
  receive(message: Message): void {
    const { id, value, error } = message as unknown as Reply;
    if (error) this.#open.get(id)?.reject(replyError(error));
    else this.#open.get(id)?.resolve(value);
  }

  /** Fails what is open: there will be no answers any more. */
  lose(error: Error): void {
    for (const answer of this.#open.values()) answer.reject(error);
  }
}
