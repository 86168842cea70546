/** Fourier transforms: what NumPy says, of any length, however arrays are cut. */
import { describe, expect, test } from 'vitest';
import { array } from '../../src/array/index.js';
import { golden } from '../support/golden.js';

interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Case {
  readonly call: 'fft' | 'ifft' | 'rfft' | 'irfft';
  readonly x: Plain;
  readonly n: number | null;
  readonly axis: number;
  readonly norm: 'backward' | 'ortho' | 'forward';
  readonly result: Plain;
}

const cases: readonly Case[] = golden('fft.json');

describe.each([-1, 1, 2])('in pieces of %s', (size) => {
  test.each(['fft', 'ifft', 'rfft', 'irfft'] as const)('%s', async (name) => {
    const own = cases.filter(({ call }) => call === name);
    expect(own.length).toBeGreaterThan(10);
    for (const { x, n, axis, norm, result } of own) {
      const block = { dtype: 'float64' as const, shape: x.shape, data: Float64Array.from(x.data) };
      const given = array.fromArray(block as never, { chunks: x.shape.map(() => size) });
      const lazy = array.fft[name](given, n ?? undefined, axis, { norm });
      const { shape, data } = await lazy.compute();
      const told = `${name} ${n} ${axis} of [${x.shape}]`;
      expect(shape, told).toEqual(result.shape);
      expect(lazy.shape, told).toEqual(result.shape);
      const scale = Math.max(...result.data.map(Math.abs), 1);
      Array.from(data, Number).forEach((value, i) => {
        expect(Math.abs(value - result.data[i]!) <= 1e-14 * scale, `${told}[${i}] ${value} ${result.data[i]}`).toBe(
          true,
        );
      });
    }
  });
});

test('a transform of a transform is what it was', async () => {
  const x = array.arange(1000, { chunks: 300 }).astype('float32');
  const back = array.fft.irfft(array.fft.rfft(x));
  expect(back.dtype).toBe('float32');
  expect(Number(await back.subtract(x).absolute().max().compute())).toBeLessThan(1e-3);
  const z = array.fft.complex(array.ones([4, 3], { chunks: 2 }), [1, 2, 3]);
  expect(
    await array.fft
      .ifft(array.fft.fft(z, undefined, 0), undefined, 0)
      .subtract(z)
      .absolute()
      .max()
      .compute(),
  ).toBeLessThan(1e-15);
});

const refusals: readonly (readonly [() => unknown, string])[] = [
  [
    () => array.fft.fft([1, 2, 3]),
    'fft takes complex numbers, in pairs along a last axis of two, got the shape [3]: use array.fft.complex, or rfft for real numbers',
  ],
  [() => array.fft.rfft([1, 2], 0), 'rfft takes an integer of 1 or more for n, got 0 along axis 0 of [2]'],
  [() => array.fft.rfft([1, 2], 2, 1), 'rfft: axis 1 does not exist in an array of 1 axes; they go from -1 to 0'],
  [
    () => array.fft.rfft([1], 1, 0, { norm: 'none' as never }),
    'rfft takes one of backward, ortho, forward for norm, got none',
  ],
];

test.each(refusals)('%s is refused', (call, told) => {
  expect(call).toThrow(told);
});
