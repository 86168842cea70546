/** The WebAssembly functions beside the truth, and beside V8's at the corners. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { slotOf, TILE } from '../../src/kernels/tiles.js';
import { applyToSlot, scalar, type VectorFunction, vectorFunctions } from '../../src/kernels/transcendental.js';
import { RandomState } from '../../src/util/random.js';

const unitOf = (x: number): number => 2 ** Math.max(-1074, Math.floor(Math.log2(Math.abs(x))) - 52);

/** The distance of two floats in units of the last place of the second. */
const ulps = (a: number, b: number): number => (Object.is(a, b) ? 0 : Math.abs(a - b) / unitOf(b));

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/transcendental.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly (readonly [x: number, head: number, rest: number])[]>>;

/** Over 500,000 values and more each, of which these are few, the largest errors are those in src/kernels/transcendental.ts. */
const most: Readonly<Record<string, number>> = { expm1: 1.2, sinh: 2.2, cosh: 1.9 };

const corners = [
  ...[
    0,
    -0,
    Infinity,
    -Infinity,
    Number.NaN,
    1,
    -1,
    5e-324,
    1e-320,
    -1e-320,
    -745.2,
    -740,
    709.8,
    710,
    710.4,
    711,
    1e300,
  ],
  ...[1e22, -1e-300, 2 ** 19, -(2 ** 19), 2 ** 52, 709, -709.5, -1.5],
];

const exact = Math as unknown as Readonly<Record<string, (x: number) => number>>;

function applied(name: VectorFunction, values: readonly number[]): number[] {
  const x = slotOf('float64', 3);
  x.set(values);
  applyToSlot(name, 3, values.length);
  return Array.from(x.subarray(0, values.length));
}

test('is as near to the truth as is said', () => {
  const worst = Object.entries(golden).map(([name, rows]) => {
    const found = applied(
      name as VectorFunction,
      rows.map(([x]) => x),
    );
    // The difference of two floats that are near each other is exact.
    return [
      name,
      Math.max(...rows.map(([, head, rest], i) => Math.abs(found[i]! - head - rest) / unitOf(head))),
    ] as const;
  });
  expect(worst.length).toBe(11);
  expect(worst.filter(([name, error]) => error > (most[name] ?? 1))).toEqual([]);
  // All of them exact to the last digit would be no test.
  expect(worst.filter(([, error]) => error < 0.4)).toEqual([]);
});

describe.each(vectorFunctions)('%s', (name) => {
  test('has the corners', () => {
    const found = applied(name, corners);
    const far = corners.filter((corner, i) => !(ulps(found[i]!, exact[name]!(corner)) <= 2));
    expect(far).toEqual([]);
    expect(found.map((value) => Object.is(value, -0))).toEqual(
      corners.map((corner) => Object.is(exact[name]!(corner), -0)),
    );
  });

  test('does not depend on what else is in the tile, nor how much', () => {
    const random = new RandomState(7);
    const values = Array.from({ length: TILE }, (_, i) => (i % 50 === 3 ? 1e9 : 1) * 4 * (random.random() - 0.3));
    const together = applied(name, values);
    for (const n of [1, 2, 3, 4, 5, 7, 50]) {
      expect(applied(name, values.slice(90, 90 + n))).toEqual(together.slice(90, 90 + n));
    }
  });

  test('is the same of one value alone', () => {
    const one = scalar(name);
    expect(corners.map(one)).toEqual(applied(name, corners));
  });
});
