import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allocate } from '../../src/arrow/block.js';
import { castElement, type DType, isBig } from '../../src/arrow/dtype.js';
import { gemm, type Matrix, useBlas } from '../../src/kernels/gemm.js';
import { findBlas } from '../../src/worker/blas.js';
import { root } from '../support/paths.js';

test('the modules are what their sources compile to', async () => {
  const check = promisify(execFile)(process.execPath, ['scripts/build-wasm.mjs', '--check'], { cwd: root });
  await expect(check).resolves.toEqual({ stdout: '', stderr: '' });
}, 60_000);

/** Small integers, whose products and sums are exact in every dtype of more than 8 bits. */
function matrix(dtype: DType, rows: number, columns: number, isTransposed: boolean, seed: number): Matrix {
  const data = allocate(dtype, rows * columns + 3);
  for (let i = 0; i < data.length; i++) data[i] = castElement(((i * 7 + seed) % 11) - 5, dtype) as never;
  const [rowStride, colStride] = isTransposed ? [1, rows] : [columns, 1];
  return { data, offset: 3, rowStride, colStride };
}

function naive(dtype: DType, m: number, n: number, k: number, a: Matrix, b: Matrix, c: Matrix): void {
  const at = ({ data, offset, rowStride, colStride }: Matrix, i: number, j: number) =>
    data[offset + i * rowStride + j * colStride]!;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const place = c.offset + i * c.rowStride + j * c.colStride;
      for (let p = 0; p < k; p++) {
        const [x, y, sum] = [at(a, i, p), at(b, p, j), c.data[place]!] as [number, number, number];
        const next = isBig(dtype) ? BigInt(sum) + BigInt(x) * BigInt(y) : sum + x * y;
        c.data[place] = castElement(dtype === 'bool' ? sum || (x && y) : next, dtype) as never;
      }
    }
  }
}

const sides = fc.tuple(
  fc.integer({ min: 0, max: 140 }),
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: 0, max: 270 }),
);

describe('C += A B', () => {
  test.each<DType>(['float64', 'float32', 'int32', 'int16', 'uint8', 'int64', 'uint64', 'bool'])('%s', (dtype) => {
    fc.assert(
      fc.property(sides, fc.boolean(), fc.boolean(), ([m, n, k], isA, isB) => {
        const a = matrix(dtype, m, k, isA, 1);
        const b = matrix(dtype, k, n, isB, 2);
        const c = matrix(dtype, m, n, false, 3);
        const expected = { ...c, data: c.data.slice() as typeof c.data };
        gemm(dtype, m, n, k, a, b, c);
        naive(dtype, m, n, k, a, b, expected);
        expect(Array.from(c.data as Float64Array)).toEqual(Array.from(expected.data as Float64Array));
      }),
      { numRuns: 25 },
    );
  });

  test.each([
    [2060, 9, 20],
    [9, 2080, 20],
    [150, 40, 600],
    [1, 1, 1],
  ])('over several blocks, %d x %d x %d', (m, n, k) => {
    for (const dtype of ['float64', 'float32'] as const) {
      const [a, b] = [matrix(dtype, m, k, false, 1), matrix(dtype, k, n, true, 2)];
      const columns = { ...matrix(dtype, m, n, true, 3) }; // column by column, which takes other loops than row by row
      for (const c of [matrix(dtype, m, n, false, 3), columns]) {
        const expected = { ...c, data: c.data.slice() as typeof c.data };
        gemm(dtype, m, n, k, a, b, c);
        naive(dtype, m, n, k, a, b, expected);
        expect(c.data).toEqual(expected.data);
      }
    }
  });

  test('what is infinite or no number stays in its row and column', () => {
    const [m, n, k] = [6, 7, 5];
    const [a, b, c] = [
      matrix('float64', m, k, false, 1),
      matrix('float64', k, n, false, 2),
      matrix('float64', m, n, false, 3),
    ];
    (a.data as Float64Array).fill(1);
    (b.data as Float64Array).fill(1);
    (c.data as Float64Array).fill(0);
    a.data[a.offset + 2 * k] = Infinity;
    b.data[b.offset + 3] = Number.NaN;
    gemm('float64', m, n, k, a, b, c);
    const at = (i: number, j: number) => c.data[c.offset + i * n + j];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) expect(at(i, j)).toBe(j === 3 ? Number.NaN : i === 2 ? Infinity : k);
    }
  });
});

describe('by the library of the machine, where there is one', () => {
  beforeAll(() => useBlas(findBlas));
  afterAll(() => useBlas(() => undefined));

  const [m, n, k] = [130, 110, 120];
  test.each(['float64', 'float32'] as const)('%s, of matrices that lie in any way', (dtype) => {
    for (const [isA, isB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const [a, b, c] = [matrix(dtype, m, k, isA, 1), matrix(dtype, k, n, isB, 2), matrix(dtype, m, n, false, 3)];
      const expected = { ...c, data: c.data.slice() as typeof c.data };
      gemm(dtype, m, n, k, a, b, c);
      naive(dtype, m, n, k, a, b, expected);
      expect(Array.from(c.data as Float64Array)).toEqual(Array.from(expected.data as Float64Array));
    }
  });

  test('SHEAF_BLAS=none does without', () => {
    const before = process.env.SHEAF_BLAS;
    process.env.SHEAF_BLAS = 'none';
    expect(findBlas()).toBeUndefined();
    if (before === undefined) delete process.env.SHEAF_BLAS;
    else process.env.SHEAF_BLAS = before;
  });
});
