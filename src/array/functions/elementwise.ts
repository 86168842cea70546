/** Elementwise operations as functions of anything that is an array; the methods of these names say what they do. */
import { isBlock } from '../../arrow/block.js';
import type { DType } from '../../arrow/dtype.js';
import type { OpName } from '../../expr/ops.js';
import { checkOptionNames, isPlainObject } from '../../util/options.js';
import { ChunkedArray } from '../chunked-array.js';
import { type Expr, type ExprLike, exprNode } from '../expr.js';
import { type ElementFunction, mapNode } from '../map.js';
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
   * A plain function of elements, of arrays that are broadcast together. What it does with numbers, with constants that it
   * captured and with `Math` becomes one loop over each chunk, in the dtypes of the arrays; a function that does more is called for each
   * element, which `explain` says, and gives float64 unless the last argument is `{ dtype }`.
   *
   * @example
   * const offset = 0.5;
   * const x = array.arange(3);
   * (await array.map((a: number, b: number) => Math.hypot(a, b) + offset, x, 0).compute()).toArray(); // [0.5, 1.5, 2.5]
   */
  map(fn: ElementFunction, ...args: readonly (Operand | { readonly dtype: DType })[]): ChunkedArray {
    const last = args.at(-1);
    if (!isPlainObject(last) || isBlock(last)) return new ChunkedArray(mapNode(fn, args));
    checkOptionNames('map', last, ['dtype']);
    return new ChunkedArray(mapNode(fn, args.slice(0, -1), (last as { readonly dtype: DType }).dtype));
  },

  /**
   * An expression of elements, of arrays that are broadcast together: `build` is called once with what stands for an element of
   * each, which has the elementwise methods of arrays, and all that it puts together is one loop over each chunk. So
   * expressions can be made by programs, where {@link array.map} reads them from a function's text.
   *
   * @example
   * const polynomial = (x: Expr, coefficients: number[]) => coefficients.reduce<ExprLike>((sum, c) => x.multiply(sum).add(c), 0) as Expr;
   * const y = array.expr((x) => polynomial(x, [1, 2, 3]).sqrt(), array.arange(3));
   * (await y.compute()).toArray(); // [1.7320508075688772, 2.449489742783178, 3.3166247903554]
   */
  expr: (build: (...elements: Expr[]) => ExprLike, ...arrays: readonly Operand[]): ChunkedArray =>
    new ChunkedArray(exprNode(build, arrays)),

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
