import { spawnSync } from 'node:child_process';
import { createPrivateKey as privateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createCertificate } from '../../src/comm/certificate.js';

const validFrom = new Date('2026-03-04T05:06:07Z');
const validTo = new Date('2027-03-04T05:06:07Z');
const ca = createCertificate({ name: 'a CA of these tests', validFrom, validTo });
const leaf = createCertificate({ name: 'blätter', validFrom, validTo, issuer: ca });
const late = createCertificate({ name: 'late', validFrom, validTo: new Date('2051-01-02T03:04:05Z') });

describe('as Node reads it', () => {
  const authority = new X509Certificate(ca.cert);
  const signed = new X509Certificate(leaf.cert);

  test('names, times, and what it may do', () => {
    expect([authority.subject, authority.issuer, authority.ca]).toEqual([
      'CN=a CA of these tests',
      'CN=a CA of these tests',
      true,
    ]);
    expect([signed.subject, signed.issuer, signed.ca]).toEqual(['CN=blätter', 'CN=a CA of these tests', false]);
    expect([new Date(signed.validFrom), new Date(signed.validTo)]).toEqual([validFrom, validTo]);
    expect(new Date(new X509Certificate(late.cert).validTo)).toEqual(new Date('2051-01-02T03:04:05Z'));
    expect(signed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('signatures and keys belong together', () => {
    expect(signed.checkIssued(authority)).toBe(true);
    expect(signed.verify(authority.publicKey)).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(authority.verify(signed.publicKey)).toBe(false);
    expect(signed.checkPrivateKey(privateKey(leaf.key))).toBe(true);
  });

  test('serial numbers differ', () => {
    expect(signed.serialNumber).not.toBe(authority.serialNumber);
    expect(signed.serialNumber).toMatch(/^[0-9A-F]{20,32}$/);
  });
});

const openssl = (args: readonly string[], input: string) => spawnSync('openssl', args, { input, encoding: 'utf8' });

test.skipIf(openssl(['version'], '').status !== 0)('as openssl reads it', () => {
  const { stdout, stderr } = openssl(['x509', '-noout', '-text'], leaf.cert);
  expect(stderr).toBe('');
  const text = stdout.replace(/\s+/g, ' ');
  for (const part of [
    'Version: 3 (0x2)',
    'Signature Algorithm: ecdsa-with-SHA256 Issuer: CN = a CA of these tests',
    'Not Before: Mar 4 05:06:07 2026 GMT Not After : Mar 4 05:06:07 2027 GMT',
    'ASN1 OID: prime256v1',
    'X509v3 Basic Constraints: critical CA:FALSE',
    'X509v3 Key Usage: critical Digital Signature X509v3',
    'TLS Web Server Authentication, TLS Web Client Authentication',
  ]) {
    expect(text).toContain(part);
  }
  const authority = openssl(['x509', '-noout', '-text'], ca.cert).stdout;
  expect(authority).toMatch(/Key Usage: critical\s+Digital Signature, Certificate Sign, CRL Sign\n/);
  expect(authority).toMatch(/CA:TRUE/);
  const idOf = (text: string, what: string) => new RegExp(`${what} Key Identifier:\\s+(\\S+)`).exec(text)?.[1];
  expect(idOf(stdout, 'Authority')).toBe(idOf(authority, 'Subject'));
});
