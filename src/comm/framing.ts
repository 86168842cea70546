/**
 * Frames on a stream of bytes, without I/O. All numbers are little-endian.
 *
 *     magic u32 | header bytes u32 | number of buffers u32
 *     length of each buffer u64 ... | header
 *     the buffers, one after the other
 *
 * An empty frame (no header, no buffers) is the goodbye: a stream that ends without it was cut off.
 * Every length is checked against the caps before anything is allocated for it. Large buffers are filled where they
 * will stay; a header that arrived in one piece is not copied either.
 */
import { SheafError } from '../util/errors.js';
import { type Encoded, encode } from './codec.js';

const magic = 0x31464853; // 'SHF1'
const prefixBytes = 12;
const lengthBytes = 8;
/** Below this, putting header and prefix into one piece is cheaper than handing two to the kernel. */
const joinBelowBytes = 16_384;

export const defaultMaxFrameBytes = 2 * 1024 ** 3;
/** For the header with its list of lengths; what is large travels in buffers. */
export const maxHeaderBytes = 256 * 1024 ** 2;

/** The other side does not speak this protocol, or a message is larger than agreed. */
export class FrameError extends SheafError {
  override readonly name = 'FrameError';
}

/** The bytes of a frame, in pieces to be written in order. Raises {@link FrameError} when the other side would refuse it. */
export function frameOf({ header, buffers }: Encoded, maxFrameBytes = defaultMaxFrameBytes): Uint8Array[] {
  const tableEnd = prefixBytes + lengthBytes * buffers.length;
  const isJoined = header.length < joinBelowBytes;
  const start = Buffer.allocUnsafe(isJoined ? tableEnd + header.length : tableEnd);
  start.writeUInt32LE(magic, 0);
  start.writeUInt32LE(header.length, 4);
  start.writeUInt32LE(buffers.length, 8);
  let total = tableEnd - prefixBytes + header.length;
  checkHeader(total, maxFrameBytes);
  buffers.forEach((buffer, i) => {
    const at = prefixBytes + lengthBytes * i;
    start.writeUInt32LE(buffer.length >>> 0, at);
    start.writeUInt32LE(Math.floor(buffer.length / 2 ** 32), at + 4);
    total += buffer.length;
  });
  checkTotal(total, maxFrameBytes);
  if (!isJoined) return [start, header, ...buffers];
  start.set(header, tableEnd);
  return [start, ...buffers];
}

/**
 * Raises InputError or FrameError when `value` cannot cross to another process in a message of its own. Costs what the
 * objects cost: arrays are not copied.
 */
export function checkSendable(value: unknown, maxFrameBytes?: number): void {
  frameOf(encode([{ op: 'data', value }]), maxFrameBytes);
}

export const goodbye = (): Uint8Array[] => frameOf({ header: new Uint8Array(0), buffers: [] });

export interface FrameHandlers {
  /** `header` is valid until the return only. */
  readonly onFrame: (header: Uint8Array, buffers: readonly SharedArrayBuffer[]) => void;
  readonly onGoodbye: () => void;
}

type Stage = 'prefix' | 'head' | 'buffer';

export class FrameParser {
  readonly #handlers: FrameHandlers;
  readonly #maxFrameBytes: number;
  #stage: Stage = 'prefix';
  /** How many bytes the stage needs, how many it has, and where they are if they came in several pieces. */
  #wanted = prefixBytes;
  #filled = 0;
  #target: Uint8Array | undefined;
  #bufferCount = 0;
  #header = new Uint8Array(0);
  #buffers: SharedArrayBuffer[] = [];
  #nextBuffer = 0;

