/** A client's line to the scheduler: what is said before it stands is kept, requests get their answers, and its end is told once. */
import { randomUUID } from 'node:crypto';
import type { Credentials } from '../cluster/peers.js';
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
  /** Whether it overtakes what waits in line. */
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

/** Something to send, or what all that comes after it has to wait for. */
type InLine = { readonly send: () => void; readonly takesTurn: boolean } | { readonly until: Promise<unknown> };

export class Connection {
  readonly name = `client-${randomUUID()}`;
  readonly ready: Promise<void>;
  /** What workers let this client in with, once known. */
  credentials: Credentials = { secret: '' };
  readonly #options: ConnectionOptions;
  readonly #requests = new Requests((message) => this.send(message));
  /** What was sent before there was a connection, with what to do if it cannot be sent. */
  readonly #outbox: { readonly message: Message; readonly onRefused: ((error: Error) => void) | undefined }[] = [];
  /** What goes out in later turns of the event loop, and what was sent meanwhile: the scheduler hears it in order. */
  readonly #line: InLine[] = [];
  #isTurn = false;
  #scheduler: Comm | undefined;
  #lost: SheafError | undefined;
  #pending = 0;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(target: Target | Promise<Target>, options: ConnectionOptions) {
    this.#options = options;
    this.ready = this.hold(this.#connect(target));
    this.ready.catch((error) => this.#lose(error)); // told by whatever is awaited
  }

  /** Whether there is somebody to ask. */
  get stands(): boolean {
    return this.#scheduler !== undefined;
  }

  /** Why nothing will come any more. */
  get lost(): SheafError | undefined {
    return this.#lost;
  }

  /** Sends, now or when the connection stands; `onRefused` hears of a message that cannot be sent. */
  send(message: Message, onRefused?: (error: Error) => void): void {
    if (this.#line.length > 0 && !this.#isTurn) {
      this.#line.push({ send: () => this.send(message, onRefused), takesTurn: false });
    } else {
      this.#post(message, onRefused);
    }
  }

  /** What was posted before there was a connection goes first: it is not for the line, which came later. */
  #post(message: Message, onRefused?: (error: Error) => void): void {
    if (!this.#scheduler) {
      if (!this.#lost) this.#outbox.push({ message, onRefused });
    } else {
      try {
        this.#scheduler.send(message);
      } catch (error) {
        if (!onRefused) throw error;
        onRefused(error as Error);
      }
    }
  }

  /** Runs `sends`, the first now and each other one in a turn of its own; what others send meanwhile goes out after them. */
  sendInTurns(sends: readonly (() => void)[]): void {
    const isMoving = this.#line.length > 0;
    for (const send of sends) this.#line.push({ send, takesTurn: true });
    if (!isMoving && this.#line.length > 0) this.#takeTurn(0);
  }

  /** `done` of the line have been sent: those stay in it until the end, so that nobody overtakes the others. */
  #takeTurn(done: number): void {
    this.#isTurn = true;
    try {
      for (let first = true; done < this.#line.length; first = false) {
        const next = this.#line[done]!;
        if ('until' in next || (next.takesTurn && !first)) break;
        done++;
        next.send();
      }
    } finally {
      this.#isTurn = false;
      const next = this.#line[done];
      if (!next || this.#lost) this.#line.length = 0;
      else if ('until' in next) this.#pass(next.until, done);
      else setImmediate(() => this.#takeTurn(done));
    }
  }

  #pass(until: Promise<unknown>, at: number): void {
    const goOn = () => this.#takeTurn(at + 1);
    until.then(goOn, goOn);
  }

  /** What is sent from now on waits for `until`, however that ends. */
  barrier(until: Promise<unknown>): void {
    this.#line.push({ until });
    if (this.#line.length === 1) this.#pass(until, 0);
  }

  /** Sends at once, before what waits in line; there must be a connection. */
  sendUrgent(message: Message): void {
    this.#scheduler!.send(message);
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
    const { address, secret, security } = await target;
    const credentials = { secret, ...(security && { security }) };
    const { retry, timeoutMs } = this.#options;
    const limits = timeoutMs === undefined ? {} : { timeoutMs };
    const scheduler = await connect(address, { ...credentials, retry, ...limits }).catch((cause: Error) => {
      if (retry || !(cause instanceof UnreachableError)) throw cause;
      throw new SchedulerLostError(`the cluster was closed, or its process ended: ${cause.message}`, { cause });
    });
    scheduler.unref();
    this.credentials = credentials;
    scheduler.onMessage((message) => this.#receive(message));
    scheduler.closed.then((cause) => {
      const why = cause ? `: ${cause.message}` : '';
      this.#lose(new SchedulerLostError(`the scheduler at ${address} is gone${why}`, { cause }));
    });
    scheduler.send({ op: 'register-client', name: this.name });
    this.#scheduler = scheduler;
    for (const { message, onRefused } of this.#outbox.splice(0)) this.#post(message, onRefused);
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
