/** Products of arrays and linear algebra: what NumPy says, however arrays are cut. */
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray, type NDArray } from '../../src/array/index.js';
import type { NormOrder } from '../../src/array/norm.js';
import { arrayTypes, castElement, type DType } from '../../src/arrow/dtype.js';
import { golden } from '../support/golden.js';

interface Plain {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
}
interface Case {
  readonly call: string;
  readonly args: readonly Plain[];
  // biome-ignore lint/suspicious/noExplicitAny: what a call takes besides arrays
  readonly extra: any;
  readonly result: Plain;
}

const cases: readonly Case[] = golden('linalg.json');

const blockOf = ({ dtype, shape, data }: Plain) => {
  const values = new arrayTypes[dtype](data.length);
  for (const [i, value] of data.entries()) {
    values[i] = castElement(Number.isInteger(value) ? BigInt(value) : value, dtype) as never;
  }
  return { dtype, shape, data: values };
};

/** Cut in pieces of `size` along each axis, the whole axis for none. */
const cut = (plain: Plain, size: number): ChunkedArray =>
  array.fromArray(blockOf(plain) as never, { chunks: plain.shape.map(() => (size === 0 ? -1 : size)) });

const numbersOf = async (x: ChunkedArray): Promise<{ shape: readonly number[]; values: number[] }> => {
  const result = await x.compute<NDArray>();
  if (typeof result !== 'object') return { shape: [], values: [Number(result)] };
  return { shape: result.shape, values: Array.from(result.data as Float64Array, Number) };
};

const order = (text: unknown): NormOrder =>
  text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : (text as NormOrder);

type Call = (args: readonly ChunkedArray[], extra: Case['extra']) => ChunkedArray;
const { linalg } = array;
const calls: Readonly<Record<string, Call>> = {
  matmul: ([a, b]) => a!.matmul(b!),
  dot: ([a, b]) => array.dot(a!, b!),
  inner: ([a, b]) => a!.inner(b!),
  tensordot: ([a, b], axes) => a!.tensordot(b!, axes),
  einsum: (args, subscripts) => array.einsum(subscripts, ...args),
  trace: ([a], [offset, one, other]) => a!.trace(offset, one, other),
  outer: ([a, b]) => a!.outer(b!),
  vdot: ([a, b]) => a!.vdot(b!),
  norm: ([a], [ord, axis, keepdims]) => linalg.norm(a!, order(ord), axis, { keepdims }),
  svd: ([a]) => linalg.svd(a!).s,
  r: ([a]) => linalg.qr(a!).r.absolute(),
  solve: ([a, b]) => linalg.solve(a!, b!),
  solvePositive: ([a, b]) => linalg.solve(a!, b!, { positive: true }),
  upper: ([a, b]) => linalg.solveTriangular(a!, b!),
  lower: ([a, b]) => linalg.solveTriangular(a!, b!, { lower: true }),
  inv: ([a]) => linalg.inv(a!),
  det: ([a]) => linalg.det(a!),
  cholesky: ([a]) => linalg.cholesky(a!),
  lstsq: ([a, b]) => linalg.lstsq(a!, b!).x,
};
/** What loses digits by the condition of its matrix. */
const conditioned = new Set(['solve', 'solvePositive', 'inv', 'lstsq', 'upper', 'lower', 'det', 'cholesky', 'r']);

describe.each([0, 1, 2, 3])('in pieces of %s', (size) => {
  test.each(Object.keys(calls))('%s', async (name) => {
    const own = cases.filter(({ call }) => call === name);
    expect(own.length).toBeGreaterThan(0);
    for (const { args, extra, result } of own) {
      if (size === 1 && args.some(({ shape }) => shape.length === 2 && shape[0]! > 20)) continue;
      const given = calls[name]!(
        args.map((plain) => cut(plain, size)),
        extra,
      );
      const told = `${name} ${JSON.stringify(extra)} of ${args.map(({ shape, dtype }) => `${dtype} [${shape}]`).join(', ')}`;
      const isSingle = given.dtype === 'float32' || args.some(({ dtype }) => dtype === 'float32');
      if (!isSingle) expect(given.dtype, told).toBe(result.dtype);
      const { shape, values } = await numbersOf(given);
      expect(shape, told).toEqual(result.shape);
      expect(given.shape, told).toEqual(result.shape);
      const scale = Math.max(...result.data.map((value) => Math.abs(Number(value))), 1e-300);
      const digits = (isSingle ? 2 ** -23 : Number.EPSILON) * (conditioned.has(name) ? 2e4 : 20);
      const bound = result.dtype.startsWith('float') ? digits * scale : 0;
      values.forEach((value, i) => {
        const distance = Math.abs(value - Number(result.data[i]));
        expect(distance <= bound, `${told} [${i}]: ${value} for ${Number(result.data[i])}`).toBe(true);
      });
    }
  });
});

