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
