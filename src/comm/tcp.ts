/** Comms over TCP sockets: the handshake first, then a {@link SocketComm}. Nothing is decoded before the mutual proof. */
import { createServer, type Socket, connect as socketTo } from 'node:net';
import { InputError } from '../util/errors.js';
import { formatTcpAddress, type HostPort, parseTcpAddress } from './address.js';
import {
  type Comm,
  type ConnectOptions,
  type Listener,
  type ListenOptions,
  type Transport,
  UnreachableError,
} from './channel.js';
import { Handshake, HandshakeError, type HandshakeFailure, type Role } from './handshake.js';
import { type ByteReader, readFrom, readInto } from './reader.js';
import { SocketComm } from './socket-comm.js';

const defaultHandshakeTimeoutMs = 5_000;
const defaultMaxPending = 1024;
/** A host that went without a word is noticed by the kernel some minutes after this; heartbeats above notice sooner. */
const keepAliveMs = 30_000;

export const tcp: Transport = { listen, connect };

async function listen(address: string, options: ListenOptions): Promise<Listener> {
  const { host, port } = parseTcpAddress(address);
  const { secret, onComm, maxFrameBytes, handshakeTimeoutMs = defaultHandshakeTimeoutMs } = options;
  checkSecret(secret);
  const maxPending = options.maxPending ?? defaultMaxPending;
  /** The unproved, oldest first. */
  const pending = new Set<Socket>();

  const accept = (socket: Socket): void => {
    tune(socket);
    pending.add(socket);
    if (pending.size > maxPending) evictOldest(pending);
    const { remoteAddress: peerHost = '?', remotePort: peerPort = 0 } = socket;
    let reader: ByteReader = authenticate(socket, 'listener', secret, handshakeTimeoutMs, {
      onProved: (rest) => {
        pending.delete(socket);
        const comm = new SocketComm(socket, formatTcpAddress({ host: peerHost, port: peerPort }), maxFrameBytes);
        reader = comm.reader;
        onComm(comm);
        if (rest.length > 0) reader.push(rest);
      },
      // Nobody is told: whoever finds the port could fill a log. The one who was refused is, if it speaks our language.
      onFailed: () => {},
    });
    socket.on('close', () => pending.delete(socket));
    readFrom(socket, () => reader);
  };

  const server = createServer(accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const hint = listenHints[cause.code ?? ''] ?? 'choose another address';
      reject(new InputError(`cannot listen at ${address} (${cause.message}): ${hint}`, { cause }));
    });
    server.listen({ host, port }, resolve);
  });
  // A connection that could not be accepted (no free file descriptor, say) is its connector's trouble.
  server.removeAllListeners('error').on('error', () => {});
  return {
    address: formatTcpAddress({ host, port: (server.address() as { port: number }).port }),
    close: async () => {
      server.close();
      for (const socket of pending) socket.destroy();
    },
    ref: () => server.ref(),
    unref: () => server.unref(),
  };
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

async function connect(address: string, options: ConnectOptions & { readonly timeoutMs: number }): Promise<Comm> {
  const target = parseTcpAddress(address);
  const { secret, maxFrameBytes, timeoutMs, handshakeTimeoutMs = defaultHandshakeTimeoutMs } = options;
  checkSecret(secret);
  return new Promise<Comm>((resolve, reject) => {
    let reader: ByteReader | undefined;
    const socket = socketTo({ ...target, onread: readInto(() => reader) });
    tune(socket);
    const timer = setTimeout(() => {
      fail(new UnreachableError(`${formatTcpAddress(target)} does not answer`));
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    socket.once('connect', () => {
      clearTimeout(timer);
      reader = authenticate(socket, 'connector', secret, handshakeTimeoutMs, {
        onProved: (rest) => {
          const comm = new SocketComm(socket, address, maxFrameBytes);
          reader = comm.reader;
          resolve(comm);
          if (rest.length > 0) reader.push(rest);
        },
        onFailed: (error) => fail(explain(error, target)),
      });
    });
    socket.once('error', (cause) => fail(new UnreachableError(reasonOf(cause), { cause })));
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
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
  };
  const fail = (error: Error): void => {
    if (isOver) return;
    end();
    outcome.onFailed(error);
  };
  const timer = setTimeout(() => {
    fail(new HandshakeError('timeout', `the other side said nothing that makes sense within ${timeoutMs / 1000} s`));
    socket.destroy();
  }, timeoutMs);
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
        socket.destroySoon();
        fail(step.error);
      } else if (step.state === 'done') {
        end();
        outcome.onProved(step.rest);
      }
    },
    room: () => undefined,
    wrote: () => {},
  };
}

function checkSecret(secret: unknown): asserts secret is string {
  if (typeof secret === 'string' && secret.length > 0) return;
  throw new InputError('a tcp address needs the cluster secret, a string that is not empty: make one with newSecret()');
}

function tune(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveMs);
}

/** The error with the address in front, and what to do. */
function explain(error: Error, target: HostPort): Error {
  if (!(error instanceof HandshakeError)) return error;
  const [before, after] = explanations[error.reason];
  const message = `${formatTcpAddress(target)} ${before}: ${error.message}${after}`;
  return new HandshakeError(error.reason, message);
}

const otherProgram = ['is no listener of this package', '; another program seems to have this port'] as const;
const explanations: Readonly<Record<HandshakeFailure, readonly [before: string, after: string]>> = {
  secret: ['refused', '; take both from the same scheduler file, environment or launch'],
  version: ['refused', ''],
  malformed: otherProgram,
  timeout: otherProgram,
};

/** Happy eyeballs fail with one error for each address, and an empty message. */
function reasonOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map((each: Error) => each.message).join(', ') : error.message;
}