const close = async (a: ChunkedArray, b: ChunkedArray, bound: number): Promise<void> => {
  expect(a.shape).toEqual(b.shape);
  expect(Number(await a.subtract(b).absolute().max().compute())).toBeLessThan(bound);
};
const sample = (m: number, n: number, chunks: readonly [number, number], seed = 1): ChunkedArray => {
  let state = seed;
  const data = Float64Array.from({ length: m * n }, () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5);
  return array.fromArray({ dtype: 'float64', shape: [m, n], data }, { chunks });
};
const identity = (n: number): ChunkedArray =>
  array
    .fromArray(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? 1.5 : 0))))
    .divide(1.5);

describe('factorizations give the matrix back', () => {
  test.each([
    [300, 7, [40, 3]],
    [300, 7, [5, 7]],
    [50, 50, [20, 20]],
    [7, 60, [3, 25]],
    [1500, 40, [400, 40]],
  ] as const)('qr and svd of %i x %i in %j', async (m, n, chunks) => {
    const x = sample(m, n, chunks);
    const k = Math.min(m, n);
    const { q, r } = linalg.qr(x);
    await close(q.matmul(r), x, 1e-13);
    await close(q.T.matmul(q), identity(k), 1e-13);
    const { u, s, vh } = linalg.svd(x);
    await close(u.multiply(s).matmul(vh), x, 1e-13);
    await close(u.T.matmul(u), identity(k), 1e-13);
    await close(vh.matmul(vh.T), identity(k), 1e-13);
  });

  test('columns that repeat still have orthonormal bases', async () => {
    const one = sample(90, 4, [20, 4]);
    const x = one.matmul(sample(4, 9, [4, 9], 3));
    const { u, s, vh } = linalg.svd(x);
    await close(u.T.matmul(u), identity(9), 1e-13);
    await close(vh.matmul(vh.T), identity(9), 1e-13);
    await close(u.multiply(s).matmul(vh), x, 1e-13);
    await close(linalg.qr(x).q.T.matmul(linalg.qr(x).q), identity(9), 1e-13);
    const nothing = linalg.svd(array.zeros([30, 3], { chunks: 10 }));
    await close(nothing.u.T.matmul(nothing.u), identity(3), 1e-14);
  });

  test.each([
    [60, 60, [13, 17]],
    [60, 25, [20, 10]],
    [25, 60, [10, 7]],
    [120, 120, [120, 50]],
  ] as const)('lu of %i x %i in %j', async (m, n, chunks) => {
    const x = sample(m, n, chunks);
    const { p, l, u } = linalg.lu(x);
    await close(p.matmul(l).matmul(u), x, 1e-13);
    expect(await l.absolute().max().compute()).toBe(1);
    expect((await p.sum(0).compute()).toArray()).toEqual(Array(m).fill(1));
  });

  test('a compressed svd finds the largest singular values, and equally every time', async () => {
    const left = linalg.qr(sample(200, 12, [60, 12])).q;
    const right = linalg.qr(sample(150, 12, [50, 12], 5)).q;
    const values = Array.from({ length: 12 }, (_, i) => 10 * 0.1 ** i);
    const x = left.multiply(values).matmul(right.T).rechunk([60, 40]);
    const { u, s, vh } = linalg.svdCompressed(x, 4, { nPowerIter: 1, seed: 3 });
    await close(s, array.fromArray(values.slice(0, 4)), 1e-13);
    await close(u.T.matmul(x).matmul(vh.T).trace(), s.sum(), 1e-12);
    const again = linalg.svdCompressed(x, 4, { nPowerIter: 1, seed: 3 });
    expect((await again.s.compute()).toArray()).toEqual((await s.compute()).toArray());
  });

  test('the logarithm of a determinant that is beyond numbers', async () => {
    const { sign, logabsdet } = linalg.slogdet(identity(400).multiply(-10).rechunk(90));
    expect(await sign.compute()).toBe(1);
    expect(await logabsdet.compute()).toBeCloseTo(400 * Math.log(10), 9);
  });

  test('the rank and what is left over', async () => {
    const x = sample(90, 4, [20, 4]).matmul(sample(4, 9, [4, 9], 3));
    const { rank, residuals } = linalg.lstsq(x, x.matmul(array.ones([9, 2])).add(1));
    expect(await rank.compute()).toBe(4);
    expect((await residuals.compute()).shape).toEqual([2]);
  });
});

test('a transposed array is taken as it lies', () => {
  const x = sample(30, 20, [10, 10]);
  expect(x.T.matmul(x).explain().split('Optimized')[1]).not.toContain('permute');
});

