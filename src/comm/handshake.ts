/**
 * What both sides of a connection say before anything else, without I/O: bytes in, bytes out.
 *
 *     connector -> listener   { sheaf: protocol, version, nonce }
 *     listener  -> connector  { sheaf: protocol, version, nonce }
 *     connector -> listener   { proof }
 *     listener  -> connector  { proof }    or { refused: 'secret' }
 *
 * Each is a JSON text after its length (u32, big-endian: the first bytes of an HTTP request are a huge length), at most
 * 1 KiB. A proof is an HMAC-SHA256 under the secret of the role of its sender, both nonces and both versions. So an
 * eavesdropped proof is worth nothing later (other nonces), one's own proof sent back proves nothing (other role), and
 * versions cannot be swapped on the way. The listener proves nothing to those who have not proved themselves.
 *
 * Over TLS, a listener that does not accept the connector's certificate says { refused: 'certificate', code } in the
 * place of its hello. One end that speaks TLS and one that does not tell each other by a TLS alert.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { SheafError } from '../util/errors.js';
import { version as ownVersion } from '../util/version.js';

const protocol = 1;
const nonceBytes = 32;
const maxTextBytes = 1024;

export type Role = 'connector' | 'listener';
export type HandshakeFailure = 'secret' | 'version' | 'malformed' | 'timeout' | 'certificate' | 'encryption';

/** A connection was refused, by this side or the other. */
export class HandshakeError extends SheafError {
  override readonly name = 'HandshakeError';
  readonly reason: HandshakeFailure;

  constructor(reason: HandshakeFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What to do next: send `reply` if it has bytes; `rest` is what the other side sent after a handshake that is done. */
export type HandshakeStep =
  | { readonly state: 'waiting'; readonly reply: Uint8Array }
  | { readonly state: 'done'; readonly reply: Uint8Array; readonly rest: Uint8Array }
  | { readonly state: 'failed'; readonly reply: Uint8Array; readonly error: HandshakeError };

export interface HandshakeOptions {
  readonly role: Role;
  readonly secret: string;
  /** Given by tests; else this package's version and 32 random bytes. */
  readonly version?: string;
  readonly nonce?: Uint8Array;
}

/** A fresh cluster secret: 256 random bits in hexadecimal. */
export const newSecret = (): string => randomBytes(32).toString('hex');

/** The first byte of a TLS connection, and of the answer when it goes wrong: record types of RFC 8446. */
export const tlsRecord = { handshake: 0x16, alert: 0x15 } as const;
/** What a side says that was addressed in the wrong one of TCP and TLS: a fatal alert, 'unexpected message'. */
export const wrongWire: Uint8Array = Uint8Array.of(tlsRecord.alert, 3, 3, 0, 2, 2, 10);

/** What a TLS listener says in the place of its hello; `code` is OpenSSL's for the fault of the certificate. */
export const certificateRefusal = (code: string): Uint8Array => pack({ refused: 'certificate', code });

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet: check the clocks of both hosts',
};

/** OpenSSL's code of what is wrong with a certificate, in words. */
export const certificateFault = (code: string): string =>
  certificateFaults[code] ?? `is not signed by the authority (tlsCaFile) of the other side (${code})`;

export class Handshake {
  readonly #role: Role;
  readonly #secret: string;
  readonly #hello: Hello;
  #theirs: Hello | undefined;
  #received: Uint8Array = new Uint8Array(0);
  #isOver = false;

  constructor({ role, secret, version = ownVersion, nonce = randomBytes(nonceBytes) }: HandshakeOptions) {
    this.#role = role;
    this.#secret = secret;
    this.#hello = { sheaf: protocol, version, nonce: Buffer.from(nonce).toString('hex') };
  }

  /** What the connector sends first; nothing for the listener. */
  start(): Uint8Array {
    return this.#role === 'connector' ? pack(this.#hello) : nothing;
  }

  /** Takes the next bytes from the other side. Not to be called after the end. */
  push(chunk: Uint8Array): HandshakeStep {
    if (this.#isOver) throw new SheafError('this handshake is over');
    this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, chunk]) : new Uint8Array(chunk);
    const replies: Uint8Array[] = [];
    const end = (step: HandshakeStep): HandshakeStep => {
      this.#isOver = step.state !== 'waiting';
      return { ...step, reply: Buffer.concat([...replies, step.reply]) };
    };
    try {
      for (let text = this.#nextText(); text !== undefined; text = this.#nextText()) {
        const step = this.#theirs ? this.#takeProof(text) : this.#takeHello(text);
        if (step.state !== 'waiting') return end(step);
        replies.push(step.reply);
      }
      return end({ state: 'waiting', reply: nothing });
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      const isTls = this.#role === 'listener' && this.#received[0] === tlsRecord.handshake;
      return end({ state: 'failed', reply: isTls ? wrongWire : nothing, error });
    }
  }

