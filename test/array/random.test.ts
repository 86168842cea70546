import { describe, expect, test } from 'vitest';
import { array, type NDArray } from '../../src/array/index.js';
import { InputError } from '../../src/util/errors.js';

const { random } = array;
const valuesOf = ({ data }: NDArray) => Array.from(data as Float64Array);

describe('random numbers', () => {
  // numpy.random.Generator(numpy.random.Philox(key=7)).random(10)
  const golden = [
    0.8720734548204873, 0.29536538151378355, 0.4200976785072422, 0.4053922457839946, 0.0828426870273763,
    0.6966328926282271, 0.2963575925326176, 0.6205620114540453, 0.014107696329258346, 0.786863611755331,
  ];

  test('are those of NumPy', async () => {
    expect(valuesOf(await random.random(10, { seed: 7 }).compute())).toEqual(golden);
    const large = await random.random(2, { seed: 2n ** 64n + 5n }).compute(); // key=2**64 + 5
    expect(valuesOf(large)).toEqual([0.7176855231898798, 0.4121352897814532]);
    const single = await random.random(3, { seed: 7, dtype: 'float32' }).compute();
    expect(valuesOf(single)).toEqual([0.16372650861740112, 0.8720734119415283, 0.9722633361816406]);
  });

  test.each(['random', 'normal'] as const)('%s: the same ones for any chunks', async (name) => {
    const shape = [7, 5, 9];
    const whole = await random[name](shape, { seed: 1, chunks: -1 }).compute();
    for (const chunks of [1, 2, [3, 5, 4], [[1, 6], 2, 9]]) {
      expect(valuesOf(await random[name](shape, { seed: 1, chunks }).compute())).toEqual(valuesOf(whole));
    }
    const single = await random[name](shape, { seed: 1, dtype: 'float32', chunks: -1 }).compute();
    expect((await random[name](shape, { seed: 1, dtype: 'float32', chunks: 2 }).compute()).data).toEqual(single.data);
  });

  test('normal ones have the moments of the normal distribution', async () => {
    const x = random.normal([1000, 1000], { seed: 3 });
    const moments = await Promise.all([1, 2, 3, 4].map((power) => x.power(power).mean().compute<number>()));
    const expected = [0, 1, 0, 3];
    // Five standard errors of a mean of a million powers.
    const errors = [1, 2, 15, 96].map((variance) => 5 * Math.sqrt(variance / 1e6));
    expect(moments.map((moment, i) => Math.abs(moment - expected[i]!) < errors[i]!)).toEqual([true, true, true, true]);
    const shifted = await random.normal([100], { seed: 3, loc: 10, scale: 2 }).compute();
    const plain = await random.normal([100], { seed: 3 }).compute();
    expect(valuesOf(shifted)).toEqual(valuesOf(plain).map((value) => value * 2 + 10));
  });

  test('integers and uniform ones lie in their ranges, and come all', async () => {
    const x = await random.integers(-3, 4, [10_000], { seed: 5, dtype: 'int8' }).compute();
    const counts = new Map<number, number>();
    for (const value of x.data as Int8Array) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(Math.min(...counts.values())).toBeGreaterThan(1250);
    const uniform = valuesOf(await random.uniform(2, 4, [1000], { seed: 5 }).compute());
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...uniform)).toBeLessThan(4);
    expect(await random.exponential(3, [100_000], { seed: 5 }).mean().compute<number>()).toBeCloseTo(3, 1);
  });

  test('without a seed are others each time', async () => {
    const [a, b] = [await random.random(3).compute(), await random.random(3).compute()];
    expect(valuesOf(a)).not.toEqual(valuesOf(b));
  });

  test('of nothing are none', async () => {
    expect((await random.normal([3, 0], { seed: 1 }).compute()).shape).toEqual([3, 0]);
    expect(typeof (await random.normal([], { seed: 1 }).compute<number>())).toBe('number');
  });

  test('wrong arguments are refused at the call', () => {
    expect(() => random.random(3, { seed: -1 })).toThrow(new InputError('a seed is an integer of 0 or more, got -1'));
    expect(() => random.normal([3], { dtype: 'int8' })).toThrow('normal gives float32 or float64, not int8');
    expect(() => random.integers(3, 3, 1)).toThrow('integers takes whole numbers low < high, got 3 and 3');
    expect(() => random.random([-1])).toThrow('random: a shape has integers of 0 or more, got -1');
  });
});
