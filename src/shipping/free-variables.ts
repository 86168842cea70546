/**
 * Which names a function uses from outside itself, and how. One walk over its syntax tree with a stack of scopes;
 * `test/shipping/free-variables.test.ts` holds it to what eslint-scope says of some thousand functions.
 */
import type { AnyNode, Class, Expression, Function as FunctionSyntax, Identifier, Pattern, Statement } from 'acorn';
import type { ParsedFunction } from './function-text.js';
import { addLexicalNames, addPatternNames, addVarNames, childrenOf } from './syntax.js';

/** From where to where in the function's source. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place where a name of outside stands. */
export interface Reference extends Span {
  readonly shape: 'plain' | 'shorthand' | 'call';
}

export interface FreeVariable {
  /** Members of it that are read (`path.join`); null where it is used in another way too. */
  members: Set<string> | null;
  assigned: boolean;
  readonly references: Reference[];
}

export interface FreeVariables {
  readonly free: ReadonlyMap<string, FreeVariable>;
  /** Names in the computed member names of a class: V8 drops them once the class is made. */
  readonly keyNames: ReadonlySet<string>;
  readonly importMetas: readonly Span[];
  readonly usesThis: boolean;
  readonly usesSuper: boolean;
  readonly usesEval: boolean;
  /** A private name of a class that is not part of the text. */
  readonly foreignPrivateName: string | undefined;
}

/** What is walked over; the node is missing where it is a whole script. */
type Root = Pick<ParsedFunction, 'shift' | 'sloppy'> & Partial<ParsedFunction>;

interface Walk extends FreeVariables {
  readonly root: Root;
  readonly scopes: Set<string>[];
  readonly privateNames: Set<string>[];
  readonly free: Map<string, FreeVariable>;
  readonly keyNames: Set<string>;
  readonly importMetas: Span[];
  /** How many functions, binders of `this` and homes of `super` are around the current node. */
  argumentsDepth: number;
  thisDepth: number;
  superDepth: number;
  /** Inside a computed member name of the class itself. */
  inKey: boolean;
  usesThis: boolean;
  usesSuper: boolean;
  usesEval: boolean;
  foreignPrivateName: string | undefined;
}

export const startWalk = (root: Root): Walk => ({
  root,
  scopes: [],
  privateNames: [],
  free: new Map(),
  keyNames: new Set(),
  importMetas: [],
  ...{ argumentsDepth: 0, thisDepth: 0, superDepth: 0, inKey: false },
  ...{ usesThis: false, usesSuper: false, usesEval: false, foreignPrivateName: undefined },
});

/** The names at the top of a script that something in it assigns to; undefined where `eval` can assign to any. */
export function assignedNames(body: readonly AnyNode[]): Set<string> | undefined {
  const walk = startWalk({ shift: 0, sloppy: false });
  visitAll(body, walk);
  if (walk.usesEval) return undefined;
  return new Set([...walk.free].flatMap(([name, { assigned }]) => (assigned ? [name] : [])));
}

const isDeclared = (name: string, walk: Walk): boolean => walk.scopes.some((scope) => scope.has(name));

function refer(
  node: Identifier,
  walk: Walk,
  how: { member?: string; assigned?: boolean; shape?: Reference['shape'] } = {},
): void {
  const { name } = node;
  if (name === 'undefined' || isDeclared(name, walk) || (name === 'arguments' && walk.argumentsDepth > 0)) return;
  let variable = walk.free.get(name);
  if (!variable) walk.free.set(name, (variable = { members: new Set(), assigned: false, references: [] }));
  if (how.member === undefined) variable.members = null;
  else variable.members?.add(how.member);
  variable.assigned ||= how.assigned ?? false;
  const { shift } = walk.root;
  variable.references.push({ start: node.start - shift, end: node.end - shift, shape: how.shape ?? 'plain' });
  if (walk.inKey) walk.keyNames.add(name);
}

/** Visits with these names declared. */
function within(walk: Walk, names: Set<string>, visitInside: () => void): void {
  walk.scopes.push(names);
  visitInside();
  walk.scopes.pop();
}

const namesOf = (add: (into: Set<string>) => void): Set<string> => {
  const names = new Set<string>();
  add(names);
  return names;
};

function visit(node: AnyNode | null | undefined, walk: Walk): void {
  if (!node) return;
  const visitor = visitors[node.type] as ((node: AnyNode, walk: Walk) => void) | undefined;
  if (visitor) visitor(node, walk);
  else visitAll(childrenOf(node), walk);
}

