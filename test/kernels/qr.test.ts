/** QR of blocks: what its parts must fulfil, for matrices of every form. */
import { describe, expect, test } from 'vitest';
import { allocate, type Block } from '../../src/arrow/block.js';
import type { DType } from '../../src/arrow/dtype.js';
import { factor, orthogonal, triangle, triangular } from '../../src/kernels/qr.js';

type Entry = (i: number, j: number) => number;

function matrix(m: number, n: number, entry: Entry, dtype: DType = 'float64'): Block<DType> {
  const data = allocate(dtype, m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++)
      data[i * n + j] = (dtype === 'int64' ? BigInt(Math.round(entry(i, j))) : entry(i, j)) as never;
  }
  return { dtype, shape: [m, n], data };
}

/** Numbers between -3 and 3 that no few columns give rise to. */
const noise: Entry = (i, j) => (((Math.sin(i * 12.9898 + j * 78.233) * 43758.5453) % 1) + 1) * 3 - 3;
const at = (block: Block<DType>, i: number, j: number): number => Number(block.data[i * block.shape[1]! + j]!);

/** How far Q R is from the matrix, and Q from orthogonal columns, in units of its size. */
function errors(q: Block<DType>, r: Block<DType>, a: (i: number, j: number) => number): [number, number] {
  const [m, k] = q.shape as [number, number];
  const n = r.shape[1]!;
  let [most, product, gram] = [0, 0, 0];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l <= Math.min(j, k - 1); l++) sum += at(q, i, l) * at(r, l, j);
      most = Math.max(most, Math.abs(a(i, j)));
      product = Math.max(product, Math.abs(sum - a(i, j)));
    }
  }
  for (let x = 0; x < k; x++) {
    for (let y = 0; y <= x; y++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += at(q, i, x) * at(q, i, y);
      gram = Math.max(gram, Math.abs(sum - (x === y ? 1 : 0)));
    }
  }
  return [product / (most || 1), gram];
}

const forms: readonly (readonly [name: string, m: number, n: number, entry: Entry])[] = [
  ['one element', 1, 1, () => -3],
  ['a square', 7, 7, noise],
  ['more columns than rows', 5, 12, noise],
  ['one column', 900, 1, noise],
  ['an odd number of rows and columns', 1001, 13, noise],
  ['several pieces', 3000, 50, noise],
  ['the most columns of narrow matrices', 700, 128, noise],
  ['more columns than narrow matrices have', 300, 129, noise],
  ['columns of zeros', 500, 6, (i, j) => (j % 2 === 0 ? 0 : noise(i, j))],
  ['equal columns', 500, 4, (i) => noise(i, 0)],
  ['a matrix that is triangular already', 40, 8, (i, j) => (i <= j ? noise(i, j) : 0)],
  ['tiny values', 800, 5, (i, j) => 1e-300 * noise(i, j)],
  ['huge values', 800, 5, (i, j) => 1e300 * noise(i, j)],
];

describe.each(forms)('%s', (_, m, n, entry) => {
  const a = matrix(m, n, entry);
  const factored = factor({}, a);
  const r = triangle({ dtype: 'float64' }, factored);

  test('Q has orthogonal columns, R is triangular, and their product is the matrix', () => {
    expect(r.shape).toEqual([Math.min(m, n), n]);
    for (let i = 0; i < r.shape[0]!; i++) for (let j = 0; j < i; j++) expect(at(r, i, j)).toBe(0);
    const [product, gram] = errors(orthogonal({ dtype: 'float64' }, factored), r, entry);
    expect(product).toBeLessThan(1e-13);
    expect(gram).toBeLessThan(1e-13);
  });

  test('R alone is the same to the bit, from one block or several', () => {
    expect(triangular({ dtype: 'float64' }, a).data).toEqual(r.data);
    const cut = Math.ceil(m / 3);
    const [top, bottom] = [matrix(cut, n, entry), matrix(m - cut, n, (i, j) => entry(i + cut, j))];
    expect(triangular({ dtype: 'float64' }, top, bottom).data).toEqual(r.data);
  });
});

test('other dtypes are factored in float64', () => {
  for (const dtype of ['int64', 'float32', 'int16'] as const) {
    const values: Entry = (i, j) => ((i * 7 + j * 3) % 11) - 5;
    const r = triangular({ dtype: 'float64' }, matrix(60, 4, values, dtype));
    expect(r.data).toEqual(triangular({ dtype: 'float64' }, matrix(60, 4, values)).data);
  }
});

test('NaN spreads', () => {
  const r = triangular(
    { dtype: 'float64' },
    matrix(300, 3, (i, j) => (i === 200 && j === 1 ? Number.NaN : noise(i, j))),
  );
  expect([at(r, 0, 0), at(r, 1, 1), at(r, 2, 2)].map(Number.isNaN)).toEqual([false, true, true]);
});
