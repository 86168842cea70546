import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrayTypes, type DType, type DTypeArray, dtypes, isBig, isFloat } from '../../src/arrow/dtype.js';
import { quantiles } from '../../src/kernels/quantile.js';
import { argsortRows, argsortValues, compare, sortRows, sortValues } from '../../src/kernels/sort.js';

const special = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  5e-324,
  -1,
  1,
  2 ** 31,
  -(2 ** 31),
];
const spread = (i: number): number => Math.sin(i * 12.9898) * 2 ** (i % 40);

function valuesOf(dtype: DType, length: number, distinct: number): DTypeArray {
  const values = new arrayTypes[dtype](length) as DTypeArray;
  for (let i = 0; i < length; i++) {
    const value = i % 7 === 3 ? special[i % special.length]! : spread(i % distinct);
    values[i] = (isBig(dtype) ? BigInt(Number.isFinite(value) ? Math.trunc(value) : 0) << 20n : value) as never;
  }
  return values;
}

const plain = (values: DTypeArray | Uint32Array) => Array.from<number | bigint>(values as Uint32Array);
const lengths = [0, 1, 2, 99, 100, 101, 1000, 20_000];

test.each(dtypes)('%s: values and places are in the order of a comparison', (dtype) => {
  for (const length of lengths) {
    for (const distinct of [3, length + 1]) {
      const values = valuesOf(dtype, length, distinct);
      const order = Array.from({ length }, (_, i) => i).sort((a, b) => compare(values[a]!, values[b]!) || a - b);
      expect(plain(argsortValues(values))).toEqual(order);
      // A comparison does not tell zeros apart, and sorting puts -0 first.
      const zero = (value: number | bigint) => (value === 0 ? 0 : value);
      expect(plain(sortValues(values)).map(zero)).toEqual(order.map((i) => zero(values[i]!)));
    }
  }
});

test('64-bit words of which only the lower half differs', () => {
  const length = 5000;
  const values = BigInt64Array.from({ length }, (_, i) => BigInt((i * 7919) % length) - 100n);
  expect(plain(sortValues(values))).toEqual([...values].sort((a, b) => Number(a - b)));
});

test('rows are sorted one by one', () => {
  const values = Float32Array.from({ length: 600 }, (_, i) => spread(i));
  const rows = [0, 1, 2].map((row) => plain(sortValues(values.slice(row * 200, (row + 1) * 200))));
  const orders: number[][] = [];
  argsortRows(values, 200, (order, at) => orders.push(Array.from(order, (place) => values[at + place]!)));
  expect(orders).toEqual(rows);
  sortRows(values, 200);
  expect(plain(values)).toEqual(rows.flat());
});

test('quantiles are those of sorted values', () => {
  const numbers = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      numbers,
      fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 }),
      (values, percents) => {
        const sorted = [...values].sort((a, b) => a - b);
        const found: number[] = [];
        const q = percents.map((one) => one / 100);
        quantiles(Float64Array.from(values), values.length, q, (i, value) => {
          found[i] = value;
        });
        const wanted = q.map((one) => {
          const place = one * (values.length - 1);
          const [a, b] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
          return a + (b - a) * (place % 1);
        });
        found.forEach((value, i) => {
          expect(value).toBeCloseTo(wanted[i]!, 6);
        });
      },
    ),
  );
});

test('NaN is above everything', () => {
  expect(dtypes.filter(isFloat)).toEqual(['float32', 'float64']);
  expect([compare(Number.NaN, 1), compare(1, Number.NaN), compare(Number.NaN, Number.NaN)]).toEqual([1, -1, 0]);
});
