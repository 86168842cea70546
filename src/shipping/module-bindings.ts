/** Where the top-level bindings of an executed script come from, and which of its functions it exports. */
import type { AnyNode, Expression, ImportDeclaration, Program, VariableDeclarator } from 'acorn';
import { assignedNames } from './free-variables.js';
import { parse } from './parser.js';
import type { ImportSource } from './payload.js';
import { addLexicalNames, addPatternNames, addVarNames } from './syntax.js';

/** `vite`: a module that vite (hence vitest) has rewritten; its namespace object is a variable. */
export interface BindingOrigin extends Omit<ImportSource, 'system'> {
  readonly system: ImportSource['system'] | 'vite';
}

export interface ModuleBindings {
  readonly imports: ReadonlyMap<string, BindingOrigin>;
  /** Exported functions and classes, by the names of the exports. */
  readonly exports: ReadonlyMap<string, AnyNode>;
  readonly topNames: ReadonlySet<string>;
  readonly strict: boolean;
  /** Whether the declaration of a top-level name, once it has run, can have left it undefined. */
  readonly mayBeUndefined: (name: string) => boolean | undefined;
  /** Whether a top-level name is assigned nowhere but in its declaration, so that it keeps the value that it has. */
  readonly isConstant: (name: string) => boolean;
}

export function moduleBindings(source: string): ModuleBindings {
  const program = parseScript(source);
  const { body, strict } = bodyOf(program);
  const statements = flatten(body);
  const imports = new Map<string, BindingOrigin>();
  const topNames = new Set<string>();
  for (const statement of statements) {
    if (statement.type === 'ImportDeclaration') addImports(statement, imports);
    const declaration = declarationOf(statement);
    if (declaration?.type === 'VariableDeclaration') {
      for (const declarator of declaration.declarations) {
        addDeclared(declarator, imports);
        addPatternNames(declarator.id, topNames);
      }
    } else if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier') {
      topNames.add(declaration.id.name);
    }
  }
  let constants: ReadonlySet<string> | undefined;
  return {
    imports,
    exports: exportsOf(body),
    topNames,
    strict,
    mayBeUndefined: (name) => mayBeUndefined(statements, name),
    isConstant(name) {
      constants ??= strict ? constantsOf(body) : new Set();
      return constants.has(name);
    },
  };
}

const options = {
  ecmaVersion: 'latest',
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
  allowHashBang: true,
} as const;

function parseScript(source: string): Program {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(source, { ...options, sourceType });
    } catch {
      // A script of an unknown syntax has no bindings that are known.
    }
  }
  return parse('', options);
}

/** The statements of the module: vite wraps them in one function. */
function bodyOf(program: Program): { body: readonly AnyNode[]; strict: boolean } {
  const last = program.body.at(-1);
  const wrapper = last?.type === 'ExpressionStatement' ? (last.expression as AnyNode) : undefined;
  const isWrapper = wrapper?.type === 'ArrowFunctionExpression' || wrapper?.type === 'FunctionExpression';
  const inner = isWrapper && wrapper.body.type === 'BlockStatement' ? wrapper.body.body : undefined;
  const strict =
    program.body.some((statement) => /^(Import|Export)/.test(statement.type)) ||
    saysStrict(program.body) ||
    (inner !== undefined && saysStrict(inner));
  return { body: inner ?? program.body, strict };
}

const saysStrict = ([first]: readonly AnyNode[]): boolean =>
  first?.type === 'ExpressionStatement' && first.directive === 'use strict';

/** With the statements in blocks, where transpilers put imports. */
const flatten = (body: readonly AnyNode[]): AnyNode[] =>
  body.flatMap((statement) =>
    statement.type === 'BlockStatement'
      ? [statement, ...flatten(statement.body)]
      : statement.type === 'TryStatement'
        ? flatten(statement.block.body)
        : [statement],
  );

const declarationOf = (statement: AnyNode): AnyNode | null | undefined =>
  statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration'
    ? (statement.declaration as AnyNode | null | undefined)
    : statement;

const nameOf = (node: AnyNode): string =>
  node.type === 'Identifier' ? node.name : String((node as { value?: unknown }).value);

function addImports(statement: ImportDeclaration, into: Map<string, BindingOrigin>): void {
  const attributes = statement.attributes.map(({ key, value }) => [nameOf(key), String(value.value)] as const);
  for (const part of statement.specifiers) {
    into.set(part.local.name, {
      system: 'esm',
      specifier: String(statement.source.value),
      imported:
        part.type === 'ImportSpecifier'
          ? nameOf(part.imported)
          : part.type === 'ImportDefaultSpecifier'
            ? 'default'
            : '*',
      ...(attributes.length > 0 ? { attributes: Object.fromEntries(attributes) } : {}),
    });
  }
}

/** `const x = require('m')`, `const { a: b } = await import('m')`. */
function addDeclared({ id, init }: VariableDeclarator, into: Map<string, BindingOrigin>): void {
  const origin = originOf(init);
  if (!origin) return;
  if (id.type === 'Identifier') into.set(id.name, origin);
  if (id.type !== 'ObjectPattern') return;
  for (const part of id.properties) {
    if (part.type === 'Property' && !part.computed && part.value.type === 'Identifier') {
      into.set(part.value.name, { ...origin, property: nameOf(part.key) });
    }
  }
}

