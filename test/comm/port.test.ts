/** Comms of real threads through their main thread. */
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { type Comm, connect, type Listener, listen, type Message, newSecret } from '../../src/comm/comm.js';
import { servePort } from '../../src/comm/port.js';
import { PortComm } from '../../src/comm/port-comm.js';

const secret = newSecret();
const open: (() => unknown)[] = [];
let names = 0;

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const commModule = new URL('../../src/comm/comm.js', import.meta.url).href;

/** A thread that runs `code` with `connect` going through this thread, `address` and `post` at hand. */
function startThread(
  code: string,
  address: string,
  secretOfMain = secret,
): Worker & { readonly ended: Promise<unknown> } {
  const { port1, port2 } = new MessageChannel();
  servePort(port1, { secret: secretOfMain });
  const source = `
    import { parentPort, workerData } from 'node:worker_threads';
    const { connect, setPortConnector } = await import(${JSON.stringify(commModule)});
    const { port, address } = workerData;
    setPortConnector(port);
    const post = (value) => parentPort.postMessage(value);
    const describe = ({ name, message, reason }) => ({ name, message, reason });
    ${code}`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { port: port2, address },
    transferList: [port2],
  });
  worker.on('error', (error) => expect.soft(error).toBeUndefined());
  open.push(() => worker.terminate());
  return Object.assign(worker, { ended: once(worker, 'exit') });
}

async function listenAt(address: string): Promise<{ listener: Listener; accepted: Promise<Comm> }> {
  let accept: (comm: Comm) => void;
  const accepted = new Promise<Comm>((resolve) => (accept = resolve));
  const listener = await listen(address, { secret, onComm: (comm) => accept(comm) });
  open.push(() => listener.close());
  return { listener, accepted };
}

function receive(comm: Comm, count: number): Promise<Message[]> {
  const messages: Message[] = [];
  return new Promise((resolve) => {
    comm.onMessage((message) => {
      if (messages.push(message) === count) resolve(messages);
    });
  });
}

