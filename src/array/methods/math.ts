import { elementwiseNode, type Operand } from '../operands.js';
import { LogicArray } from './logic.js';

/** Mathematical functions of elements: floats of their own size, integers of 8 and 16 bits as float32, others as float64. */
export class ElementwiseArray extends LogicArray {
  /** The square root; NaN of negative numbers. */
  sqrt(): this {
    return this.with(elementwiseNode('sqrt', [this]));
  }

  /** The cube root. */
  cbrt(): this {
    return this.with(elementwiseNode('cbrt', [this]));
  }

  /** e to the power of the elements. */
  exp(): this {
    return this.with(elementwiseNode('exp', [this]));
  }

  /** 2 to the power of the elements. */
  exp2(): this {
    return this.with(elementwiseNode('exp2', [this]));
  }

  /** exp(x) - 1, exact for small x. */
  expm1(): this {
    return this.with(elementwiseNode('expm1', [this]));
  }

  /** The natural logarithm. */
  log(): this {
    return this.with(elementwiseNode('log', [this]));
  }

  /** The logarithm of base 2. */
  log2(): this {
    return this.with(elementwiseNode('log2', [this]));
  }

  /** The logarithm of base 10. */
  log10(): this {
    return this.with(elementwiseNode('log10', [this]));
  }

  /** log(1 + x), exact for small x. */
  log1p(): this {
    return this.with(elementwiseNode('log1p', [this]));
  }

  /** The sine, of radians. */
  sin(): this {
    return this.with(elementwiseNode('sin', [this]));
  }

  /** The cosine, of radians. */
  cos(): this {
    return this.with(elementwiseNode('cos', [this]));
  }

  /** The tangent, of radians. */
  tan(): this {
    return this.with(elementwiseNode('tan', [this]));
  }

  /** The arc sine, in radians. */
  arcsin(): this {
    return this.with(elementwiseNode('arcsin', [this]));
  }

  /** The arc cosine, in radians. */
  arccos(): this {
    return this.with(elementwiseNode('arccos', [this]));
  }

  /** The arc tangent, in radians. */
  arctan(): this {
    return this.with(elementwiseNode('arctan', [this]));
  }

  /** The angle of the point (x, this), in radians, from -pi to pi. */
  arctan2(x: Operand): this {
    return this.with(elementwiseNode('arctan2', [this, x]));
  }

  /** The hyperbolic sine. */
  sinh(): this {
    return this.with(elementwiseNode('sinh', [this]));
  }

  /** The hyperbolic cosine. */
  cosh(): this {
    return this.with(elementwiseNode('cosh', [this]));
  }

  /** The hyperbolic tangent. */
  tanh(): this {
    return this.with(elementwiseNode('tanh', [this]));
  }

  /** The inverse hyperbolic sine. */
  arcsinh(): this {
    return this.with(elementwiseNode('arcsinh', [this]));
  }

  /** The inverse hyperbolic cosine. */
  arccosh(): this {
    return this.with(elementwiseNode('arccosh', [this]));
  }

  /** The inverse hyperbolic tangent. */
  arctanh(): this {
    return this.with(elementwiseNode('arctanh', [this]));
  }

  /** The length of the vector (this, other), without overflow on the way. */
  hypot(other: Operand): this {
    return this.with(elementwiseNode('hypot', [this, other]));
  }

  /** The size of the elements with the signs of others. */
  copysign(other: Operand): this {
    return this.with(elementwiseNode('copysign', [this, other]));
  }

  /** log(exp(this) + exp(other)), without overflow on the way. */
  logaddexp(other: Operand): this {
    return this.with(elementwiseNode('logaddexp', [this, other]));
  }

  /** Radians in degrees. */
  degrees(): this {
    return this.with(elementwiseNode('degrees', [this]));
  }

  /** Degrees in radians. */
  radians(): this {
    return this.with(elementwiseNode('radians', [this]));
  }
}
