/**
 * A comm over a socket whose two sides have proved themselves to each other.
 *
 * What is sent in one turn of the event loop goes out as one frame, in one gathered write, at the end of the turn.
 * A close on purpose is announced by a goodbye frame, so that a process that died (its kernel ends the stream just as
 * politely) can be told from one that left.
 */
import type { Socket } from 'node:net';
import { type Comm, CommClosedError, type Message } from './channel.js';
import { decode, Encoder } from './codec.js';
import { defaultMaxFrameBytes, FrameParser, frameOf, goodbye } from './framing.js';
import { Inbox } from './inbox.js';
import type { ByteReader } from './reader.js';

/** A frame is sent before the end of the turn once it holds this much: the other side can begin, and caps are kept. */
const fullCount = 512;
const fullBytes = 4 * 1024 ** 2;
/** How long a closing side waits for the other without any progress. */
const lingerMs = 5_000;
const nothing = new Uint8Array(0);

export class SocketComm implements Comm {
  readonly peer: string;
  readonly closed: Promise<Error | undefined>;
  readonly #socket: Socket;
  readonly #maxFrameBytes: number;
  readonly #inbox = new Inbox();
  readonly #encoder: Encoder;
  readonly #parser: FrameParser;
  #resolveClosed!: (reason: Error | undefined) => void;
  #isClosing = false;
  #isFlushDue = false;

  constructor(socket: Socket, peer: string, maxFrameBytes = defaultMaxFrameBytes) {
    this.peer = peer;
    this.#socket = socket;
    this.#maxFrameBytes = maxFrameBytes;
    this.#encoder = new Encoder(maxFrameBytes);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#parser = new FrameParser(
      {
        onFrame: (header, buffers) => {
          for (const message of decode(header, buffers)) this.#inbox.add(message);
        },
        onGoodbye: () => this.#end(undefined),
      },
      maxFrameBytes,
    );
    socket.on('end', () => this.#end(this.#lost('the other process ended, or was killed')));
    socket.on('error', (error) => this.#end(this.#lost(error.message, error)));
    socket.on('close', () => this.#end(this.#lost('the socket was closed')));
  }

  /** Where the bytes from the socket go. */
  readonly reader: ByteReader = {
    push: (chunk) => this.#read(() => this.#parser.push(chunk)),
    room: () => (this.#isClosing ? undefined : this.#parser.room),
    wrote: (length) => this.#read(() => this.#parser.wrote(length)),
  };

  send(message: Message): void {
    if (this.#isClosing) return;
    this.#encoder.add(message);
    if (this.#encoder.messages.length >= fullCount || this.#encoder.bufferBytes >= fullBytes) {
      this.#flush();
    } else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      setImmediate(() => {
        this.#isFlushDue = false;
        this.#flush();
      });
    }
  }

  drained(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => {
      if (this.#isClosing) resolve();
      else this.#socket.write(nothing, () => resolve());
    });
  }

  onMessage(receive: (message: Message) => void): void {
    this.#inbox.setReceiver(receive);
  }

  close(): void {
    if (this.#isClosing) return;
    this.#flush();
    this.#write(goodbye());
    this.#isClosing = true;
    this.#inbox.close();
    // The other side's bytes are still read, and dropped: closing with unread bytes would cut off what was sent.
    this.#socket.end();
    this.#socket.setTimeout(lingerMs, () => this.#end(undefined));
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #read(parse: () => void): void {
    if (this.#isClosing) return;
    try {
      parse();
    } catch (error) {
      this.#end(this.#lost((error as Error).message, error as Error));
    }
    this.#inbox.deliver();
  }

  #flush(): void {
    if (this.#isClosing) return;
    const messages = this.#encoder.messages;
    const encoded = this.#encoder.take();
    if (!encoded) return;
    let pieces: Uint8Array[];
    try {
      pieces = frameOf(encoded, this.#maxFrameBytes);
    } catch (error) {
      this.#writeOneByOne(messages, error as Error);
      return;
    }
    this.#write(pieces);
  }

  /** Together they are too much for a frame; one that is too much alone is the end, as it cannot be left out unnoticed. */
  #writeOneByOne(messages: readonly Message[], error: Error): void {
    if (messages.length === 1) {
      this.#end(this.#lost(`the message '${messages[0].op}' is too large: ${error.message}`, error));
    } else {
      for (const message of messages) {
        this.#encoder.add(message);
        this.#flush();
      }
    }
  }

  #write(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 1) {
      this.#socket.write(pieces[0]);
      return;
    }
    this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.uncork();
  }

  #lost(why: string, cause?: Error): Error {
    return new CommClosedError(`the connection with ${this.peer} was lost: ${why}`, { cause });
  }

  #end(reason: Error | undefined): void {
    this.#resolveClosed(this.#isClosing ? undefined : reason);
    this.#isClosing = true;
    this.#socket.destroy();
  }
}
