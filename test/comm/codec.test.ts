import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../src/comm/channel.js';
import { decode, Encoder, encode, inlineBelowBytes } from '../../src/comm/codec.js';

/** Through the bytes and back, with the out-of-band buffers copied as a transport does. */
function passOn(messages: readonly Message[]): Message[] {
  const { header, buffers } = encode(messages);
  const received = buffers.map((bytes) => {
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    return shared;
  });
  const reused = Buffer.from(header);
  const result = decode(reused, received);
  reused.fill(0xff);
  return result;
}

const passOnOne = <T>(value: T): T => passOn([{ op: 'x', value }])[0].value as T;

test('any values are what structured clone makes of them', () => {
  const values = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true });
  fc.assert(
    fc.property(fc.array(values, { maxLength: 5 }), (list) => {
      const messages = list.map((value) => ({ op: 'any', value }));
      deepStrictEqual(passOn(messages), structuredClone(messages));
    }),
  );
});

const viewTypes = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

test('views of every type, shared or not, at any offset, inline or out of band', () => {
  const cases = fc.record({
    type: fc.nat(viewTypes.length - 1),
    isShared: fc.boolean(),
    offset: fc.nat(5),
    length: fc.oneof(fc.nat(20), fc.integer({ min: 120, max: 1100 })),
    seed: fc.nat(255),
  });
  fc.assert(
    fc.property(fc.array(cases, { maxLength: 6 }), (list) => {
      const views = list.map(({ type, isShared, offset, length, seed }) => {
        const Type = viewTypes[type];
        const bytes = (offset + length + 1) * Type.BYTES_PER_ELEMENT;
        const buffer = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
        new Uint8Array(buffer).forEach((_, i, all) => {
          all[i] = (seed + 31 * i) % 256;
        });
        return new Type(buffer as ArrayBuffer, offset * Type.BYTES_PER_ELEMENT, length);
      });
      const received = passOnOne(views);
      deepStrictEqual(received, views);
      received.forEach((view, i) => {
        expect(view.byteOffset).toBe(0);
        expect(view.buffer instanceof SharedArrayBuffer).toBe(views[i].byteLength >= inlineBelowBytes);
      });
    }),
  );
});

test('Buffers stay Buffers and DataViews stay DataViews, small and large', () => {
  for (const size of [0, 5, inlineBelowBytes - 1, inlineBelowBytes, 5000]) {
    const buffer = Buffer.alloc(size, 'abc');
    const received = passOnOne({ buffer, view: new DataView(new Uint8Array(buffer).buffer, 0, size) });
    expect(Buffer.isBuffer(received.buffer)).toBe(true);
    expect(received.buffer.equals(buffer)).toBe(true);
    expect(received.view).toBeInstanceOf(DataView);
    expect(received.view.byteLength).toBe(size);
  }
});

test('errors keep their built-in type, message, stack and cause', () => {
  const error = new RangeError('too far', { cause: new TypeError('inner') });
  const received = passOnOne(error);
  expect(received).toBeInstanceOf(RangeError);
  expect(received.message).toBe('too far');
  expect(received.stack).toBe(error.stack);
  expect(received.cause).toBeInstanceOf(TypeError);
});

test('one array named twice is sent once, and is one array again', () => {
  const data = new Float64Array(1000);
  const { buffers } = encode([
    { op: 'a', data },
    { op: 'b', data },
  ]);
  expect(buffers.length).toBe(1);
  const [a, b] = passOn([
    { op: 'a', data },
    { op: 'b', data },
  ]);
  expect(a.data).toBe(b.data);
});

test('large arrays are not copied by encode', () => {
  const data = new Float64Array(new SharedArrayBuffer(80_000), 800, 1000);
  const [bytes] = encode([{ op: 'x', data }]).buffers;
  expect([bytes.buffer, bytes.byteOffset, bytes.byteLength]).toEqual([data.buffer, 800, 8000]);
});

test.each([
  [
    { op: 'run', task: { args: [1, { f: () => 1 }] } },
    /'run' cannot be sent: message\.task\.args\[1\]\.f \(a function\)/,
  ],
  [{ op: 'run', m: new Map([['k', Symbol('s')]]) }, /message\.m\.get\(k\) \(a symbol\)/],
  [{ op: 'run', s: new Set([new WeakMap()]) }, /message\.s\.values\(\) \(a WeakMap\)/],
  [{ op: 'run', p: Promise.resolve() }, /message\.p \(a Promise\)/],
  [{ op: 'run', b: new SharedArrayBuffer(8) }, /message\.b \(a SharedArrayBuffer\)/],
])('what cannot be cloned is named: %#', (message, text) => {
  expect(() => encode([message])).toThrow(text);
});

test('a message that cannot be encoded leaves the others as they were', () => {
  const encoder = new Encoder(10_000);
  encoder.add({ op: 'first', data: new Uint8Array(5000) });
  expect(() => encoder.add({ op: 'bad', data: new Uint8Array(6000), f: () => 1 })).toThrow(/message\.f/);
  expect(() => encoder.add({ op: 'big', data: new Uint8Array(10_001) })).toThrow(/10001 bytes, over the cap of 10000/);
  encoder.add({ op: 'second', data: new Uint8Array(7000) });
  const { header, buffers } = encoder.take()!;
  expect(buffers.map((bytes) => bytes.length)).toEqual([5000, 7000]);
  const received = decode(
    header,
    buffers.map((bytes) => bytes.buffer),
  );
  expect(received.map((message) => message.op)).toEqual(['first', 'second']);
  expect(encoder.take()).toBeUndefined();
});

test('malformed headers raise', () => {
  const { header } = encode([{ op: 'x', data: new Uint8Array(2000) }]);
  expect(() => decode(header, [])).toThrow(/no buffer 0/);
  for (let length = 0; length < header.length; length++) {
    expect(() => decode(header.subarray(0, length), [new SharedArrayBuffer(2000)])).toThrow(/cannot be decoded/);
  }
});
