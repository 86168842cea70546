/** What only strangers, accidents and hostile bytes do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket, connect as socketTo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseTcpAddress } from '../../src/comm/address.js';
import { encode } from '../../src/comm/codec.js';
import { type Comm, connect, type Listener, type ListenOptions, listen, type Message } from '../../src/comm/comm.js';
import { frameOf } from '../../src/comm/framing.js';
import { Handshake } from '../../src/comm/handshake.js';

const secret = 'a secret of these tests';
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function start(options: Partial<ListenOptions> = {}): Promise<{ listener: Listener; comms: Comm[] }> {
  const comms: Comm[] = [];
  const listener = await listen('tcp://127.0.0.1:0', { secret, onComm: (comm) => comms.push(comm), ...options });
  open.push(() => listener.close());
  return { listener, comms };
}

/** A socket that speaks for itself. */
async function stranger(listener: Listener): Promise<Socket> {
  const socket = socketTo(parseTcpAddress(listener.address));
  socket.on('error', () => {});
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** A stranger that knows the secret, after its handshake. */
async function insider(listener: Listener): Promise<Socket> {
  const socket = await stranger(listener);
  const handshake = new Handshake({ role: 'connector', secret });
  socket.write(handshake.start());
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer): void => {
      const step = handshake.push(chunk);
      socket.write(step.reply);
      if (step.state === 'done') {
        socket.off('data', take);
        resolve();
      }
    };
    socket.on('data', take);
  });
  return socket;
}

/** The first message that the one comm of a listener gets. */
async function firstMessage(listenerOptions: Partial<ListenOptions> = {}) {
  let arrived: (message: Message) => void;
  let lost: (reason: Error | undefined) => void;
  const message = new Promise<Message>((resolve) => (arrived = resolve));
  const closed = new Promise<Error | undefined>((resolve) => (lost = resolve));
  const { listener } = await start({
    onComm: (comm) => {
      open.push(() => comm.close());
      comm.onMessage(arrived);
      comm.closed.then(lost);
    },
    ...listenerOptions,
  });
  return { listener, message, closed };
}

test('another secret is refused with a clear error, and nobody is let in', async () => {
  const { listener, comms } = await start();
  const refused = connect(listener.address, { secret: 'another', timeoutMs: 10_000 });
  await expect(refused).rejects.toMatchObject({
    name: 'HandshakeError',
    reason: 'secret',
    message: expect.stringContaining(`${listener.address} refused: this process has another cluster secret`),
  });
  expect(comms).toEqual([]);
});

test('another version is refused by name', async () => {
  const server = createServer((socket) => {
    const old = new Handshake({ role: 'listener', secret, version: '0.0.1' });
    socket.on('data', (chunk) => socket.end(old.push(chunk).reply));
  });
  open.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(connect(`tcp://127.0.0.1:${port}`, { secret })).rejects.toMatchObject({
    reason: 'version',
    message: expect.stringMatching(/refused: this side has version \d+\.\d+\.\d+.*, the other 0\.0\.1/),
  });
});

test('a server of another kind is told from one of ours', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  open.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(connect(`tcp://127.0.0.1:${port}`, { secret })).rejects.toMatchObject({ reason: 'malformed' });
});

test('a server that says nothing is given up', async () => {
  const server = createServer((socket) => open.push(() => socket.destroy()));
  open.push(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const attempt = connect(`tcp://127.0.0.1:${port}`, { secret, handshakeTimeoutMs: 20, timeoutMs: 50 });
  await expect(attempt).rejects.toThrow(
    /^no connection to .* does not answer: the other side said nothing that makes sense within 0\.02 s; it is very busy, or another program has this port/,
  );
});

test('garbage and frames without proof are cut off, and nobody is let in', async () => {
  const { listener, comms } = await start();
  const frame = Buffer.concat(frameOf(encode([{ op: 'run', code: 'evil' }])));
  for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(5000, 0xa5), frame]) {
    const socket = await stranger(listener);
    socket.resume().write(bytes);
    await once(socket, 'close');
  }
  expect(comms).toEqual([]);
});

test('frames right behind a wrong proof are not decoded', async () => {
  const { listener, comms } = await start();
  const socket = await stranger(listener);
  const handshake = new Handshake({ role: 'connector', secret: 'guess' });
  socket.write(handshake.start());
  const [hello] = await once(socket, 'data');
  const proof = handshake.push(hello).reply;
  socket.resume().write(Buffer.concat([proof, ...frameOf(encode([{ op: 'run' }]))]));
  await once(socket, 'close');
  expect(comms).toEqual([]);
});

test('one who says nothing is dropped after the timeout', async () => {
  const { listener, comms } = await start({ handshakeTimeoutMs: 20 });
  const socket = await stranger(listener);
  socket.resume();
  await once(socket, 'close');
  expect(comms).toEqual([]);
});

test('two hundred silent connections keep nobody out, and the oldest make room', async () => {
  const { listener, message } = await firstMessage({ maxPending: 150 });
  const silent = await Promise.all(Array.from({ length: 200 }, () => stranger(listener)));
  const dropped = Promise.all(silent.slice(0, 50).map((socket) => once(socket.resume(), 'close')));
  const comm = await connect(listener.address, { secret });
  comm.send({ op: 'hello' });
  expect(await message).toEqual({ op: 'hello' });
  await dropped;
  comm.close();
  await comm.closed;
});

