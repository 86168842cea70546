import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/util/errors.js';
import { checkRandomState, RandomState } from '../../src/util/random.js';
import { golden } from '../support/golden.js';

const digest = (values: ArrayLike<number>) =>
  createHash('sha1').update(Array.from(values).join(',')).digest('hex').slice(0, 12);

describe('RandomState equals NumPy', () => {
  test.each<{ seed: number; [draw: string]: unknown }>(golden('splits.json').random)('seed $seed', (expected) => {
    const rng = new RandomState(expected.seed);
    const bounds = [
      [0, 1],
      [-5, 6],
      [10, 1000],
      [0, 2 ** 31],
      [0, 2 ** 32 - 5],
      [0, 2 ** 40],
      [-(2 ** 52), 2 ** 52],
    ];
    expect({
      seed: expected.seed,
      uint32: [rng.nextUint32(), rng.nextUint32(), rng.nextUint32()],
      random: [rng.random(), rng.random()],
      randint: bounds.map(([low, high]) => rng.randint(low, high)),
      permutation: digest(rng.permutation(1000)),
      after: rng.random(),
    }).toEqual(expected);
  });
});

test('seeds are integers from 0 to 2**32 - 1', () => {
  for (const seed of [-1, 2 ** 32, 0.5, Number.NaN]) {
    expect(() => new RandomState(seed)).toThrow(InputError);
    expect(() => new RandomState(seed)).toThrow(`Seed must be an integer between 0 and 2**32 - 1, got ${seed}`);
  }
});

test('without a seed every stream is another', () => {
  expect(new RandomState().permutation(100)).not.toEqual(new RandomState().permutation(100));
  expect(checkRandomState(undefined).permutation(100)).not.toEqual(checkRandomState(undefined).permutation(100));
});

test('a generator goes on where it was, a seed begins anew', () => {
  const rng = new RandomState(3);
  expect(checkRandomState(rng)).toBe(rng);
  expect(checkRandomState(3).permutation(20)).toEqual(checkRandomState(3).permutation(20));
});

test('shuffle keeps the elements of any array', () => {
  const words = ['a', 'b', 'c', 'd', 'e'];
  expect(new RandomState(0).shuffle(words)).toBe(words);
  expect(words).toEqual(['c', 'a', 'b', 'd', 'e']);
});

test('randint refuses empty and unsafe ranges', () => {
  const rng = new RandomState(0);
  expect(() => rng.randint(3, 3)).toThrow('low >= high');
  expect(() => rng.randint(-2, 2 ** 53 - 1)).toThrow('safe integers');
});
