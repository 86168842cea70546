/** Reshapes and rechunks keep the elements in C order, whatever shapes and chunks are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { array, type NDArray } from '../../src/array/index.js';

const PRIMES = [2, 2, 2, 3, 3, 5, 7];

/** The same prime factors, shared out among axes in some way. */
const shapeOf = (factors: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((ndim) =>
      fc
        .tuple(...factors.map(() => fc.nat({ max: ndim - 1 })))
        .map((axes) =>
          Array.from({ length: ndim }, (_, axis) =>
            factors.reduce((extent, factor, i) => (axes[i] === axis ? extent * factor : extent), 1),
          ),
        ),
    );

/** Some way to cut each axis, with empty chunks now and then. */
const chunksOf = (shape: readonly number[]): fc.Arbitrary<number[][]> =>
  fc.tuple(
    ...shape.map((extent) =>
      fc.array(fc.integer({ min: 0, max: extent }), { maxLength: 5 }).map((cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), extent];
        return ends.slice(1).map((end, i) => end - ends[i]!);
      }),
    ),
  );

const programs = fc
  .subarray(PRIMES)
  .chain((factors) =>
    fc
      .array(shapeOf(factors), { minLength: 1, maxLength: 4 })
      .chain((shapes) => fc.tuple(fc.constant(shapes), fc.tuple(...shapes.map(chunksOf)))),
  );

test('in any shapes, cut in any way', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async ([shapes, cuts]) => {
      const size = shapes[0]!.reduce((product, extent) => product * extent, 1);
      const flat = Int32Array.from({ length: size }, (_, i) => i);
      const last = shapes.reduce((x, shape, i) => x.reshape(shape).rechunk(cuts[i]!), array.fromArray(flat));
      const result = (await last.compute()) as NDArray;
      expect(result.shape).toEqual(shapes.at(-1));
      expect(Array.from(result.data as Int32Array)).toEqual(Array.from(flat));
    }),
    { numRuns: 300 },
  );
});