  #nextText(): string | undefined {
    const bytes = this.#received;
    if (bytes.length < 4) return undefined;
    if (this.#role === 'connector' && bytes[0] === tlsRecord.alert) {
      throw new HandshakeError(
        'encryption',
        'it speaks TLS: use tls:// in its address, with the certificates of its cluster',
      );
    }
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (length > maxTextBytes) throw malformed(`a text of ${length} bytes is announced, ${maxTextBytes} are allowed`);
    if (bytes.length < 4 + length) return undefined;
    this.#received = bytes.subarray(4 + length);
    return Buffer.from(bytes.buffer, bytes.byteOffset + 4, length).toString();
  }

  #takeHello(text: string): HandshakeStep {
    if (this.#role === 'connector') checkCertificateRefusal(text);
    const theirs = parseHello(text);
    this.#theirs = theirs;
    const { sheaf, version } = this.#hello;
    const isListener = this.#role === 'listener';
    if (theirs.sheaf !== sheaf || theirs.version !== version) {
      const error = new HandshakeError(
        'version',
        `this side has version ${version} (protocol ${sheaf}), the other ${theirs.version} (protocol ${theirs.sheaf}): ` +
          'install the same version on all hosts',
      );
      return { state: 'failed', reply: isListener ? pack(this.#hello) : nothing, error };
    }
    return { state: 'waiting', reply: pack(isListener ? this.#hello : { proof: this.#proofOf('connector') }) };
  }

  #takeProof(text: string): HandshakeStep {
    const { proof, refused } = parseProof(text);
    if (this.#role === 'connector' && refused !== undefined) {
      throw new HandshakeError('secret', 'this process has another cluster secret');
    }
    const other = this.#role === 'connector' ? 'listener' : 'connector';
    if (!isEqual(proof ?? '', this.#proofOf(other))) {
      const error = new HandshakeError('secret', `the ${other} does not know the cluster secret of this process`);
      return { state: 'failed', reply: this.#role === 'listener' ? pack({ refused: 'secret' }) : nothing, error };
    }
    const reply = this.#role === 'listener' ? pack({ proof: this.#proofOf('listener') }) : nothing;
    return { state: 'done', reply, rest: this.#received };
  }

  #proofOf(role: Role): string {
    const mine = this.#hello;
    const theirs = this.#theirs!;
    const [connector, listener] = this.#role === 'connector' ? [mine, theirs] : [theirs, mine];
    const proved = ['sheaf handshake', protocol, role];
    const text = JSON.stringify([...proved, connector.nonce, listener.nonce, connector.version, listener.version]);
    return createHmac('sha256', this.#secret).update(text).digest('hex');
  }
}

interface Hello {
  readonly sheaf: number;
  readonly version: string;
  readonly nonce: string;
}

const nothing = new Uint8Array(0);

function pack(value: object): Uint8Array {
  const text = Buffer.from(JSON.stringify(value));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

function parseHello(text: string): Hello {
  const { sheaf, version, nonce } = parseObject(text);
  const isHello =
    Number.isSafeInteger(sheaf) &&
    typeof version === 'string' &&
    /^[\w.+-]{1,64}$/.test(version) &&
    typeof nonce === 'string' &&
    /^[0-9a-f]{64}$/.test(nonce);
  if (!isHello) throw malformed('the first text is no hello');
  return { sheaf: sheaf as number, version, nonce };
}

function checkCertificateRefusal(text: string): void {
  const { refused, code } = parseObject(text);
  if (refused !== 'certificate' || !/^[A-Z_]{1,64}$/.test(String(code))) return;
  throw new HandshakeError('certificate', `the certificate of this process ${certificateFault(code as string)}`);
}

function parseProof(text: string): { readonly proof?: string; readonly refused?: 'secret' } {
  const { proof, refused } = parseObject(text);
  if (typeof proof === 'string') return { proof };
  if (refused === 'secret') return { refused };
  throw malformed('the second text is no proof');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw malformed('a text is no JSON');
  }
}

const malformed = (what: string): HandshakeError =>
  new HandshakeError('malformed', `the other side does not speak this protocol: ${what}`);

/** In a time that tells nothing about where the two differ. */
function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
