/** Products of several arrays. */
import { ChunkedArray } from '../chunked-array.js';
import { einsumNode } from '../einsum.js';
import { nodeOf, type Operand } from '../operands.js';
import {
  dotNode,
  innerNode,
  matmulNode,
  outerNode,
  type TensordotAxes,
  tensordotNode,
  traceNode,
  vdotNode,
} from '../products.js';

export const products = {
  /** As {@link ChunkedArray.matmul}. */
  matmul: (a: Operand, b: Operand): ChunkedArray => new ChunkedArray(matmulNode(a, b)),

  /** As {@link ChunkedArray.dot}. */
  dot: (a: Operand, b: Operand): ChunkedArray => new ChunkedArray(dotNode(a, b)),

  /** As {@link ChunkedArray.inner}. */
  inner: (a: Operand, b: Operand): ChunkedArray => new ChunkedArray(innerNode(a, b)),

  /** As {@link ChunkedArray.outer}. */
  outer: (a: Operand, b: Operand): ChunkedArray => new ChunkedArray(outerNode(a, b)),

  /** As {@link ChunkedArray.vdot}. */
  vdot: (a: Operand, b: Operand): ChunkedArray => new ChunkedArray(vdotNode(a, b)),

  /** As {@link ChunkedArray.trace}. */
  trace: (x: Operand, offset = 0, axis1 = 0, axis2 = 1): ChunkedArray =>
    new ChunkedArray(traceNode(nodeOf(x, 'trace'), offset, axis1, axis2)),

  /** As {@link ChunkedArray.tensordot}. */
  tensordot: (a: Operand, b: Operand, axes: TensordotAxes = 2): ChunkedArray =>
    new ChunkedArray(tensordotNode(a, b, axes)),

  /**
   * Sums of products in Einstein's notation: letters name the axes of each array, before the arrow, and of the result, behind
   * it; what the result does not name is summed over, a letter twice in one array means its diagonal, and an ellipsis the axes
   * that are not named. Several arrays are taken pair by pair, the cheapest first. Raises {@link InputError} for what does not
   * fit the shapes.
   *
   * @example
   * const x = array.fromArray([[1, 2], [3, 4]]);
   * (await array.einsum('ij,ij->i', x, x).compute()).toArray(); // [5n, 25n]
   */
  einsum: (subscripts: string, ...operands: readonly Operand[]): ChunkedArray =>
    new ChunkedArray(
      einsumNode(
        subscripts,
        operands.map((operand) => nodeOf(operand, 'einsum')),
      ),
    ),
};
