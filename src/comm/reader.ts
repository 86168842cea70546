import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

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

/** The option of a socket to read large buffers straight to where they will stay, and all else without allocating. */
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

/**
 * A socket in the place of one that was accepted, and has not been read, with that option. Servers do not offer it, but
 * without it what is large is copied once more, out of buffers that Node allocates for every 64 KiB. `handle` is how
 * Node's own servers make their sockets.
 */
export function adopt(accepted: Socket, reader: () => ByteReader | undefined): Socket {
  const owner = accepted as unknown as { _handle: unknown };
  const handle = owner._handle;
  if (!handle) return accepted; // closed already
  owner._handle = null;
  const options = { handle, readable: true, writable: true, onread: readInto(reader) };
  return new Socket(options as SocketConstructorOpts);
}

/** For sockets without that option, those of TLS: Node allocates, `reader` copies. */
export function readFrom(socket: Socket, reader: () => ByteReader | undefined): void {
  socket.on('data', (chunk) => reader()?.push(chunk));
}
