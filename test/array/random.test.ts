import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, type NDArray } from '../../src/array/index.js';
import { InputError } from '../../src/util/errors.js';
import { golden } from '../support/golden.js';

const { random } = array;
type Named = 'uniform' | 'gamma';
const valuesOf = ({ data }: NDArray) => Array.from(data as Float64Array);

describe('random numbers', () => {
  // numpy.random.Generator(numpy.random.Philox(key=7)).random(10)
  const first = [
    0.8720734548204873, 0.29536538151378355, 0.4200976785072422, 0.4053922457839946, 0.0828426870273763,
    0.6966328926282271, 0.2963575925326176, 0.6205620114540453, 0.014107696329258346, 0.786863611755331,
  ];

  test('are those of NumPy', async () => {
    expect(valuesOf(await random.random(10, { seed: 7 }).compute())).toEqual(first);
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

  test.each(
    (golden('distributions.json') as readonly { name: Named; parameters: number[]; points: [number, number][] }[]).map(
      (each) => [`${each.name}(${each.parameters.join(', ')})`, each] as const,
    ),
  )('%s lies as SciPy says', async (_, { name, parameters, points }) => {
    const count = 200_000;
    const draw = random[name] as (...args: unknown[]) => ChunkedArray;
    const values = Float64Array.from(
      (await draw.call(random, ...parameters, count, { seed: 11, chunks: 70_001 }).compute()).data as Float64Array,
      Number,
    );
    for (const [x, probability] of points) {
      const share = values.filter((value) => value <= x).length / count;
      const error = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs(share - probability), `P(X <= ${x})`).toBeLessThan(4.5 * error + 1e-9);
    }
  });

  test('draws of one generator are others each time, and the same ones again', async () => {
    const drawn = async () => {
      const rng = random.generator(3);
      return Promise.all(
        [rng.gamma(2, 1, 3), rng.gamma(2, 1, 3), rng.normal(3)].map(async (x) => valuesOf(await x.compute())),
      );
    };
    const [a, b, c] = await drawn();
    expect(a).not.toEqual(b);
    expect(await drawn()).toEqual([a, b, c]);
    expect(a).toEqual(valuesOf(await random.gamma(2, 1, 3, { seed: 3 }).compute()));
  });

  test.each(['gamma', 'poisson'] as const)('%s: the same ones for any chunks', async (name) => {
    const draw = (chunks: number) =>
      name === 'gamma'
        ? random.gamma(0.5, 1, [7, 9], { seed: 1, chunks })
        : random.poisson(12, [7, 9], { seed: 1, chunks });
    const whole = await draw(9).compute();
    for (const chunks of [1, 2, 5]) expect((await draw(chunks).compute()).data).toEqual(whole.data);
  });

  test('ends of parameters', async () => {
    const all = async (x: ChunkedArray) => [...new Set(Array.from((await x.compute()).data as Float64Array, Number))];
    expect(await all(random.binomial(5, 0, 100))).toEqual([0]);
    expect(await all(random.binomial(5, 1, 100))).toEqual([5]);
    expect(await all(random.binomial(0, 0.5, 100))).toEqual([0]);
    expect(await all(random.poisson(0, 100))).toEqual([0]);
    expect(await all(random.geometric(1, 100))).toEqual([1]);
    expect(await all(random.gamma(0, 3, 100))).toEqual([0]);
    expect(await all(random.negativeBinomial(3, 1, 100))).toEqual([0]);
    const tiny = await all(random.beta(1e-3, 1e-3, 1000, { seed: 2 }));
    expect(tiny.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(tiny.length).toBeGreaterThan(100);
  });

  test('permutations have each entry once', async () => {
    const order = valuesOf(await random.permutation(100, { seed: 4 }).compute()).map(Number);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (__, i) => i));
    const rows = array.arange(12).reshape([4, 3]);
    const shuffled = (await random.permutation(rows, { seed: 4 }).compute()).toArray() as bigint[][];
    expect(shuffled.map(([first]) => Number(first)).sort((a, b) => a - b)).toEqual([0, 3, 6, 9]);
    expect(shuffled.every(([a, b, c]) => b === a! + 1n && c === a! + 2n)).toBe(true);
  });

  test('choices have their probabilities', async () => {
    const p = [0.1, 0, 0.6, 0.3];
    const counted = async (x: ChunkedArray) => (await x.bincount({ minlength: 4 }).compute()).toArray() as bigint[];
    const again = (await counted(random.choice(4, 100_000, { p, seed: 6, chunks: 30_000 }))).map(Number);
    p.forEach((chance, i) => {
      expect(Math.abs(again[i]! - 1e5 * chance)).toBeLessThanOrEqual(5 * Math.sqrt(1e5 * chance * (1 - chance)));
    });
    const alike = (await counted(random.choice(4, 100_000, { seed: 6 }))).map(Number);
    expect(Math.max(...alike.map((count) => Math.abs(count - 25_000)))).toBeLessThan(700);
    const entries = array.fromArray([10, 20, 30, 40]);
    const once = (await random.choice(entries, [2, 2], { replace: false, seed: 6 }).compute()).toArray() as bigint[][];
    expect(once.flat().map(Number).sort()).toEqual([10, 20, 30, 40]);
    // Of three draws without replacement, the first by itself has the probabilities.
    const firsts = [0, 0, 0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const drawn = (await random.choice(4, 3, { replace: false, p, seed }).compute()).toArray() as bigint[];
      expect(new Set(drawn).size).toBe(3);
      firsts[Number(drawn[0])]!++;
    }
    p.forEach((chance, i) => {
      expect(Math.abs(firsts[i]! - 400 * chance)).toBeLessThanOrEqual(4 * Math.sqrt(400 * chance * (1 - chance)));
    });
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
    expect(() => random.gamma(-1, 1, 3)).toThrow('gamma: k is a finite number of 0 or more, got -1');
    expect(() => random.binomial(3, 1.5, 3)).toThrow('binomial: p is from 0 to 1, got 1.5');
    expect(() => random.triangular(2, 1, 3, 3)).toThrow('triangular takes left <= mode <= right, got 2, 1 and 3');
    expect(() => random.poisson(3, 3, { dtype: 'int8' })).toThrow('poisson gives int64, not int8; use astype');
    expect(() => random.choice(3, 4, { replace: false })).toThrow('choice without replacement takes 3 at most, got 4');
    expect(() => random.choice(3, 4, { p: [0.5, 0.5] })).toThrow('p has a probability for each of 3 entries, got 2');
    expect(() => random.choice(2, 4, { p: [0.5, 0.6] })).toThrow('the probabilities in p add up to 1, got 1.1');
    expect(() => random.choice(0, 4)).toThrow(
      'a whole number above 0 or an array of one axis with entries, got 0 entries',
    );
    const options = { sed: 3 } as object;
    expect(() => random.normal(3, options)).toThrow(
      'normal has no option sed: there are seed, chunks, dtype, loc, scale',
    );
    expect(() => random.random([-1])).toThrow('random: a shape has integers of 0 or more, got -1');
  });
});