const visitAll = (nodes: readonly (AnyNode | null)[], walk: Walk): void => {
  for (const node of nodes) visit(node, walk);
};

export function visitFunction(node: FunctionSyntax & AnyNode, walk: Walk): void {
  const binds = node.type === 'ArrowFunctionExpression' ? 0 : 1;
  const own = new Set<string>(node.type === 'FunctionExpression' && node.id ? [node.id.name] : []);
  const names = new Set<string>();
  for (const parameter of node.params) addPatternNames(parameter, names);
  const block = node.body.type === 'BlockStatement' ? node.body : undefined;
  if (block) {
    addVarNames(block, names, walk.root.sloppy);
    addLexicalNames(block.body, names);
  }
  walk.argumentsDepth += binds;
  walk.thisDepth += binds;
  within(walk, own, () =>
    within(walk, names, () => {
      for (const parameter of node.params) visitBinding(parameter, walk);
      if (block) visitAll(block.body, walk);
      else visit(node.body, walk);
    }),
  );
  walk.argumentsDepth -= binds;
  walk.thisDepth -= binds;
}

export function visitClass(node: Class, walk: Walk): void {
  const isRoot = (node as AnyNode) === walk.root.node;
  within(walk, new Set(node.id ? [node.id.name] : []), () => {
    // The superclass of the root is found as a value, not by its name.
    if (!isRoot) visit(node.superClass, walk);
    const members = node.body.body;
    walk.privateNames.push(
      new Set(
        members.flatMap((member) =>
          member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier' ? [member.key.name] : [],
        ),
      ),
    );
    for (const member of members) {
      if (member.type !== 'StaticBlock' && member.computed) {
        const { inKey } = walk;
        walk.inKey ||= isRoot;
        visit(member.key, walk);
        walk.inKey = inKey;
      }
      walk.thisDepth++;
      walk.superDepth++;
      if (member.type === 'StaticBlock') {
        walk.argumentsDepth++;
        visitBody(member.body, walk, (into) => {
          for (const statement of member.body) addVarNames(statement, into, false);
        });
        walk.argumentsDepth--;
      } else visit(member.value, walk);
      walk.thisDepth--;
      walk.superDepth--;
    }
    walk.privateNames.pop();
  });
}

function visitBody(body: readonly Statement[], walk: Walk, addMore: (into: Set<string>) => void = () => {}): void {
  const names = namesOf((into) => {
    addMore(into);
    addLexicalNames(body as readonly AnyNode[], into);
  });
  within(walk, names, () => visitAll(body as readonly AnyNode[], walk));
}

/** A pattern that declares its names: only its defaults and computed keys use anything. */
function visitBinding(pattern: Pattern | null, walk: Walk): void {
  if (!pattern) return;
  switch (pattern.type) {
    case 'ObjectPattern':
      for (const part of pattern.properties) {
        if (part.type === 'RestElement') visitBinding(part.argument, walk);
        else {
          if (part.computed) visit(part.key, walk);
          visitBinding(part.value, walk);
        }
      }
      return;
    case 'ArrayPattern':
      for (const part of pattern.elements) visitBinding(part, walk);
      return;
    case 'RestElement':
      visitBinding(pattern.argument, walk);
      return;
    case 'AssignmentPattern':
      visitBinding(pattern.left, walk);
      visit(pattern.right, walk);
      return;
    case 'Identifier':
    case 'MemberExpression':
      return;
    default:
      pattern satisfies never;
  }
}

/** A pattern that is assigned to. */
function visitTarget(pattern: Pattern | Expression | null, walk: Walk, shape: Reference['shape'] = 'plain'): void {
  if (!pattern) return;
  switch (pattern.type) {
    case 'Identifier':
      refer(pattern, walk, { assigned: true, shape });
      return;
    case 'ObjectPattern':
      for (const part of pattern.properties) {
        if (part.type === 'RestElement') visitTarget(part.argument, walk);
        else {
          if (part.computed) visit(part.key, walk);
          visitTarget(part.value, walk, part.shorthand ? 'shorthand' : 'plain');
        }
      }
      return;
    case 'ArrayPattern':
      for (const part of pattern.elements) visitTarget(part, walk);
      return;
    case 'RestElement':
      visitTarget(pattern.argument, walk);
      return;
    case 'AssignmentPattern':
      visitTarget(pattern.left, walk, shape);
      visit(pattern.right, walk);
      return;
    default:
      visit(pattern, walk);
      return;
  }
}

