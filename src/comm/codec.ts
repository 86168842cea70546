/**
 * Messages to bytes and back, by the format of `util/serializer.ts`: a header, and buffers that stay where they lie.
 * One serializer serves all the messages of a frame, as making one costs more than a message does.
 */
import { InputError, SheafError } from '../util/errors.js';
import { Deserializer, type Encoded, Serializer } from '../util/serializer.js';
import type { Message } from './channel.js';
import { unclonablePath } from './unclonable.js';

export { type Encoded, inlineBelowBytes } from '../util/serializer.js';

const moreFollows = 1;
const nothingFollows = 0;

function write(serializer: Serializer, message: Message): void {
  serializer.writeUint32(moreFollows);
  serializer.writeValue(message);
}

function finish(serializer: Serializer): Encoded {
  serializer.writeUint32(nothingFollows);
  return serializer.finish();
}

/** Takes messages one by one and makes one {@link Encoded} of them. */
export class Encoder {
  readonly #maxMessageBytes: number;
  #messages: Message[] = [];
  #serializer: Serializer | undefined;

  /** `maxMessageBytes` limits the buffers of one message. */
  constructor(maxMessageBytes = Number.POSITIVE_INFINITY) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** What was added since the last `take`. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Bytes of the buffers so far. */
  get bufferBytes(): number {
    return this.#serializer?.bufferBytes ?? 0;
  }

  /** Raises InputError, and leaves the messages before as they were, for a message that cannot be encoded. */
  add(message: Message): void {
    const serializer = (this.#serializer ??= new Serializer());
    const before = serializer.bufferBytes;
    try {
      write(serializer, message);
    } catch (cause) {
      this.#rewrite();
      const path = unclonablePath(message) ?? 'a part of it';
      throw new InputError(
        `the message '${message?.op}' cannot be sent: ${path} is not plain data (${(cause as Error).message})`,
        { cause },
      );
    }
    const bytes = serializer.bufferBytes - before;
    if (bytes > this.#maxMessageBytes) {
      this.#rewrite();
      throw new InputError(
        `the message '${message.op}' cannot be sent: its arrays have ${bytes} bytes, over the cap of ` +
          `${this.#maxMessageBytes}: send them in several messages, or raise maxFrameBytes on both sides`,
      );
    }
    this.#messages.push(message);
  }

  /** What was added since the last time, undefined if nothing was. */
  take(): Encoded | undefined {
    const serializer = this.#serializer;
    this.#serializer = undefined;
    this.#messages = [];
    return serializer && finish(serializer);
  }

  /** What was written of a message cannot be taken back, so the others are written again: a rare thing to happen. */
  #rewrite(): void {
    this.#serializer = undefined;
    if (this.#messages.length === 0) return;
    this.#serializer = new Serializer();
    for (const message of this.#messages) write(this.#serializer, message);
  }
}

/** All of `messages` as one {@link Encoded}. Raises InputError for values that structured clone does not know. */
export function encode(messages: readonly Message[]): Encoded {
  const encoder = new Encoder();
  for (const message of messages) encoder.add(message);
  return encoder.take() ?? finish(new Serializer());
}

/** The messages again; `header` may be reused afterwards, `buffers` live on in them. Raises for anything malformed. */
export function decode(header: Uint8Array, buffers: readonly ArrayBufferLike[]): Message[] {
  const deserializer = new Deserializer(header, buffers);
  const messages: Message[] = [];
  try {
    deserializer.readHeader();
    while (deserializer.readUint32() === moreFollows) messages.push(deserializer.readValue());
  } catch (cause) {
    throw new SheafError(`a frame of ${header.length} bytes cannot be decoded: ${(cause as Error).message}`, { cause });
  }
  return messages;
}
