import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSendable, FrameError, FrameParser, frameOf, goodbye } from '../../src/comm/framing.js';

type Seen = { header: number[]; buffers: number[][] } | 'goodbye';

function collector(maxFrameBytes?: number): { parser: FrameParser; seen: Seen[] } {
  const seen: Seen[] = [];
  const handlers = {
    onFrame: (header: Uint8Array, buffers: readonly SharedArrayBuffer[]) => {
      seen.push({ header: [...header], buffers: buffers.map((buffer) => [...new Uint8Array(buffer)]) });
    },
    onGoodbye: () => seen.push('goodbye'),
  };
  return { parser: new FrameParser(handlers, maxFrameBytes), seen };
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const frames = fc.array(
  fc.record({ header: fc.uint8Array({ minLength: 1, maxLength: 40 }), buffers: fc.array(bytes(50), { maxLength: 4 }) }),
  { maxLength: 5 },
);
const asSeen = ({ header, buffers }: { header: Uint8Array; buffers: Uint8Array[] }): Seen => ({
  header: [...header],
  buffers: buffers.map((buffer) => [...buffer]),
});

test('any chunking gives the same frames, from reused Buffers and from reads straight into place', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean())), (list, reads) => {
      const stream = Buffer.concat([...list.flatMap((frame) => frameOf(frame)), ...goodbye()]);
      const { parser, seen } = collector();
      for (let at = 0, i = 0; at < stream.length; i++) {
        const [size, isDirect] = reads.length > 0 ? reads[i % reads.length] : [stream.length, false];
        const room = isDirect ? parser.room : undefined;
        const length = Math.min(size, stream.length - at, room?.length ?? size);
        const piece = stream.subarray(at, at + length);
        at += length;
        if (room) {
          room.set(piece);
          parser.wrote(length);
        } else {
          const reused = Buffer.from(piece);
          parser.push(reused);
          reused.fill(0xee);
        }
      }
      expect(seen).toEqual([...list.map(asSeen), 'goodbye']);
      expect(parser.isBetweenFrames).toBe(true);
    }),
  );
});

test('a truncated stream gives the whole frames only', () => {
  fc.assert(
    fc.property(frames, fc.nat(), (list, cut) => {
      const pieces = list.map((frame) => Buffer.concat(frameOf(frame)));
      const stream = Buffer.concat(pieces);
      const end = stream.length === 0 ? 0 : cut % stream.length;
      let whole = 0;
      for (let at = 0; whole < pieces.length && at + pieces[whole].length <= end; whole++) at += pieces[whole].length;
      const { parser, seen } = collector();
      parser.push(stream.subarray(0, end));
      expect(seen).toEqual(list.slice(0, whole).map(asSeen));
    }),
  );
});

test('random bytes raise at once, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 200 }), (garbage) => {
      fc.pre(Buffer.from(garbage.subarray(0, 4)).toString() !== 'SHF1');
      expect(() => collector().parser.push(garbage)).toThrow(/this is no frame/);
    }),
  );
});

function prefix(
  headerBytes: number,
  bufferCount: number,
  ...lengths: readonly (readonly [low: number, high: number])[]
) {
  const words = [headerBytes, bufferCount, ...lengths.flat()];
  const buffer = Buffer.alloc(4 + 4 * words.length);
  buffer.write('SHF1');
  words.forEach((word, i) => {
    buffer.writeUInt32LE(word >>> 0, 4 + 4 * i);
  });
  return buffer;
}

test.each([
  ['a huge header', prefix(0xffffffff, 0), /header of 4294967295 bytes is over the cap of 268435456/],
  ['a huge number of buffers', prefix(0, 0xffffffff), /header of 34359738360 bytes is over the cap/],
  ['a huge buffer', prefix(0, 1, [0, 1]), /frame of 4294967304 bytes is over the cap of 2147483648/],
  ['a length that would be negative', prefix(0, 1, [-1, -1]), /is over the cap of 2147483648/],
  ['buffers that are huge together', prefix(0, 2, [1.5e9, 0], [1.5e9, 0]), /frame of 3000000016 bytes/],
])('%s is refused before anything is allocated for it', (_, stream, text) => {
  const before = process.memoryUsage().arrayBuffers;
  expect(() => collector().parser.push(stream)).toThrow(text);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 ** 2);
});

test('a frame of exactly the cap passes, one byte more is refused on both sides', () => {
  const frame = { header: new Uint8Array(10), buffers: [new Uint8Array(100)] };
  const stream = Buffer.concat(frameOf(frame, 118));
  const { parser, seen } = collector(118);
  parser.push(stream);
  expect(seen.length).toBe(1);
  expect(() => frameOf(frame, 117)).toThrow(/frame of 118 bytes is over the cap of 117/);
  expect(() => collector(117).parser.push(stream)).toThrow(/frame of 118 bytes is over the cap of 117/);
});

test('large headers and buffers are written from where they lie', () => {
  const frame = { header: new Uint8Array(100_000), buffers: [new Uint8Array(5000)] };
  const pieces = frameOf(frame);
  expect(pieces.length).toBe(3);
  expect(pieces[1]).toBe(frame.header);
  expect(pieces[2]).toBe(frame.buffers[0]);
});

test('a value that cannot cross is refused beforehand: no plain data, or more than a message can hold', () => {
  expect(() => checkSendable({ rows: [new Float64Array(100)] }, 2000)).not.toThrow();
  expect(() => checkSendable({ rows: [() => 1] })).toThrow('message.value.rows[0] (a function) is not plain data');
  expect(() => checkSendable(new Float64Array(1000), 2000)).toThrow(FrameError);
  expect(() => checkSendable('x'.repeat(3000), 2000)).toThrow(FrameError);
});
