/**
 * Which functions travel by the name of their module. The rule is that of cloudpickle: the entry script travels by
 * value, since a worker must not run it again (and one that is launched with it is suspended inside it); what other
 * modules export is imported there.
 */
import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location, Script } from './inspector.js';
import type { ImportNode } from './payload.js';
import type { LocalModules } from './walk.js';

let entries: Set<string> | undefined;

function entryUrls(): Set<string> {
  if (entries) return entries;
  entries = new Set();
  try {
    // As Node finds its main module: `node main` may stand for main.js.
    const main = createRequire(join(process.cwd(), 'main')).resolve(process.argv[1]!);
    entries.add(withoutExtension(pathToFileURL(realpathSync(main)).href));
  } catch {
    // No main module: a REPL, or `--eval`.
  }
  return entries;
}

/**
 * Says that functions of this module (a URL or path) travel by value: it is one of those that start clusters, so a worker
 * that imports it would start one in turn, or is suspended in it.
 */
export const markEntry = (module: string): void => {
  entryUrls().add(withoutExtension(urlOf(module)));
};

const urlOf = (module: string): string => (isAbsolute(module) ? pathToFileURL(module).href : module).split('?')[0]!;
/** An import may say `./main`, `./main.js` or `./main.ts` of the same file. */
const withoutExtension = (url: string): string => url.replace(/\.[cm]?[jt]sx?$/, '');

/** This package, which may be linked to from elsewhere. */
const own = new URL('../', import.meta.url).href;

/** Whether a URL or path is that of a module of this package. */
export const isOwnModule = (module: string): boolean => urlOf(module).startsWith(own);

const isInPackage = (url: string): boolean => /[\\/]node_modules[\\/]/.test(url) || url.startsWith(own);
const isEntry = (url: string): boolean => entryUrls().has(withoutExtension(urlOf(url)));

const isLocalSpecifier = (specifier: string): boolean =>
  /^\.{0,2}\//.test(specifier) || specifier.startsWith('file:') || isAbsolute(specifier);

/** The URL of what `parent` imports if it is a module of the user's own; undefined for those of packages and of Node. */
export function localUrl(specifier: string, parent: string): string | undefined {
  if (!isLocalSpecifier(specifier)) return undefined;
  const base = urlOf(parent);
  if (!URL.canParse(specifier, base)) return undefined;
  const { href } = new URL(specifier, base);
  return isInPackage(href) ? undefined : href;
}

/** Whether what a module imports from there has to travel by value. */
export function importsByValue(specifier: string, parent: string, localModules: LocalModules): boolean {
  const url = localUrl(specifier, parent);
  return url !== undefined && (localModules === 'value' || isEntry(url));
}

/** How a worker imports a function; undefined where it has to travel by value. */
export function moduleReferenceOf(
  fn: unknown,
  source: string,
  script: Script,
  location: Location,
  localModules: LocalModules,
): ImportNode | undefined {
  const { url } = script;
  const byValue = localModules === 'value' || script.transformed || isEntry(url) || url.includes('[eval');
  if (byValue && !isInPackage(url)) return undefined;
  return esmReference(source, script, location) ?? commonJsReference(fn, urlOf(url));
}

function esmReference(source: string, script: Script, location: Location): ImportNode | undefined {
  const at = (script.lineStarts[location.lineNumber] ?? 0) + location.columnNumber;
  for (const [imported, { start, end }] of script.bindings.exports) {
    if (start <= at && at < end && script.source.slice(start, end) === source) {
      const url = urlOf(script.url);
      return { kind: 'import', system: 'esm', specifier: url, imported, parent: url };
    }
  }
  return undefined;
}

/** Looks through the exports of the loaded module, then through those of its package, which may export it anew. */
function commonJsReference(fn: unknown, url: string): ImportNode | undefined {
  if (!url.startsWith('file:')) return undefined;
  const file = fileURLToPath(url);
  const { cache } = createRequire(url);
  const module = cache[file];
  if (!module) return undefined;
  const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0];
  const others = folder === undefined ? [] : Object.keys(cache).filter((name) => name.startsWith(folder));
  for (const name of [file, ...others]) {
    const exports = cache[name]?.exports as unknown;
    const found = { kind: 'import', system: 'cjs', specifier: name, imported: '*', parent: url } as const;
    if (exports === fn) return found;
    if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) continue;
    for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
      // Transpiled modules export by getters.
      if (value === fn || (get && read(exports, key) === fn)) return { ...found, property: key };
    }
  }
  return undefined;
}

function read(exports: object, key: string): unknown {
  try {
    return (exports as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
