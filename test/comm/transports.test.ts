/** One suite for all transports: what holds for one comm holds for the other. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Comm, connect, type Listener, listen, type Message, newSecret } from '../../src/comm/comm.js';
import { Security } from '../../src/comm/security.js';

const secret = newSecret();
const security = Security.temporary({ requireEncryption: false }).for('worker');
const open: { close(): unknown }[] = [];
let names = 0;

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function listenAt(address: string): Promise<{ listener: Listener; accepted: () => Promise<Comm> }> {
  const comms: Comm[] = [];
  const waiting: ((comm: Comm) => void)[] = [];
  const onComm = (comm: Comm): void => {
    open.push(comm);
    const next = waiting.shift();
    if (next) next(comm);
    else comms.push(comm);
  };
  const listener = await listen(address, { secret, security, onComm });
  open.push(listener);
  const accepted = (): Promise<Comm> => {
    const comm = comms.shift();
    return comm ? Promise.resolve(comm) : new Promise((resolve) => waiting.push(resolve));
  };
  return { listener, accepted };
}

async function join(address: string): Promise<Comm> {
  const comm = await connect(address, { secret, security });
  open.push(comm);
  return comm;
}

/** The next `count` messages. */
function receive(comm: Comm, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  return new Promise((resolve) => {
    comm.onMessage((message) => {
      if (messages.push(message) === count) resolve(messages);
    });
  });
}

const asGiven = (address: string) => address;
/** The same listener, by an address that its local door has no name for. */
const fromAfar = (address: string) => address.replace('127.0.0.1', '127.1').replace('[::1]', '[0::1]');

