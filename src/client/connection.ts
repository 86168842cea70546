/** A client's line to the scheduler: what is said before it stands is kept, requests get their answers, and its end is told once. */
import { randomUUID } from 'node:crypto';
import type { Target } from '../cluster/target.js';
import { type Comm, connect, type Message, UnreachableError } from '../comm/comm.js';
import { SheafError } from '../util/errors.js';
import { Requests } from './requests.js';

/** Raised when the scheduler went away while results were awaited. */
export class SchedulerLostError extends SheafError {
  override readonly name = 'SchedulerLostError';
}

export interface RequestOptions {
  readonly timeoutMs?: number;
  /** Whether it overtakes what waits behind barriers. */
  readonly isUrgent?: boolean;
}

export interface ConnectionOptions {
  readonly timeoutMs?: number;
  /** Whether to try again while nobody listens. */
  readonly retry: boolean;
  readonly onMessage: (message: Message) => void;
  /** Called once: nothing will come any more. */
  readonly onLost: (error: SheafError) => void;
}

/** A message, with what to do if it cannot be sent; or what all that comes after it has to wait for. */
type Held =
  | { readonly message: Message; readonly onRefused: ((error: Error) => void) | undefined }
  | { readonly until: Promise<unknown> };

export class Connection {
  readonly name = `client-${randomUUID()}`;
  readonly ready: Promise<void>;
  /** The cluster's secret, once known. */
  secret = '';
  readonly #options: ConnectionOptions;
  readonly #requests = new Requests((message) => this.send(message));
  /** What was sent before there was a connection, or behind a barrier. */
  readonly #outbox: Held[] = [];
  #scheduler: Comm | undefined;
  #lost: SheafError | undefined;
  #pending = 0;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(target: Target | Promise<Target>, options: ConnectionOptions) {
    this.#options = options;
    this.ready = this.hold(this.#connect(target));
    this.ready.catch((error) => this.#lose(error)); // told by whatever is awaited
  }

  /** Why nothing will come any more. */
  get lost(): SheafError | undefined {
    return this.#lost;
  }

  /** Sends, now or when the connection stands; `onRefused` hears of a message that cannot be sent. */
  send(message: Message, onRefused?: (error: Error) => void): void {
    if (!this.#scheduler || this.#outbox.length > 0) {
      if (!this.#lost) this.#outbox.push({ message, onRefused });
    } else this.#post(message, onRefused);
  }

  /** Sends at once, before what waits behind barriers; there must be a connection. */
  sendUrgent(message: Message): void {
    this.#scheduler!.send(message);
  }

  /** What is sent from now on waits for `until`, however that ends. */
  barrier(until: Promise<unknown>): void {
    this.#outbox.push({ until });
    if (this.#scheduler && this.#outbox.length === 1) this.#drain();
  }

  #drain(): void {
    let sent = 0;
    for (const held of this.#outbox) {
      if ('until' in held) break;
      this.#post(held.message, held.onRefused);
      sent++;
    }
    this.#outbox.splice(0, sent);
    const [barrier] = this.#outbox as { readonly until: Promise<unknown> }[];
    const goOn = () => {
      this.#outbox.shift();
      this.#drain();
    };
    barrier?.until.then(goOn, goOn);
  }

  #post(message: Message, onRefused?: (error: Error) => void): void {
    if (!this.#scheduler) return;
    try {
      this.#scheduler.send(message);
    } catch (error) {
      if (!onRefused) throw error;
      onRefused(error as Error);
    }
  }

  /** The scheduler's answer; rejects with its error, with TimeoutError when it takes longer than `timeoutMs`. */
  request(method: string, args: object = {}, options: RequestOptions = {}): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost);
    const { timeoutMs, isUrgent } = options;
    const send = isUrgent ? (message: Message) => this.sendUrgent(message) : undefined;
    return this.hold(this.#requests.request(method, args, timeoutMs, send));
  }

  async close(): Promise<void> {
    await this.ready.catch(() => {});
    this.#lose(new SheafError('the client was closed'));
    this.#scheduler?.close();
  }

  /** Keeps the process alive while `promise` is under way: nothing else of a client does. */
  hold<T>(promise: Promise<T>): Promise<T> {
    this.#keepAlive ??= setInterval(() => {}, 2 ** 30);
    this.#pending++;
    const done = () => {
      if (--this.#pending > 0) return;
      clearInterval(this.#keepAlive);
      this.#keepAlive = undefined;
    };
    promise.then(done, done);
    return promise;
  }

  async #connect(target: Target | Promise<Target>): Promise<void> {
    const { address, secret } = await target;
    const { retry, timeoutMs } = this.#options;
    const limits = timeoutMs === undefined ? {} : { timeoutMs };
    const scheduler = await connect(address, { secret, retry, ...limits }).catch((cause: Error) => {
      if (retry || !(cause instanceof UnreachableError)) throw cause;
      throw new SchedulerLostError(`the cluster was closed, or its process ended: ${cause.message}`, { cause });
    });
    scheduler.unref();
    this.secret = secret;
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then((cause) => {
      const why = cause ? `: ${cause.message}` : '';
      this.#lose(new SchedulerLostError(`the scheduler at ${address} is gone${why}`, { cause }));
    });
    scheduler.send({ op: 'register-client', name: this.name });
    this.#scheduler = scheduler;
    this.#drain();
  }

  #receive(message: Message): void {
    if (message.op === 'reply') {
      this.#requests.receive(message);
    } else if (message.op === 'stop') {
      this.#lose(new SchedulerLostError(`the cluster has ended: ${message.reason}`));
    } else this.#options.onMessage(message);
  }

  #lose(error: SheafError): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#outbox.length = 0;
    this.#requests.lose(error);
    this.#options.onLost(error);
  }
}
