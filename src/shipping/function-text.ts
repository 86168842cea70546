/** Parsing what `Function.prototype.toString` gives: declarations, expressions, arrows, classes, methods, accessors. */
import type { AnyNode, ArrowFunctionExpression, Class, Function as FunctionSyntax } from 'acorn';
import { parse } from './parser.js';

export type FunctionForm = 'expression' | 'method' | 'class';

export interface ParsedFunction {
  readonly source: string;
  readonly form: FunctionForm;
  readonly node: (FunctionSyntax | ArrowFunctionExpression | Class) & AnyNode;
  /** What was put before the source to parse it: a node's `start` minus this is its place in the source. */
  readonly shift: number;
  /** It parses only as sloppy code. */
  readonly sloppy: boolean;
}

/** The text of a function cannot be read: it is native, or of a syntax unknown here. */
export class SourceTextError extends Error {}

const expressionTypes = new Set(['FunctionExpression', 'ArrowFunctionExpression', 'ClassExpression']);

/** Raises {@link SourceTextError}. */
export function parseFunction(source: string): ParsedFunction {
  if (isNativeText(source)) throw new SourceTextError('native code has no source');
  const expression = tryParse(`(${source}\n)`);
  if (expression.node && expressionTypes.has(expression.node.type)) {
    const form = expression.node.type === 'ClassExpression' ? 'class' : 'expression';
    return { source, form, node: expression.node as ParsedFunction['node'], shift: 1, sloppy: expression.sloppy };
  }
  const { node, sloppy } = tryParse(`({${source}\n})`);
  const property = node?.type === 'ObjectExpression' ? node.properties[0] : undefined;
  if (property?.type === 'Property' && property.value.type === 'FunctionExpression') {
    return { source, form: 'method', node: property.value, shift: 2, sloppy };
  }
  throw new SourceTextError(`its source text is not understood: ${expression.problem ?? 'no function'}`);
}

export const isNativeText = (source: string): boolean => /\{\s*\[native code\]\s*\}\s*$/.test(source);

function tryParse(text: string): { node?: AnyNode; sloppy: boolean; problem?: string } {
  let problem = '';
  for (const sourceType of ['module', 'script'] as const) {
    try {
      const { body } = parse(text, {
        ecmaVersion: 'latest',
        allowSuperOutsideMethod: true,
        checkPrivateFields: false,
        sourceType,
      });
      const [statement] = body;
      return {
        sloppy: sourceType === 'script',
        ...(statement?.type === 'ExpressionStatement' ? { node: statement.expression as AnyNode } : {}),
      };
    } catch (error) {
      problem ||= (error as Error).message;
    }
  }
  return { sloppy: false, problem };
}
