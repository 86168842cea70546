/** Who is let in over TLS, and what the others are told. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as socketTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsTo } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { parseTcpAddress } from '../../src/comm/address.js';
import { createCertificate } from '../../src/comm/certificate.js';
import { type Comm, connect, type Listener, type ListenOptions, listen } from '../../src/comm/comm.js';
import { type Identity, Security } from '../../src/comm/security.js';

const secret = 'a secret of these tests';
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const day = (n: number): Date => new Date(Date.now() + n * 24 * 3600 * 1000);
const authority = (name: string) => createCertificate({ name, validFrom: day(-9), validTo: day(9) });
const ca = authority('a CA');
const otherCa = authority('another CA');

function identity(issuer = ca, validFrom = day(-1), validTo = day(1)): Identity {
  const pair = createCertificate({ name: 'someone', validFrom, validTo, issuer });
  return new Security({ tlsCaFile: ca.cert, tlsWorkerCert: pair.cert, tlsWorkerKey: pair.key }).for('worker');
}

const security = identity();
const expired = identity(ca, day(-3), day(-2));
const early = identity(ca, day(2), day(3));
const foreign = identity(otherCa);

async function start(options: Partial<ListenOptions> = {}, address = 'tls://127.0.0.1:0') {
  const comms: Comm[] = [];
  const listener = await listen(address, { secret, security, onComm: (comm) => comms.push(comm), ...options });
  open.push(() => listener.close());
  return { listener, comms };
}

const portOf = (listener: Listener): string => listener.address.slice('tls://'.length);

test('both sides with certificates of one authority are in', async () => {
  const { listener, comms } = await start();
  expect(listener.address).toMatch(/^tls:\/\/127\.0\.0\.1:\d+$/);
  const comm = await connect(listener.address, { secret, security: identity() });
  expect([comm.peer, comms[0].peer.slice(0, 6)]).toEqual([listener.address, 'tls://']);
  comm.close();
  expect(await comms[0].closed).toBeUndefined();
});

test('the certificate does not do without the secret', async () => {
  const { listener, comms } = await start();
  await expect(connect(listener.address, { secret: 'another', security })).rejects.toThrow(
    `${listener.address} refused: this process has another cluster secret`,
  );
  expect(comms).toEqual([]);
});

const whoIs = { 'the listener': 'its certificate', 'the connector': 'the certificate of this process' } as const;
test.each([
  ['the listener', 'another authority', { security: foreign }, {}, /is not signed by the authority \(tlsCaFile\)/],
  ['the listener', 'a certificate that expired', { security: expired }, {}, /has expired$/],
  ['the listener', 'a certificate of tomorrow', { security: early }, {}, /is not valid yet: check the clocks/],
  ['the connector', 'another authority', {}, { security: foreign }, /is not signed by the authority \(tlsCaFile\)/],
  ['the connector', 'a certificate that expired', {}, { security: expired }, /has expired$/],
  ['the connector', 'a certificate of tomorrow', {}, { security: early }, /is not valid yet: check the clocks/],
] as const)('%s has %s', async (who, _, listening, connecting, text) => {
  const { listener, comms } = await start(listening);
  const error = await connect(listener.address, { secret, security, ...connecting }).catch((error: Error) => error);
  expect(error).toMatchObject({ name: 'HandshakeError', reason: 'certificate', message: expect.stringMatching(text) });
  expect((error as Error).message).toContain(
    `${listener.address} and this process do not trust each other: ${whoIs[who]} `,
  );
  expect(comms).toEqual([]);
});

test('TCP to a TLS listener, and TLS to a TCP listener', async () => {
  const { listener: encrypted } = await start();
  await expect(connect(`tcp://${portOf(encrypted)}`, { secret })).rejects.toMatchObject({
    reason: 'encryption',
    message: `tcp://${portOf(encrypted)} and this process cannot talk: it speaks TLS: use tls:// in its address, with the certificates of its cluster`,
  });
  const { listener: plain } = await start({ security: { ...security, requireEncryption: false } }, 'tcp://127.0.0.1:0');
  await expect(connect(`tls://${portOf(plain)}`, { secret, security })).rejects.toMatchObject({
    reason: 'encryption',
    message: `tls://${portOf(plain)} and this process cannot talk: it does not speak TLS: use tcp:// in its address, or give it certificates`,
  });
});

test('no version in common', async () => {
  const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256';
  const { listener } = await start({ security: { ...security, minVersion: 'TLSv1.3' } });
  const socket = tlsTo({
    ...parseTcpAddress(listener.address, 'tls'),
    ...security,
    ciphers,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
  });
  open.push(() => socket.destroy());
  const [error] = await once(socket, 'error');
  expect(error.code).toMatch(/PROTOCOL_VERSION/);
});

test('another program is told as such', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n').resume());
  open.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(connect(`tls://127.0.0.1:${port}`, { secret, security })).rejects.toMatchObject({
    reason: 'malformed',
    message: expect.stringContaining('is no listener of this package: it does not speak TLS'),
  });
});

test('a server that says nothing is given up, and so is a connector', async () => {
  const server = createServer((socket) => open.push(() => socket.destroy()));
  open.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const attempt = connect(`tls://127.0.0.1:${port}`, { secret, security, handshakeTimeoutMs: 20, timeoutMs: 50 });
  await expect(attempt).rejects.toThrow(
    /^no connection to .* does not answer: the other side said nothing that makes sense within 0\.02 s; it is very busy, or another program has this port/,
  );
  const { listener } = await start({ handshakeTimeoutMs: 20 });
  for (const firstBytes of [[], [0x16], [0x16, 3, 1, 0, 200, 1]]) {
    const socket = socketTo(parseTcpAddress(listener.address, 'tls'));
    socket.on('error', () => {}).resume();
    socket.write(Uint8Array.from(firstBytes));
    await once(socket, 'close');
  }
});

test('silent connections keep nobody out, and the oldest make room', async () => {
  const { listener } = await start({ maxPending: 20 });
  const silent = Array.from({ length: 30 }, () => {
    const socket = socketTo(parseTcpAddress(listener.address, 'tls'));
    open.push(() => socket.destroy());
    return socket.on('error', () => {}).resume();
  });
  const dropped = Promise.all(silent.slice(0, 10).map((socket) => once(socket, 'close')));
  const comm = await connect(listener.address, { secret, security });
  await dropped;
  comm.close();
  await comm.closed;
});

/** A client of TLS alone; what it was told after TLS was agreed. */
async function tlsClient(listener: Listener, options: object): Promise<{ isReused: boolean; text: string }> {
  const socket = tlsTo({
    ...parseTcpAddress(listener.address, 'tls'),
    ca: ca.cert,
    checkServerIdentity: () => undefined,
    ...options,
  });
  open.push(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  let isReused = false;
  socket.once('secureConnect', () => {
    isReused = socket.isSessionReused();
  });
  await once(socket, 'close');
  return { isReused, text: text.slice(4) };
}

test('who shows no certificate is refused, and cannot resume the session either', async () => {
  const { listener, comms } = await start();
  let session: Buffer | undefined;
  const first = tlsTo({
    ...parseTcpAddress(listener.address, 'tls'),
    ca: ca.cert,
    checkServerIdentity: () => undefined,
  });
  first.on('session', (it) => {
    session = it;
  });
  first.on('error', () => {}).resume();
  await once(first, 'close');
  const refusal = '{"refused":"certificate","code":"UNSPECIFIED"}';
  expect((await tlsClient(listener, {})).text).toBe(refusal);
  const resumed = await tlsClient(listener, session ? { session } : {});
  expect(resumed).toEqual({ isReused: false, text: refusal });
  expect(comms).toEqual([]);
});

test('tls needs certificates, and requireEncryption refuses tcp', async () => {
  await expect(listen('tls://127.0.0.1:0', { secret, onComm: () => {} })).rejects.toThrow(/give `security`/);
  await expect(connect('tls://127.0.0.1:1', { secret })).rejects.toThrow(/needs certificates/);
  const text = 'tcp://127.0.0.1:1 is not encrypted, which requireEncryption asks for: use tls://';
  expect(() => listen('tcp://127.0.0.1:1', { secret, security, onComm: () => {} })).toThrow(text);
  await expect(connect('tcp://127.0.0.1:1', { secret, security })).rejects.toThrow(text);
});

test('a child process gets its certificates by its channel, none by its arguments', async () => {
  const { listener, comms } = await start({ security: Security.temporary().for('scheduler') });
  const temporary = Security.temporary();
  const { listener: own, comms: ownComms } = await start({ security: temporary.for('scheduler') });
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-tls-'));
  open.push(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'child.mjs');
  const url = (name: string): string => JSON.stringify(new URL(`../../src/comm/${name}.js`, import.meta.url).href);
  writeFileSync(
    program,
    `import { connect } from ${url('comm')};
     import { Security } from ${url('security')};
     process.once('message', async ({ plain, addresses, secret }) => {
       const security = Security.from(plain).for('worker');
       const told = [];
       for (const address of addresses) {
         const comm = await connect(address, { secret, security }).catch((error) => told.push(error.message));
         comm.close?.();
         await comm.closed;
       }
       process.send({ told, argv: process.argv.join(' ') });
       process.disconnect();
     });`,
  );
  const child = fork(program, { serialization: 'advanced', execArgv: [] });
  const exited = once(child, 'exit');
  child.send({ plain: temporary.toJSON(), addresses: [own.address, listener.address], secret });
  const [{ told, argv }] = (await once(child, 'message')) as [{ told: string[]; argv: string }];
  expect(told).toEqual([expect.stringContaining('its certificate is not signed by the authority')]);
  expect(argv).not.toContain('PRIVATE');
  await exited;
  expect([comms.length, ownComms.length]).toEqual([0, 1]);
});
