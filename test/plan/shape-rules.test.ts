/** What the rules make of plans of shapes: which nodes are left, and which tasks run. */
import { describe, expect, test } from 'vitest';
import { array, type ChunkedArray } from '../../src/array/index.js';
import { tasksOf } from '../../src/graph/graph.js';
import { inOrder, optimize } from '../../src/plan/optimize.js';

const kindsOf = (x: ChunkedArray): string[] => inOrder(optimize(x.node)).map(({ kind }) => kind.name);

function opsOf(x: ChunkedArray): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of tasksOf(x.toGraph().graph)) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

const inMemory = () => array.fromArray([[1, 2, 3, 4]], { chunks: [1, 1] });
const value = 'graph/ops.js#value';

describe('rules', () => {
  test('of two rechunks the last is left', () => {
    expect(kindsOf(inMemory().rechunk([1, 2]).rechunk([1, 3]))).toEqual(['source', 'rechunk']);
    expect(kindsOf(inMemory().rechunk([1, 2]).rechunk([1, 1]))).toEqual(['source']);
  });

  test('a rechunk that others want too stays', () => {
    const twos = inMemory().rechunk([1, 2]);
    expect(kindsOf(array.concatenate([twos, twos.rechunk([1, 4])]))).toContain('rechunk');
  });

  test('what follows from its place is made in the new chunks', () => {
    const x = array.arange(10, { chunks: 3 }).rechunk(4);
    expect(kindsOf(x)).toEqual(['elementwise']);
    expect(opsOf(x)).toEqual({ 'expr/tasks.js#map': 3 });
  });

  test('and so is what is random', async () => {
    const x = array.random.random(10, { seed: 1, chunks: 3 });
    expect(kindsOf(x.rechunk(4))).toEqual(['random']);
    expect((await x.rechunk(4).compute()).data).toEqual((await x.compute()).data);
    expect(kindsOf(array.concatenate([x, x.rechunk(4)]))).toContain('rechunk');
  });

  test('concatenations along one axis are one', () => {
    const [a, b, c] = [0, 1, 2].map((from) => array.fromArray([from], { chunks: 1 })) as [
      ChunkedArray,
      ChunkedArray,
      ChunkedArray,
    ];
    const x = array.concatenate([array.concatenate([a, b]), c]);
    expect(kindsOf(x)).toEqual(['source', 'source', 'source', 'concatenate']);
    const across = array.concatenate([array.stack([a, b]), array.stack([c, a])], 1);
    expect(kindsOf(across).filter((kind) => kind === 'concatenate')).toHaveLength(3);
  });
});

describe('tasks', () => {
  test('concatenation takes chunks as they are', () => {
    expect(opsOf(array.concatenate([inMemory(), inMemory()]))).toEqual({ [value]: 4 });
  });

  test('a dtype of all together is cast to chunk by chunk', () => {
    const x = array.concatenate([array.fromArray([1n]), array.fromArray([0.5])]);
    expect([x.dtype, opsOf(x)]).toEqual(['float64', { [value]: 2, 'expr/tasks.js#map': 1 }]);
  });

  test('a reshape of whole rows copies nothing', () => {
    const x = array.fromArray(new Float64Array(24).fill(1), { chunks: 8 }).reshape([6, 4]);
    expect(x.chunks).toEqual([[2, 2, 2], [4]]);
    expect(opsOf(x)).toEqual({ [value]: 3, 'kernels/reshape.js#reshape': 3 });
  });

  test('new axes copy nothing', () => {
    expect(opsOf(inMemory().expandDims(0).squeeze())).toEqual({ [value]: 4, 'kernels/reshape.js#reorder': 8 });
  });

  test('rows become columns through squares', async () => {
    const x = array
      .fromArray(
        Uint8Array.from({ length: 10_000 }, (_, i) => i),
        { chunks: 100 },
      )
      .reshape([100, 100]);
    const columns = x.rechunk([-1, 1]);
    expect(opsOf(columns)['kernels/assemble.js#assemble']).toBe(200);
    expect(columns.explain()).toContain('rechunk through 10 x 10 chunks');
    expect((await columns.compute()).data).toEqual((await x.compute()).data);
  });

  test('a roll reads each chunk and its neighbour', () => {
    const x = array.fromArray(new Uint8Array(12), { chunks: 4 }).roll(1);
    expect(
      [...tasksOf(x.toGraph().graph)].filter(({ op }) => op === 'kernels/runs.js#runs').map(({ deps }) => deps.length),
    ).toEqual([2, 2, 2]);
  });
});
