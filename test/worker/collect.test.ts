import { expect, test } from 'vitest';
import { bufferPressure, collectGarbage } from '../../src/worker/collect.js';

test('a collection frees what was dropped', async () => {
  const registry = new FinalizationRegistry((name: string) => freed.push(name));
  const freed: string[] = [];
  (() => registry.register(new SharedArrayBuffer(8), 'buffer'))();
  await new Promise(setImmediate);
  collectGarbage();
  await expect.poll(() => freed).toEqual(['buffer']);
});

test('what a collection frees is back with the system when it returns', () => {
  const bytes = 256 * 2 ** 20;
  (() => new Uint8Array(new SharedArrayBuffer(bytes)).fill(1))();
  const before = process.memoryUsage.rss();
  collectGarbage();
  expect(before - process.memoryUsage.rss()).toBeGreaterThan(bytes / 2);
});

test('collections come with the bytes, and take a twentieth of the time at most', () => {
  let now = 0;
  let count = 0;
  const pressure = bufferPressure(
    100,
    () => {
      count++;
      now += 5;
    },
    () => now,
  );
  const add = (bytes: number): number => {
    pressure.add(bytes);
    return count;
  };
  expect([add(60), add(40), add(1), add(101)]).toEqual([0, 0, 1, 1]);
  now += 99;
  expect(add(1)).toBe(1);
  now += 1;
  expect([add(1), add(100)]).toEqual([2, 2]);
  expect([add(100), add(1)]).toEqual([2, 3]); // twice the allowance is too much to wait
});
