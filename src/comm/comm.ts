/** The front of the transports: `inproc://name` within a process, `tcp://host:port` and `tls://host:port` between processes and hosts. */
import type { MessagePort } from 'node:worker_threads';
import { InputError } from '../util/errors.js';
import type { Comm, CommOptions, ConnectOptions, Listener, ListenOptions, Transport } from './channel.js';
import { inproc } from './inproc.js';
import { transportThrough } from './port-comm.js';
import { retry } from './retry.js';
import { tcp } from './tcp.js';

export type { Comm, ConnectOptions, Listener, ListenOptions, Message } from './channel.js';
export { CommClosedError, UnreachableError } from './channel.js';
export { checkSendable } from './framing.js';
export { HandshakeError, newSecret } from './handshake.js';

/** Few clusters use TLS, and Node's takes a quarter of the time in which a worker starts. */
const tls: Transport = {
  listen: async (address, options) => (await import('./tls.js')).tls.listen(address, options),
  connect: async (address, options) => (await import('./tls.js')).tls.connect(address, options),
};
const transports: Readonly<Record<string, Transport>> = { inproc, tcp, tls };
/** Of this thread, if it connects through its main thread. */
let throughPort: Pick<Transport, 'connect'> | undefined;

/**
 * From now on, `connect` in this thread goes through `port`, whose other end the main thread serves (`servePort`): to
 * the inproc listeners of the main thread too, and with its secret, which this thread never sees.
 */
export function setPortConnector(port: MessagePort): void {
  throughPort = transportThrough(port);
}

/**
 * Listens at `inproc://name`, `tcp://host:port` or `tls://host:port` (port 0 is any free one; an IPv6 host stands in brackets), and gives
 * each party that proved to know the secret to `onComm`.
 * Raises InputError for an address that cannot be listened at.
 *
 * @example
 * const secret = newSecret();
 * const onComm = (comm: Comm) => comm.onMessage((message) => comm.send({ op: 'echo', message }));
 * const listener = await listen('tcp://127.0.0.1:0', { secret, onComm });
 * const comm = await connect(listener.address, { secret });
 * comm.onMessage((message) => console.log(message.op));
 * comm.send({ op: 'hello', data: new Float64Array(1_000_000) });
 */
export function listen(address: string, options: ListenOptions): Promise<Listener> {
  return transportOf(address, options).listen(address, options);
}

/**
 * Connects to a listener, trying again while nobody listens there, until `timeoutMs` have passed.
 * Raises {@link UnreachableError} after that, HandshakeError when the listener has another secret or version.
 */
export async function connect(address: string, options: ConnectOptions): Promise<Comm> {
  const known = transportOf(address, options);
  const transport = throughPort ?? known;
  const { timeoutMs = 30_000 } = options;
  if (options.retry === false) return transport.connect(address, { ...options, timeoutMs });
  return retry((remainingMs) => transport.connect(address, { ...options, timeoutMs: remainingMs }), {
    address,
    timeoutMs,
  });
}

function transportOf(address: string, { security }: CommOptions): Transport {
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1];
  if (scheme === undefined || !Object.hasOwn(transports, scheme)) {
    const known = Object.keys(transports).map((name) => `${name}://`);
    throw new InputError(`the address '${address}' must begin with one of ${known.join(', ')}`);
  }
  if (scheme === 'tcp' && security?.requireEncryption) {
    throw new InputError(`${address} is not encrypted, which requireEncryption asks for: use tls://`);
  }
  return transports[scheme];
}