function visitLoop(node: Extract<AnyNode, { type: 'ForInStatement' | 'ForOfStatement' }>, walk: Walk): void {
  const { left } = node;
  const declares = left.type === 'VariableDeclaration';
  within(
    walk,
    namesOf((into) => declares && addLexicalNames([left], into)),
    () => {
      if (declares) visit(left, walk);
      else visitTarget(left, walk);
      visit(node.right, walk);
      visit(node.body, walk);
    },
  );
}

/** The callee keeps its receiver: a rewritten name must not become a method of what holds it. */
function visitCallee(node: AnyNode, walk: Walk): void {
  if (node.type === 'Identifier') refer(node, walk, { shape: 'call' });
  else visit(node, walk);
}

/** What is not here is visited child by child. */
const visitors: { [K in AnyNode['type']]?: (node: Extract<AnyNode, { type: K }>, walk: Walk) => void } = {
  Identifier: (node, walk) => refer(node, walk),
  ThisExpression: (_node, walk) => {
    if (walk.thisDepth === 0) walk.usesThis = true;
  },
  Super: (_node, walk) => {
    if (walk.superDepth === 0) walk.usesSuper = true;
  },
  MetaProperty: (node, walk) => {
    const { shift } = walk.root;
    if (node.meta.name === 'import') walk.importMetas.push({ start: node.start - shift, end: node.end - shift });
  },
  PrivateIdentifier: (node, walk) => {
    if (!walk.privateNames.some((names) => names.has(node.name))) walk.foreignPrivateName ??= node.name;
  },
  MemberExpression: (node, walk) => {
    const { object, property } = node;
    const member = !node.computed
      ? (property as Identifier).name
      : property.type === 'Literal' && typeof property.value === 'string'
        ? property.value
        : undefined;
    if (object.type === 'Identifier') refer(object, walk, member === undefined ? {} : { member });
    else visit(object, walk);
    if (node.computed || property.type === 'PrivateIdentifier') visit(property, walk);
  },
  Property: (node, walk) => {
    if (node.shorthand && node.value.type === 'Identifier') return refer(node.value, walk, { shape: 'shorthand' });
    if (node.computed) visit(node.key, walk);
    const home = node.method || node.kind !== 'init' ? 1 : 0;
    walk.superDepth += home;
    visit(node.value, walk);
    walk.superDepth -= home;
  },
  CallExpression: (node, walk) => {
    const { callee } = node;
    if (callee.type === 'Identifier' && callee.name === 'eval' && !isDeclared('eval', walk)) walk.usesEval = true;
    visitCallee(callee, walk);
    visitAll(node.arguments, walk);
  },
  TaggedTemplateExpression: (node, walk) => {
    visitCallee(node.tag, walk);
    visit(node.quasi, walk);
  },
  AssignmentExpression: (node, walk) => {
    visitTarget(node.left, walk);
    visit(node.right, walk);
  },
  UpdateExpression: (node, walk) => visitTarget(node.argument, walk),
  FunctionDeclaration: visitFunction,
  FunctionExpression: visitFunction,
  ArrowFunctionExpression: visitFunction,
  ClassDeclaration: visitClass,
  ClassExpression: visitClass,
  VariableDeclaration: (node, walk) => {
    for (const declarator of node.declarations) {
      visitBinding(declarator.id, walk);
      visit(declarator.init, walk);
    }
  },
  BlockStatement: (node, walk) => visitBody(node.body, walk),
  SwitchStatement: (node, walk) => {
    visit(node.discriminant, walk);
    const names = namesOf((into) => {
      for (const { consequent } of node.cases) addLexicalNames(consequent, into);
    });
    within(walk, names, () => visitAll(node.cases, walk));
  },
  ForStatement: (node, walk) => {
    const { init } = node;
    const names = namesOf((into) => init?.type === 'VariableDeclaration' && addLexicalNames([init], into));
    within(walk, names, () => visitAll([init ?? null, node.test ?? null, node.update ?? null, node.body], walk));
  },
  ForInStatement: visitLoop,
  ForOfStatement: visitLoop,
  CatchClause: (node, walk) => {
    within(
      walk,
      namesOf((into) => addPatternNames(node.param, into)),
      () => {
        visitBinding(node.param ?? null, walk);
        visit(node.body, walk);
      },
    );
  },
  LabeledStatement: (node, walk) => visit(node.body, walk),
  BreakStatement: () => {},
  ContinueStatement: () => {},
};
