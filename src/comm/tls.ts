/**
 * TLS on both sides: each shows a certificate that the cluster's authority signed. Over it go the same handshake and
 * frames as over TCP, so the secret is asked for as well.
 *
 * Sessions are never resumed. OpenSSL counts a resumed one as verified, also when it began without a certificate.
 */
import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { type ConnectionOptions, createServer, type TLSSocket, connect as tlsTo } from 'node:tls';
import { InputError } from '../util/errors.js';
import type { CommOptions, Transport } from './channel.js';
import { certificateFault, certificateRefusal, HandshakeError, tlsRecord, wrongWire } from './handshake.js';
import { readFrom } from './reader.js';
import { socketTransport, unreachable, type Wire } from './tcp.js';

const acceptor: Wire['acceptor'] = (options) => {
  const { handshakeTimeoutMs } = options;
  /** By the endpoint of the other side: Node does not say from which socket a secure one was made. */
  const waiting = new Map<string, (socket: Socket) => void>();
  const server = createServer({
    ...contextOf(options),
    requestCert: true,
    rejectUnauthorized: false, // but refused below, with the reason
    handshakeTimeout: handshakeTimeoutMs,
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  server.on('tlsClientError', (_, socket) => socket.destroy()); // one that was too slow is still open
  server.on('secureConnection', (socket) => {
    const onReady = waiting.get(endpointOf(socket));
    const fault = faultOf(socket);
    if (!onReady) socket.destroy();
    else if (fault === undefined) onReady(socket);
    else refuse(socket, certificateRefusal(fault), handshakeTimeoutMs);
  });
  return (raw, onReady) => {
    const endpoint = endpointOf(raw);
    waiting.set(endpoint, onReady);
    const timer = setTimeout(() => raw.destroy(), handshakeTimeoutMs);
    raw.on('error', () => {});
    raw.once('close', () => {
      clearTimeout(timer);
      waiting.delete(endpoint);
    });
    raw.once('readable', () => {
      clearTimeout(timer);
      const first: Buffer | null = raw.read();
      if (first === null) {
        raw.destroy();
      } else if (first[0] === tlsRecord.handshake) {
        raw.unshift(first);
        server.emit('connection', raw);
      } else {
        refuse(raw, wrongWire, handshakeTimeoutMs);
      }
    });
  };
};

export const tls: Transport = socketTransport({
  scheme: 'tls',
  isDirect: false,
  acceptor,
  open: (target, options, reader) => {
    // No host names are compared: to be of this cluster is to have its authority's signature.
    const socket = tlsTo({ ...target, ...contextOf(options), checkServerIdentity: () => undefined });
    readFrom(socket, reader);
    return socket;
  },
  readyEvent: 'secureConnect',
  errorOf: tlsErrorOf,
});

function contextOf({
  security,
}: CommOptions): Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'minVersion' | 'ciphers'> {
  if (!security) {
    throw new InputError('a tls address needs certificates: give `security`, what Security.for makes for your role');
  }
  const { requireEncryption, ...context } = security;
  return context;
}

const endpointOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** What is wrong with the other side's certificate, as OpenSSL calls it. */
function faultOf(socket: TLSSocket): string | undefined {
  if (socket.isSessionReused() || !socket.getPeerX509Certificate()) return 'UNSPECIFIED';
  if (socket.authorized) return undefined;
  return String(socket.authorizationError ?? 'UNSPECIFIED');
}

/** Says why and closes, after the other side has had time to read it. */
function refuse(socket: Socket, reply: Uint8Array, timeoutMs: number): void {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.once('close', () => clearTimeout(timer));
  socket.on('error', () => {});
  socket.resume().end(reply);
}

/** Codes are Node's: `CERT_HAS_EXPIRED` of a verification, `ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION` of OpenSSL's reasons. */
function tlsErrorOf(error: NodeJS.ErrnoException): Error {
  const { code = '' } = error;
  if (/^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_|CRL_)/.test(code)) {
    return new HandshakeError('certificate', `its certificate ${certificateFault(code)}`);
  }
  if (/ALERT_UNEXPECTED_MESSAGE$/.test(code)) {
    return new HandshakeError(
      'encryption',
      'it does not speak TLS: use tcp:// in its address, or give it certificates',
    );
  }
  if (/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|ALERT_HANDSHAKE_FAILURE|NO_SHARED_CIPHER/.test(code)) {
    return new HandshakeError(
      'encryption',
      `they have no TLS version or cipher in common (${code}): compare tlsMinVersion and tlsCiphers`,
    );
  }
  if (code.startsWith('ERR_SSL_')) return new HandshakeError('malformed', `it does not speak TLS (${code})`);
  return unreachable(error);
}
