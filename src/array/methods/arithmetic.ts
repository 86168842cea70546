import { checkDType, type DType } from '../../arrow/dtype.js';
import { ArrayCore } from '../core.js';
import { castNode, roundNode } from '../elementwise.js';
import { elementwiseNode, type Operand } from '../operands.js';

/** Arithmetic of elements; operands are broadcast together, and bare numbers take the dtype of the array. */
export class ArithmeticArray extends ArrayCore {
  /**
   * The sum; of bools, whether any is true.
   *
   * @example
   * (await array.arange(3).add([10, 20, 30]).compute()).toArray(); // [10n, 21n, 32n]
   */
  add(other: Operand): this {
    return this.with(elementwiseNode('add', [this, other]));
  }

  /** The difference. Raises {@link InputError} for bools. */
  subtract(other: Operand): this {
    return this.with(elementwiseNode('subtract', [this, other]));
  }

  /** The product; of bools, whether both are true. */
  multiply(other: Operand): this {
    return this.with(elementwiseNode('multiply', [this, other]));
  }

  /** The quotient, always a float. */
  divide(other: Operand): this {
    return this.with(elementwiseNode('divide', [this, other]));
  }

  /**
   * The quotient rounded down; of integers an integer, 0 for a division by zero.
   *
   * @example
   * (await array.fromArray([7, -7]).floorDivide(2).compute()).toArray(); // [3n, -4n]
   */
  floorDivide(other: Operand): this {
    return this.with(elementwiseNode('floorDivide', [this, other]));
  }

  /**
   * What is left of {@link floorDivide}, with the sign of the divisor, as `%` in Python.
   *
   * @example
   * (await array.fromArray([7, -7]).remainder(3).compute()).toArray(); // [1n, 2n]
   */
  remainder(other: Operand): this {
    return this.with(elementwiseNode('remainder', [this, other]));
  }

  /** What is left of a division that is cut towards zero, as `%` in JavaScript. */
  fmod(other: Operand): this {
    return this.with(elementwiseNode('fmod', [this, other]));
  }

  /** The array to the power of `exponent`. Tasks fail for integers to negative powers. */
  power(exponent: Operand): this {
    return this.with(elementwiseNode('power', [this, exponent]));
  }

  /** The negative. Raises {@link InputError} for bools. */
  negative(): this {
    return this.with(elementwiseNode('negative', [this]));
  }

  /** A copy; raises {@link InputError} for bools. */
  positive(): this {
    return this.with(elementwiseNode('positive', [this]));
  }

  /** The absolute value; the smallest signed integer stays what it is. */
  absolute(): this {
    return this.with(elementwiseNode('absolute', [this]));
  }

  /** -1, 0 or 1; NaN for NaN. */
  sign(): this {
    return this.with(elementwiseNode('sign', [this]));
  }

  /** 1 divided by the array; of integers cut towards zero. */
  reciprocal(): this {
    return this.with(elementwiseNode('reciprocal', [this]));
  }

  /** The array times itself. */
  square(): this {
    return this.with(elementwiseNode('square', [this]));
  }

  /** The larger one; NaN where one is. */
  maximum(other: Operand): this {
    return this.with(elementwiseNode('maximum', [this, other]));
  }

  /** The smaller one; NaN where one is. */
  minimum(other: Operand): this {
    return this.with(elementwiseNode('minimum', [this, other]));
  }

  /** The larger one; where one is NaN, the other. */
  fmax(other: Operand): this {
    return this.with(elementwiseNode('fmax', [this, other]));
  }

  /** The smaller one; where one is NaN, the other. */
  fmin(other: Operand): this {
    return this.with(elementwiseNode('fmin', [this, other]));
  }

  /** The greatest common divisor of integers. */
  gcd(other: Operand): this {
    return this.with(elementwiseNode('gcd', [this, other]));
  }

  /** Rounded down; integers stay as they are. */
  floor(): this {
    return this.with(elementwiseNode('floor', [this]));
  }

  /** Rounded up; integers stay as they are. */
  ceil(): this {
    return this.with(elementwiseNode('ceil', [this]));
  }

  /** Cut towards zero; integers stay as they are. */
  trunc(): this {
    return this.with(elementwiseNode('trunc', [this]));
  }

  /** Rounded to the nearest integer, halves to the even one; always a float. */
  rint(): this {
    return this.with(elementwiseNode('rint', [this]));
  }

  /**
   * Rounded to so many decimals, halves to the even digit: with negative ones to tens, hundreds.
   *
   * @example
   * (await array.fromArray([1.005, 2.5, 3.5]).round().compute()).toArray(); // [1, 2, 4]
   */
  round(decimals = 0): this {
    return this.with(roundNode(this.node, decimals));
  }

  /**
   * The values within bounds: those beyond are the bound. `null` for a bound that there is not.
   *
   * @example
   * (await array.arange(5).clip(1, 3).compute()).toArray(); // [1n, 1n, 2n, 3n, 3n]
   */
  clip(low: Operand | null, high: Operand | null = null): this {
    const above = low === null ? this : this.maximum(low);
    return high === null ? above : above.minimum(high);
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
    return this.with(castNode(this.node, checkDType(dtype)));
  }
}
