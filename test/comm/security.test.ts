import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { createCertificate } from '../../src/comm/certificate.js';
import { Security, type SecurityOptions } from '../../src/comm/security.js';

const validFrom = new Date('2026-01-01');
const validTo = new Date('2126-01-01');
const ca = createCertificate({ name: 'ca', validFrom, validTo });
const scheduler = createCertificate({ name: 'scheduler', validFrom, validTo, issuer: ca });
const worker = createCertificate({ name: 'worker', validFrom, validTo, issuer: ca });

const folder = mkdtempSync(join(tmpdir(), 'sheaf-security-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const options: SecurityOptions = {
  tlsCaFile: file('ca.pem', ca.cert),
  tlsSchedulerCert: file('scheduler.pem', scheduler.cert),
  tlsSchedulerKey: file('scheduler.key', scheduler.key),
  tlsWorkerCert: worker.cert,
  tlsWorkerKey: worker.key,
};

test('files and PEM text are as good, and each role has its own', () => {
  const security = new Security(options);
  expect(security.for('scheduler')).toEqual({
    ca: ca.cert,
    ...scheduler,
    minVersion: 'TLSv1.3',
    requireEncryption: true,
  });
  expect(security.for('worker')).toMatchObject(worker);
});

test('a role without a certificate is told what is missing and what there is', () => {
  expect(() => new Security(options).for('client')).toThrow(
    'Security: TLS for a client needs tlsCaFile, tlsClientCert and tlsClientKey, but of all certificates there are: ' +
      'tlsCaFile, tlsSchedulerCert, tlsSchedulerKey, tlsWorkerCert, tlsWorkerKey',
  );
  expect(() => new Security({}).for('client')).toThrow(/there are: none/);
});

test('it travels as plain data, with PEM text in the place of files', () => {
  const security = new Security({ ...options, tlsMinVersion: 'TLSv1.2', tlsCiphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
  const plain = structuredClone(security.toJSON());
  expect(JSON.stringify(plain)).not.toContain(folder);
  const again = Security.from(JSON.parse(JSON.stringify(plain)));
  for (const role of ['scheduler', 'worker'] as const) expect(again.for(role)).toEqual(security.for(role));
  expect(again.for('worker')).toMatchObject({ minVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
});

test('keys are not printed', () => {
  expect(inspect(new Security(options))).toBe(
    'Security { certificates for scheduler, worker, requireEncryption: true }',
  );
  expect(inspect({ nested: Security.temporary() }, { depth: 9, showHidden: true })).not.toContain('PRIVATE');
});

test('a temporary one has a fresh certificate, the same for all', () => {
  const security = Security.temporary({ requireEncryption: false });
  expect(security.for('client')).toEqual(security.for('scheduler'));
  expect(security.for('client').requireEncryption).toBe(false);
  expect(security.for('client').cert).not.toBe(Security.temporary().for('client').cert);
  const { validFrom: from, validTo: to } = new X509Certificate(security.for('client').cert);
  const days = (Date.parse(to) - Date.parse(from)) / (24 * 3600 * 1000);
  expect(days).toBe(366);
});

test.each<[string, object, RegExp]>([
  ['an unknown option', { tlsCA: 'x' }, /Security has no option tlsCA: there are tlsCaFile, tlsSchedulerCert/],
  ['a file that is not there', { ...options, tlsCaFile: join(folder, 'no.pem') }, /tlsCaFile cannot be read \(ENOENT/],
  ['a path that is none', { tlsCaFile: 7 }, /tlsCaFile must be a path or PEM text/],
  [
    'a file of another kind',
    { ...options, tlsCaFile: file('x.pem', 'hello') },
    /tlsCaFile holds no certificate in PEM/,
  ],
  ['a key for a certificate', { ...options, tlsWorkerCert: worker.key }, /tlsWorkerCert holds no certificate/],
  ['a certificate for a key', { ...options, tlsWorkerKey: worker.cert }, /tlsWorkerKey holds no private key/],
  ['another key', { ...options, tlsWorkerKey: scheduler.key }, /tlsWorkerKey is not the key of tlsWorkerCert/],
  [
    'half a pair',
    { tlsCaFile: ca.cert, tlsWorkerCert: worker.cert },
    /needs tlsCaFile, tlsWorkerCert and tlsWorkerKey/,
  ],
  ['an unknown version', { tlsMinVersion: 1.3 }, /tlsMinVersion is 1.3, but must be one of TLSv1.2, TLSv1.3/],
  ['an unknown cipher', { ...options, tlsCiphers: 'ROT13' }, /tlsCiphers holds no cipher that this OpenSSL knows/],
])('%s is refused', (_, wrong, text) => {
  expect(() => new Security(wrong as SecurityOptions)).toThrow(text);
});
