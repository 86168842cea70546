/** Answers clients' requests, each exactly once: with the value, the error, or the word that its time is up. */
import type { Message } from '../comm/comm.js';
import type { ErrorReport } from '../scheduler/events.js';
import { InputError } from '../util/errors.js';
import { reportOf } from '../worker/error-report.js';
import { type RequestContext, schedulerRequests } from './scheduler-requests.js';

interface Open {
  readonly method: string;
  readonly args: unknown;
  readonly timeoutMs: number | undefined;
}

export class RequestDesk {
  readonly #open = new Map<string, Open>();
  readonly #send: (client: string, message: Message) => void;
  readonly #contextFor: (client: string) => RequestContext;

  constructor(contextFor: (client: string) => RequestContext, send: (client: string, message: Message) => void) {
    this.#contextFor = contextFor;
    this.#send = send;
  }

  takes(method: string): boolean {
    return Object.hasOwn(schedulerRequests, method);
  }

  async request(client: string, { id, method, args, timeoutMs }: Message): Promise<void> {
    const name = String(method);
    this.#open.set(`${client} ${id}`, { method: name, args, timeoutMs: timeoutMs as number | undefined });
    const context = this.#contextFor(client);
    try {
      const value = await schedulerRequests[name]!(context, args);
      this.#reply(client, id, { value });
    } catch (error) {
      const { name: kind, ...rest } = reportOf(error);
      this.#reply(client, id, { error: { name: error instanceof InputError ? 'InputError' : kind, ...rest } });
    }
  }

  /** Tells whether the request was one of this desk's. */
  expire(client: string, { id }: Message): boolean {
    const open = this.#open.get(`${client} ${id}`);
    if (!open) return false;
    const { workers } = this.#contextFor(client).info();
    const there = `${workers.map(({ name }) => name).join(', ') || 'none'}`;
    const message =
      open.method === 'workers.wait'
        ? `${workers.length} of ${(open.args as { count: number }).count} workers joined within ${open.timeoutMs} ms: ${there}`
        : `${open.method} had no answer within ${open.timeoutMs} ms; the workers that are there: ${there}`;
    this.#reply(client, id, { error: { name: 'TimeoutError', message } });
    return true;
  }

  #reply(client: string, id: unknown, outcome: { readonly value: unknown } | { readonly error: ErrorReport }): void {
    if (this.#open.delete(`${client} ${id}`)) this.#send(client, { op: 'reply', id, ...outcome });
  }
}
