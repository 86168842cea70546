/**
 * Comms over MessagePorts, and the transport of threads that reach everything through their main thread: no socket,
 * secret or certificate is ever in a thread that runs a user's code. Each comm has a channel of its own, so one
 * thread's end closes exactly its comms. The main side is `servePort` in `port.ts`.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { InputError } from '../util/errors.js';
import {
  type Comm,
  CommClosedError,
  type CommOptions,
  type Message,
  type Transport,
  UnreachableError,
} from './channel.js';
import { HandshakeError, type HandshakeFailure } from './handshake.js';
import { Inbox } from './inbox.js';
import { isPlainData, unclonablePath } from './unclonable.js';

/** A thread wants a comm with `connect`; `port` is the main thread's end of the channel for it. */
export interface ConnectRequest {
  readonly connect: string;
  readonly port: MessagePort;
  readonly limits: Omit<CommOptions, 'security'> & { readonly timeoutMs: number };
}

/** The first thing that comes back through the channel. */
export type ConnectAnswer = { readonly isOpen: true } | { readonly isOpen: false; readonly error: ErrorText };

/** An error as plain data: clones of errors lose their class. */
export interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly reason?: HandshakeFailure;
}

type Parcel = { readonly messages: readonly Message[] } | { readonly end: ErrorText | undefined };

/** What waits for the end of the turn is posted before it once there are so many. */
const fullCount = 512;

export class PortComm implements Comm {
  readonly peer: string;
  readonly closed: Promise<Error | undefined>;
  readonly #port: MessagePort;
  readonly #inbox = new Inbox();
  #outbox: Message[] = [];
  #resolveClosed!: (reason: Error | undefined) => void;
  #isClosed = false;
  #isFlushDue = false;

  /** Owns `port` from now on. */
  constructor(port: MessagePort, peer: string) {
    this.peer = peer;
    this.#port = port;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    port.on('message', (parcel: Parcel) => this.#take(parcel));
    port.on('close', () => this.#finish(new CommClosedError(`the connection with ${peer} was lost: its thread ended`)));
  }

  send(message: Message): void {
    if (this.#isClosed) return;
    if (!isPlainData(message)) {
      const path = unclonablePath(message, isStructuredClonable);
      if (path) throw new InputError(`the message '${message.op}' cannot be sent: ${path} is not plain data`);
    }
    this.#outbox.push(message);
    if (this.#outbox.length >= fullCount) {
      this.#flush();
    } else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      setImmediate(() => {
        this.#isFlushDue = false;
        this.#flush();
      });
    }
  }

  async drained(): Promise<void> {}

  onMessage(receive: (message: Message) => void): void {
    this.#inbox.setReceiver(receive);
  }

  close(): void {
    this.end(undefined);
  }

  /** Closes, and tells the other side why. */
  end(reason: Error | undefined): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#inbox.close();
    this.#post({ end: reason && textOf(reason) });
    this.#finish(undefined);
  }

  ref(): void {
    this.#port.ref();
  }

  unref(): void {
    this.#port.unref();
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const messages = this.#outbox;
    this.#outbox = [];
    this.#post({ messages });
  }

  #post(parcel: Parcel): void {
    if (this.#isClosed) return;
    try {
      this.#port.postMessage(parcel);
    } catch (cause) {
      // A message cannot be left out unnoticed.
      const why = (cause as Error).message;
      this.#finish(new CommClosedError(`the connection with ${this.peer} was lost: ${why}`, { cause }));
    }
  }

  #take(parcel: Parcel): void {
    if ('end' in parcel) {
      this.#finish(parcel.end && errorOf(parcel.end));
    } else {
      for (const message of parcel.messages) this.#inbox.add(message);
      this.#inbox.deliver();
    }
  }

  #finish(reason: Error | undefined): void {
    this.#isClosed = true;
    this.#resolveClosed(reason);
    this.#port.close();
  }
}

function isStructuredClonable(value: object): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** The transport through `port`, at whose other end is `servePort`. */
export function transportThrough(port: MessagePort): Pick<Transport, 'connect'> {
  return {
    connect: (address, { timeoutMs, maxFrameBytes, handshakeTimeoutMs }) =>
      new Promise((resolve, reject) => {
        const { port1: here, port2: there } = new MessageChannel();
        const limits = {
          timeoutMs,
          ...(maxFrameBytes === undefined ? {} : { maxFrameBytes }),
          ...(handshakeTimeoutMs === undefined ? {} : { handshakeTimeoutMs }),
        };
        here.once('message', (answer: ConnectAnswer) => {
          here.removeAllListeners('close');
          if (answer.isOpen) {
            resolve(new PortComm(here, address)); // at once: the next message is its
          } else {
            here.close();
            reject(errorOf(answer.error));
          }
        });
        here.once('close', () =>
          reject(new UnreachableError(`the main thread did not connect to ${address}: it ended`)),
        );
        port.postMessage({ connect: address, port: there, limits } satisfies ConnectRequest, [there]);
      }),
  };
}

export function textOf(error: Error): ErrorText {
  const { name, message } = error;
  return error instanceof HandshakeError ? { name, message, reason: error.reason } : { name, message };
}

const errors: Readonly<Record<string, new (message: string) => Error>> = {
  InputError,
  UnreachableError,
};

function errorOf({ name, message, reason }: ErrorText): Error {
  if (reason) return new HandshakeError(reason, message);
  return new (errors[name] ?? CommClosedError)(message);
}
