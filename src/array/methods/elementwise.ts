import { checkDType, type DType, type Element } from '../../arrow/dtype.js';
import type { OpName } from '../../expr/ops.js';
import { ProgramBuilder } from '../../expr/program.js';
import { ArrayCore } from '../core.js';
import { elementwiseNode, type Operand, walkNode } from '../operands.js';

/** What is computed for each element; operands are broadcast together, and bare numbers take the dtype of the array. */
export class ElementwiseArray extends ArrayCore {
  /** The sum; of bools, whether any is true. */
  add(other: Operand): this {
    return this.#call('add', other);
  }

  subtract(other: Operand): this {
    return this.#call('subtract', other);
  }

  multiply(other: Operand): this {
    return this.#call('multiply', other);
  }

  /** The quotient, always a float. */
  divide(other: Operand): this {
    return this.#call('divide', other);
  }

  /** The quotient rounded down; of integers an integer, 0 for a division by zero. */
  floorDivide(other: Operand): this {
    return this.#call('floorDivide', other);
  }

  /** What is left of a division, with the sign of the divisor, as `%` in Python. */
  remainder(other: Operand): this {
    return this.#call('remainder', other);
  }

  power(exponent: Operand): this {
    return this.#call('power', exponent);
  }

  negative(): this {
    return this.#call('negative');
  }

  absolute(): this {
    return this.#call('absolute');
  }

  square(): this {
    return this.#call('square');
  }

  sqrt(): this {
    return this.#call('sqrt');
  }

  exp(): this {
    return this.#call('exp');
  }

  /** The natural logarithm. */
  log(): this {
    return this.#call('log');
  }

  equal(other: Operand): this {
    return this.#call('equal', other);
  }

  less(other: Operand): this {
    return this.#call('less', other);
  }

  greater(other: Operand): this {
    return this.#call('greater', other);
  }

  /**
   * The elements as another dtype: floats are cut towards zero, integers wrap around. Raises {@link InputError} for a name
   * that is no dtype.
   *
   * @example
   * const x = array.fromArray([1.7, -1.7]);
   * (await x.astype('int32').compute()).toArray(); // [1, -1]
   */
  astype(dtype: DType): this {
    const to = checkDType(dtype);
    if (to === this.dtype) return this;
    const builder = new ProgramBuilder();
    return this.with(walkNode(builder, builder.cast(builder.input(0, this.dtype), to), [this.node], 'astype'));
  }

  #call(op: OpName, ...others: readonly (Operand | Element)[]): this {
    return this.with(elementwiseNode(op, [this, ...others]));
  }
}
