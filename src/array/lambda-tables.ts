/** What operators and functions of JavaScript are as steps of a program. */
import type { Element } from '../arrow/dtype.js';
import type { OpName } from '../expr/ops.js';

/** Operators of two operands. */
export const binary: Readonly<Record<string, OpName>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'fmod',
  '**': 'power',
  '<': 'less',
  '<=': 'lessEqual',
  '>': 'greater',
  '>=': 'greaterEqual',
  '==': 'equal',
  '===': 'equal',
  '!=': 'notEqual',
  '!==': 'notEqual',
  '&': 'bitwiseAnd',
  '|': 'bitwiseOr',
  '^': 'bitwiseXor',
  '<<': 'leftShift',
  '>>': 'rightShift',
};

/** What they give of two bare values. */
export const onBare: Readonly<Record<string, (a: never, b: never) => Element>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '===': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '!==': (a, b) => a !== b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
};

/** Functions of `Math`; those of several arguments take two at a time. */
export const math: Readonly<Record<string, OpName>> = {
  ...Object.fromEntries(
    (
      [
        'sqrt',
        'cbrt',
        'exp',
        'expm1',
        'log',
        'log2',
        'log10',
        'log1p',
        'sin',
        'cos',
        'tan',
        'sinh',
        'cosh',
        'tanh',
        'floor',
        'ceil',
        'trunc',
        'sign',
      ] as const
    ).map((name) => [name, name]),
  ),
  abs: 'absolute',
  asin: 'arcsin',
  acos: 'arccos',
  atan: 'arctan',
  atan2: 'arctan2',
  asinh: 'arcsinh',
  acosh: 'arccosh',
  atanh: 'arctanh',
  pow: 'power',
  min: 'minimum',
  max: 'maximum',
  hypot: 'hypot',
};

/** Functions that ask what a number is. */
export const tests: Readonly<Record<string, OpName>> = {
  isNaN: 'isnan',
  isFinite: 'isfinite',
  'Number.isNaN': 'isnan',
  'Number.isFinite': 'isfinite',
};
