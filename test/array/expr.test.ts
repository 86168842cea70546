/** Expressions that are put together by functions. */
import { describe, expect, test } from 'vitest';
import { array } from '../../src/index.js';
import { InputError } from '../../src/util/errors.js';

const x = array.fromArray([-2, -1, 0, 1, 2], { chunks: 2 });

test('an expression of several arrays is one loop, in their dtypes', async () => {
  const y = array.arange(5, { dtype: 'int32' }).astype('float32');
  const z = array.expr((a, b) => a.multiply(a).add(b.sqrt().multiply(0.5)), x.astype('float32'), y);
  expect(z.dtype).toBe('float32');
  expect((await z.compute()).toArray()).toEqual(
    [-2, -1, 0, 1, 2].map((v, i) => Math.fround(v * v + Math.fround(Math.fround(Math.sqrt(i)) * 0.5))),
  );
});

test('choices, casts and bare values follow the rules of arrays', async () => {
  const z = array.expr((a) => a.greater(0).where(a, a.negative()).astype('int8').add(100), x);
  expect(z.dtype).toBe('int8');
  expect((await z.compute()).toArray()).toEqual([102, 101, 100, 101, 102]);
  expect((await array.expr((a) => a.isnan().logicalNot(), x).compute()).toArray()).toEqual(new Array(5).fill(true));
  expect((await array.expr(() => 3, x).compute()).toArray()).toEqual([3n, 3n, 3n, 3n, 3n]);
});

test('many steps made by a loop are right', async () => {
  const z = array.expr((a) => {
    let sum = a;
    for (let i = 0; i < 50; i++) sum = sum.add(a.multiply(i));
    return sum;
  }, x);
  expect((await z.compute()).toArray()).toEqual([-2452n, -1226n, 0n, 1226n, 2452n]);
});

describe('is refused at the call', () => {
  test.each([
    ['no function', () => array.expr(3 as never, x), /expr takes a function of expressions, got 3/],
    ['no array', () => array.expr((a) => a), /got no array/],
    [
      'too many values',
      () => array.expr((a) => a.sqrt(1), x),
      /sqrt takes 0 values besides that it is called on, got 1/,
    ],
    [
      'an array in it',
      () => array.expr((a) => a.add(x as never), x),
      /add takes expressions, numbers, bigints and booleans/,
    ],
    ['nothing given', () => array.expr(() => undefined as never, x), /got undefined/],
    [
      'a dtype without the operation',
      () => array.expr((a) => a.bitwiseAnd(1), x.astype('float64')),
      /bitwiseAnd has no loop/,
    ],
    ['shapes that do not fit', () => array.expr((a, b) => a.add(b), x, array.ones([3])), /cannot broadcast the shapes/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });
});
