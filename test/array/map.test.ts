import { describe, expect, test } from 'vitest';
import { array, type NDArray } from '../../src/array/index.js';
import type { DType } from '../../src/arrow/dtype.js';
import { InputError } from '../../src/util/errors.js';

const offset = 2.5;
const table = { scale: 3, deep: { list: [1, 10] } };
const twice = (x: number) => x * 2;
const x = array.arange(-4, 6, { chunks: 3 });
const y = x.multiply(0.5);

const valuesOf = (found: NDArray) => Array.from(found.data as Float64Array, (value) => Number(value) + 0); // integers have no -0
const elements = Array.from({ length: 10 }, (_, i) => i - 4);

type Lambda = (a: number, b: number) => number | boolean;

describe('functions that are read as programs', () => {
  const cases: readonly (readonly [name: string, fn: Lambda, dtype: DType])[] = [
    ['arithmetic with a captured constant', (a, b) => Math.sqrt(a * a + b * b) + offset, 'float64'],
    ['a number of captured data', (a, b) => a * table.scale + b * table.deep.list[1]!, 'float64'],
    ['another function', (a, b) => twice(a) + twice(twice(b)), 'float64'],
    ['comparisons and logic', (a, b) => a > 0 && !(b >= 2), 'bool'],
    ['or, of numbers', (a, b) => a || b - 1, 'float64'],
    ['a choice', (a, b) => (a < b ? a : -b), 'float64'],
    ['many minima', (a, b) => Math.min(a, b, 1) + Math.max(a, 0), 'float64'],
    ['rounding', (a, b) => Math.round(b) + Math.floor(b) + Math.trunc(b) + a, 'float64'],
    ['remainders with the sign of the dividend', (a, b) => (a % 3) + (b % 0.75), 'float64'],
    ['powers', (a, b) => b ** 2 + a ** 2, 'float64'],
    ['constants of Math', (a, b) => a * Math.PI + b * Math.E, 'float64'],
    ['whether it is a number', (a, b) => Number.isNaN(b / a) || Number.isFinite(b), 'bool'],
    [
      'declarations, assignments and ways out',
      (a, b) => {
        const sum = a + b;
        let result = sum;
        if (sum < 0) return -sum;
        if (a === 0) result += 100;
        else {
          result *= 2;
          return result;
        }
        return result - 1;
      },
      'float64',
    ],
  ];

  test.each(cases)('%s', async (_, fn, dtype) => {
    const mapped = array.map(fn, x, y);
    expect(mapped.dtype).toBe(dtype);
    expect(mapped.explain()).not.toContain('calls of');
    const found = await mapped.compute();
    expect(valuesOf(found)).toEqual(elements.map((a) => Number(fn(a, a / 2)) + 0));
  });

  test('bits of integers', async () => {
    const fn = (a: number) => ((a & 6) | 1) ^ (a << 2) ^ ~a;
    expect(valuesOf(await array.map(fn, x.astype('int32')).compute())).toEqual(elements.map(fn));
  });

  test('the dtypes are those of the arrays', () => {
    const narrow = x.astype('float32');
    expect(array.map((a: number) => a * 2 + 0.5, narrow).dtype).toBe('float32');
    expect(array.map((a: number) => a * 2, x.astype('int8')).dtype).toBe('int8');
    expect(array.map((a: number) => a / 2, x.astype('int8')).dtype).toBe('float64');
    expect(array.map((a: number) => a * 2, x.astype('int8'), { dtype: 'int64' }).dtype).toBe('int64');
  });

  test('become one loop with what is around them', () => {
    const plan = array
      .map((a: number) => a * offset, y.add(1))
      .sum()
      .explain();
    const optimized = plan.slice(plan.indexOf('Optimized'), plan.indexOf('Tasks'));
    expect(optimized.split('\n').filter((line) => line.includes('#')).length).toBe(1);
  });
});

describe('functions that are called', () => {
  const loops = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < Math.abs(a); i++) sum += b;
    return sum;
  };

  test('for each element, broadcast together', async () => {
    const mapped = array.map(loops, x.reshape([10, 1]), [1, 2]);
    expect(mapped.explain()).toContain('calls of loops, as it has a ForStatement');
    const found = await mapped.compute();
    expect(found.shape).toEqual([10, 2]);
    expect(valuesOf(found)).toEqual(elements.flatMap((a) => [Math.abs(a), 2 * Math.abs(a)]));
  });

  test('and tell their dtype by what they give for ones, or are told', () => {
    const text = (a: number) => String(a).length > 1;
    expect(array.map(text, x).dtype).toBe('bool');
    expect(array.map(loops, x, y, { dtype: 'int16' }).dtype).toBe('int16');
    expect(() => array.map(((a: number) => `${a}`) as never, x)).toThrow(InputError);
    expect(() =>
      array.map(() => {
        throw new Error('no');
      }, x),
    ).toThrow('it threw no: give the option dtype');
  });
});

test('wrong arguments are refused at the call', () => {
  expect(() => array.map(3 as never, x)).toThrow('map takes a function of elements, got 3');
  expect(() => array.map((a: number) => a)).toThrow('got no array');
  expect(() => array.map((a: number, b: number) => a + b, x, [1, 2, 3])).toThrow(
    'map cannot broadcast the shapes [10] and [3]',
  );
  expect(() => array.map((a: number) => a, x, { dtyp: 'int8' } as never)).toThrow('map has no option dtyp');
});
