/** One future where many may be given, and futures in structures that keep their shape. */
import { expect, test } from 'vitest';
import { asCompleted, type Client, InputError, progress, wait } from '../../src/index.js';
import { openBefore } from '../support/cluster.js';

let client: Client;
openBefore({ workers: 1, threadsPerWorker: 1 }, (opened) => ({ client } = opened));
const give = (x: number) => client.submit((y: number) => y, x);
const fail = () =>
  client.submit((): number => {
    throw new RangeError('no');
  });

test('one future is gathered to its result', async () => {
  expect(await client.gather(give(1))).toBe(1);
  await expect(client.gather(fail())).rejects.toThrow('no');
});

test('futures are gathered from arrays, objects, Maps, Sets and iterators', async () => {
  expect(await client.gather([])).toEqual([]);
  expect(await client.gather([give(1), give(2)])).toEqual([1, 2]);
  const typed: { a: number; rest: readonly [number, string] } = await client.gather({
    a: give(1),
    rest: [give(2), 'as it is'] as const,
  });
  expect(typed).toEqual({ a: 1, rest: [2, 'as it is'] });
  expect(await client.gather(new Map([['k', [give(3)]]]))).toEqual(new Map([['k', [3]]]));
  expect(await client.gather(new Set([give(4)]))).toEqual(new Set([4]));
  expect(await client.gather([give(5)].values())).toEqual([5]);
});

test('failures are left out of arrays alone', async () => {
  expect(await client.gather([give(1), fail(), give(2)], { errors: 'skip' })).toEqual([1, 2]);
  await expect(client.gather({ a: give(1) }, { errors: 'skip' })).rejects.toThrow(
    new InputError("gather: errors can be 'skip' for an array of futures, from which failures are left out"),
  );
});

test.each([
  [
    { a: 1 },
    {},
    'gather takes futures, in arrays, plain objects, Maps and Sets: there are none in an object of class Object',
  ],
  [[], { errors: 'none' }, "gather: errors must be 'raise' or 'skip', but it is the string \"none\""],
  [[], { error: 'skip' }, 'gather has no option error: there are errors'],
])('what cannot be gathered is refused: %j, %j', async (given, options, message) => {
  await expect(client.gather(given, options as object)).rejects.toThrow(new InputError(message));
});

test('one future is waited for, and shown the progress of', async () => {
  const future = give(6);
  expect(await wait(future)).toEqual({ done: [future], notDone: [] });
  await progress(give(7));
  const seen: number[] = [];
  for await (const one of asCompleted(give(8))) seen.push(await one);
  expect(seen).toEqual([8]);
});
