/**
 * Plain functions of numbers as scalar programs: the text of a function, with the values that it captured, is read as an
 * expression over its arguments. What a program has no steps for is told by a {@link NotScalar}, and the function is then called as it is.
 */
import type { AnyNode, ArrowFunctionExpression, Expression, Function as FunctionSyntax, Statement } from 'acorn';
import { type DType, type Element, promoteAll, promoteValue } from '../arrow/dtype.js';
import { type OpName, ops } from '../expr/ops.js';
import type { ProgramBuilder } from '../expr/program.js';
import { parseFunction, SourceTextError } from '../shipping/function-text.js';
import { type Encoded, type FunctionNode, isRef, type Payload } from '../shipping/payload.js';

import { binary, math, onBare, tests } from './lambda-tables.js';

/** Why a function is no scalar program: in the words of a plan. */
export class NotScalar extends Error {}

const refuse = (why: string): never => {
  throw new NotScalar(why);
};

/** The number of a step, or a bare value, which takes the dtype of what it meets. */
type Value = { readonly step: number } | { readonly bare: Element };
type Scope = Map<string, Value | Captured>;
/** A captured value that is no number: another function, or data in which a number is looked up. */
interface Captured {
  readonly captured: Encoded | { readonly data: unknown };
}

const isValue = (found: Value | Captured): found is Value => !('captured' in found);
const isElement = (value: unknown): value is Element =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';

/** Functions that call one another deeper are not written out. */
const MOST_DEEP = 16;

/** Adds the function at the root of `payload`, applied to the steps `args`, to the program; the number of its result. Raises {@link NotScalar}. */
export function addLambda(builder: ProgramBuilder, payload: Payload, args: readonly number[]): number {
  const reader = new Reader(builder, payload);
  return reader.stepOf(
    reader.call(
      payload.root,
      args.map((step) => ({ step })),
      0,
    ),
  );
}

class Reader {
  readonly #builder: ProgramBuilder;
  readonly #payload: Payload;

  constructor(builder: ProgramBuilder, payload: Payload) {
    this.#builder = builder;
    this.#payload = payload;
  }

  /** A function of the payload applied to values. */
  call(fn: Encoded, args: readonly Value[], depth: number): Value {
    const node = isRef(fn) ? this.#payload.nodes[fn.ref] : undefined;
    if (node?.kind !== 'function') return refuse('it calls something that is no plain function');
    if (depth > MOST_DEEP) return refuse('its functions call one another too deep');
    const { syntax, scope } = this.#open(node as FunctionNode);
    for (const [i, param] of syntax.params.entries()) {
      if (param.type !== 'Identifier') return refuse('its parameters are no plain names');
      scope.set(param.name, args[i] ?? refuse(`it takes ${syntax.params.length} arguments, and gets ${args.length}`));
    }
    const { body } = syntax;
    if (body.type !== 'BlockStatement') return this.#value(body as Expression, scope, depth);
    return this.#run(body.body, scope, depth) ?? refuse('it may return nothing');
  }

  /** A step for any value. */
  stepOf(value: Value): number {
    return 'step' in value ? value.step : this.#builder.constant(value.bare);
  }

