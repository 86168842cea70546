/** The oracle is eslint-scope, on every function of some packages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyNode, type Options, parse } from 'acorn';
import { expect, test } from 'vitest';
import { analyzeFunction } from '../../src/shipping/function-analysis.js';
import { childrenOf } from '../../src/shipping/syntax.js';
import { root } from '../support/paths.js';

interface Scope {
  readonly through: readonly { readonly identifier: { readonly name: string } }[];
}
type Analyze = (tree: AnyNode, options: object) => { readonly globalScope: Scope };
const { analyze } = (await import('eslint-scope')) as { analyze: Analyze };

const files = [
  'acorn/dist/acorn.mjs',
  'eslint-scope/lib/referencer.js',
  'magic-string/dist/magic-string.es.mjs',
  'papaparse/papaparse.js',
  'ml-matrix/matrix.js',
  'fast-check/lib/fast-check.js',
];

const options = {
  ecmaVersion: 'latest',
  ranges: true,
  allowSuperOutsideMethod: true,
  checkPrivateFields: false,
} as const;
const parseAny = (text: string, more: Partial<Options> = {}): AnyNode => {
  try {
    return parse(text, { ...options, ...more, sourceType: 'module' });
  } catch {
    return parse(text, { ...options, ...more, sourceType: 'script' });
  }
};
const freeIn = (text: string): Set<string> => {
  const scopes = analyze(parseAny(text), { ecmaVersion: 2022, sourceType: 'module', ignoreEval: true });
  return new Set(scopes.globalScope.through.map(({ identifier }) => identifier.name));
};

const functionTypes = /^(Function(Declaration|Expression)|ArrowFunctionExpression|Class(Declaration|Expression))$/;

/** The texts of all functions, as `toString` gives them. */
function* functionsIn(text: string): Generator<string> {
  const pending: AnyNode[] = [parseAny(text)];
  for (let node = pending.pop(); node; node = pending.pop()) {
    pending.push(...childrenOf(node));
    if (!functionTypes.test(node.type) || node.end - node.start > 20_000) continue;
    const source = text.slice(node.start, node.end);
    const isMethod = node.type === 'FunctionExpression' && !/^(async\s+)?function/.test(source);
    if (!isMethod) yield source;
    // `super()` in what would be an ordinary method is no text that a function has.
    else if (!/\bsuper\s*\(/.test(source)) {
      const { async, generator } = node as unknown as { async: boolean; generator: boolean };
      yield `${async ? 'async ' : ''}${generator ? '*' : ''}method${source}`;
    }
  }
}

test.each(files)('free variables of the functions of %s', (file) => {
  const seen = new Set(functionsIn(readFileSync(join(root, 'node_modules', file), 'utf8')));
  const differences: string[] = [];
  for (const source of seen) {
    const { free, parsed, heritage } = analyzeFunction(source);
    const expected = freeIn(parsed.form === 'method' ? `({${source}\n})` : `(${source}\n)`);
    // A superclass is found as a value; its name may be used elsewhere too.
    const inHeritage = heritage ? freeIn(`(${source.slice(heritage.start, heritage.end)})`) : new Set<string>();
    for (const name of inHeritage) if (!free.has(name)) expected.delete(name);
    for (const name of ['undefined', 'arguments']) expected.delete(name);
    const own = [...free.keys()].filter((name) => name !== 'arguments');
    const odd = [...new Set([...own, ...expected])].filter((name) => !(free.has(name) && expected.has(name)));
    if (odd.length > 0) differences.push(`${odd.join()} in ${source.slice(0, 200)}`);
  }
  expect(differences).toEqual([]);
  expect(seen.size).toBeGreaterThan(10);
});

test.each([
  ['x => x + y', ['y']],
  ['function f({ a = b, [c]: d }) { return f(a, d, arguments); }', ['b', 'c']],
  ['({ m }) => { label: for (const k of m) { if (k) continue label; var z = k; } return z + typeof w; }', ['w']],
  ['class A extends B { [k] = 1; static { var s = t; } m() { return super.m(A, this); } }', ['k', 't']],
  ['method() { try { throw e1; } catch ({ x = d }) { return x; } }', ['e1', 'd']],
  ['() => { ({ p, q: r.s } = t); [u] = [1]; v++; }', ['p', 'r', 't', 'u', 'v']],
  ['() => tag`a` + new.notTarget', undefined],
])('%s', (source, expected) => {
  if (!expected) expect(() => analyzeFunction(source)).toThrow('not understood');
  else expect([...analyzeFunction(source).free.keys()].sort()).toEqual([...expected].sort());
});
