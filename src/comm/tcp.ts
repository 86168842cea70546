/**
 * Comms over sockets: the handshake first, then a {@link SocketComm}. Nothing is decoded before the mutual proof.
 * What TCP and TLS do differently is a {@link Wire}. Under Linux a TCP listener has a second door, a Unix socket of the
 * name of its address, through which large arrays go nearly twice as fast within a host.
 */
import { createServer, type Server, type Socket, connect as socketTo } from 'node:net';
import { InputError } from '../util/errors.js';
import { formatTcpAddress, type HostPort, parseTcpAddress, type SocketScheme } from './address.js';
import {
  type Comm,
  type ConnectOptions,
  type Listener,
  type ListenOptions,
  type Transport,
  UnreachableError,
} from './channel.js';
import { Handshake, HandshakeError, type HandshakeFailure, type Role } from './handshake.js';
import { adopt, type ByteReader, readFrom, readInto } from './reader.js';
import { SocketComm } from './socket-comm.js';

const defaultHandshakeTimeoutMs = 5_000;
const defaultMaxPending = 1024;
/** A host that went without a word is noticed by the kernel some minutes after this; heartbeats above notice sooner. */
const keepAliveMs = 30_000;

interface LocalDoor {
  readonly path: string;
}

/** In the abstract namespace: no file stays behind, and only processes that share this host's ports see it. */
const localDoor = (address: string): LocalDoor => ({ path: `\0sheaf ${address}` });
const hasLocalDoors = process.platform === 'linux';

/** How bytes travel once there is a connection. */
export interface Wire {
  readonly scheme: SocketScheme;
  /** Whether the bytes of the connection are those of the comm, and can be read to where they will stay. */
  readonly isDirect: boolean;
  /** What a listener does with each connection before the handshake: `onReady` gets those that may have one. */
  readonly acceptor: (
    options: ListenOptions & { readonly handshakeTimeoutMs: number },
  ) => (socket: Socket, onReady: (socket: Socket) => void) => void;
  /** A socket that begins to connect, with `reader` for what it will read. */
  readonly open: (
    target: HostPort | LocalDoor,
    options: ConnectOptions,
    reader: () => ByteReader | undefined,
  ) => Socket;
  /** When the handshake may begin. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** What an error of the socket means before the handshake is done. */
  readonly errorOf: (error: Error) => Error;
}

export const tcp: Transport = socketTransport({
  scheme: 'tcp',
  isDirect: true,
  acceptor: () => (socket, onReady) => onReady(socket),
  open: (target, _, reader) => socketTo({ ...target, onread: readInto(reader) }),
  readyEvent: 'connect',
  errorOf: unreachable,
});

export function socketTransport(wire: Wire): Transport {
  return {
    listen: (address, options) => listen(wire, address, options),
    connect: (address, options) => connect(wire, address, options),
  };
}

