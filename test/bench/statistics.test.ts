import { describe, expect, test } from 'vitest';
import { advantage, scaling, summarize } from '../../bench/statistics.js';
import { InputError } from '../../src/util/errors.js';

describe('summarize', () => {
  test.each([
    { values: [7], median: 7, min: 7, max: 7 },
    { values: [30, 10, 20], median: 20, min: 10, max: 30 },
    // As numbers, not as text; the mean of the two in the middle.
    { values: [100, 9, 20, 1], median: 14.5, min: 1, max: 100 },
  ])('$values', ({ values, ...expected }) => {
    const before = [...values];
    expect(summarize(values)).toEqual({ ...expected, rounds: values.length });
    expect(values).toEqual(before);
  });

  test.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (values) => {
    expect(() => summarize(values)).toThrow(InputError);
  });
});

test('an advantage above 1 is one of the first, whatever the unit', () => {
  expect(advantage(10, 25, false)).toBe(2.5);
  expect(advantage(10, 25, true)).toBe(0.4);
});

test('speedup of the same work, and of twice the work, on two', () => {
  expect(scaling(90, 60, 2)).toEqual({ speedup: 1.5, efficiency: 0.75 });
  expect(scaling(90, 100, 2, 2)).toEqual({ speedup: 1.8, efficiency: 0.9 });
});
