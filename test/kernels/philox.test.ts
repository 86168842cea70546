import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DTypeArray } from '../../src/arrow/dtype.js';
import { type Distribution, draw, type Key } from '../../src/kernels/philox.js';

interface Golden {
  readonly keys: readonly {
    readonly key: readonly [string, string];
    readonly raw: readonly string[];
    readonly far: readonly string[];
    readonly float64: readonly number[];
    readonly float32: readonly number[];
    readonly integers: readonly number[];
    readonly normal: readonly number[];
  }[];
  readonly normalQuantiles: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../../../test/golden/philox.json', import.meta.url), 'utf8')) as Golden;

const key: Key = [2026n, 11n];

function drawn<T extends DTypeArray>(
  distribution: Distribution,
  out: T,
  { from = 0, by = key }: { readonly from?: number; readonly by?: Key } = {},
): T {
  draw(distribution, by, from, out.length, out, 0);
  return out;
}

describe.each(golden.keys)(
  'with the key $key',
  ({ key: [low, high], raw, far, float64, float32, integers, normal }) => {
    const by: Key = [BigInt(low), BigInt(high)];

    test('integers of 64 bits are those of NumPy', () => {
      expect(Array.from(drawn({ name: 'raw' }, new BigUint64Array(21), { by }), String)).toEqual(raw);
      expect(Array.from(drawn({ name: 'raw' }, new BigUint64Array(5), { by, from: 4 * 2 ** 40 }), String)).toEqual(far);
    });

    test('so are fractions and integers of a range', () => {
      expect(Array.from(drawn({ name: 'uniform' }, new Float64Array(21), { by }))).toEqual(float64);
      expect(Array.from(drawn({ name: 'uniform' }, new Float32Array(21), { by }))).toEqual(float32);
      const distribution = { name: 'integers', low: -5n, range: 10n ** 15n + 5n } as const;
      expect(Array.from(drawn(distribution, new BigInt64Array(21), { by }), Number)).toEqual(integers);
    });

    test('normal numbers are those of the formula', () => {
      const found = drawn({ name: 'normal' }, new Float64Array(20), { by });
      found.forEach((value, i) => {
        // A cosine of the turn that was rounded has an absolute error.
        expect(Math.abs(value - normal[i]!)).toBeLessThan(1e-15 * Math.max(1, Math.abs(normal[i]!)));
      });
      expect(drawn({ name: 'normal' }, new Float32Array(20), { by })).toEqual(Float32Array.from(found));
    });
  },
);

const cases: readonly (readonly [string, Distribution, (length: number) => DTypeArray])[] = [
  ['uniform', { name: 'uniform' }, (n) => new Float64Array(n)],
  ['uniform float32', { name: 'uniform' }, (n) => new Float32Array(n)],
  ['normal', { name: 'normal' }, (n) => new Float64Array(n)],
  ['integers', { name: 'integers', low: 0n, range: 10n }, (n) => new BigInt64Array(n)],
  // Nearly every third number of the stream is refused, and others are taken instead.
  ['refused integers', { name: 'integers', low: 0n, range: 2n ** 63n + 2n ** 62n }, (n) => new BigInt64Array(n)],
  ['integers of 32 bits', { name: 'integers', low: -9n, range: 1000n }, (n) => new Int32Array(n)],
];

test.each(cases)('%s: a place has the same number whatever it is made with', (_, distribution, make) => {
  const whole = drawn(distribution, make(20_000));
  for (const [from, length] of [
    [0, 1],
    [1, 7],
    [2, 9000],
    [3, 4096],
    [4095, 3],
    [8191, 8200],
    [19_999, 1],
  ] as const) {
    expect(drawn(distribution, make(length), { from })).toEqual(whole.slice(from, from + length));
  }
});

/** The largest distance of the shares below the quantiles from what they should be, times sqrt(n): below 1.63 in 99 of 100 cases. */
function kolmogorov(values: Float64Array | Float32Array, quantiles: readonly number[]): number {
  const sorted = values.slice().sort();
  let below = 0;
  const distances = quantiles.map((quantile, i) => {
    while (below < sorted.length && sorted[below]! < quantile) below++;
    return Math.abs(below / sorted.length - (i + 1) / (quantiles.length + 1));
  });
  return Math.max(...distances) * Math.sqrt(sorted.length);
}

function moment(values: Float64Array | Float32Array, power: number): number {
  let sum = 0;
  for (const value of values) sum += value ** power;
  return sum / values.length;
}

describe('distributions of half a million numbers', () => {
  const n = 500_000;

  test.each([
    ['float64', () => new Float64Array(n)],
    ['float32', () => new Float32Array(n)],
  ] as const)('uniform %s', (_, make) => {
    const values = drawn({ name: 'uniform' }, make());
    const quantiles = Array.from({ length: 399 }, (__, i) => (i + 1) / 400);
    expect(kolmogorov(values, quantiles)).toBeLessThan(1.63);
    expect(Math.max(...[1, 2, 3].map((power) => Math.abs(moment(values, power) - 1 / (power + 1))))).toBeLessThan(
      0.002,
    );
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  test.each([
    ['float64', () => new Float64Array(n)],
    ['float32', () => new Float32Array(n)],
  ] as const)('normal %s', (_, make) => {
    const values = drawn({ name: 'normal' }, make());
    expect(kolmogorov(values, golden.normalQuantiles)).toBeLessThan(1.63);
    // Five standard errors of each moment.
    [0, 1, 0, 3].forEach((expected, i) => {
      const error = 5 * Math.sqrt([1, 2, 15, 96][i]! / n);
      expect(Math.abs(moment(values, i + 1) - expected)).toBeLessThan(error);
    });
    // Both numbers of a pair, and neighbours of different pairs, have nothing to do with each other.
    for (const distance of [1, 2]) {
      const products = values.subarray(distance).map((value, i) => value * values[i]!);
      expect(Math.abs(moment(products, 1))).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test('integers are all alike, where many are refused too', () => {
    const chiSquare = (counts: number[]) => {
      const expected = counts.reduce((a, b) => a + b) / counts.length;
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    const small = new Array<number>(10).fill(0);
    for (const value of drawn({ name: 'integers', low: 0n, range: 10n }, new Int8Array(n))) small[value]!++;
    expect(chiSquare(small)).toBeLessThan(21.7); // 0.99 of 9 degrees of freedom
    const range = 2n ** 63n + 2n ** 62n;
    const large = new Array<number>(12).fill(0);
    for (const value of drawn({ name: 'integers', low: 0n, range }, new BigUint64Array(n / 5))) {
      large[Number(value / 2n ** 60n)]!++;
    }
    expect(chiSquare(large)).toBeLessThan(24.8); // 0.99 of 11
  });

  test('the range of all integers gives them as they are, moved by the lowest', () => {
    const raw = drawn({ name: 'raw' }, new BigUint64Array(9));
    const all = drawn({ name: 'integers', low: -(2n ** 63n), range: 2n ** 64n }, new BigInt64Array(9));
    expect(Array.from(all)).toEqual(Array.from(raw, (value) => BigInt.asIntN(64, value - 2n ** 63n)));
  });
});