async function listen(wire: Wire, address: string, options: ListenOptions): Promise<Listener> {
  const { scheme } = wire;
  const { host, port } = parseTcpAddress(address, scheme);
  const { secret, onComm, maxFrameBytes, handshakeTimeoutMs = defaultHandshakeTimeoutMs } = options;
  checkSecret(secret);
  const maxPending = options.maxPending ?? defaultMaxPending;
  /** The unproved, oldest first. */
  const pending = new Set<Socket>();
  const prepare = wire.acceptor({ ...options, handshakeTimeoutMs });

  const accept = (accepted: Socket): void => {
    let reader: ByteReader | undefined;
    const raw = wire.isDirect ? adopt(accepted, () => reader) : accepted;
    tune(raw);
    pending.add(raw);
    if (pending.size > maxPending) evictOldest(pending);
    raw.on('close', () => pending.delete(raw));
    const { remoteAddress: peerHost, remotePort: peerPort = 0 } = raw;
    const peer = peerHost === undefined ? 'this host' : formatTcpAddress({ host: peerHost, port: peerPort }, scheme);
    prepare(raw, (socket) => {
      if (!wire.isDirect) readFrom(socket, () => reader);
      reader = authenticate(socket, 'listener', secret, handshakeTimeoutMs, {
        onProved: (rest) => {
          pending.delete(raw);
          const comm = new SocketComm(socket, peer, maxFrameBytes);
          reader = comm.reader;
          onComm(comm);
          if (rest.length > 0) reader.push(rest);
        },
        // Nobody is told: whoever finds the port could fill a log. The one who was refused is, if it speaks our language.
        onFailed: () => {},
      });
    });
  };

  const server = createServer({ pauseOnConnect: wire.isDirect }, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const hint = listenHints[cause.code ?? ''] ?? 'choose another address';
      reject(new InputError(`cannot listen at ${address} (${cause.message}): ${hint}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
  // A connection that could not be accepted (no free file descriptor, say) is its connector's trouble.
  server.removeAllListeners('error').on('error', () => {});
  const bound = formatTcpAddress({ host, port: (server.address() as { port: number }).port }, scheme);
  const servers = wire.isDirect && hasLocalDoors ? [server, await openLocalDoor(bound, accept)] : [server];
  return {
    address: bound,
    close: async () => {
      for (const each of servers) each.close();
      for (const socket of pending) socket.destroy();
    },
    ref: () => {
      for (const each of servers) each.ref();
    },
    unref: () => {
      for (const each of servers) each.unref();
    },
  };
}

/** Where it cannot be opened, everybody comes through TCP. */
async function openLocalDoor(address: string, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ pauseOnConnect: true }, accept);
  await new Promise<void>((resolve) => {
    server.on('error', () => resolve());
    server.listen(localDoor(address), resolve);
  });
  return server;
}

function evictOldest(pending: Set<Socket>): void {
  const [oldest] = pending;
  pending.delete(oldest);
  oldest.destroy();
}

const listenHints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process has this port; give port 0 for any free one',
  EADDRNOTAVAIL: 'this host has no such address; see `ip address`, or give 0.0.0.0 for all',
  EACCES: 'ports below 1024 are for root; give port 0 for any free one',
  ENOTFOUND: 'the name is unknown here; give an address of this host',
};

async function connect(
  wire: Wire,
  address: string,
  options: ConnectOptions & { readonly timeoutMs: number },
): Promise<Comm> {
  const target = parseTcpAddress(address, wire.scheme);
  const { secret } = options;
  checkSecret(secret);
  const known = { ...options, secret };
  if (wire.isDirect && hasLocalDoors) {
    const comm = await connectTo(localDoor(address), wire, address, known).catch(unlessUnreachable);
    if (comm) return comm;
  }
  return connectTo(target, wire, address, known);
}

function unlessUnreachable(error: Error): undefined {
  if (!(error instanceof UnreachableError)) throw error;
}

function connectTo(
  target: HostPort | LocalDoor,
  wire: Wire,
  address: string,
  options: ConnectOptions & { readonly timeoutMs: number; readonly secret: string },
): Promise<Comm> {
  const { secret, maxFrameBytes, timeoutMs, handshakeTimeoutMs = defaultHandshakeTimeoutMs } = options;
  return new Promise<Comm>((resolve, reject) => {
    let reader: ByteReader | undefined;
    const socket = wire.open(target, options, () => reader);
    tune(socket);
    const failAfter = (ms: number, error: () => Error) => setTimeout(() => fail(error()), ms);
    let timer = failAfter(timeoutMs, () => new UnreachableError(`${address} does not answer`));
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error instanceof HandshakeError ? explained(error, address) : error);
    };
    socket.once('connect', () => {
      clearTimeout(timer);
      timer = failAfter(handshakeTimeoutMs, () => tooSlow(handshakeTimeoutMs));
    });
    socket.once(wire.readyEvent, () => {
      clearTimeout(timer);
      reader = authenticate(socket, 'connector', secret, handshakeTimeoutMs, {
        onProved: (rest) => {
          const comm = new SocketComm(socket, address, maxFrameBytes);
          reader = comm.reader;
          resolve(comm);
          if (rest.length > 0) reader.push(rest);
        },
        onFailed: fail,
      });
    });
    socket.once('error', (cause) => fail(wire.errorOf(cause)));
  });
}

interface Outcome {
  readonly onProved: (rest: Uint8Array) => void;
  readonly onFailed: (error: Error) => void;
}

/** Runs the handshake over `socket`; exactly one of the outcomes follows. The reader takes the other side's bytes until then. */
function authenticate(socket: Socket, role: Role, secret: string, timeoutMs: number, outcome: Outcome): ByteReader {
  const handshake = new Handshake({ role, secret });
  let isOver = false;
  const fail = (error: Error): void => {
    if (isOver) return;
    isOver = true;
    outcome.onFailed(error);
  };
  // Goes on after a failure: until then the other side may read why.
  const timer = setTimeout(() => {
    fail(tooSlow(timeoutMs));
    socket.destroy();
  }, timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  const cutOff = (cause?: Error): void => {
    fail(new UnreachableError('the connection was closed during the handshake', { cause }));
  };
  socket.on('error', cutOff);
  socket.once('end', cutOff);
  socket.once('close', () => cutOff());
  const greeting = handshake.start();
  if (greeting.length > 0) socket.write(greeting);
  return {
    push(chunk) {
      if (isOver) return;
      const step = handshake.push(chunk);
      if (step.reply.length > 0) socket.write(step.reply);
      if (step.state === 'failed') {
        socket.end(); // what comes is still read, as closing with unread bytes would cut off the reply
        fail(step.error);
      } else if (step.state === 'done') {
        isOver = true;
        clearTimeout(timer);
        outcome.onProved(step.rest);
      }
    },
    room: () => undefined,
    wrote: () => {},
  };
}

const tooSlow = (timeoutMs: number): HandshakeError =>
  new HandshakeError('timeout', `the other side said nothing that makes sense within ${timeoutMs / 1000} s`);

function checkSecret(secret: unknown): asserts secret is string {
  if (typeof secret === 'string' && secret.length > 0) return;
  throw new InputError(
    'a tcp or tls address needs the cluster secret, a string that is not empty: make one with newSecret()',
  );
}

function tune(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
}

/**
 * The error with the address in front, and what to do. Who says nothing may be a listener at which thousands knock: another
 * attempt is worth it.
 */
function explained({ reason, message }: HandshakeError, address: string): Error {
  const [before, after] = explanations[reason];
  const text = `${address} ${before}: ${message}${after}`;
  return reason === 'timeout' ? new UnreachableError(text) : new HandshakeError(reason, text);
}

const otherProgram = ['is no listener of this package', '; another program seems to have this port'] as const;
const explanations: Readonly<Record<HandshakeFailure, readonly [before: string, after: string]>> = {
  secret: ['refused', '; take both from the same scheduler file, environment or launch'],
  version: ['refused', ''],
  certificate: ['and this process do not trust each other', ''],
  encryption: ['and this process cannot talk', ''],
  malformed: otherProgram,
  timeout: ['does not answer', '; it is very busy, or another program has this port'],
};

/** Happy eyeballs fail with one error for each address, and an empty message. */
export function unreachable(cause: Error): UnreachableError {
  const messages = cause instanceof AggregateError ? cause.errors.map((each: Error) => each.message) : [cause.message];
  return new UnreachableError(messages.join(', '), { cause });
}
