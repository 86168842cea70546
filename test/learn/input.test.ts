import { makeVector, Table, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { zeros } from '../../src/arrow/block.js';
import { checkLengths, consistentLength, type MatrixLike, toMatrix } from '../../src/learn/input.js';
import { InputError } from '../../src/util/errors.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('toMatrix', () => {
  const float32 = { dtype: 'float32', shape: [2, 1], data: new Float32Array([1, 2]) } as const;
  const cases: readonly [what: string, X: MatrixLike, shape: number[], values: number[]][] = [
    [
      'rows',
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [3, 2],
      [1, 2, 3, 4, 5, 6],
    ],
    ['typed rows', [new Int8Array([1, 2]), new Int8Array([3, 4])], [2, 2], [1, 2, 3, 4]],
    ['a block of another dtype', float32, [2, 1], [1, 2]],
    ['a flat typed array and a shape', { data: new Float64Array([1, 2, 3]), shape: [3, 1] }, [3, 1], [1, 2, 3]],
    ['a flat array and a shape', { data: [1, 2], shape: [1, 2] }, [1, 2], [1, 2]],
    [
      'a table',
      new Table({ a: makeVector(new Int32Array([1, 2])), b: makeVector(new Float32Array([3, 4])) }),
      [2, 2],
      [1, 3, 2, 4],
    ],
  ];
  for (const [what, X, shape, values] of cases) {
    test(what, () => expect(toMatrix(X)).toEqual({ dtype: 'float64', shape, data: new Float64Array(values) }));
  }

  test('a float64 block is returned as it is', () => {
    const X = zeros('float64', [2, 3]);
    expect(toMatrix(X)).toBe(X);
  });

  const refused: readonly [X: unknown, message: string][] = [
    [[1, 2, 3], 'expected a matrix, but X has one dimension, shape [3]: give rows'],
    [new Float64Array(3), 'expected a matrix, but X has one dimension, shape [3]'],
    [zeros('float64', [2, 2, 2]), 'expected a matrix, but X has 3 dimensions, shape [2, 2, 2]'],
    [[], 'found no sample in X, shape [0]'],
    [zeros('float64', [0, 3]), 'found no sample in X, shape [0, 3]'],
    [[[], []], 'found no feature in X, shape [2, 0]'],
    [[[1, 2], [3]], 'X is ragged: row 1 has 1 items, those before it 2'],
    [
      [
        [1, 2],
        [3, nan],
      ],
      'X must be finite numbers, but row 1, column 1 holds NaN',
    ],
    [
      [
        [1, 2],
        [-inf, 3],
      ],
      'X must be finite numbers, but row 1, column 0 holds -Infinity',
    ],
    [[[1, '2']], 'X must be numbers, but row 0, column 1 holds the string "2"'],
    [{ data: [1, 2, 3], shape: [2, 2] }, 'X has the shape [2, 2] but 3 values'],
    [new Table({ a: vectorFromArray([1, null]) }), 'column a of X has 1 nulls, the first in row 1'],
    [undefined, 'X is undefined'],
  ];
  for (const [X, message] of refused) {
    test(`refused: ${message}`, () => {
      expect(() => toMatrix(X as MatrixLike)).toThrow(InputError);
      expect(() => toMatrix(X as MatrixLike)).toThrow(message);
    });
  }
});

test('X and y must have as many samples', () => {
  const X = zeros('float64', [3, 2]);
  expect(() => checkLengths(X, [1, 2, 3])).not.toThrow();
  expect(() => checkLengths(X, [1, 2])).toThrow('X has 3 rows, but y has 2 labels: give one label per row');
});

test('the number of rows of everything that has rows', () => {
  const table = new Table({ a: makeVector(new Int32Array(3)) });
  expect(consistentLength(zeros('int8', [3, 2]), ['a', 'b', 'c'], table, table.getChild('a'))).toBe(3);
  expect(() => consistentLength(table, [1])).toThrow(
    'Found input variables with inconsistent numbers of samples: [3, 1]',
  );
});
