import { elementwiseNode, type Operand } from '../operands.js';
import { ArithmeticArray } from './arithmetic.js';

/** Comparisons, logic and bits of elements. */
export class LogicArray extends ArithmeticArray {
  /** Whether the elements are equal. */
  equal(other: Operand): this {
    return this.with(elementwiseNode('equal', [this, other]));
  }

  /** Whether they are not equal. */
  notEqual(other: Operand): this {
    return this.with(elementwiseNode('notEqual', [this, other]));
  }

  /** Whether they are less. */
  less(other: Operand): this {
    return this.with(elementwiseNode('less', [this, other]));
  }

  /** Whether they are less or equal. */
  lessEqual(other: Operand): this {
    return this.with(elementwiseNode('lessEqual', [this, other]));
  }

  /** Whether they are greater. */
  greater(other: Operand): this {
    return this.with(elementwiseNode('greater', [this, other]));
  }

  /**
   * Whether they are greater or equal.
   *
   * @example
   * (await array.arange(4).greaterEqual(2).compute()).toArray(); // [false, false, true, true]
   */
  greaterEqual(other: Operand): this {
    return this.with(elementwiseNode('greaterEqual', [this, other]));
  }

  /** Whether both are true, or not zero. */
  logicalAnd(other: Operand): this {
    return this.with(elementwiseNode('logicalAnd', [this, other]));
  }

  /** Whether one is true, or not zero. */
  logicalOr(other: Operand): this {
    return this.with(elementwiseNode('logicalOr', [this, other]));
  }

  /** Whether exactly one is true, or not zero. */
  logicalXor(other: Operand): this {
    return this.with(elementwiseNode('logicalXor', [this, other]));
  }

  /** Whether it is false, or zero. */
  logicalNot(): this {
    return this.with(elementwiseNode('logicalNot', [this]));
  }

  /** The bits that both have. Raises {@link InputError} for floats. */
  bitwiseAnd(other: Operand): this {
    return this.with(elementwiseNode('bitwiseAnd', [this, other]));
  }

  /** The bits that one has. Raises {@link InputError} for floats. */
  bitwiseOr(other: Operand): this {
    return this.with(elementwiseNode('bitwiseOr', [this, other]));
  }

  /** The bits that exactly one has. Raises {@link InputError} for floats. */
  bitwiseXor(other: Operand): this {
    return this.with(elementwiseNode('bitwiseXor', [this, other]));
  }

  /** All bits turned over. Raises {@link InputError} for floats. */
  invert(): this {
    return this.with(elementwiseNode('invert', [this]));
  }

  /** The bits moved up; nothing is left of a move as long as the integer. */
  leftShift(bits: Operand): this {
    return this.with(elementwiseNode('leftShift', [this, bits]));
  }

  /** The bits moved down, the sign kept. */
  rightShift(bits: Operand): this {
    return this.with(elementwiseNode('rightShift', [this, bits]));
  }

  /** Whether it is NaN. */
  isnan(): this {
    return this.with(elementwiseNode('isnan', [this]));
  }

  /** Whether it is infinite. */
  isinf(): this {
    return this.with(elementwiseNode('isinf', [this]));
  }

  /** Whether it is neither NaN nor infinite. */
  isfinite(): this {
    return this.with(elementwiseNode('isfinite', [this]));
  }

  /** Whether the sign is negative, that of -0 too. */
  signbit(): this {
    return this.with(elementwiseNode('signbit', [this]));
  }
}
