/** What strangers and broken insiders do to a listener: each attack ends when the listener has let go of it. */
import { once } from 'node:events';
import { type Socket, connect as tcpTo } from 'node:net';
import { connect as tlsTo } from 'node:tls';
import { parseTcpAddress, type SocketScheme } from '../../src/comm/address.js';
import { encode } from '../../src/comm/codec.js';
import { frameOf } from '../../src/comm/framing.js';
import { Handshake } from '../../src/comm/handshake.js';
import type { Identity } from '../../src/comm/security.js';

export interface Scene {
  readonly address: string;
  readonly secret: string;
  readonly security: Identity;
  readonly maxFrameBytes: number;
  /** Uniform in [0, 1), the same for the same seed. */
  readonly random: () => number;
  /** Called for each session that was recorded and sent again. */
  readonly onRecorded: () => void;
}

export type Attack = (scene: Scene) => Promise<void>;

const integer = ({ random }: Scene, below: number): number => Math.floor(random() * below);
const randomBytes = (scene: Scene, most: number): Uint8Array =>
  new Uint8Array(1 + integer(scene, most)).map(() => integer(scene, 256));

/** A connection that has said nothing, not even TLS. Bytes that come are dropped until somebody listens. */
async function stranger({ address }: Scene): Promise<Socket> {
  const scheme = address.slice(0, 3) as SocketScheme;
  const socket = tcpTo(parseTcpAddress(address, scheme));
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  return socket;
}

/** A connection on which the handshake may begin. */
async function guest(scene: Scene): Promise<Socket> {
  if (scene.address.startsWith('tcp')) return stranger(scene);
  const { requireEncryption, ...context } = scene.security;
  const target = parseTcpAddress(scene.address, 'tls');
  const socket = tlsTo({ ...target, ...context, checkServerIdentity: () => undefined });
  socket.on('error', () => {}).resume();
  await once(socket, 'secureConnect');
  return socket;
}

/** A reset is an end like any other here. */
const closed = (socket: Socket): Promise<unknown> =>
  socket.closed ? Promise.resolve() : new Promise((resolve) => socket.once('close', resolve));

/** The handshake as far as `secret` takes it, and all that was said for it. */
async function shakeHands(socket: Socket, secret: string): Promise<Uint8Array[]> {
  const handshake = new Handshake({ role: 'connector', secret });
  const said = [handshake.start()];
  socket.write(said[0]);
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(Object.assign(new Error('dropped'), { code: 'ECONNRESET' })));
    socket.on('data', function take(chunk: Buffer) {
      const step = handshake.push(chunk);
      if (step.reply.length > 0) {
        said.push(step.reply);
        socket.write(step.reply);
      }
      if (step.state === 'waiting') return;
      socket.off('data', take).resume();
      resolve();
    });
  });
  return said;
}

async function insider(scene: Scene): Promise<Socket> {
  const socket = await guest(scene);
  await shakeHands(socket, scene.secret);
  return socket;
}

const frame = (scene: Scene): Buffer => {
  const data = new Uint8Array(integer(scene, 20_000)).fill(7);
  const numbers = Array.from({ length: integer(scene, 100) }, (_, i) => i / 3);
  return Buffer.concat(frameOf(encode([{ op: 'fuzz', data, numbers, map: new Map([['a', new Date(0)]]) }])));
};

function prefix(headerBytes: number, bufferLengths: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + 8 * bufferLengths.length);
  bytes.writeUInt32LE(0x31464853, 0);
  bytes.writeUInt32LE(headerBytes, 4);
  bytes.writeUInt32LE(bufferLengths.length, 8);
  bufferLengths.forEach((length, i) => {
    bytes.writeBigUInt64LE(BigInt(length), 12 + 8 * i);
  });
  return bytes;
}

