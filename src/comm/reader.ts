import type { OnReadOpts, Socket } from 'node:net';

/** Takes the bytes of a stream as they come. */
export interface ByteReader {
  /** Takes bytes that may be overwritten afterwards. */
  push(chunk: Uint8Array): void;
  /** Where the next bytes belong, if that is known: to be read there, then told to `wrote`. */
  room(): Uint8Array | undefined;
  wrote(length: number): void;
}

/** Smaller rooms are read with what follows them, and copied. */
const directFromBytes = 65_536;

// One for all the sockets of a thread: between the kernel's writing into it and the end of `push` no other socket is read.
let scratch: Buffer | undefined;

/** The option of a connecting socket to read large buffers straight to where they will stay, and all else without allocating. */
export function readInto(reader: () => ByteReader | undefined): OnReadOpts {
  const shared = (scratch ??= Buffer.allocUnsafeSlow(4 * directFromBytes));
  return {
    buffer: () => {
      const room = reader()?.room();
      return room && room.length >= directFromBytes ? room : shared;
    },
    callback: (length, target) => {
      if (target === shared) reader()?.push(shared.subarray(0, length));
      else reader()?.wrote(length);
      return true;
    },
  };
}

/** Sockets that a server accepted offer no such option: Node allocates, `reader` copies. */
export function readFrom(socket: Socket, reader: () => ByteReader | undefined): void {
  socket.on('data', (chunk) => reader()?.push(chunk));
}