test('sums go on from task to task where inputs are many', async () => {
  const x = array.ones([10, 4000], { chunks: [10, 500] });
  expect((await x.matmul(x.T).compute()).data[0]).toBe(4000);
  const wide = array.ones([2, 4_000_000], { chunks: [2, 1_000_000] });
  const tall = array.ones([4_000_000, 10], { chunks: [1_000_000, 10], dtype: 'float32' }).astype('float64');
  expect(wide.matmul(tall).explain()).toContain('2 kernels/contract.js#contract');
});

const message = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    expect((error as Error).name).toBe('InputError');
    return (error as Error).message;
  }
  throw new Error('it did not throw');
};

const two = array.ones([2, 3]);
const refusals: readonly (readonly [() => unknown, string])[] = [
  [
    () => two.matmul(two),
    'matmul of the shapes [2, 3] and [2, 3] does not fit: the last axis of the first has 3 elements and the last but one of the second 2',
  ],
  [() => two.matmul(2), 'matmul takes arrays with axes, got the shapes [2, 3] and []: use multiply'],
  [
    () => array.ones([2, 3, 4]).matmul(array.ones([3, 4, 5])),
    'matmul of the shapes [2, 3, 4] and [3, 4, 5]: axes of 2 and of 3 elements do not fit',
  ],
  [
    () => two.tensordot(two, 1),
    'tensordot of the shapes [2, 3] and [2, 3] does not fit: axis 1 of the first has 3 elements and axis 0 of the second 2',
  ],
  [() => two.tensordot(two, 3), 'tensordot sums over 0 to 2 axes of the shapes [2, 3] and [2, 3], not 3'],
  [() => array.einsum('ij,jk', two), 'einsum cannot read "ij,jk": it names 2 arrays, and 1 are given'],
  [
    () => array.einsum('ij,jk', two, two),
    'einsum of the shapes [2, 3] and [2, 3]: axes of 3 and of 2 elements do not fit',
  ],
  [() => array.einsum('ijk', two), 'einsum cannot read "ijk": "ijk" does not fit an array of the shape [2, 3]'],
  [() => array.einsum('ij->ik', two), 'einsum cannot read "ij->ik": the result has k, which no array has'],
  [
    () => array.einsum('ii', two),
    'einsum cannot read "ii": axes of one letter have 2 and 3 elements in the shape [2, 3]',
  ],
  [() => array.einsum('i;j', two), 'einsum cannot read "i;j": "i;j" has more than letters and one ellipsis'],
  [() => linalg.inv(two), 'inv takes a square matrix, got the shape [2, 3]'],
  [() => linalg.svd(array.ones(3)), 'svd takes a matrix, which has two axes, got the shape [3]'],
  [
    () => linalg.solve(array.ones([2, 2]), array.ones(3)),
    'solve of a matrix of the shape [2, 2] needs a right side of 2 rows, got the shape [3]',
  ],
  [() => linalg.svdCompressed(two, 3), 'svdCompressed gives 1 to 2 singular values of a 2 x 3 matrix, not 3'],
  [() => linalg.norm(two, 'nuc', 0), 'norm of vectors takes a number for ord, got nuc'],
  [() => linalg.norm(two, 7), "norm of matrices takes 'fro', 'nuc', 1, 2, Infinity or their negatives for ord, got 7"],
  [() => array.ones(3).trace(), 'trace takes an array of two axes at least, and this one has 1'],
];

test('what does not fit is told at the call', () => {
  for (const [call, told] of refusals) expect(message(call)).toBe(told);
});

test('tasks tell of singular matrices', async () => {
  await expect(linalg.inv(array.ones([4, 4], { chunks: 2 })).compute()).rejects.toThrow(/the matrix is singular/);
  await expect(linalg.cholesky(array.ones([4, 4], { chunks: 2 })).compute()).rejects.toThrow(/not positive definite/);
  await expect(linalg.svd(array.ones([4, 2]).divide(0)).s.compute()).rejects.toThrow(/NaN or infinities/);
});

test('a matrix of low rank has singular values of zero and whole sets of vectors', async () => {
  const i = array.arange(40).reshape([40, 1]);
  const x = i.multiply([1, 0, 2, 0, 1]).add([0, 0, 1, 0, 3]).astype('float64').rechunk([15, 5]);
  const { u, s, vh } = array.linalg.svd(x);
  const [values, again, right] = await Promise.all([
    s.compute(),
    u.multiply(s).matmul(vh).subtract(x).absolute().max().compute<number>(),
    vh.matmul(vh.T).subtract(array.identity(5)).absolute().max().compute<number>(),
  ]);
  expect((values.data as Float64Array).slice(2).every((value) => value < 1e-12)).toBe(true);
  expect(again).toBeLessThan(1e-11);
  expect(right).toBeLessThan(1e-12);
});