describe.each([
  ['inproc', () => `inproc://port-test-${++names}`],
  ['tcp', () => 'tcp://127.0.0.1:0'],
])('from a thread to %s', (scheme, address) => {
  test('messages pass both ways in order, without the secret, and a close on purpose is one', async () => {
    const { listener, accepted } = await listenAt(address());
    const thread = startThread(
      `const comm = await connect(address, {});
       let sum = 0;
       comm.onMessage((message) => {
         sum += message.i;
         if (!message.isLast) return;
         for (let i = 0; i < 2000; i++) comm.send({ op: 'up', i });
         comm.send({ op: 'sum', sum, peer: comm.peer, data: new Float64Array(500).fill(7) });
         comm.close();
       });`,
      listener.address,
    );
    const there = await accepted;
    for (let i = 0; i < 2000; i++) there.send({ op: 'down', i, isLast: i === 1999 });
    const messages = await receive(there, 2001);
    expect(messages.slice(0, 2000).map(({ i }) => i)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    const data = new Float64Array(500).fill(7);
    expect(messages[2000]).toEqual({ op: 'sum', sum: 1_999_000, peer: listener.address, data });
    expect(await there.closed).toBeUndefined();
    await thread.ended; // a closed comm holds no thread
  });

  test('what came before the end of the other side is delivered, then the end is told', async () => {
    const { listener, accepted } = await listenAt(address());
    const thread = startThread(
      `const comm = await connect(address, {});
       const received = [];
       comm.onMessage((message) => received.push(message.i));
       const reason = await comm.closed;
       comm.send({ op: 'dropped' });
       post({ received, reason });`,
      listener.address,
    );
    const there = await accepted;
    for (let i = 0; i < 50; i++) there.send({ op: 'x', i });
    there.close();
    const [result] = await once(thread, 'message');
    expect(result).toEqual({ received: Array.from({ length: 50 }, (_, i) => i), reason: undefined });
  });

  test('a thread that is terminated takes its comm with it', async () => {
    const { listener, accepted } = await listenAt(address());
    const thread = startThread('const comm = await connect(address, {}); comm.send({ op: "x" });', listener.address);
    const there = await accepted;
    await receive(there, 1);
    await thread.terminate();
    expect(await there.closed).toBeUndefined();
  });

  test('a thread with an unreferenced comm ends', async () => {
    const { listener, accepted } = await listenAt(address());
    const thread = startThread(
      'const comm = await connect(address, {}); comm.onMessage(() => {}); comm.unref();',
      listener.address,
    );
    await thread.ended;
    expect(await (await accepted).closed).toBeUndefined();
  });

  test('nobody there is unreachable, within the time given', async () => {
    const { listener } = await listenAt(address());
    await listener.close();
    const code = 'post(await connect(address, { timeoutMs: 300 }).catch(describe));';
    const [error] = await once(startThread(code, listener.address), 'message');
    expect(error.name).toBe('UnreachableError');
    expect(error.message).toContain(`no connection to ${listener.address} within 0.3 s`);
    expect(error.message).toMatch(scheme === 'tcp' ? /ECONNREFUSED/ : /nobody listens at inproc:/);
  });
});

test('shared memory stays shared, between a thread and the main thread', async () => {
  const { listener, accepted } = await listenAt(`inproc://port-test-${++names}`);
  const thread = startThread(
    `const comm = await connect(address, {});
     comm.onMessage(({ data }) => { data[1] = 2; comm.send({ op: 'done', memory: data.buffer }); });`,
    listener.address,
  );
  const there = await accepted;
  const data = new Int32Array(new SharedArrayBuffer(4096));
  there.send({ op: 'data', data });
  const [{ memory }] = await receive(there, 1);
  expect(data[1]).toBe(2);
  new Int32Array(memory as SharedArrayBuffer)[2] = 3;
  expect(data[2]).toBe(3);
  there.close();
  await thread.ended;
});

test('a secret that the listener refuses is told as such', async () => {
  const { listener } = await listenAt('tcp://127.0.0.1:0');
  const thread = startThread('post(await connect(address, {}).catch(describe));', listener.address, 'another');
  const [error] = await once(thread, 'message');
  expect(error).toMatchObject({ name: 'HandshakeError', reason: 'secret' });
  expect(error.message).toContain(`${listener.address} refused: this process has another cluster secret`);
});

test('what cannot be sent raises at send, is named and does no harm', async () => {
  const { listener, accepted } = await listenAt('tcp://127.0.0.1:0');
  const thread = startThread(
    `const comm = await connect(address, {});
     comm.send({ op: 'before' });
     try { comm.send({ op: 'bad', params: [1, { f: () => 1 }] }); } catch (error) { comm.send({ op: 'told', ...describe(error) }); }
     const own = new (class Own { x = 1 })();
     const loop = []; loop.push(loop);
     comm.send({ op: 'good', own, loop, map: new Map([[1, new Date(0)]]) });
     comm.close();`,
    listener.address,
  );
  const messages = await receive(await accepted, 3);
  expect(messages[1]).toMatchObject({
    name: 'InputError',
    message: "the message 'bad' cannot be sent: message.params[1].f (a function) is not plain data",
  });
  expect(messages[2]).toMatchObject({ own: { x: 1 }, map: new Map([[1, new Date(0)]]) });
  await thread.ended;
});

test('a message that the main thread cannot pass on ends the comm, as it cannot be left out unnoticed', async () => {
  const { listener, accepted } = await listenAt(`inproc://port-test-${++names}`);
  const thread = startThread(
    `const comm = await connect(address, {}); post(describe(await comm.closed));`,
    listener.address,
  );
  const there = await accepted;
  there.send({ op: 'bad', f: () => 1 });
  const [error] = await once(thread, 'message');
  expect(error.message).toBe("the message 'bad' cannot be sent: message.f (a function) is not plain data");
  expect(await there.closed).toBeUndefined();
});

test('messages of one turn go in one parcel', async () => {
  const { port1, port2 } = new MessageChannel();
  open.push(() => port2.close());
  const comm = new PortComm(port1, 'test');
  for (let i = 0; i < 3; i++) comm.send({ op: 'x', i });
  const [parcel] = await once(port2, 'message');
  expect(parcel).toEqual({ messages: [0, 1, 2].map((i) => ({ op: 'x', i })) });
});

test('an address that is none is refused in the thread itself', async () => {
  const thread = startThread('post(await connect(address, {}).catch(describe));', 'udp://x');
  expect((await once(thread, 'message'))[0]).toMatchObject({ name: 'InputError' });
});

test('without a port, tcp asks for the secret', async () => {
  await expect(connect('tcp://127.0.0.1:1', {})).rejects.toThrow(/newSecret/);
});
