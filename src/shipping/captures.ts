/** The values of the variables that a function uses from around itself. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import type { FreeVariable } from './free-variables.js';
import type { FunctionAnalysis } from './function-analysis.js';
import { hasInspector, type Script } from './inspector.js';
import { globalNames, intrinsicOf } from './intrinsics.js';
import { rememberImport } from './local-imports.js';
import type { BindingOrigin } from './module-bindings.js';
import { importsByValue } from './module-reference.js';
import { type Encoded, isPrimitive, type Node, type Ref } from './payload.js';
import { ShipError, type Trail } from './ship-error.js';
import type { Subject, Walk } from './walk.js';

export interface Capture {
  readonly name: string;
  readonly value: Encoded;
  readonly assigned: boolean;
  /** It is the function itself, under this name. */
  readonly self: boolean;
}

/** Raises ShipError for a variable that cannot be sent. */
export function capturesOf(subject: Subject, analysis: FunctionAnalysis, walk: Walk): Capture[] {
  if (!hasInspector()) return capturesUnseen(subject, analysis);
  const captures: Capture[] = [];
  for (const [name, use] of analysis.free) {
    const variable = lookUp(name, subject);
    const captured = variable
      ? encodeVariable(name, use, variable, subject, walk)
      : encodeGlobal(name, analysis, subject, walk);
    if (captured !== omitted) {
      const self = captured.self ?? false;
      captures.push({ name, value: captured.value, assigned: use.assigned && !captured.constant, self });
    }
  }
  return captures;
}

interface Captured {
  readonly value: Encoded;
  readonly self?: boolean;
  /** The binding cannot be assigned to: it is an import. */
  readonly constant?: boolean;
}
const omitted = undefined;

/** Where closures cannot be looked into, a function may use nothing but what every process has. */
function capturesUnseen({ label, source, trail }: Subject, { free }: FunctionAnalysis): Capture[] {
  const unseen = [...free].filter(([name]) => !globalNames.has(name) && name !== 'eval');
  if (unseen.length === 0) return [];
  const lineOf = ({ references }: FreeVariable) => source.slice(0, references[0]!.start).split('\n').length;
  const names = unseen.map(([name, use]) => `'${name}' (its line ${lineOf(use)})`);
  throw new ShipError(
    `${label} uses ${names.join(', ')} from outside itself, and this process may not look inside closures: Node's ` +
      'inspector is off (by --permission, or left out of this build). Give them as arguments, import them inside the ' +
      'function with await import(), or start Node with --allow-inspector',
    trail,
  );
}

interface Variable {
  readonly value: unknown;
  readonly uninitialized: boolean;
  /** How many scopes further in there are. */
  readonly level: number;
}

/** Innermost scope first, as JavaScript does. */
function lookUp(name: string, { closure }: Subject): Variable | undefined {
  const scopes = closure!.scopes;
  for (let level = 0; level < scopes.length; level++) {
    const { object } = scopes[level]!;
    if (!object || object === globalThis || !(name in object)) continue;
    try {
      return { value: object[name], uninitialized: false, level };
    } catch {
      // Node 22 and later raise for a variable whose declaration has not run.
      return { value: undefined, uninitialized: true, level };
    }
  }
  return undefined;
}

function encodeGlobal(
  name: string,
  { keyNames, parsed }: FunctionAnalysis,
  { label, trail }: Subject,
  walk: Walk,
): Captured | undefined {
  if (globalNames.has(name) || name === 'eval') return omitted;
  if (parsed.form === 'class' && keyNames.has(name)) {
    throw new ShipError(
      `a computed member name of the class uses '${name}', which the running program no longer keeps; export the ` +
        'class from a module, or make the name a constant',
      trail,
    );
  }
  if (name in globalThis) {
    const value = (globalThis as Record<string, unknown>)[name];
    if (intrinsicOf(value) !== undefined) return omitted;
    walk.isSettled = false;
    return { value: walk.encode(value, { step: `global '${name}'`, outer: trail }) };
  }
  walk.warnings.push(`${label} uses '${name}', which is defined nowhere`);
  return omitted;
}

function encodeVariable(name: string, use: FreeVariable, variable: Variable, subject: Subject, walk: Walk): Captured {
  const { fn, closure, ref } = subject;
  const script = subject.script!;
  const { value, level } = variable;
  const trail: Trail = { step: `captured variable '${name}'`, outer: subject.trail };
  if (variable.uninitialized) throw uninitialized(name, trail);
  // The last two scopes are the module's and the global one.
  const atTop = level >= closure!.scopes.length - 2;
  const origin = script.bindings.imports.get(name);
  if (origin && (atTop || origin.system !== 'esm')) {
    const imported = encodeImport(name, origin, value, use, script, walk, trail);
    if (imported !== undefined) return { value: imported, constant: origin.system !== 'cjs' };
  }
  const special = placeNode(name, value, script.url);
  if (special) return { value: walk.refOf(value) ?? walk.add(value, special) };
  // Before its declaration has run, a constant is undefined, or was.
  if (!atTop || value === undefined || !script.bindings.isConstant(name)) walk.isSettled = false;
  if (value === undefined && (atTop || script.transformed)) noteUndefined(name, subject, walk, trail);
  if (value === fn && !use.assigned) return { value: ref, self: true };
  const inTransformed = script.transformed && script.bindings.topNames.has(name) && level >= closure!.scopes.length - 4;
  if (atTop || inTransformed) noteModuleVariable(name, use, value, script, walk, trail);
  else noteClosureVariable(name, use, `${script.url}:${Object.keys(closure!.scopes[level]!.object!).join()}`, walk);
  return { value: walk.encode(value, trail) };
}

