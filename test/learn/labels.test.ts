import { Bool, Float64, makeVector, Utf8, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { zeros } from '../../src/arrow/block.js';
import {
  countCodes,
  decodeLabels,
  encodeLabels,
  factorize,
  type LabelsLike,
  labelsAt,
  sortClasses,
  targetType,
  toLabels,
  uniqueLabels,
} from '../../src/learn/labels.js';
import { InputError } from '../../src/util/errors.js';
import { golden } from '../support/golden.js';

describe('labels', () => {
  const cases: readonly [what: string, y: LabelsLike, labels: unknown[]][] = [
    ['numbers', [2, 1], [2, 1]],
    ['strings', ['b', 'a'], ['b', 'a']],
    ['a typed array', new Uint8Array([2, 1]), [2, 1]],
    ['64-bit integers', new BigInt64Array([2n, 1n]), [2, 1]],
    ['a block', { dtype: 'int32', shape: [2], data: new Int32Array([2, 1]) }, [2, 1]],
    ['a column', { dtype: 'int32', shape: [2, 1], data: new Int32Array([2, 1]) }, [2, 1]],
    ['a vector of numbers', makeVector(new Int8Array([2, 1])), [2, 1]],
    ['a vector of booleans', vectorFromArray([true, false], new Bool()), [1, 0]],
    ['a vector of strings', vectorFromArray(['b', 'a', 'b']), ['b', 'a', 'b']],
    ['a vector of plain strings', vectorFromArray(['b', 'a'], new Utf8()), ['b', 'a']],
    ['a vector of chunks', makeVector(new Int8Array([2, 1])).concat(makeVector(new Int8Array([3]))), [2, 1, 3]],
    ['an array of 64-bit integers', [2n, 1n], [2, 1]],
    ['clamped integers', new Uint8ClampedArray([2, 1]), [2, 1]],
    ['anything with a length', { length: 2, 0: 'b', 1: 'a' }, ['b', 'a']],
    ['numbers with a fraction', [0.5, 1], [0.5, 1]],
    ['nothing', [], []],
  ];
  for (const [what, y, labels] of cases) test(what, () => expect(toLabels(y)).toEqual(labels));

  for (const { labels, classes, codes } of golden('datasets.json').labels) {
    test(`classes of ${JSON.stringify(labels)} are sorted as NumPy sorts them`, () => {
      expect(encodeLabels(labels)).toEqual({ classes, codes: new Int32Array(codes) });
    });
  }

  const refused: readonly [y: unknown, message: string][] = [
    [[1, 'a'], 'y mixes numbers and strings: row 0 holds 1, row 1 the string "a"'],
    [[1, 1.5], 'y holds 1.5 in row 1: class labels are integers or strings'],
    [[1, Number.NaN], 'y must hold strings or finite numbers, but row 1 holds NaN'],
    [['a', null], 'y must hold strings or finite numbers, but row 1 holds null'],
    [[[1], [2]], 'y must hold strings or finite numbers, but row 0 holds an array of 1 items'],
    [[true, false], 'y must hold strings or finite numbers, but row 0 holds true'],
    [[1, Number.POSITIVE_INFINITY], 'y must hold strings or finite numbers, but row 1 holds Infinity'],
    [new Float32Array([1, Number.NaN]), 'y must hold strings or finite numbers, but row 1 holds NaN'],
    [[1, 1.5, 'a'], 'y mixes numbers and strings: row 0 holds 1, row 2 the string "a"'],
    [new Float64Array([1, 2.5]), 'y holds 2.5 in row 1: class labels are integers or strings'],
    [[1n, 2n ** 60n], 'row 1 holds 1152921504606846976n'],
    [new BigInt64Array([2n ** 60n]), 'y holds 1152921504606846976 in row 0, which a float64 cannot hold exactly'],
    [vectorFromArray([1, null], new Float64()), 'y has 1 nulls, the first in row 1: fill them first'],
    ['abc', 'y is the string "abc"; give an array, a typed array, a Block or an Arrow vector of labels'],
    [undefined, 'y is undefined; give an array'],
    [vectorFromArray([null, 'a']), 'y has a null in row 0: every sample needs a label'],
    [zeros('int32', [2, 2]), 'y must have one dimension, one label per sample, but its shape is [2, 2]'],
  ];
  for (const [y, message] of refused) {
    test(`refused: ${message}`, () => {
      expect(() => encodeLabels(y as LabelsLike)).toThrow(InputError);
      expect(() => encodeLabels(y as LabelsLike)).toThrow(message);
    });
  }
});

test('codes are in shared memory', () => {
  expect(encodeLabels(['b', 'a']).codes.buffer).toBeInstanceOf(SharedArrayBuffer);
});

test('classes of numbers are sorted by value, whatever holds them', () => {
  const expected = { classes: [-3, 2, 10], codes: new Int32Array([2, 0, 1, 2]) };
  const labels = [10, -3, 2, 10];
  for (const y of [labels, Int8Array.from(labels), Float32Array.from(labels), vectorFromArray(labels, new Float64())]) {
    expect(encodeLabels(y)).toEqual(expected);
  }
});

test('factorize numbers the classes as they come, sortClasses by their order', () => {
  const labels = ['b', '\u{1f600}', 'a', 'b', '\uffee'];
  expect(factorize(labels)).toEqual({
    classes: ['b', '\u{1f600}', 'a', '\uffee'],
    codes: new Int32Array([0, 1, 2, 0, 3]),
  });
  expect(sortClasses(factorize(labels))).toEqual({
    classes: ['a', 'b', '\uffee', '\u{1f600}'],
    codes: new Int32Array([1, 3, 0, 1, 2]),
  });
});

test('distinct labels, their numbers and their kind', () => {
  expect(uniqueLabels([10, 2], [3, 2])).toEqual([2, 3, 10]);
  expect(uniqueLabels(['b'], [], ['a', 'b'])).toEqual(['a', 'b']);
  expect(countCodes([2, 0, 2], 4)).toEqual(new Int32Array([1, 0, 2, 0]));
  expect([[1, 2], [1, 2, 3], ['a'], [1, 2.5], []].map(targetType)).toEqual([
    ...['binary', 'multiclass', 'binary', 'continuous', 'binary'],
  ]);
});

test('codes are turned back into labels', () => {
  const { codes, classes } = encodeLabels(['b', 'a', 'b']);
  expect(decodeLabels(codes, classes)).toEqual(['b', 'a', 'b']);
  expect(labelsAt({ codes, classes }, [1, 0])).toEqual(['a', 'b']);
});
