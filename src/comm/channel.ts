/** What every transport gives and takes: the types that the rest of the program sees, and the errors. */
import { SheafError } from '../util/errors.js';
import type { Identity } from './security.js';

/**
 * Plain data that the structured clone algorithm knows, told apart by `op`. A message belongs to the comm once it is
 * sent: large arrays are written from where they lie, and inproc hands over the very object, so do not change it.
 */
export type Message = { readonly op: string; readonly [field: string]: unknown };

/** A two-way, ordered channel of messages between two parties. */
export interface Comm {
  /** Address or name of the other party, for errors. */
  readonly peer: string;
  /**
   * Never blocks. A message to a closed comm is dropped: `closed` tells. Raises InputError for a message that cannot
   * be sent, naming the field.
   */
  send(message: Message): void;
  /** Sets the one receiver; messages that came earlier are kept until there is one. */
  onMessage(receive: (message: Message) => void): void;
  /** Resolves when what was sent so far holds no memory here any more, or never will: it is with the system, or closed. */
  drained(): Promise<void>;
  /** Closes after what was sent has been written; messages that arrive later are dropped. */
  close(): void;
  /** Resolves once, with the reason if it was not closed on purpose by either side. */
  readonly closed: Promise<Error | undefined>;
  /** Lets this comm keep the process alive, as it does at first. */
  ref(): void;
  unref(): void;
}

export interface Listener {
  /** Where to connect to: the port is the real one. */
  readonly address: string;
  /** Accepts nobody any more; comms that exist live on. */
  close(): Promise<void>;
  ref(): void;
  unref(): void;
}

/** What both ends of a connection can be told. */
export interface CommOptions {
  /** The most bytes of one message with all its arrays, 2 GiB unless given. */
  readonly maxFrameBytes?: number;
  /** How long the other side may take to prove that it knows the secret, 5 s unless given. */
  readonly handshakeTimeoutMs?: number;
  /** For tls: what `Security.for` gives for the role of this end. */
  readonly security?: Identity;
}

export interface ListenOptions extends CommOptions {
  readonly secret: string;
  readonly onComm: (comm: Comm) => void;
  /** How many connections may be unproved at once, 1024 unless given; the oldest makes room for the newest. */
  readonly maxPending?: number;
}

export interface ConnectOptions extends CommOptions {
  /** For tcp and tls. Within a process there is nobody to keep out, and threads connect with the secret of their main thread. */
  readonly secret?: string;
  /** How long to try, 30 s unless given. */
  readonly timeoutMs?: number;
  /** Whether to try again while nobody listens there (default true): not where somebody is known to have listened. */
  readonly retry?: boolean;
}

export interface Transport {
  readonly listen: (address: string, options: ListenOptions) => Promise<Listener>;
  /** One attempt, at most `timeoutMs` long. Raises {@link UnreachableError} when a later one may succeed. */
  readonly connect: (address: string, options: ConnectOptions & { readonly timeoutMs: number }) => Promise<Comm>;
}

/** A comm came to an end that neither side wanted. */
export class CommClosedError extends SheafError {
  override readonly name = 'CommClosedError';
}

/** Nobody answers at an address, at least not yet. */
export class UnreachableError extends SheafError {
  override readonly name = 'UnreachableError';
}
