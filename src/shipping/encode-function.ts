/** Functions and classes: by the name of their module where they have one, else by text and captured variables. */
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Capture, capturesOf } from './captures.js';
import { encodeProperties } from './encode-object.js';
import { analysisOf, type FunctionAnalysis } from './function-analysis.js';
import { portableText, textShift } from './function-code.js';
import { isNativeText, SourceTextError } from './function-text.js';
import { type Closure, closureOf, hasInspector, placeOf, scriptOf } from './inspector.js';
import { builtinExportOf, lateIntrinsicOf } from './intrinsics.js';
import { rememberImport } from './local-imports.js';
import { moduleReferenceOf } from './module-reference.js';
import type { Encoded, FunctionNode, Node, Ref } from './payload.js';
import { ShipError, type Trail } from './ship-error.js';
import type { AnyFunction, Subject, Walk } from './walk.js';

export function encodeFunction(fn: AnyFunction, walk: Walk, trail: Trail): Encoded {
  const closure = hasInspector() ? closureOf(fn) : undefined;
  const node = {} as Node;
  const ref = walk.add(fn, node);
  Object.assign(
    node,
    closure?.bound ? boundNode(closure.bound, walk, trail) : namedNode(fn, closure, ref, walk, trail),
  );
  return ref;
}

function boundNode({ target, receiver, args }: NonNullable<Closure['bound']>, walk: Walk, trail: Trail): Node {
  return {
    kind: 'bound',
    target: walk.encode(target, { step: 'the function that is bound', outer: trail }),
    receiver: walk.encode(receiver, { step: "its bound 'this'", outer: trail }),
    args: args.map((item, i) => walk.encode(item, { step: `its bound argument ${i}`, outer: trail })),
  };
}

function namedNode(fn: AnyFunction, closure: Closure | undefined, ref: Ref, walk: Walk, trail: Trail): Node {
  const location = closure?.location;
  const script = location && scriptOf(location.scriptId);
  const url = script?.url ?? '';
  const source = Function.prototype.toString.call(fn);
  const label = fn.name ? `function '${fn.name}'` : 'an anonymous function';
  const place = location ? ` (${shortUrl(url)}:${location.lineNumber + 1})` : '';
  const named = fn.name !== '' && trail.step.includes(`'${fn.name}'`);
  const here: Trail = { ...trail, step: `${trail.step}${named ? '' : ` = ${label}`}${place}` };

  const resolvesFrom = url.startsWith('node:internal/modules') ? requirePlaceOf(fn) : undefined;
  if (resolvesFrom !== undefined) return { kind: 'require', parent: resolvesFrom };
  if (isNativeText(source) || url.startsWith('node:')) {
    const expression = lateIntrinsicOf(fn);
    if (expression !== undefined) return { kind: 'intrinsic', expression };
    const builtin = builtinExportOf(fn, url);
    if (builtin) return { kind: 'import', system: 'esm', ...builtin, parent: '' };
    throw new ShipError(`${label} is native or belongs to Node itself, and has no name to import it by`, here);
  }
  const reference = location && script && moduleReferenceOf(fn, source, script, location, walk.localModules);
  if (reference) rememberImport(reference, fn, walk);
  return reference ?? valueNode({ fn, label, source, closure, script, ref, trail: here }, walk);
}

/** The folder from which a `require` of Node's resolves. */
function requirePlaceOf(fn: AnyFunction): string | undefined {
  const { resolve, cache } = fn as Partial<NodeJS.Require>;
  if (typeof resolve?.paths !== 'function' || !cache) return undefined;
  return join(resolve.paths('./x')?.[0] ?? process.cwd(), 'noop.js');
}

function valueNode(subject: Subject, walk: Walk): FunctionNode {
  const { fn, closure, script, trail, label } = subject;
  walk.functions.push(fn);
  const analysis = analysisOrError(subject);
  const trouble = unshippableSyntax(analysis);
  if (trouble) throw new ShipError(trouble, trail);
  if (analysis.usesEval) {
    walk.warnings.push(`${label} calls eval: variables that only the text given to eval uses are not sent`);
  }
  const isClass = analysis.parsed.form === 'class';
  const captures = capturesOf(subject, analysis, walk);
  const own = encodeProperties(fn, walk, trail, {
    skip: (key, { get, set, enumerable, value }) =>
      key === 'prototype' ||
      key === 'length' ||
      key === 'name' ||
      (isClass && (get !== undefined || set !== undefined || (typeof value === 'function' && !enumerable))),
  });
  const prototype = isClass || analysis.arrow ? undefined : (fn.prototype as object | undefined);
  const added =
    prototype && Reflect.ownKeys(prototype).length > 1
      ? encodeProperties(
          prototype,
          walk,
          { step: 'its prototype', outer: trail },
          { skip: (key) => key === 'constructor' },
        )
      : [];
  return {
    kind: isClass ? 'class' : 'function',
    code: codeNumber(subject, analysis, captures, script?.bindings.strict === true || isClass, closure, walk),
    captured: captures.filter(({ self }) => !self).map(({ value }) => value),
    name: fn.name,
    ...(analysis.heritage
      ? { superclass: walk.encode(Object.getPrototypeOf(fn), { step: 'its superclass', outer: trail }) }
      : {}),
    ...(own.length > 0 ? { properties: own } : {}),
    ...(added.length > 0 ? { prototypeProperties: added } : {}),
  };
}

function analysisOrError({ source, trail }: Subject): FunctionAnalysis {
  try {
    return analysisOf(source);
  } catch (error) {
    if (error instanceof SourceTextError) throw new ShipError(error.message, trail);
    throw error;
  }
}

/** What of its text would mean something else elsewhere. */
function unshippableSyntax({
  arrow,
  usesThis,
  usesSuper,
  foreignPrivateName,
  free,
}: FunctionAnalysis): string | undefined {
  if (arrow && usesThis) {
    return "this arrow function uses the 'this' of the place where it was made; take what it needs into a const first";
  }
  if (arrow && free.has('arguments')) return "this arrow function uses the 'arguments' of an enclosing function";
  if (usesSuper) return "this method uses 'super'; send the class or the object instead";
  if (foreignPrivateName !== undefined) return `it uses the private name #${foreignPrivateName} of its class`;
  return undefined;
}

function codeNumber(
  { source, script }: Subject,
  analysis: FunctionAnalysis,
  captures: readonly Capture[],
  strict: boolean,
  closure: Closure | undefined,
  walk: Walk,
): number {
  const url = script?.url ?? '';
  const place = closure?.location ? placeOf(source, closure.location) : { line: 0, column: 0 };
  const names = captures.filter(({ self }) => !self).map(({ name }) => name);
  const self = captures.flatMap(({ self, name }) => (self ? [name] : []));
  const key = [url, place.line, place.column, names.join(), self.join(), source].join('\0');
  const known = walk.codeNumbers.get(key);
  if (known !== undefined) return known;
  walk.codeNumbers.set(key, walk.codes.length);
  const code = {
    text: portableText(analysis),
    url,
    line: place.line,
    column: place.column - textShift(analysis),
    strict,
    names,
    assigned: captures.flatMap(({ assigned, self, name }) => (assigned && !self ? [name] : [])),
    self,
    usesImportMeta: analysis.importMetas.length > 0,
  };
  return walk.codes.push({ code, analysis, script }) - 1;
}

function shortUrl(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url.split('?')[0]!) : url;
  return isAbsolute(path) ? relative(process.cwd(), path) || path : path || 'unknown';
}
