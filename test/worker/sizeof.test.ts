import { describe, expect, test } from 'vitest';
import { zeros } from '../../src/arrow/block.js';
import { toTable } from '../../src/arrow/table.js';
import { sizeOfValue } from '../../src/worker/sizeof.js';

/** What the objects around buffers may come to. */
const around = 2000;
const bytes = 1 << 20;

describe('buffers', () => {
  const shared = new SharedArrayBuffer(bytes);
  const cyclic: unknown[] = [new Float64Array(shared)];
  cyclic.push(cyclic, { cyclic });
  const values: Record<string, [value: unknown, bytes: number]> = {
    'a typed array': [new Float64Array(bytes / 8), bytes],
    'a view of shared memory': [new Uint8Array(shared), bytes],
    'a part of a buffer keeps all of it': [new Uint8Array(shared, 100, 10), bytes],
    'a buffer itself': [shared, bytes],
    'two views of one buffer': [[new Uint8Array(shared, 0, 10), new DataView(shared), shared], bytes],
    'one view twice': [((view) => [view, view])(new Float64Array(shared)), bytes],
    'two buffers': [{ a: new Float64Array(shared), b: new ArrayBuffer(bytes) }, 2 * bytes],
    'a block': [zeros('float32', [bytes / 16, 4]), bytes],
    'a Map, its keys too': [new Map([[new ArrayBuffer(bytes), new Set([new ArrayBuffer(bytes)])]]), 2 * bytes],
    cycles: [cyclic, bytes],
    'more parts than fit the short list': [
      Array.from({ length: 100 }, () => [new Uint8Array(shared), new Float64Array(128)]),
      bytes + 100 * 1024,
    ],
  };
  for (const [name, [value, expected]] of Object.entries(values)) {
    test(name, () => {
      const slack = name.startsWith('more') ? 200 * 100 : around;
      expect(sizeOfValue(value)).toBeGreaterThanOrEqual(expected);
      expect(sizeOfValue(value)).toBeLessThan(expected + slack);
    });
  }

  test('a Buffer from the pool of Node counts itself alone', () => {
    expect(sizeOfValue(Buffer.from('abc'))).toBe(64 + 3);
    expect(sizeOfValue([Buffer.from('abc')])).toBeLessThan(200);
  });

  test('the buffers of an Arrow table, without its class as well', async () => {
    const table = await toTable({ x: new Float64Array(1000), y: zeros('float32', [1000, 3]) });
    for (const value of [table, structuredClone({ batches: table.batches.map(({ data }) => data.children) })]) {
      expect(sizeOfValue(value)).toBeGreaterThanOrEqual(20_000);
      expect(sizeOfValue(value)).toBeLessThan(23_000);
    }
  });
});

test('strings count by their representation', () => {
  expect(sizeOfValue('é'.repeat(1000))).toBe(1024);
  expect(sizeOfValue('ж'.repeat(1000))).toBe(2024);
  expect(sizeOfValue(['ж'.repeat(1e6)])).toBeGreaterThan(2e6);
});

test('numbers, and many of them', () => {
  expect([1, true, null, undefined].map(sizeOfValue)).toEqual([8, 8, 8, 8]);
  expect(sizeOfValue(Array.from({ length: 1000 }, (_, i) => i))).toBe(8024);
});

test('a long chain of objects does not overflow the stack', () => {
  let chain: object = {};
  for (let i = 0; i < 100_000; i++) chain = { chain };
  expect(sizeOfValue(chain)).toBeGreaterThan(100_000 * 24);
});

test('a failing getter leaves the next size right', () => {
  const bad = {
    a: new Float64Array(10),
    get b() {
      throw new Error('no');
    },
  };
  expect(() => sizeOfValue(bad)).toThrow('no');
  expect(sizeOfValue([1, 2])).toBe(24 + 16);
});