async function writeBytewise(socket: Socket, bytes: Uint8Array): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of bytes) {
    if (socket.destroyed) return;
    socket.write(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
}

/** A busy listener may drop an attacker before it did its worst; that is an end as well. */
export async function run(attack: Attack, scene: Scene): Promise<void> {
  try {
    await attack(scene);
  } catch (error) {
    if (!['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export const attacks: Readonly<Record<string, Attack>> = {
  'random bytes': async (scene) => {
    const socket = await stranger(scene);
    socket.write(randomBytes(scene, 5000));
    await closed(socket);
  },

  'random bytes instead of the handshake': async (scene) => {
    const socket = await guest(scene);
    socket.write(randomBytes(scene, 5000));
    await closed(socket);
  },

  'random bytes after the hello': async (scene) => {
    const socket = await guest(scene);
    socket.write(new Handshake({ role: 'connector', secret: scene.secret }).start());
    socket.write(randomBytes(scene, 3000));
    await closed(socket);
  },

  'a wrong secret, with frames behind it': async (scene) => {
    const socket = await guest(scene);
    await shakeHands(socket, 'a guess');
    socket.write(frame(scene));
    await closed(socket);
  },

  'a handshake that was overheard': async (scene) => {
    const first = await guest(scene);
    const said = await shakeHands(first, scene.secret);
    const message = Buffer.concat(frameOf(encode([{ op: 'fuzz', count: 'replayed' }])));
    const echoed = once(first, 'data');
    first.write(message);
    await echoed;
    scene.onRecorded();
    first.destroy();
    const second = await guest(scene);
    for (const bytes of [...said, message]) second.write(bytes);
    await closed(second);
  },

  'a byte at a time, never getting anywhere': async (scene) => {
    const socket = await guest(scene);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(1024);
    await writeBytewise(socket, Buffer.concat([length, Buffer.alloc(300, ' ')]));
    await closed(socket);
  },

  'a frame a byte at a time': async (scene) => {
    const socket = await insider(scene);
    await writeBytewise(socket, frame(scene).subarray(0, 400));
    socket.destroy();
  },

  'random bytes after the handshake': async (scene) => {
    const socket = await insider(scene);
    socket.write(Buffer.concat([frame(scene), Buffer.alloc(4), randomBytes(scene, 5000)]));
    await closed(socket);
  },

  'a frame with flipped bits': async (scene) => {
    const socket = await insider(scene);
    const bytes = frame(scene);
    for (let i = 0; i <= integer(scene, 4); i++)
      bytes[integer(scene, Math.min(bytes.length, 400))] ^= 1 << integer(scene, 8);
    socket.end(bytes);
    await closed(socket);
  },

  'a header beyond the cap': async (scene) => {
    const socket = await insider(scene);
    socket.write(prefix(2 ** 32 - 1 - integer(scene, 1000), []));
    await closed(socket);
  },

  'buffers beyond the cap': async (scene) => {
    const socket = await insider(scene);
    const most = [scene.maxFrameBytes + 1, 2 ** 40, 2 ** 53, Number(2n ** 62n)][integer(scene, 4)];
    socket.write(Buffer.concat([prefix(10, [most]), Buffer.alloc(10)]));
    await closed(socket);
  },

  'many empty buffers': async (scene) => {
    const socket = await insider(scene);
    socket.end(
      Buffer.concat([
        prefix(
          10,
          Array.from({ length: 5000 }, () => 0),
        ),
        Buffer.alloc(10),
      ]),
    );
    await closed(socket);
  },

  'a frame that is cut': async (scene) => {
    const socket = await insider(scene);
    const bytes = Buffer.concat([prefix(10, [scene.maxFrameBytes - 1000]), Buffer.alloc(10 + integer(scene, 9000))]);
    await new Promise((resolve) => socket.write(bytes, resolve));
    if (scene.random() < 0.5) socket.end();
    else socket.destroy();
    await closed(socket);
  },

  'a reset in the middle of a frame': async (scene) => {
    const socket = await insider(scene);
    const bytes = frame(scene);
    await new Promise((resolve) => socket.write(bytes.subarray(0, integer(scene, bytes.length)), resolve));
    if (scene.address.startsWith('tcp')) socket.resetAndDestroy();
    else socket.destroy();
  },
};

/** `count` connections that never say a word; resolves when the listener has dropped them all. */
export async function idle(scene: Scene, count: number, onOpen: () => Promise<void>): Promise<void> {
  const ends = Array.from({ length: count }, async () => {
    await run(async () => void (await closed(await stranger(scene))), scene);
  });
  await onOpen();
  await Promise.all(ends);
}
