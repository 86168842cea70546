/**
 * What clients and workers ask workers directly: results that they hold, data that they are to keep, calls of actors. One
 * connection per worker serves all requests; a request that is under way when the connection ends fails, and the caller
 * asks the scheduler where else the data is.
 */
import { type Comm, connect, type Message } from '../comm/comm.js';
import type { Identity } from '../comm/security.js';
import type { Key } from '../graph/task.js';
import type { ErrorReport } from '../scheduler/events.js';
import { SheafError } from '../util/errors.js';
import { reportOf } from '../worker/error-report.js';

/** Raised when the worker that should have the data cannot be reached, or goes away in the middle. */
export class PeerLostError extends SheafError {
  override readonly name = 'PeerLostError';
}

/** Each result is a message of its own, as together they may be more than one can hold. */
type Answer =
  | { readonly op: 'data'; readonly id: number; readonly key: Key; readonly value: unknown }
  | { readonly op: 'end-of-data'; readonly id: number }
  | ({ readonly op: 'answer'; readonly id: number } & PeerAnswer);

/** What a worker says to anything but a request for data. */
export type PeerAnswer = { readonly value: unknown } | { readonly error: ErrorReport };

interface Request {
  readonly values: Map<Key, unknown>;
  readonly resolve: (answer: ReadonlyMap<Key, unknown> | PeerAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Peer {
  readonly comm: Comm;
  readonly requests: Map<number, Request>;
}

/** What it takes to be let in. */
export interface Credentials {
  readonly secret: string;
  readonly security?: Identity;
}

export class Peers {
  readonly #credentials: Credentials;
  readonly #peers = new Map<string, Promise<Peer>>();
  #nextId = 0;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The results for `keys` that the worker at `address` has; those it lacks are left out. Raises {@link PeerLostError}. */
  async fetch(address: string, keys: readonly Key[]): Promise<ReadonlyMap<Key, unknown>> {
    return (await this.#ask(address, { op: 'get-data', keys })) as ReadonlyMap<Key, unknown>;
  }

  /** What the worker at `address` answers to `message`. Raises {@link PeerLostError}, InputError for what cannot be sent. */
  async request(address: string, message: Message): Promise<PeerAnswer> {
    return (await this.#ask(address, message)) as PeerAnswer;
  }

  async #ask(address: string, message: Message): Promise<ReadonlyMap<Key, unknown> | PeerAnswer> {
    const connecting = this.#peer(address);
    const peer = await connecting;
    if (this.#peers.get(address) !== connecting) throw lost(address); // it ended in the meantime
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      peer.requests.set(id, { values: new Map(), resolve, reject });
      try {
        peer.comm.send({ ...message, id });
      } catch (error) {
        peer.requests.delete(id);
        reject(error as Error);
      }
    });
  }

  /** Gives up what is asked of the worker at `address`. */
  drop(address: string): void {
    this.#peers.get(address)?.then(
      ({ comm, requests }) => {
        for (const { reject } of requests.values()) reject(lost(address));
        requests.clear();
        comm.close();
      },
      () => {},
    );
  }

  close(): void {
    for (const peer of this.#peers.values()) peer.then(({ comm }) => comm.close()).catch(() => {});
    this.#peers.clear();
  }

  #peer(address: string): Promise<Peer> {
    let peer = this.#peers.get(address);
    if (!peer) {
      peer = this.#connect(address);
      this.#peers.set(address, peer);
    }
    return peer;
  }

  async #connect(address: string): Promise<Peer> {
    try {
      const comm = await connect(address, { ...this.#credentials, retry: false });
      comm.unref();
      const requests = new Map<number, Request>();
      comm.onMessage((message) => {
        const answer = message as Answer;
        const request = requests.get(answer.id);
        if (!request) return;
        if (answer.op === 'data') {
          request.values.set(answer.key, answer.value);
        } else {
          requests.delete(answer.id);
          request.resolve(answer.op === 'answer' ? answer : request.values);
        }
      });
      comm.closed.then((reason) => {
        this.#peers.delete(address);
        const error = lost(address, reason);
        for (const { reject } of requests.values()) reject(error);
      });
      return { comm, requests };
    } catch (cause) {
      this.#peers.delete(address);
      throw new PeerLostError(`the worker at ${address} cannot be reached: ${(cause as Error).message}`, { cause });
    }
  }
}

const lost = (address: string, cause?: Error): PeerLostError =>
  new PeerLostError(`the connection to the worker at ${address} ended`, { cause });

/** What requests are answered from: at once where the value is in memory, else when it has been brought there. */
export interface DataSource {
  has(key: Key): boolean;
  inMemory(key: Key): boolean;
  nbytes(key: Key): number;
  get(key: Key): unknown;
  /** Brings the value to memory, when it is its turn; what it holds is held until it is sent. */
  lend(key: Key, send: (value: unknown) => Promise<void>): Promise<void>;
}

/** Raised by a service to answer with the error of somebody else. */
export class PeerRefusal extends SheafError {
  override readonly name = 'PeerRefusal';
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.message);
    this.report = report;
  }
}

/** What a worker does for its peers but for giving data, by the `op` of the message. */
export type PeerServices = Readonly<Record<string, (message: Message) => unknown>>;

async function serveRequest(comm: Comm, message: Message, service: PeerServices[string]): Promise<void> {
  const { id } = message;
  const reply = (answer: PeerAnswer) => comm.send({ op: 'answer', id, ...answer });
  try {
    reply({ value: await service(message) });
  } catch (error) {
    reply({ error: error instanceof PeerRefusal ? error.report : reportOf(error) });
  }
}

/** Values below this are sent without waiting for those before to be gone. */
const LARGE_BYTES = 1 << 20;

/**
 * Answers requests of {@link Peers}: those for data from a store, the others by `services`. What cannot be read back counts
 * as not there. What is large goes one after another, as it takes memory here until it is sent, though the store may have
 * let go of it.
 */
export function servePeer(comm: Comm, store: DataSource, services: PeerServices): void {
  comm.onMessage((message) => {
    const service = services[message.op];
    if (service) serveRequest(comm, message, service);
    if (message.op !== 'get-data') return;
    const { id } = message;
    const later: Key[] = [];
    for (const key of message.keys as Key[]) {
      if (store.inMemory(key) && store.nbytes(key) < LARGE_BYTES)
        comm.send({ op: 'data', id, key, value: store.get(key) });
      else if (store.has(key)) later.push(key);
    }
    if (later.length === 0) comm.send({ op: 'end-of-data', id });
    else sendInTurn(comm, store, id, later);
  });
}

async function sendInTurn(comm: Comm, store: DataSource, id: unknown, keys: readonly Key[]): Promise<void> {
  for (const key of keys) {
    try {
      await store.lend(key, (value) => {
        comm.send({ op: 'data', id, key, value });
        return comm.drained();
      });
    } catch {} // the file is gone or broken: whoever asks hears that the result is not here
  }
  comm.send({ op: 'end-of-data', id });
}
