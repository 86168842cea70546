/** Lazy collections as a client computes them: futures, results that stay, and how their tasks are to be run. */
import { expect, test } from 'vitest';
import { annotate, bag, type Client, delayed, Future, getWorker, InputError } from '../../src/index.js';
import { openBefore } from '../support/cluster.js';

let client: Client;
openBefore({ workers: 2, threadsPerWorker: 1 }, (opened) => ({ client } = opened));

const add = delayed((a: number, b: number) => a + b);
const where = delayed(() => getWorker().name, { pure: false });

test('a collection becomes a future of its whole value, several become as many', async () => {
  const five = client.compute(add(2, 3));
  expect(five).toBeInstanceOf(Future);
  expect(await five).toBe(5);
  const numbers = bag.range(10, 3);
  const [all, sum] = client.compute([numbers, numbers.sum()]);
  expect([await all, await sum]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 45]);
});

test('a persisted collection is the same over results that are there', async () => {
  const squares = await client.persist(bag.range(4, 2).map((x) => x * x));
  expect(squares.npartitions).toBe(2);
  expect(await squares.sum().compute()).toBe(14);
  const [one, two] = await client.persist([add(0, 1), add(1, 1)]);
  expect(await add(one, two).compute()).toBe(3);
});

test('their tasks are run as the options say, and as what surrounds the call says', async () => {
  for (const name of Object.keys(await client.nthreads())) {
    expect(await client.compute(where(), { workers: name })).toBe(name);
    expect(await annotate({ workers: name }, () => where().compute())).toBe(name);
    const kept = await annotate({ workers: name }, () => client.persist(where()));
    expect(await kept.compute()).toBe(name);
  }
});

test('a failure tells the call that asked for it', async () => {
  const bad = delayed((): number => {
    throw new RangeError('no');
  });
  const error = await client.compute(bad()).exception();
  expect(error?.stack).toContain('send-collections.test');
});

test.each([
  [5, {}, 'compute takes lazy collections such as bags and delayed values, but it was given 5'],
  [[], {}, 'compute takes lazy collections such as bags and delayed values, but it was given an empty array'],
  [
    add(1, 1),
    { key: 'x' },
    'compute has no option key: there are priority, retries, workers, allowOtherWorkers, resources, timeout',
  ],
  [add(1, 1), { retries: -1 }, 'compute: retries must be a whole number from 0 up, but it is -1'],
])('what cannot be computed is refused: %#', (given, options, message) => {
  expect(() => client.compute(given as never, options as object)).toThrow(new InputError(message));
});