  constructor(handlers: FrameHandlers, maxFrameBytes = defaultMaxFrameBytes) {
    this.#handlers = handlers;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes the next bytes of the stream, which may be reused afterwards. Raises {@link FrameError}; then it is of no use any more. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const length = Math.min(chunk.length - at, this.#wanted - this.#filled);
      const piece = chunk.subarray(at, at + length);
      at += length;
      if (length === this.#wanted && this.#stage !== 'buffer') {
        this.#finish(piece);
      } else {
        this.#target ??= new Uint8Array(this.#wanted);
        this.#target.set(piece, this.#filled);
        this.#advance(length);
      }
    }
  }

  /** Where the next bytes of the stream belong, if they are part of a large buffer: to be read straight into, then told to `wrote`. */
  get room(): Uint8Array | undefined {
    return this.#stage === 'buffer' ? this.#target!.subarray(this.#filled) : undefined;
  }

  wrote(length: number): void {
    this.#advance(length);
  }

  /** Whether the stream may end here. */
  get isBetweenFrames(): boolean {
    return this.#stage === 'prefix' && this.#filled === 0;
  }

  #advance(length: number): void {
    this.#filled += length;
    if (this.#filled === this.#wanted) this.#finish(this.#target!);
  }

  #finish(bytes: Uint8Array): void {
    const stage = this.#stage;
    if (stage === 'prefix') this.#finishPrefix(bytes);
    else if (stage === 'head') this.#finishHead(bytes);
    else this.#startNextBuffer();
  }

  #start(stage: Stage, wanted: number, target?: Uint8Array): void {
    this.#stage = stage;
    this.#wanted = wanted;
    this.#filled = 0;
    this.#target = target;
  }

  #finishPrefix(bytes: Uint8Array): void {
    const prefix = new DataView(bytes.buffer, bytes.byteOffset, prefixBytes);
    if (prefix.getUint32(0, true) !== magic) {
      const found = Buffer.from(bytes.subarray(0, 4)).toString('hex');
      throw new FrameError(`this is no frame: it begins with ${found}, not with 53484631`);
    }
    const headerBytes = prefix.getUint32(4, true);
    this.#bufferCount = prefix.getUint32(8, true);
    const headBytes = lengthBytes * this.#bufferCount + headerBytes;
    checkHeader(headBytes, this.#maxFrameBytes);
    if (headBytes > 0) {
      this.#start('head', headBytes);
    } else {
      this.#start('prefix', prefixBytes);
      this.#handlers.onGoodbye();
    }
  }

  #finishHead(head: Uint8Array): void {
    const table = new DataView(head.buffer, head.byteOffset, lengthBytes * this.#bufferCount);
    const lengths = Array.from({ length: this.#bufferCount }, (_, i) => {
      return table.getUint32(lengthBytes * i, true) + table.getUint32(lengthBytes * i + 4, true) * 2 ** 32;
    });
    checkTotal(
      lengths.reduce((total, length) => total + length, head.length),
      this.#maxFrameBytes,
    );
    const header = head.subarray(table.byteLength);
    if (lengths.length === 0) {
      this.#start('prefix', prefixBytes);
      this.#handlers.onFrame(header, []);
    } else {
      this.#header = new Uint8Array(header); // a copy, which the slice of a Buffer is not
      this.#buffers = lengths.map((length) => new SharedArrayBuffer(length));
      this.#nextBuffer = 0;
      this.#startNextBuffer();
    }
  }

  #startNextBuffer(): void {
    while (this.#nextBuffer < this.#buffers.length) {
      const buffer = this.#buffers[this.#nextBuffer++];
      if (buffer.byteLength > 0) {
        this.#start('buffer', buffer.byteLength, new Uint8Array(buffer));
        return;
      }
    }
    const header = this.#header;
    const buffers = this.#buffers;
    this.#header = new Uint8Array(0);
    this.#buffers = [];
    this.#start('prefix', prefixBytes);
    this.#handlers.onFrame(header, buffers);
  }
}

function checkHeader(bytes: number, maxFrameBytes: number): void {
  const cap = Math.min(maxHeaderBytes, maxFrameBytes);
  if (bytes > cap) throw new FrameError(`a frame with a header of ${bytes} bytes is over the cap of ${cap}`);
}

function checkTotal(bytes: number, maxFrameBytes: number): void {
  if (bytes > maxFrameBytes) throw new FrameError(`a frame of ${bytes} bytes is over the cap of ${maxFrameBytes}`);
}
