/** Elementwise operations as functions of anything that is an array; the methods of these names say what they do. */
import type { OpName } from '../../expr/ops.js';
import { ChunkedArray } from '../chunked-array.js';
import { elementwiseNode, type Operand } from '../operands.js';

// biome-ignore format: two lists
const ofOne = [
  'negative', 'positive', 'absolute', 'sign', 'reciprocal', 'square', 'floor', 'ceil', 'trunc', 'rint', 'logicalNot', 'invert', 'isnan', 'isinf',
  'isfinite', 'signbit', 'sqrt', 'cbrt', 'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'arcsin', 'arccos', 'arctan',
  'sinh', 'cosh', 'tanh', 'arcsinh', 'arccosh', 'arctanh', 'degrees', 'radians',
] as const satisfies readonly OpName[];
// biome-ignore format: two lists
const ofTwo = [
  'add', 'subtract', 'multiply', 'divide', 'floorDivide', 'remainder', 'fmod', 'power', 'maximum', 'minimum', 'fmax', 'fmin', 'gcd', 'equal', 'notEqual',
  'less', 'lessEqual', 'greater', 'greaterEqual', 'logicalAnd', 'logicalOr', 'logicalXor', 'bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'leftShift', 'rightShift',
  'arctan2', 'hypot', 'copysign', 'logaddexp',
] as const satisfies readonly OpName[];

type OfOne = { readonly [K in (typeof ofOne)[number]]: (x: Operand) => ChunkedArray };
type OfTwo = { readonly [K in (typeof ofTwo)[number]]: (x: Operand, y: Operand) => ChunkedArray };

const call =
  (op: OpName) =>
  (...operands: readonly Operand[]): ChunkedArray =>
    new ChunkedArray(elementwiseNode(op, operands));

const called = Object.fromEntries([...ofOne, ...ofTwo].map((op) => [op, call(op)])) as unknown as OfOne & OfTwo;

export const elementwise = {
  ...called,

  /**
   * Elements of `x` where `condition` is true, of `y` elsewhere.
   *
   * @example
   * const x = array.arange(4);
   * (await array.where(x.less(2), x, -1).compute()).toArray(); // [0n, 1n, -1n, -1n]
   */
  where: (condition: Operand, x: Operand, y: Operand): ChunkedArray =>
    new ChunkedArray(elementwiseNode('where', [condition, x, y])),
};
