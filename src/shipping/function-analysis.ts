/** All that has to be known of a function's text to send it. */
import type { AnyNode, Class, Function as FunctionSyntax } from 'acorn';
import { type FreeVariables, type Span, startWalk, visitClass, visitFunction } from './free-variables.js';
import { type ParsedFunction, parseFunction } from './function-text.js';

export interface FunctionAnalysis extends FreeVariables {
  readonly parsed: ParsedFunction;
  readonly heritage: Span | undefined;
  readonly arrow: boolean;
  /** The class has `#private` fields or methods of its instances. */
  readonly hasPrivateFields: boolean;
}

/** Raises SourceTextError. */
export function analyzeFunction(source: string): FunctionAnalysis {
  const root = parseFunction(source);
  const walk = startWalk(root);
  const klass = root.form === 'class' ? (root.node as Class) : undefined;
  if (klass) visitClass(klass, walk);
  else visitFunction(root.node as FunctionSyntax & AnyNode, walk);
  const { free, keyNames, importMetas, usesThis, usesSuper, usesEval, foreignPrivateName } = walk;
  const heritage = klass?.superClass;
  return {
    ...{ free, keyNames, importMetas, usesThis, usesSuper, usesEval, foreignPrivateName },
    parsed: root,
    heritage: heritage ? { start: heritage.start - root.shift, end: heritage.end - root.shift } : undefined,
    arrow: root.node.type === 'ArrowFunctionExpression',
    hasPrivateFields:
      klass?.body.body.some(
        (member) => member.type !== 'StaticBlock' && !member.static && member.key.type === 'PrivateIdentifier',
      ) ?? false,
  };
}

/** Analyses by source text; what one process sends is few functions, many times. */
const analyses = new Map<string, FunctionAnalysis>();
const mostAnalyses = 5000;

/** Raises SourceTextError. */
export function analysisOf(source: string): FunctionAnalysis {
  let analysis = analyses.get(source);
  if (!analysis) {
    if (analyses.size >= mostAnalyses) analyses.clear();
    analyses.set(source, (analysis = analyzeFunction(source)));
  }
  return analysis;
}
