/** Kernels compute what programs mean: generated loops beside the interpreter, over walks of every form. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFloat } from '../../src/arrow/dtype.js';
import { fold } from '../../src/expr/fold.js';
import { ProgramBuilder, resultOf } from '../../src/expr/program.js';
import { type ReducerName, reducers } from '../../src/expr/reducers.js';
import { type AnyBlock, map } from '../../src/expr/tasks.js';
import { cases, folded, meaning, plain, stored } from './cases.js';

describe('a kernel', () => {
  test('has the elements that the interpreter has', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { program, shape, axes, blocks, origin } = given;
        const found = map({ program, axes, ndim: shape.length, shape, origin }, ...blocks);
        expect(found.dtype).toBe(resultOf(program));
        expect(plain(stored(found))).toEqual(plain(meaning(given)));
      }),
      { numRuns: 1500 },
    );
  });

  test('reduces them to what a loop over them gives', () => {
    const exact = fc.constantFrom<ReducerName>('min', 'max', 'any', 'all', 'sum', 'prod');
    fc.assert(
      fc.property(cases, exact, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), (given, reducer, picks) => {
        const { program, shape, axes, blocks, origin } = given;
        const reduced = shape.flatMap((_, axis) => (picks[axis] ? [axis] : []));
        const found = fold({ program, axes, ndim: shape.length, shape, origin }, reducer, reduced, blocks);
        const accumulator = reducers[reducer].accumulator(resultOf(program));
        // Sums of floats depend on their order.
        if (isFloat(accumulator) && (reducer === 'sum' || reducer === 'prod')) return;
        expect(plain(stored(found))).toEqual(plain(folded(given, reducer, reduced, accumulator)));
      }),
      { numRuns: 1000 },
    );
  });

  test('adds up floats as exactly as float64 can', () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i)));
    const builder = new ProgramBuilder();
    const program = builder.build(builder.input(0, 'float32'));
    const block: AnyBlock = { dtype: 'float32', shape: [5000], data: values as Float32Array<ArrayBuffer> };
    const { data } = fold({ program, axes: [[0]], ndim: 1 }, 'sum', [0], [block]);
    expect(data[0]).toBeCloseTo(
      values.reduce((sum, x) => sum + x, 0),
      11,
    );
  });
});