const uninitialized = (name: string, trail: Trail): ShipError =>
  new ShipError(`'${name}' is not initialised yet (its declaration has not run); submit after it`, trail);

/** Undefined where the value itself has to travel. */
function encodeImport(
  name: string,
  origin: BindingOrigin,
  value: unknown,
  use: FreeVariable,
  script: Script,
  walk: Walk,
  trail: Trail,
): Encoded | undefined {
  const { system, specifier, imported } = origin;
  const isNamespace = types.isModuleNamespaceObject(value);
  // A module that vite left alone is a native namespace; one that it took in exists in this process only.
  const byName = system === 'vite' ? isNamespace : !importsByValue(specifier, script.url, walk.localModules);
  if (byName) {
    const source = { ...origin, system: system === 'cjs' ? 'cjs' : 'esm' } as const;
    const named = system === 'vite' ? { ...source, specifier: unrooted(specifier, script.url) } : source;
    return importNode(name, named, value, script.url, walk);
  }
  if (system !== 'vite' && !(imported === '*' && isNamespace)) return undefined;
  if (use.members === null) {
    throw new ShipError(`the whole module '${specifier}' is used as a value; use its members directly`, trail);
  }
  const properties = [...use.members].map((member) => ({
    key: member,
    value: walk.encode((value as Record<string, unknown>)[member], { step: `its member '${member}'`, outer: trail }),
  }));
  return walk.add(undefined, { kind: 'object', bare: false, properties });
}

/** Vite names files from its root, `/src/a.js`: that is one of the folders above the script. */
function unrooted(specifier: string, url: string): string {
  if (!specifier.startsWith('/') || specifier.startsWith('/@fs/') || existsSync(specifier)) return specifier;
  const script = url.startsWith('file:') ? fileURLToPath(url) : url;
  for (let folder = dirname(script); folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, specifier);
    if (existsSync(file)) return file;
  }
  return specifier;
}

/** One node per imported value, by whatever names and modules it came here. */
function importNode(
  name: string,
  source: Omit<Extract<Node, { kind: 'import' }>, 'kind' | 'parent'>,
  value: unknown,
  parent: string,
  walk: Walk,
): Ref {
  const key = `${parent}:${name}`;
  const known = walk.imports.get(key);
  if (known) return known;
  const hasIdentity = !isPrimitive(value) && typeof value !== 'symbol' && source.wrap === undefined;
  const same = hasIdentity ? walk.refOf(value) : undefined;
  const isNamed = same && walk.nodes[same.ref]!.kind === 'import';
  const node = { kind: 'import', ...source, parent } as const;
  if (!isNamed) rememberImport(node, value, walk);
  const ref = isNamed ? same : walk.add(undefined, node);
  if (hasIdentity && !same) walk.remember(value, ref);
  walk.imports.set(key, ref);
  return ref;
}

/** Things that belong to the module in which the function stands, and are made anew for it elsewhere. */
function placeNode(name: string, value: unknown, parent: string): Node | undefined {
  if (name === 'require' && typeof value === 'function' && 'resolve' in value) return { kind: 'require', parent };
  if (name === '__vite_ssr_import_meta__') return { kind: 'import-meta', parent };
  if (name === '__vite_ssr_dynamic_import__' || name === '__vi_import_dynamic__') {
    return { kind: 'dynamic-import', parent };
  }
  return undefined;
}

const tellsUninitialized = Number(process.versions.node.split('.')[0]) >= 22;

/** Node 20 gives undefined for a variable whose declaration has not run, so the declaration is asked. */
function noteUndefined(name: string, { script, label }: Subject, walk: Walk, trail: Trail): void {
  if (tellsUninitialized) return;
  const possible = script!.bindings.mayBeUndefined(name);
  if (possible === false) throw uninitialized(name, trail);
  if (possible) walk.warnings.push(`'${name}' was undefined when ${label} was sent: is it declared below the call?`);
}

function noteModuleVariable(name: string, use: FreeVariable, value: unknown, script: Script, walk: Walk, trail: Trail) {
  let variables = walk.moduleVariables.get(script);
  if (!variables) walk.moduleVariables.set(script, (variables = { values: new Map(), assigned: new Set() }));
  variables.values.set(name, { value, trail });
  if (use.assigned) variables.assigned.add(name);
}

/** `place` stands for the scope, whose identity V8 does not show. */
function noteClosureVariable(name: string, use: FreeVariable, place: string, walk: Walk): void {
  const key = `${place}:${name}`;
  const known = walk.closureVariables.get(key) ?? { name, count: 0, assigned: false };
  known.count++;
  known.assigned ||= use.assigned;
  walk.closureVariables.set(key, known);
}
