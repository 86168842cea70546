/** Expressions of elements that a function puts together, which is called once with what stands for an element of each array. */
import {
  castElement,
  checkDType,
  type DType,
  dtypeOfValue,
  type Element,
  promoteAll,
  promoteValue,
} from '../arrow/dtype.js';
import { type OpName, ops } from '../expr/ops.js';
import { ProgramBuilder } from '../expr/program.js';
import type { Node } from '../plan/node.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { nodeOf, walkNode } from './operands.js';

/** An expression, or a bare value, which takes the dtype of what it meets. */
export type ExprLike = Expr | number | bigint | boolean;

type Operations = { readonly [O in Exclude<OpName, 'where'>]: (...others: ExprLike[]) => Expr };

/** What stands for an element, with the elementwise methods of arrays. */
export interface Expr extends Operations {
  readonly dtype: DType;
  astype(dtype: DType): Expr;
  /** The first where this is true, the second elsewhere. */
  where(x: ExprLike, y: ExprLike): Expr;
}

interface Made {
  readonly builder: ProgramBuilder;
  readonly step: number;
}

const made = new WeakMap<object, Made>();
const isElement = (value: unknown): value is Element =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';

const methods: Readonly<Record<string, (this: Expr, ...others: ExprLike[]) => Expr>> = Object.fromEntries(
  (Object.keys(ops) as OpName[]).map((op) => [
    op,
    function (this: Expr, ...others: ExprLike[]): Expr {
      const { arity } = ops[op];
      if (others.length !== arity - 1) {
        throw new InputError(`${op} takes ${arity - 1} values besides that it is called on, got ${others.length}`);
      }
      const { builder } = made.get(this)!;
      return exprOf(builder, builder.call(op, ...stepsOf(builder, op, [this, ...others])));
    },
  ]),
);

const prototype = Object.create(null, {
  ...Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value }])),
  dtype: {
    get(this: Expr): DType {
      const { builder, step } = made.get(this)!;
      return builder.dtypeOf(step);
    },
  },
  astype: {
    value(this: Expr, dtype: DType): Expr {
      const { builder, step } = made.get(this)!;
      return exprOf(builder, builder.cast(step, checkDType(dtype)));
    },
  },
});

function exprOf(builder: ProgramBuilder, step: number): Expr {
  const expr = Object.freeze(Object.create(prototype));
  made.set(expr, { builder, step });
  return expr;
}

/** The steps of values that meet; the condition of a choice says nothing of the dtype of the others. */
function stepsOf(builder: ProgramBuilder, op: OpName, values: readonly unknown[]): number[] {
  const known = values.map((value) => {
    if (isElement(value)) return undefined;
    const found = typeof value === 'object' && value !== null ? made.get(value) : undefined;
    if (!found) throw new InputError(`${op} takes expressions, numbers, bigints and booleans, got ${describe(value)}`);
    if (found.builder !== builder) throw new InputError(`${op} got an expression of another call of expr`);
    return found.step;
  });
  const met = known.flatMap((step, i) => (step === undefined || (op === 'where' && i === 0) ? [] : [step]));
  const beside = met.length > 0 ? promoteAll(met.map((step) => builder.dtypeOf(step))) : undefined;
  return values.map((value, i) => known[i] ?? constantOf(builder, value as Element, beside));
}

function constantOf(builder: ProgramBuilder, value: Element, beside: DType | undefined): number {
  const dtype = beside === undefined ? dtypeOfValue(value) : promoteValue(beside, value);
  return builder.constant(castElement(value, dtype), dtype);
}

export function exprNode(build: unknown, given: readonly unknown[]): Node {
  if (typeof build !== 'function') throw new InputError(`expr takes a function of expressions, got ${describe(build)}`);
  if (given.length === 0) throw new InputError('expr takes a function and arrays, got no array');
  const inputs = given.map((one) => nodeOf(one, 'expr'));
  const builder = new ProgramBuilder();
  const result: unknown = build(...inputs.map(({ dtype }, i) => exprOf(builder, builder.input(i, dtype))));
  const [step] = stepsOf(builder, 'positive', [result]);
  return walkNode(builder, step!, inputs, 'expr');
}
