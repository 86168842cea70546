/** Parts of matrices on, below and above diagonals. */
import { identityOf, ProgramBuilder } from '../expr/program.js';
import { formatShape, shapeOf } from '../plan/chunks.js';
import { makeDiagonal } from '../plan/diagonal.js';
import { makeElementwise } from '../plan/elementwise.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkAxis } from './axes.js';
import { padNode } from './pad.js';
import { checkKnown, spread } from './shape.js';

/** Raises {@link InputError} for others than integers. */
export function checkOffset(k: number, who: string): number {
  if (Number.isInteger(k)) return k;
  throw new InputError(`${who} takes a whole number of diagonals, got ${describe(k)}`);
}

/** How far right of the main diagonal of the last two axes an element is. */
export function offsetOf(builder: ProgramBuilder, ndim: number): number {
  return builder.call('subtract', builder.index(ndim - 1), builder.index(ndim - 2));
}

/** The elements whose offset passes, and zeros. */
function where(input: Node, test: 'lessEqual' | 'greaterEqual' | 'equal', k: number): Node {
  const builder = new ProgramBuilder();
  const ndim = input.chunks.length;
  const isKept = builder.call(test, offsetOf(builder, ndim), builder.constant(k, 'int64'));
  const value = builder.call('where', isKept, builder.input(0, input.dtype), builder.constant(0, input.dtype));
  const axes = [input.chunks.map((_, axis) => axis)];
  return makeElementwise({ program: builder.build(value), axes }, [input], input.chunks);
}

export function triangle(input: Node, k: number, who: 'tril' | 'triu'): Node {
  checkOffset(k, who);
  checkKnown(input, who);
  const ndim = input.chunks.length;
  if (ndim === 0) throw new InputError(`${who} takes an array of one axis at least, and this one has none`);
  // One axis is every row of a matrix, as in NumPy.
  const matrix = ndim === 1 ? spread(input, [input.chunks[0]!, input.chunks[0]!]) : input;
  return where(matrix, who === 'tril' ? 'lessEqual' : 'greaterEqual', k);
}

export function diagonalNode(input: Node, offset: number, axis1: number, axis2: number, who: string): Node {
  checkOffset(offset, who);
  checkKnown(input, who);
  const ndim = input.chunks.length;
  if (ndim < 2) throw new InputError(`${who} takes an array of two axes at least, and this one has ${ndim}`);
  const axes = [checkAxis(axis1, ndim, who), checkAxis(axis2, ndim, who)] as const;
  if (axes[0] === axes[1]) throw new InputError(`${who} takes two different axes, got ${axis1} and ${axis2}`);
  return makeDiagonal(input, axes, offset);
}

/** The diagonal of a matrix, or the matrix of a diagonal. */
export function diagNode(input: Node, k: number): Node {
  const ndim = input.chunks.length;
  if (ndim === 2) return diagonalNode(input, k, 0, 1, 'diag');
  if (ndim !== 1) {
    throw new InputError(
      `diag takes an array of one axis or two, and the shape is ${formatShape(shapeOf(input.chunks))}`,
    );
  }
  checkOffset(k, 'diag');
  checkKnown(input, 'diag');
  // Element (i, j) is that of the diagonal at i, or at j where it lies below: along the other axis it is repeated.
  const padded = padNode(input, [0, Math.abs(k)], 'constant', {});
  const [extents] = padded.chunks as [readonly number[]];
  const column: Node = makeElementwise(
    {
      program: identityOf(input.dtype),
      axes: [[k >= 0 ? 0 : 1]],
    },
    [padded],
    [extents, extents],
  );
  return where(column, 'equal', k);
}