describe.each([
  ['inproc', () => `inproc://test-${++names}`, asGiven],
  ['tcp', () => 'tcp://127.0.0.1:0', asGiven],
  ['tcp from another host', () => 'tcp://127.0.0.1:0', fromAfar],
  ['tcp over IPv6', () => 'tcp://[::1]:0', fromAfar],
  ['tls', () => 'tls://127.0.0.1:0', asGiven],
  ['tls over IPv6', () => 'tls://[::1]:0', asGiven],
])('%s', (_, address, reached) => {
  async function couple(): Promise<[here: Comm, there: Comm]> {
    const { listener, accepted } = await listenAt(address());
    return Promise.all([join(reached(listener.address)), accepted()]);
  }

  test('messages pass both ways, and the address given is the peer', async () => {
    const { listener, accepted } = await listenAt(address());
    const [here, there] = await Promise.all([join(reached(listener.address)), accepted()]);
    expect(here.peer).toBe(reached(listener.address));
    here.send({ op: 'ping', data: new Float64Array(1000).fill(7) });
    const [ping] = await receive(there, 1);
    expect(ping).toEqual({ op: 'ping', data: new Float64Array(1000).fill(7) });
    there.send({ op: 'pong', nothing: undefined, map: new Map([[1n, new Date(0)]]) });
    expect(await receive(here, 1)).toStrictEqual([
      { op: 'pong', nothing: undefined, map: new Map([[1n, new Date(0)]]) },
    ]);
  });

  test('a hundred thousand messages keep their order, with arrays between them', async () => {
    const [here, there] = await couple();
    const received = receive(there, 100_000);
    for (let i = 0; i < 100_000; i++) {
      here.send(i % 1000 === 0 ? { op: 'array', i, data: new Uint32Array(5000).fill(i) } : { op: 'number', i });
    }
    const messages = await received;
    expect(messages.every((message, i) => message.i === i)).toBe(true);
    expect((messages[99_000].data as Uint32Array).every((x) => x === 99_000)).toBe(true);
  });

  test('messages that came before the receiver was set are kept', async () => {
    const [here, there] = await couple();
    for (let i = 0; i < 5; i++) here.send({ op: 'early', i });
    here.close();
    expect(await there.closed).toBeUndefined();
    expect((await receive(there, 5)).map((message) => message.i)).toEqual([0, 1, 2, 3, 4]);
  });

  test('nothing is delivered within send, and answers for ever leave room for others', async () => {
    const [here, there] = await couple();
    let isSending = false;
    let count = 0;
    const bounce = (comm: Comm) => () => {
      expect(isSending).toBe(false);
      count++;
      isSending = true;
      comm.send({ op: 'bounce' });
      isSending = false;
    };
    here.onMessage(bounce(here));
    there.onMessage(bounce(there));
    here.send({ op: 'bounce' });
    while (count < 100) await new Promise((resolve) => setTimeout(resolve));
    expect(count).toBeGreaterThanOrEqual(100);
  });

  test('what was sent before a close arrives, what is sent after it does not', async () => {
    const [here, there] = await couple();
    const received: unknown[] = [];
    there.onMessage((message) => received.push(message.i));
    for (let i = 0; i < 50; i++) here.send({ op: 'x', i, data: new Uint8Array(100_000) });
    here.close();
    here.send({ op: 'late', i: 'late' });
    here.close();
    expect(await there.closed).toBeUndefined();
    expect(await here.closed).toBeUndefined();
    there.send({ op: 'dropped' });
    expect(received).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('a closed comm hears nothing more', async () => {
    const [here, there] = await couple();
    const received: Message[] = [];
    here.onMessage((message) => received.push(message));
    there.send({ op: 'too late' });
    here.close();
    await Promise.all([here.closed, there.closed]);
    expect(received).toEqual([]);
  });

  test('both sides may close at once', async () => {
    const [here, there] = await couple();
    here.send({ op: 'x' });
    there.send({ op: 'y' });
    here.close();
    there.close();
    expect(await Promise.all([here.closed, there.closed])).toEqual([undefined, undefined]);
  });

  test('comms live on when their listener closes, and nobody else can join', async () => {
    const { listener, accepted } = await listenAt(address());
    const [here, there] = await Promise.all([join(reached(listener.address)), accepted()]);
    await listener.close();
    here.send({ op: 'still here' });
    expect(await receive(there, 1)).toEqual([{ op: 'still here' }]);
    const late = connect(listener.address, { secret, security, timeoutMs: 1 });
    await expect(late).rejects.toThrow(`no connection to ${listener.address} within 0.001 s`);
  });

  test('a connector may come before the listener', async () => {
    const probe = await listenAt(address());
    await probe.listener.close();
    const early = join(reached(probe.listener.address));
    const { accepted } = await listenAt(probe.listener.address);
    const there = await accepted();
    (await early).send({ op: 'hello' });
    expect(await receive(there, 1)).toEqual([{ op: 'hello' }]);
  });

  test('an address that is taken is refused', async () => {
    const { listener } = await listenAt(address());
    const again = listen(listener.address, { secret, security, onComm: () => {} });
    await expect(again).rejects.toThrow(/another (process|listener)/);
  });
});

test.runIf(process.platform === 'linux')('a process of this host comes through the local door', async () => {
  const { listener, accepted } = await listenAt('tcp://127.0.0.1:0');
  const [, near] = await Promise.all([join(listener.address), accepted()]);
  expect(near.peer).toBe('this host');
  const [, far] = await Promise.all([join(fromAfar(listener.address)), accepted()]);
  expect(far.peer).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
});

test.each(['', 'localhost:80', 'udp://localhost:80', 'toString://x'])(
  "the scheme of '%s' is unknown",
  async (address) => {
    await expect(async () => connect(address, { secret })).rejects.toThrow(
      'must begin with one of inproc://, tcp://, tls://',
    );
    await expect(async () => listen(address, { secret, onComm: () => {} })).rejects.toThrow(
      /inproc:\/\/, tcp:\/\/, tls:\/\//,
    );
  },
);

test.each([
  'tcp://',
  'tcp://host',
  'tcp://:80',
  'tcp://::1:80',
  'tcp://[host]:80',
  'tcp://host:65536',
  'tcp://host:80/x',
  'tls://host',
])('%s is no address', async (address) => {
  await expect(async () => connect(address, { secret })).rejects.toThrow(/is not of the form (tcp|tls):\/\/host:port/);
});
