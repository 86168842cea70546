import type { Operand } from '../operands.js';
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
import { BlockArray } from './blocks.js';

/** Products of arrays and of matrices. More is in `array.linalg`. */
export class LinearArray extends BlockArray {
  /**
   * The product of matrices, those of the last two axes; axes before are broadcast together, and an array of one axis is a
   * row on the left and a column on the right. Integers wrap around, a float32 product is summed in float32. Raises
   * {@link InputError} for shapes that do not fit.
   *
   * @example
   * const x = array.fromArray([[1, 2], [3, 4]]);
   * (await x.matmul(x).compute()).toArray(); // [[7n, 10n], [15n, 22n]]
   */
  matmul(other: Operand): this {
    return this.with(matmulNode(this, other));
  }

  /** The sum of products over the last axis and the last but one of the other array; with a bare number the product. */
  dot(other: Operand): this {
    return this.with(dotNode(this, other));
  }

  /** The sum of products over the last axes of both. */
  inner(other: Operand): this {
    return this.with(innerNode(this, other));
  }

  /** Every product of an element of this array with one of the other, all their elements in one axis. */
  outer(other: Operand): this {
    return this.with(outerNode(this, other));
  }

  /** The sum of the products of all elements. */
  vdot(other: Operand): this {
    return this.with(vdotNode(this, other));
  }

  /**
   * The sum of products over the last two axes and the first two of the other array, or over so many, or over these axes of
   * the first and those of the second. Raises {@link InputError} for axes that do not fit.
   *
   * @example
   * const x = array.ones([2, 3, 4]);
   * x.tensordot(array.ones([4, 5]), 1).shape; // [2, 3, 5]
   */
  tensordot(other: Operand, axes: TensordotAxes = 2): this {
    return this.with(tensordotNode(this, other, axes));
  }

  /** The sum along the diagonal of two axes, `offset` places right of the main one. Raises {@link InputError} for fewer than two axes. */
  trace(offset = 0, axis1 = 0, axis2 = 1): this {
    return this.with(traceNode(this.node, offset, axis1, axis2));
  }
}
