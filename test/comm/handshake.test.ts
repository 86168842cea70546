import { expect, test } from 'vitest';
import { Handshake, type HandshakeOptions, type HandshakeStep, newSecret } from '../../src/comm/handshake.js';

const secret = 'open sesame';
const connector = (options: Partial<HandshakeOptions> = {}) => new Handshake({ role: 'connector', secret, ...options });
const listener = (options: Partial<HandshakeOptions> = {}) => new Handshake({ role: 'listener', secret, ...options });

/** Lets two sides talk until neither has anything to say; the last step of each, and everything each said. */
function talk(c: Handshake, l: Handshake) {
  const last: { connector?: HandshakeStep; listener?: HandshakeStep } = {};
  const said = { connector: [c.start()], listener: [] as Uint8Array[] };
  for (let [side, bytes] = ['listener' as 'connector' | 'listener', said.connector[0]]; bytes.length > 0; ) {
    const step = (side === 'connector' ? c : l).push(bytes);
    last[side] = step;
    said[side].push(step.reply);
    bytes = step.reply;
    side = side === 'connector' ? 'listener' : 'connector';
  }
  return { ...last, said };
}

const failure = (step: HandshakeStep | undefined) => (step?.state === 'failed' ? step.error : undefined);

function packed(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

test('two sides with one secret agree, in four texts', () => {
  const { connector: c, listener: l, said } = talk(connector(), listener());
  expect([c?.state, l?.state]).toEqual(['done', 'done']);
  expect(said.connector.filter((bytes) => bytes.length > 0).length).toBe(2);
  expect(said.listener.length).toBe(2);
  expect(Buffer.concat([...said.connector, ...said.listener]).includes(secret)).toBe(false);
});

test('byte by byte is as good, and what follows the handshake is handed on', () => {
  const c = connector({ nonce: Buffer.alloc(32, 1) });
  const l = listener({ nonce: Buffer.alloc(32, 2) });
  const byteByByte = (to: Handshake, bytes: Uint8Array): HandshakeStep => {
    let step: HandshakeStep | undefined;
    for (const byte of bytes) step = to.push(Uint8Array.of(byte));
    return step!;
  };
  const hello = byteByByte(l, c.start());
  const proof = byteByByte(c, hello.reply);
  const step = l.push(Buffer.concat([proof.reply, Buffer.from('first frame')]));
  expect(step.state === 'done' && Buffer.from(step.rest).toString()).toBe('first frame');
  expect(byteByByte(c, step.reply).state).toBe('done');
});

test('another secret is refused, and the connector learns why', () => {
  const { connector: c, listener: l } = talk(connector({ secret: 'mellon' }), listener());
  expect(failure(c)).toMatchObject({ reason: 'secret', message: 'this process has another cluster secret' });
  expect(failure(l)).toMatchObject({ reason: 'secret', message: expect.stringContaining('connector does not know') });
});

test('a listener that does not know the secret is found out', () => {
  const c = connector();
  c.push(listener().push(c.start()).reply);
  const step = c.push(packed(JSON.stringify({ proof: 'ab'.repeat(32) })));
  expect(failure(step)).toMatchObject({ reason: 'secret', message: expect.stringContaining('listener does not know') });
});

test('another version is refused, with both named on both sides', () => {
  const { connector: c, listener: l } = talk(connector({ version: '1.2.3' }), listener({ version: '1.3.0-beta.1' }));
  for (const step of [c, l]) {
    expect(failure(step)?.reason).toBe('version');
    expect(failure(step)?.message).toContain('1.2.3');
    expect(failure(step)?.message).toContain('1.3.0-beta.1');
  }
});

test('what was overheard is worth nothing against another nonce', () => {
  const overheard = talk(connector(), listener()).said;
  const l = listener();
  expect(l.push(overheard.connector[0]).state).toBe('waiting');
  expect(failure(l.push(overheard.connector[1]))?.reason).toBe('secret');
  const c = connector();
  expect(c.push(overheard.listener[0]).state).toBe('waiting');
  expect(failure(c.push(overheard.listener[1]))?.reason).toBe('secret');
});

test('what one side says does not pass when it is sent back', () => {
  const c = connector();
  const step = c.push(c.start());
  expect(step.state).toBe('waiting');
  expect(failure(c.push(step.reply))?.reason).toBe('secret');
});

test('the version is part of the proof: it cannot be swapped on the way', () => {
  const nonce = Buffer.alloc(32, 1);
  const c = connector({ version: '1.0.0', nonce });
  const l = listener({ version: '2.0.0', nonce: Buffer.alloc(32, 2) });
  const swap = (bytes: Uint8Array, from: string, to: string) =>
    packed(Buffer.from(bytes).subarray(4).toString().replace(from, to));
  const hello = l.push(swap(c.start(), '1.0.0', '2.0.0'));
  const proof = c.push(swap(hello.reply, '2.0.0', '1.0.0'));
  expect(proof.state).toBe('waiting');
  expect(failure(l.push(proof.reply))?.reason).toBe('secret');
});

const nonce = '00'.repeat(32);
test.each([
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /1195725856 bytes is announced, 1024 are allowed/],
  ['a text over 1 KiB', packed('x'.repeat(1025)), /1025 bytes is announced/],
  ['no JSON', packed('{'), /no JSON/],
  ['null', packed('null'), /no hello/],
  ['a number', packed('7'), /no hello/],
  ['no nonce', packed('{"sheaf":1,"version":"0.1.0"}'), /no hello/],
  ['a short nonce', packed('{"sheaf":1,"version":"0.1.0","nonce":"00"}'), /no hello/],
  ['a version with a newline', packed(`{"sheaf":1,"version":"0\\n1","nonce":"${nonce}"}`), /no hello/],
  ['an empty text', packed(''), /no JSON/],
])('%s is no hello', (_, bytes, text) => {
  const step = listener().push(bytes);
  expect(failure(step)).toMatchObject({ reason: 'malformed', message: expect.stringMatching(text) });
  expect(step.reply.length).toBe(0);
});

test.each(['{}', '{"proof":7}', '[]', '{"refused":"secret"}', '{"refused":"because"}'])('%s is no proof', (text) => {
  const l = listener();
  l.push(connector().start());
  expect(l.push(packed(text)).state).toBe('failed');
});

test('after the end nothing is taken any more', () => {
  const l = listener();
  l.push(packed('{'));
  expect(() => l.push(new Uint8Array(1))).toThrow(/over/);
});

test('secrets have 256 bits', () => {
  expect(newSecret()).toMatch(/^[0-9a-f]{64}$/);
  expect(newSecret()).not.toBe(newSecret());
});