test('a slow sender is understood', async () => {
  const { listener, message } = await firstMessage();
  const socket = await insider(listener);
  socket.setNoDelay(true);
  const bytes = Buffer.concat(frameOf(encode([{ op: 'slow', data: new Uint16Array(600).fill(3) }])));
  for (const byte of bytes) {
    socket.write(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  expect(await message).toEqual({ op: 'slow', data: new Uint16Array(600).fill(3) });
});

test.each([
  ['garbage', Buffer.alloc(100, 0xa5), /was lost: this is no frame: it begins with a5a5a5a5/],
  ['a frame over the cap', Buffer.concat(frameOf(encode([{ op: 'x', data: new Uint8Array(20_000) }]))), /over the cap/],
  ['a header that is none', Buffer.concat(frameOf({ header: Buffer.from('hello'), buffers: [] })), /cannot be decoded/],
])('after the handshake, %s ends the comm with a reason', async (_, bytes, text) => {
  const { listener, closed } = await firstMessage({ maxFrameBytes: 10_000 });
  const socket = await insider(listener);
  socket.resume().write(bytes);
  expect((await closed)?.message).toMatch(text);
});

test('an end without goodbye is a loss', async () => {
  const { listener, message, closed } = await firstMessage();
  const socket = await insider(listener);
  socket.write(Buffer.concat(frameOf(encode([{ op: 'last words' }]))));
  expect(await message).toEqual({ op: 'last words' });
  socket.end();
  expect((await closed)?.message).toMatch(/was lost: the other process ended, or was killed/);
});

test('a reset is a loss', async () => {
  const { listener, closed } = await firstMessage();
  (await insider(listener)).resetAndDestroy();
  expect(await closed).toMatchObject({ name: 'CommClosedError', message: expect.stringContaining('ECONNRESET') });
});

test('a message that cannot be sent raises at send and does no harm', async () => {
  const { listener, message } = await firstMessage();
  const comm = await connect(listener.address, { secret, maxFrameBytes: 100_000 });
  expect(() => comm.send({ op: 'bad', f: () => 1 })).toThrow(/'bad' cannot be sent: message\.f/);
  expect(() => comm.send({ op: 'big', data: new Uint8Array(100_001) })).toThrow(/over the cap of 100000/);
  comm.send({ op: 'good' });
  expect(await message).toEqual({ op: 'good' });
  comm.close();
  await comm.closed;
});

test('messages that are too much for one frame together go in several', async () => {
  const { listener, comms } = await start({ maxFrameBytes: 100_000 });
  const comm = await connect(listener.address, { secret, maxFrameBytes: 100_000 });
  for (let i = 0; i < 5; i++) comm.send({ op: 'x', i, data: new Uint8Array(60_000) });
  for (let i = 5; i < 10; i++) comm.send({ op: 'x', i, text: 'x'.repeat(60_000) });
  comm.close();
  await comm.closed;
  const received: unknown[] = [];
  comms[0].onMessage((message) => received.push(message.i));
  expect(await comms[0].closed).toBeUndefined();
  await new Promise(setImmediate);
  expect(received).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('one message that is too much for any frame ends the comm, as it cannot be left out unnoticed', async () => {
  const { listener } = await start();
  const comm = await connect(listener.address, { secret, maxFrameBytes: 100_000 });
  comm.send({ op: 'long', text: 'x'.repeat(100_001) });
  expect((await comm.closed)?.message).toMatch(/the message 'long' is too large: a frame with a header of \d+ bytes/);
});

test('large arrays arrive whole, each in shared memory of its own, in both directions', async () => {
  const { listener, message } = await firstMessage();
  const { listener: other, comms } = await start();
  const data = new Float64Array(1_000_000).map((_, i) => i);
  const up = await connect(listener.address, { secret });
  up.send({ op: 'up', data, half: data.subarray(500_000) });
  const down = await connect(other.address, { secret });
  comms[0].send({ op: 'down', data, half: data.subarray(500_000) });
  const downward = new Promise<Message>((resolve) => down.onMessage(resolve));
  for (const received of [await message, await downward]) {
    const arrays = received as unknown as { readonly data: Float64Array; readonly half: Float64Array };
    expect(Buffer.compare(Buffer.from(arrays.data.buffer), Buffer.from(data.buffer))).toBe(0);
    expect(arrays.half[0]).toBe(500_000);
    expect(arrays.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(arrays.half.buffer).not.toBe(arrays.data.buffer);
  }
  for (const comm of [up, down]) {
    comm.close();
    await comm.closed;
  }
});

test('a comm that is unreferenced lets its process end, and the other side knows that it did not say goodbye', async () => {
  const { listener, closed } = await firstMessage();
  const module = new URL('../../src/comm/comm.js', import.meta.url);
  const script = `
    const { connect } = await import(${JSON.stringify(module.href)});
    const comm = await connect(${JSON.stringify(listener.address)}, { secret: ${JSON.stringify(secret)} });
    comm.onMessage(() => {});
    comm.unref();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' });
  open.push(() => child.kill());
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect((await closed)?.message).toMatch(/was lost/);
});

test('an empty secret is refused', async () => {
  await expect(listen('tcp://127.0.0.1:0', { secret: '', onComm: () => {} })).rejects.toThrow(/newSecret/);
  await expect(connect('tcp://127.0.0.1:1', { secret: '' })).rejects.toThrow(/newSecret/);
});