  #open(node: FunctionNode): { syntax: FunctionSyntax | ArrowFunctionExpression; scope: Scope } {
    const code = this.#payload.codes[node.code]!;
    if (code.assigned.length > 0) return refuse(`it assigns to ${code.assigned.join(', ')} outside of itself`);
    const syntax = syntaxOf(code.text);
    if (syntax.async || syntax.generator) return refuse('it is asynchronous or a generator');
    const scope: Scope = new Map();
    code.names.forEach((name, i) => {
      const captured = node.captured[i];
      scope.set(name, isElement(captured) ? { bare: captured } : { captured });
    });
    return { syntax, scope };
  }

  /** The value that statements return; undefined where they come to their end. */
  #run(statements: readonly Statement[], scope: Scope, depth: number): Value | undefined {
    for (const [i, statement] of statements.entries()) {
      switch (statement.type) {
        case 'ReturnStatement':
          return statement.argument ? this.#value(statement.argument, scope, depth) : refuse('it may return nothing');
        case 'VariableDeclaration':
          for (const { id, init } of statement.declarations) {
            if (id.type !== 'Identifier' || !init) return refuse('it declares what is no plain name with a value');
            scope.set(id.name, this.#value(init, scope, depth));
          }
          break;
        case 'ExpressionStatement':
          this.#assign(statement.expression, scope, depth);
          break;
        case 'BlockStatement': {
          const returned = this.#run([...statement.body, ...statements.slice(i + 1)], scope, depth);
          return returned;
        }
        case 'IfStatement': {
          // Both ways go on to the end, each with variables of its own.
          const rest = statements.slice(i + 1);
          const way = (taken: Statement | null | undefined) =>
            this.#run(taken ? [taken, ...rest] : rest, new Map(scope), depth) ?? refuse('it may return nothing');
          return this.#choose(
            this.#value(statement.test, scope, depth),
            way(statement.consequent),
            way(statement.alternate),
          );
        }
        case 'EmptyStatement':
          break;
        default:
          return refuse(`it has a ${statement.type}`);
      }
    }
    return undefined;
  }

  #assign(expression: Expression, scope: Scope, depth: number): void {
    if (expression.type !== 'AssignmentExpression' || expression.left.type !== 'Identifier') {
      throw new NotScalar('it has a statement that is no declaration, assignment or return');
    }
    const { left, operator, right } = expression;
    const known = scope.get(left.name);
    if (!known || !isValue(known)) throw new NotScalar(`it assigns to ${left.name}`);
    const value = this.#value(right, scope, depth);
    scope.set(left.name, operator === '=' ? value : this.#binary(operator.slice(0, -1), known, value));
  }

  #value(node: Expression | AnyNode, scope: Scope, depth: number): Value {
    const value = (inner: Expression | AnyNode) => this.#value(inner, scope, depth);
    switch (node.type) {
      case 'Literal':
        return isElement(node.value) ? { bare: node.value } : refuse(`it has the literal ${node.raw}`);
      case 'Identifier':
        return this.#named(node.name, scope);
      case 'ParenthesizedExpression':
        return value(node.expression);
      case 'MemberExpression':
        return this.#member(node, scope, depth);
      case 'BinaryExpression':
        return this.#binary(node.operator, value(node.left), value(node.right));
      case 'UnaryExpression':
        return this.#unary(node.operator, value(node.argument));
      case 'LogicalExpression':
        return this.#logical(node.operator, value(node.left), value(node.right));
      case 'ConditionalExpression':
        return this.#choose(value(node.test), value(node.consequent), value(node.alternate));
      case 'CallExpression':
        return this.#called(node, scope, depth);
      default:
        return refuse(`it has a ${node.type}`);
    }
  }

  #named(name: string, scope: Scope): Value {
    const found = scope.get(name);
    if (found) return isValue(found) ? found : refuse(`${name} is no number`);
    if (name === 'NaN') return { bare: Number.NaN };
    if (name === 'Infinity') return { bare: Number.POSITIVE_INFINITY };
    return refuse(`it uses ${name}`);
  }

  /** A constant of Math or Number, or a number within captured data. */
  #member(node: AnyNode, scope: Scope, depth: number): Value {
    const [owner, name] = globalMember(node, scope) ?? [];
    if (owner === 'Math' || owner === 'Number') {
      const constant = (globalThis[owner] as unknown as Record<string, unknown>)[name!];
      return typeof constant === 'number' ? { bare: constant } : refuse(`it uses ${owner}.${name}`);
    }
    const found = this.#looked(node, scope, depth);
    return isElement(found) ? { bare: found } : refuse('it looks up what is no number');
  }

  /** What stands at a place of captured plain data. */
  #looked(node: AnyNode, scope: Scope, depth: number): unknown {
    if (node.type === 'Identifier') {
      const known = scope.get(node.name);
      const encoded = known && !isValue(known) ? (known.captured as Encoded) : refuse(`it looks into ${node.name}`);
      const kept = isRef(encoded) ? this.#payload.nodes[encoded.ref] : undefined;
      return kept?.kind === 'data' ? kept.value : refuse(`it looks into ${node.name}, which is no plain data`);
    }
    if (node.type !== 'MemberExpression') return refuse('it looks into what it computes');
    const { object, property, computed } = node;
    const holder = this.#looked(object as AnyNode, scope, depth) as Record<string | number, unknown> | null | undefined;
    let name: string | number | undefined;
    if (!computed && property.type === 'Identifier') name = property.name;
    else {
      const at = this.#value(property as AnyNode, scope, depth);
      name = 'bare' in at && typeof at.bare === 'number' ? at.bare : refuse('it looks up a place that it computes');
    }
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name))
      return refuse(`it looks up ${name}`);
    return holder[name];
  }

  #called(node: Extract<AnyNode, { type: 'CallExpression' }>, scope: Scope, depth: number): Value {
    if (node.optional) return refuse('it has an optional call');
    const args = node.arguments.map((arg) => this.#value(arg as AnyNode, scope, depth));
    const callee = node.callee as AnyNode;
    if (callee.type === 'Identifier') {
      const known = scope.get(callee.name);
      if (known)
        return isValue(known)
          ? refuse(`${callee.name} is no function`)
          : this.call(known.captured as Encoded, args, depth + 1);
      return callee.name in tests ? this.#apply(tests[callee.name]!, args) : refuse(`it calls ${callee.name}`);
    }
    const [owner, name] = globalMember(callee, scope) ?? refuse('it calls a method');
    if (`${owner}.${name}` in tests) return this.#apply(tests[`${owner}.${name}`]!, args);
    if (owner !== 'Math') return refuse(`it calls ${owner}.${name}`);
    if (name === 'round') return this.#apply('floor', [this.#apply('add', [args[0]!, { bare: 0.5 }])]);
    const op = Object.hasOwn(math, name) ? math[name]! : refuse(`it calls Math.${name}`);
    if (args.length > 2 && ops[op].arity === 2) return args.reduce((a, b) => this.#apply(op, [a, b]));
    return args.length === ops[op].arity
      ? this.#apply(op, args)
      : refuse(`it calls Math.${name} with ${args.length} arguments`);
  }

  #binary(operator: string, a: Value, b: Value): Value {
    const op = Object.hasOwn(binary, operator) ? binary[operator]! : refuse(`it has the operator ${operator}`);
    if ('bare' in a && 'bare' in b) return { bare: onBare[operator]!(a.bare as never, b.bare as never) };
    return this.#apply(op, [a, b]);
  }

  #unary(operator: string, a: Value): Value {
    if (operator === '+') return a;
    if ('bare' in a) {
      if (operator === '-') return { bare: -(a.bare as number) };
      return operator === '!' ? { bare: !a.bare } : refuse(`it has the operator ${operator}`);
    }
    if (operator === '-') return this.#apply('negative', [a]);
    if (operator === '!') return this.#apply('logicalNot', [a]);
    return operator === '~' ? this.#apply('invert', [a]) : refuse(`it has the operator ${operator}`);
  }

  /** Of bools the operation, else one of the operands, as in JavaScript. */
  #logical(operator: string, a: Value, b: Value): Value {
    if (operator === '??') return a;
    const isAnd = operator === '&&';
    if (this.#isBool(a) && this.#isBool(b)) return this.#apply(isAnd ? 'logicalAnd' : 'logicalOr', [a, b]);
    return isAnd ? this.#choose(a, b, a) : this.#choose(a, a, b);
  }

  #isBool(value: Value): boolean {
    return 'bare' in value ? typeof value.bare === 'boolean' : this.#builder.dtypeOf(value.step) === 'bool';
  }

  #choose(test: Value, yes: Value, no: Value): Value {
    if ('bare' in test) return test.bare ? yes : no;
    if ('bare' in yes && 'bare' in no) {
      const both = [this.stepOf(yes), this.stepOf(no)] as const;
      return { step: this.#builder.call('where', test.step, ...both) };
    }
    const [a, b] = this.#met([yes, no]);
    return { step: this.#builder.call('where', test.step, a!, b!) };
  }

  #apply(op: OpName, args: readonly Value[]): Value {
    return { step: this.#builder.call(op, ...this.#met(args)) };
  }

  /** Steps of values, bare ones in the dtype that they take beside the others. */
  #met(values: readonly Value[]): number[] {
    const dtypes = values.flatMap((value): DType[] => ('step' in value ? [this.#builder.dtypeOf(value.step)] : []));
    const beside = dtypes.length > 0 ? promoteAll(dtypes) : undefined;
    return values.map((value) => {
      if ('step' in value) return value.step;
      return this.#builder.constant(value.bare, beside && promoteValue(beside, value.bare));
    });
  }
}

/** `Math.x` and the like, where the name is not the function's own. */
function globalMember(node: AnyNode, scope: Scope): readonly [owner: string, name: string] | undefined {
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  const { object, property } = node;
  if (object.type !== 'Identifier' || property.type !== 'Identifier' || scope.has(object.name)) return undefined;
  return [object.name, property.name];
}

function syntaxOf(text: string): FunctionSyntax | ArrowFunctionExpression {
  try {
    const { node, form } = parseFunction(text);
    return form === 'class' ? refuse('it is a class') : (node as FunctionSyntax | ArrowFunctionExpression);
  } catch (error) {
    if (error instanceof SourceTextError) return refuse(error.message);
    throw error;
  }
}
