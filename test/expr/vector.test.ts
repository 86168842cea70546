/** Vectors compute what programs mean, as loops do: beside the interpreter, whether they pay or not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate, sizeOf } from '../../src/arrow/block.js';
import { type DType, type DTypeArray, isFloat } from '../../src/arrow/dtype.js';
import { coalesced, stridesOf } from '../../src/expr/layout.js';
import { type Program, ProgramBuilder, resultOf } from '../../src/expr/program.js';
import { type ReducerName, reducers } from '../../src/expr/reducers.js';
import { run } from '../../src/expr/run.js';
import { type AnyBlock, stepsOf } from '../../src/expr/tasks.js';
import { byVectors } from '../../src/expr/vector/run.js';
import { panelOf } from '../../src/kernels/tiles.js';
import { type Case, cases, folded, meaning, plain, stored } from './cases.js';

/** Where a step asks for the place, or there is only a leaf, vectors have nothing to do. */
const isForLoops = ({ steps }: Program): boolean => steps.length === 1 || steps.some(({ op }) => op === 'index');

function computed({ program, shape, axes, blocks }: Case, reducer?: ReducerName, reduced: readonly number[] = []) {
  const extents = shape.map((extent, axis) => (reduced.includes(axis) ? 1 : extent));
  const dtype = reducer ? reducers[reducer].accumulator(resultOf(program)) : resultOf(program);
  const data = allocate(dtype, sizeOf(extents));
  if (reducer) (data as Float64Array).fill(reducers[reducer].initial(dtype) as number);
  const output = stridesOf(extents).map((step, axis) => (reduced.includes(axis) ? 0 : step));
  const strides = [output, ...blocks.map((block, i) => stepsOf(block, axes[i]!, shape.length))];
  const arrays = blocks.map((block) => block.data);
  const go = byVectors(program, coalesced({ extents: shape, strides }), data, arrays, reducer);
  expect(go).toBeDefined();
  go!();
  return stored({ dtype, shape: extents, data });
}

describe('vectors', () => {
  test('have the elements that the interpreter has', () => {
    fc.assert(
      fc.property(cases, (given) => {
        fc.pre(!isForLoops(given.program));
        expect(plain(computed(given))).toEqual(plain(meaning(given)));
      }),
      { numRuns: 1500 },
    );
  });

  test('reduce them to what a loop over them gives', () => {
    const exact = fc.constantFrom<ReducerName>('min', 'max', 'any', 'all', 'sum', 'prod');
    fc.assert(
      fc.property(cases, exact, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), (given, reducer, picks) => {
        fc.pre(!isForLoops(given.program));
        const reduced = given.shape.flatMap((_, axis) => (picks[axis] ? [axis] : []));
        const accumulator = reducers[reducer].accumulator(resultOf(given.program));
        const found = computed(given, reducer, reduced);
        // Sums of floats depend on their order.
        if (isFloat(accumulator) && (reducer === 'sum' || reducer === 'prod')) return;
        expect(plain(found)).toEqual(plain(folded(given, reducer, reduced, accumulator)));
      }),
      { numRuns: 1000 },
    );
  });
});

/** sqrt(|x|) / 3 + exp(x), which vectors are faster at. */
function heavy(dtype: DType): Program {
  const b = new ProgramBuilder();
  const x = b.input(0, dtype);
  return b.build(
    b.call('add', b.call('divide', b.call('sqrt', b.call('absolute', x)), b.constant(3, dtype)), b.call('exp', x)),
  );
}

const values = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i * 7919) % 1009) / 100 - 5);

describe.each(['float32', 'float64'] as const)('large walks of %s', (dtype) => {
  const block = (rows: number, columns: number): AnyBlock => {
    const data = allocate(dtype, rows * columns);
    (data as Float64Array).set(values(rows * columns));
    return { dtype, shape: [rows, columns], data };
  };
  const round = dtype === 'float32' ? Math.fround : (x: number) => x;
  const truth = (x: number) => round(round(round(Math.sqrt(Math.abs(x))) / 3) + round(Math.exp(x)));
  const near = (a: ArrayLike<number>, b: readonly number[]) =>
    Math.max(...b.map((value, i) => Math.abs(a[i]! - value) / Math.abs(value)));
  const epsilon = dtype === 'float32' ? 2 ** -22 : 2 ** -51;

  test.each([
    [3, 5000],
    [5000, 3],
    [129, 131],
    [1, 9001],
  ])('of %i x %i, along and across', (rows, columns) => {
    const x = block(rows, columns);
    const expected = Array.from(x.data as Float64Array, truth);
    const output = allocate(dtype, rows * columns);
    run(
      heavy(dtype),
      {
        extents: [rows, columns],
        strides: [
          [columns, 1],
          [columns, 1],
        ],
      },
      output,
      [x.data],
    );
    expect(near(output as Float64Array, expected)).toBeLessThan(epsilon);
    const across = allocate(dtype, rows * columns);
    run(
      heavy(dtype),
      {
        extents: [columns, rows],
        strides: [
          [rows, 1],
          [1, columns],
        ],
      },
      across,
      [x.data],
    );
    const turned = expected.map((_, i) => expected[(i % rows) * columns + Math.floor(i / rows)]!);
    expect(near(across as Float64Array, turned)).toBeLessThan(epsilon);
    for (const [steps, of] of [
      [[0, 1], (i: number) => i % columns],
      [[1, 0], (i: number) => Math.floor(i / columns)],
      [[0, 0], () => 0],
    ] as const) {
      const sums: number[] = [];
      expected.forEach((value, i) => {
        sums[of(i)] = (sums[of(i)] ?? 0) + value;
      });
      const found = allocate('float64', sums.length);
      const strides = [steps, [columns, 1]];
      run(heavy(dtype), { extents: [rows, columns], strides }, found, [x.data], { reducer: 'sum' });
      expect(near(found, sums)).toBeLessThan(8 * epsilon);
    }
  });

  test('that lie in the memory of vectors are read and written there', () => {
    const n = 1003;
    const panel = panelOf(dtype, 2 * n + 8)! as DTypeArray;
    const [x, y] = [panel.subarray(0, n), panel.subarray(n, 2 * n)] as [DTypeArray, DTypeArray];
    (x as Float64Array).set(values(n));
    (panel as Float64Array).fill(7, 2 * n);
    byVectors(heavy(dtype), { extents: [n], strides: [[1], [1]] }, y, [x])!();
    expect(near(y as Float64Array, values(n).map(round).map(truth))).toBeLessThan(epsilon);
    expect([...panel.subarray(2 * n)]).toEqual(new Array(8).fill(7));
  });
});