function originOf(init: Expression | null | undefined): BindingOrigin | undefined {
  const expression = init?.type === 'AwaitExpression' ? init.argument : init;
  if (expression?.type === 'ImportExpression') {
    const origin = originIn('esm', expression.source);
    const attributes = attributesOf(expression.options);
    return origin && attributes ? { ...origin, attributes } : origin;
  }
  if (expression?.type !== 'CallExpression' || expression.callee.type !== 'Identifier') return undefined;
  const callee = expression.callee.name;
  const [first, second] = expression.arguments as readonly Expression[];
  if (callee === 'require') return originIn('cjs', first);
  if (callee === '__vite_ssr_import__' || callee === '__vi_import__') return originIn('vite', first);
  const wrap = wraps.find(([pattern]) => pattern.test(callee))?.[1];
  const wrapped = originOf(first);
  if (!wrap || wrapped?.system !== 'cjs') return undefined;
  return { ...wrapped, wrap, ...(second?.type === 'Literal' && second.value === 1 ? { nodeMode: true } : {}) };
}

/** `{ with: { type: 'json' } }`, where it is written out. */
function attributesOf(options: Expression | null | undefined): ImportSource['attributes'] {
  const given = membersOf(options).find(([name]) => name === 'with')?.[1];
  const attributes = membersOf(given).flatMap(([name, value]) =>
    value.type === 'Literal' ? [[name, String(value.value)]] : [],
  );
  return attributes.length > 0 ? Object.fromEntries(attributes) : undefined;
}

const membersOf = (expression: Expression | null | undefined): [string, Expression][] =>
  expression?.type !== 'ObjectExpression'
    ? []
    : expression.properties.flatMap((part) =>
        part.type === 'Property' && !part.computed ? [[nameOf(part.key), part.value]] : [],
      );

/** What esbuild, TypeScript and Babel call their helpers. */
const wraps: readonly (readonly [RegExp, NonNullable<ImportSource['wrap']>])[] = [
  [/^(__toESM|__importStar|_interopRequireWildcard)$/, 'namespace'],
  [/^(__importDefault|_interopRequireDefault)$/, 'default'],
];

const originIn = (system: BindingOrigin['system'], specifier: Expression | undefined): BindingOrigin | undefined =>
  specifier?.type === 'Literal' && typeof specifier.value === 'string'
    ? { system, specifier: specifier.value, imported: '*' }
    : undefined;

function exportsOf(body: readonly AnyNode[]): Map<string, AnyNode> {
  const named = new Map<string, AnyNode>();
  const exports = new Map<string, AnyNode>();
  for (const statement of body) {
    const declaration = declarationOf(statement);
    const declared: [string, AnyNode][] = [];
    if (declaration?.type === 'VariableDeclaration') {
      for (const { id, init } of declaration.declarations) {
        if (id.type === 'Identifier' && init) declared.push([id.name, init]);
      }
    } else if (declaration && 'id' in declaration && declaration.id?.type === 'Identifier') {
      declared.push([declaration.id.name, declaration]);
    }
    for (const [name, node] of declared) {
      named.set(name, node);
      if (statement.type === 'ExportNamedDeclaration') exports.set(name, node);
    }
    if (statement.type === 'ExportDefaultDeclaration' && declaration && declaration.type !== 'Identifier') {
      exports.set('default', declaration);
    }
  }
  for (const statement of body) {
    if (statement.type === 'ExportNamedDeclaration' && !statement.source) {
      for (const { local, exported } of statement.specifiers) {
        const node = named.get(nameOf(local));
        if (node) exports.set(nameOf(exported), node);
      }
    } else if (statement.type === 'ExportDefaultDeclaration' && statement.declaration.type === 'Identifier') {
      const node = named.get(statement.declaration.name);
      if (node) exports.set('default', node);
    }
  }
  return exports;
}

/** Initialisers that never give undefined. */
const definite = /^(Literal|TemplateLiteral|(ArrowFunction|Function|Class|Object|Array|New|Binary)Expression)$/;

/** Undefined where no `let`, `const` or class of the name is at the top. */
function mayBeUndefined(statements: readonly AnyNode[], name: string): boolean | undefined {
  for (const statement of statements) {
    const declaration = declarationOf(statement);
    if (declaration?.type === 'ClassDeclaration' && declaration.id?.name === name) return false;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind === 'var') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'Identifier' && id.name === name && init) {
        return !(declaration.kind === 'const' && definite.test(init.type));
      }
    }
  }
  return undefined;
}

/** In strict code, where nothing but what is written there can assign to a name; `var` may be declared, and set, twice. */
function constantsOf(body: readonly AnyNode[]): Set<string> {
  const constants = new Set<string>();
  addLexicalNames(
    body.flatMap((statement) => declarationOf(statement) ?? []),
    constants,
  );
  const others = assignedNames(body);
  if (others === undefined) return new Set();
  for (const statement of body) addVarNames(statement, others, false);
  for (const name of others) constants.delete(name);
  return constants;
}
