/**
 * Comms between parties of one process: messages are handed over by reference, in a later turn of the event loop and
 * never within `send`. Turns, not microtasks: two parties that answer each other for ever leave room for I/O.
 *
 * There is nobody here whom a secret could keep out, so there is no handshake. Such a comm never keeps the process
 * alive: with no other work in this process, nothing could ever be sent through it.
 */
import { InputError } from '../util/errors.js';
import {
  type Comm,
  type Listener,
  type ListenOptions,
  type Message,
  type Transport,
  UnreachableError,
} from './channel.js';
import { Inbox } from './inbox.js';

const listeners = new Map<string, (comm: Comm) => void>();
let connections = 0;

export const inproc: Transport = {
  async listen(address: string, { onComm }: ListenOptions): Promise<Listener> {
    if (!/^inproc:\/\/.+$/.test(address)) throw new InputError(`'${address}' is not of the form inproc://name`);
    if (listeners.has(address)) throw new InputError(`${address} is taken: another listener of this process has it`);
    listeners.set(address, onComm);
    return {
      address,
      close: async () => {
        if (listeners.get(address) === onComm) listeners.delete(address);
      },
      ref: () => {},
      unref: () => {},
    };
  },

  async connect(address: string): Promise<Comm> {
    const onComm = listeners.get(address);
    if (!onComm) {
      const known = [...listeners.keys()].join(', ') || 'none';
      throw new UnreachableError(`nobody listens at ${address} in this process (listeners: ${known})`);
    }
    const [here, there] = pair(address, `${address}#${++connections}`);
    setImmediate(onComm, there);
    return here;
  },
};

/** The two ends of a comm; `first` sees the other as `firstPeer`. */
export function pair(firstPeer: string, secondPeer: string): [first: Comm, second: Comm] {
  const first = new InprocComm(firstPeer);
  const second = new InprocComm(secondPeer);
  first.join(second);
  second.join(first);
  return [first, second];
}

class InprocComm implements Comm {
  readonly peer: string;
  readonly closed: Promise<undefined>;
  readonly #inbox = new Inbox();
  #resolveClosed!: (reason: undefined) => void;
  #isClosed = false;
  #other!: InprocComm;
  #isDue = false;

  constructor(peer: string) {
    this.peer = peer;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  join(other: InprocComm): void {
    this.#other = other;
  }

  send(message: Message): void {
    if (!this.#isClosed) this.#other.#take(message);
  }

  async drained(): Promise<void> {}

  onMessage(receive: (message: Message) => void): void {
    this.#inbox.setReceiver(receive);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#inbox.close();
    this.#end();
    // Immediates run in order, so the messages that the other side has not seen yet come before its end.
    setImmediate(() => this.#other.#end());
  }

  ref(): void {}
  unref(): void {}

  #take(message: Message): void {
    this.#inbox.add(message);
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#inbox.deliver();
    });
  }

  #end(): void {
    this.#isClosed = true;
    this.#resolveClosed(undefined);
  }
}
