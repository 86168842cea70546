/** The WebAssembly functions beside V8's, which are fdlibm's. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { applyTiled, TILE, type TiledName, tiledFunctions, tilesOf } from '../../src/kernels/transcendental.js';
import { RandomState } from '../../src/util/random.js';

/** The distance of two floats in units of the last place of the second. */
function ulps(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(a - b) / unitOf(b);
}

function unitOf(x: number): number {
  return 2 ** Math.max(-1074, Math.floor(Math.log2(Math.abs(x))) - 52);
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/transcendental.json', import.meta.url), 'utf8'),
) as Readonly<Record<TiledName, readonly (readonly [x: number, head: number, rest: number])[]>>;

const ranges: Readonly<Record<TiledName, readonly (readonly [low: number, high: number])[]>> = {
  exp: [
    [-1, 1],
    [-746, 710],
  ],
  log: [
    [0, 4],
    [0, 1e300],
    [0, 1e-300],
  ],
  sin: [
    [-4, 4],
    [-5e5, 5e5],
  ],
  cos: [
    [-4, 4],
    [-5e5, 5e5],
  ],
  tanh: [
    [-1, 1],
    [-20, 20],
  ],
};
// Two functions that are each within one unit of the truth, as fdlibm's tanh is not quite.
const most: Readonly<Record<TiledName, number>> = { exp: 1, log: 1, sin: 1, cos: 1, tanh: 2 };
const corners = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  -1,
  5e-324,
  1e-320,
  -745.2,
  -740,
  709.8,
  710,
  1e300,
  1e22,
  -1e-300,
];

describe.each(tiledFunctions)('%s', (name) => {
  const [x, y] = tilesOf();

  test.each(ranges[name])('is as near to the truth as V8 has it, from %d to %d', (low, high) => {
    const random = new RandomState(7);
    let worst = 0;
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < TILE; i++) x[i] = low + random.random() * (high - low);
      applyTiled(name, TILE);
      for (let i = 0; i < TILE; i++) worst = Math.max(worst, ulps(y[i]!, Math[name](x[i]!)));
    }
    expect(worst).toBeLessThanOrEqual(most[name]);
  });

  test('is less than one unit from the truth', () => {
    let worst = 0;
    for (let first = 0; first < golden[name].length; first += TILE) {
      const rows = golden[name].slice(first, first + TILE);
      rows.forEach(([value], i) => {
        x[i] = value;
      });
      applyTiled(name, rows.length);
      // The difference of two floats that are near each other is exact.
      rows.forEach(([, head, rest], i) => {
        worst = Math.max(worst, Math.abs(y[i]! - head - rest) / unitOf(head));
      });
    }
    expect(worst).toBeGreaterThan(0.4); // all of them exact to the last digit would be no test
    expect(worst).toBeLessThan(1);
  });

  test('has the corners, and an odd number of values', () => {
    x.set(corners);
    applyTiled(name, corners.length);
    const found = Array.from(y.subarray(0, corners.length));
    const far = corners.filter((corner, i) => !(ulps(found[i]!, Math[name](corner)) <= 1));
    expect(far).toEqual([]);
    expect(found.map((value) => Object.is(value, -0))).toEqual(
      corners.map((corner) => Object.is(Math[name](corner), -0)),
    );
  });
});
