/** Random programs of shape operations over odd chunks: what NumPy makes of them. */
import { describe, expect, test } from 'vitest';
import type { Chunks } from '../../src/array/index.js';
import { array, type ChunkedArray, type DType, NDArray } from '../../src/array/index.js';
import { golden } from '../support/golden.js';

interface Case {
  readonly base: { readonly shape: readonly number[]; readonly dtype: DType; readonly chunks: Chunks };
  readonly steps: readonly (readonly [string, ...unknown[]])[];
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

interface Creation {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly exact: boolean;
  readonly bits: readonly string[];
}

const { programs, created }: { programs: readonly Case[]; created: readonly Creation[] } = golden('shapes.json');

// biome-ignore lint/suspicious/noExplicitAny: the arguments are those of the golden file
type Step = (x: ChunkedArray, ...args: any[]) => ChunkedArray;

/** The steps that are not methods. */
const functions: Readonly<Record<string, Step>> = {
  concatenate: (x, axis) => array.concatenate([x, x.flip(axis), x], axis),
  concatenateWide: (x) => array.concatenate([x.ravel(), array.full(2, 1.5, { dtype: 'float32' })]),
  stack: (x, axis) => array.stack([x, x.flip(0)], axis),
  hstack: (x) => array.hstack([x, x]),
  vstack: (x) => array.vstack([x, x]),
  dstack: (x) => array.dstack([x, x]),
  tril: array.tril,
  triu: array.triu,
  diag: array.diag,
  diagonal: array.diagonal,
  split: (x, count, axis, i) => array.arraySplit(x, count, axis)[i]!,
  insert: array.insert,
  delete: array.delete,
  addFlipped: (x) => x.add(x.flip()),
};

const run = (x: ChunkedArray, [name, ...args]: readonly [string, ...unknown[]]): ChunkedArray =>
  functions[name]
    ? functions[name](x, ...args)
    : (x as unknown as Record<string, (...args: readonly unknown[]) => ChunkedArray>)[name]!(...args);

const numbers = (data: Iterable<number | bigint>): number[] => Array.from(data, Number);

async function computed(x: ChunkedArray): Promise<{ dtype: string; shape: readonly number[]; data: number[] }> {
  const value: unknown = await x.compute();
  if (!(value instanceof NDArray)) return { dtype: x.dtype, shape: [], data: [Number(value)] };
  return { dtype: value.dtype, shape: value.shape, data: numbers(value.data as Iterable<number | bigint>) };
}

const title = ({ base, steps }: Case) =>
  `${base.dtype} ${JSON.stringify(base.chunks)} ${steps.map((step) => JSON.stringify(step)).join(' ')}`;

describe('programs', () => {
  test.each(programs.map((program) => [title(program), program] as const))('%s', async (_, program) => {
    const { base, steps, dtype, shape, data } = program;
    const size = base.shape.reduce((product, extent) => product * extent, 1);
    const whole = array.arange(size).astype(base.dtype).reshape(base.shape);
    const cut = steps.reduce(run, whole.rechunk(base.chunks));
    expect(cut.shape).toEqual(shape);
    // NumPy computes ramps in another way where any of them is flat, and in NumPy 1 those of float32 in float32.
    const isRamp = dtype.startsWith('float') && steps.some((step) => step.includes('linear_ramp'));
    const wanted = isRamp ? data.map((value) => expect.closeTo(value, 5)) : data;
    expect(await computed(cut)).toEqual({ dtype, shape, data: wanted });
    const inMemory = array.fromArray((await whole.compute()) as NDArray, { chunks: base.chunks });
    expect(await computed(steps.reduce(run, inMemory))).toEqual({ dtype, shape, data: wanted });
  });
});

describe('creation', () => {
  const made = array as unknown as Record<string, (...args: readonly unknown[]) => ChunkedArray>;
  test.each(created.map((one) => [`${one.name}(${JSON.stringify(one.args)})`, one] as const))('%s', async (_, one) => {
    const { name, args, dtype, shape, exact, bits } = one;
    const options = typeof args.at(-1) === 'object' && !Array.isArray(args.at(-1)) ? (args.at(-1) as object) : {};
    const rest = Object.keys(options).length > 0 ? args.slice(0, -1) : args;
    const expected = bits.map((text) => Buffer.from(text, 'hex').readDoubleBE());
    for (const chunks of ['auto', 3] as const) {
      const got = await computed(made[name]!(...rest, { ...options, chunks }));
      expect(got.dtype).toBe(dtype);
      expect(got.shape).toEqual(shape);
      if (exact) expect(got.data).toEqual(expected);
      else expect(got.data.every((value, i) => Math.abs(value / expected[i]! - 1) < 1e-14)).toBe(true);
    }
  });
});
