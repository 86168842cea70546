import { expect, test } from 'vitest';
import { contentHash } from '../../src/util/hash.js';

const distinct = [
  undefined,
  null,
  true,
  false,
  0,
  -0,
  1,
  Number.NaN,
  Infinity,
  1n,
  '',
  '1',
  'n1;',
  [],
  [[]],
  [1, 2],
  [12],
  ['ab', 'c'],
  ['a', 'bc'],
  {},
  { a: 1 },
  { a: 1, b: undefined },
  { a: { b: 1 } },
  new Map([['a', 1]]),
  new Set(['a']),
  new Date(1),
  new Float64Array([1]),
  new Float32Array([1]),
  new Uint8Array([1, 0]),
  new Uint8Array([0, 1]),
];

test('different values have different hashes', () => {
  expect(new Set(distinct.map(contentHash)).size).toBe(distinct.length);
});

test('equal values have equal hashes, whatever the order of fields or the buffer behind a view', () => {
  expect(contentHash({ a: 1, b: [2] })).toBe(contentHash({ b: [2], a: 1 }));
  const shared = new Float64Array(new SharedArrayBuffer(32), 8, 2);
  shared.set([3, 4]);
  expect(contentHash(shared)).toBe(contentHash(new Float64Array([3, 4])));
});

test('the hash is the same in every version', () => {
  expect(contentHash({ C: 10, kernel: 'rbf', rows: new Int32Array([1, 2, 3]) })).toBe(
    '99f4fdf2b61730c64be1d5db132f5dc9',
  );
});

test.each([
  [() => 1, 'function'],
  [Symbol('x'), 'symbol'],
  [new (class Odd {})(), 'Odd'],
])('what has no content is refused with its place', (value, kind) => {
  expect(() => contentHash({ list: [1, value] })).toThrow(`value.list[1] is a ${kind}, which has no content hash`);
});
