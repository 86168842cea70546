/**
 * X.509 certificates, which Node can read but not make: version 3 by RFC 5280, with ECDSA over P-256 and SHA-256
 * (RFC 5758), written in DER, where everything is a tag, a length and a content (X.690).
 */
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';

/** Both in PEM. */
export interface CertifiedKey {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** The common name. */
  readonly name: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Who signs; the new key itself unless given. */
  readonly issuer?: CertifiedKey;
  /** Whether it may sign others; only what is self-signed unless given. */
  readonly isAuthority?: boolean;
}

/** A new key with a certificate that is good for both ends of a TLS connection. */
export function createCertificate(options: CertificateOptions): CertifiedKey {
  const { name, validFrom, validTo, issuer, isAuthority = !issuer } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const issuerCert = issuer && new X509Certificate(issuer.cert);
  const issuerSpki = issuerCert?.publicKey.export({ type: 'spki', format: 'der' }) ?? spki;
  const body = sequence(
    explicit(0, integer(Uint8Array.of(2))), // version 3
    integer(randomBytes(16)),
    ecdsaWithSha256,
    nameOf(issuerCert ? commonNameOf(issuerCert) : name),
    sequence(time(validFrom), time(validTo)),
    nameOf(name),
    spki,
    explicit(3, sequence(...extensions(isAuthority, keyId(spki), keyId(issuerSpki)))),
  );
  const signature = sign('sha256', body, issuer?.key ?? key);
  return { cert: pem('CERTIFICATE', sequence(body, ecdsaWithSha256, bits(signature, 0))), key };
}

/** The certificates that this file makes have nothing else in their subject. */
const commonNameOf = (cert: X509Certificate): string => cert.subject.replace(/^CN=/, '');

const contains = { sequence: 0x30, set: 0x31 };
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  time: 0x18,
};

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff]; // certificates are far below 64 KiB
  return Buffer.concat([Uint8Array.of(tag, 0x80 | digits.length, ...digits), content]);
}

const sequence = (...items: readonly Uint8Array[]): Buffer => der(contains.sequence, ...items);
const octets = (content: Uint8Array): Buffer => der(tags.octets, content);
const bits = (content: Uint8Array, unused: number): Buffer => der(tags.bits, Uint8Array.of(unused), content);
const explicit = (number: number, content: Uint8Array): Buffer => der(0xa0 | number, content);
const yes = der(tags.boolean, Uint8Array.of(0xff));

/** Big-endian and positive: without zeros in front, but with one where the first bit would be taken for the sign. */
function integer(digits: Uint8Array): Buffer {
  const first = digits.findIndex((digit) => digit !== 0);
  const shortest = first < 0 ? Uint8Array.of(0) : digits.subarray(first);
  return der(tags.integer, shortest[0] & 0x80 ? Uint8Array.of(0) : new Uint8Array(0), shortest);
}

/** `1.2.840`: the first two numbers share a byte, the others are base 128 with a bit that says whether more follow. */
function oid(dotted: string): Buffer {
  const [first, second, ...others] = dotted.split('.').map(Number);
  const bytes = [40 * first + second];
  for (const number of others) {
    const digits = [number & 0x7f];
    for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(tags.oid, Uint8Array.from(bytes));
}

/** Two digits for the year until 2049, as RFC 5280 has it. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`;
  return date.getUTCFullYear() < 2050
    ? der(tags.utcTime, Buffer.from(digits.slice(2)))
    : der(tags.time, Buffer.from(digits));
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

const nameOf = (commonName: string): Buffer =>
  sequence(der(contains.set, sequence(oid('2.5.4.3'), der(tags.utf8, Buffer.from(commonName)))));

/** Method 1 of RFC 5280 takes the key's bits alone; any other unique value is as good. */
const keyId = (spki: Uint8Array): Buffer => createHash('sha256').update(spki).digest().subarray(0, 20);

function extensions(isAuthority: boolean, ownId: Uint8Array, issuerId: Uint8Array): Buffer[] {
  const critical = (id: string, content: Uint8Array): Buffer => sequence(oid(id), yes, octets(content));
  const plain = (id: string, content: Uint8Array): Buffer => sequence(oid(id), octets(content));
  // Bits from the left: 0 digital signature, 5 signs certificates, 6 signs revocation lists.
  const usage = isAuthority ? bits(Uint8Array.of(0b1000_0110), 1) : bits(Uint8Array.of(0b1000_0000), 7);
  return [
    critical('2.5.29.19', sequence(...(isAuthority ? [yes] : []))),
    critical('2.5.29.15', usage),
    plain('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))), // TLS server, TLS client
    plain('2.5.29.14', octets(ownId)),
    plain('2.5.29.35', sequence(der(0x80, issuerId))),
  ];
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
