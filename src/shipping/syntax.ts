/** Which names the parts of a syntax tree declare (ECMA-262, "BoundNames", "VarDeclaredNames", "LexicallyDeclaredNames"). */
import type { AnyNode, FunctionDeclaration, Pattern } from 'acorn';

/** The nodes directly below. */
export function childrenOf(node: AnyNode): AnyNode[] {
  const children: AnyNode[] = [];
  for (const part of Object.values(node)) {
    if (Array.isArray(part)) for (const item of part) isNode(item) && children.push(item);
    else if (isNode(part)) children.push(part);
  }
  return children;
}

const isNode = (part: unknown): part is AnyNode =>
  typeof part === 'object' && part !== null && typeof (part as AnyNode).type === 'string';

export const isFunction = (node: AnyNode): boolean =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

export function addPatternNames(pattern: Pattern | null | undefined, into: Set<string>): void {
  if (!pattern) return;
  switch (pattern.type) {
    case 'Identifier':
      into.add(pattern.name);
      return;
    case 'ObjectPattern':
      for (const part of pattern.properties) {
        addPatternNames(part.type === 'RestElement' ? part.argument : part.value, into);
      }
      return;
    case 'ArrayPattern':
      for (const part of pattern.elements) addPatternNames(part, into);
      return;
    case 'RestElement':
      addPatternNames(pattern.argument, into);
      return;
    case 'AssignmentPattern':
      addPatternNames(pattern.left, into);
      return;
    case 'MemberExpression':
      return;
    default:
      pattern satisfies never;
  }
}

/** Names of `var` below a node and, in sloppy code, of functions in blocks; not those inside nested functions. */
export function addVarNames(node: AnyNode, into: Set<string>, sloppy: boolean): void {
  if (isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return;
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const declarator of node.declarations) addPatternNames(declarator.id, into);
  }
  for (const child of childrenOf(node)) {
    if (sloppy && child.type === 'FunctionDeclaration') into.add((child as FunctionDeclaration).id.name);
    addVarNames(child, into, sloppy);
  }
}

/** Names of the `let`, `const`, functions and classes that stand directly in a body. */
export function addLexicalNames(body: readonly AnyNode[], into: Set<string>): void {
  for (const statement of body) {
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const declarator of statement.declarations) addPatternNames(declarator.id, into);
    } else if ((statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') && statement.id) {
      into.add(statement.id.name);
    }
  }
}
