/** Values that every process has, by expressions that name them there: built-ins, and what Node's modules export. */
import { builtinModules } from 'node:module';

const expressions = new Map<unknown, string>();
/** Globals behind getters (`fetch`, `crypto`): Node loads them when touched, so that is put off. */
const lazyGlobals: string[] = [];

/** Node's own globals are hidden from enumeration but for these; what programs and test runners add is not. */
const enumerable = new Set(
  (
    'global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask ' +
    'structuredClone atob btoa performance fetch navigator crypto'
  ).split(' '),
);

/** Names that need no sending, whatever the values. */
export const globalNames: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(globalThis).filter(
    (name) =>
      !name.startsWith('_') && (enumerable.has(name) || !Object.prototype.propertyIsEnumerable.call(globalThis, name)),
  ),
);

const wellKnownSymbols = new Map<symbol, string>(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const value = (Symbol as unknown as Record<string, unknown>)[name];
    return typeof value === 'symbol' ? [[value, name] as const] : [];
  }),
);

export const wellKnownNameOf = (symbol: symbol): string | undefined => wellKnownSymbols.get(symbol);

/** The expression for a built-in; undefined for anything else. */
export const intrinsicOf = (value: unknown): string | undefined => {
  if (expressions.size === 0) addGlobals();
  return expressions.get(value);
};

/** The same with the lazy globals: for functions that are Node's own. */
export function lateIntrinsicOf(value: unknown): string | undefined {
  for (const name of lazyGlobals.splice(0)) {
    try {
      add((globalThis as Record<string, unknown>)[name], `globalThis.${name}`, 2);
    } catch {
      // A global that cannot be read here is no value that could be sent.
    }
  }
  return intrinsicOf(value);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'function' || (typeof value === 'object' && value !== null);

function add(value: unknown, expression: string, depth: number): void {
  if (!isObject(value) || expressions.has(value)) return;
  expressions.set(value, expression);
  if (depth <= 0) return;
  for (const key of Reflect.ownKeys(value)) {
    const step = typeof key === 'string' ? JSON.stringify(key) : key.description;
    if (step === undefined || (typeof key === 'symbol' && !wellKnownSymbols.has(key))) continue;
    const { value: member, get } = Object.getOwnPropertyDescriptor(value, key)!;
    if (member !== undefined) add(member, `${expression}[${step}]`, depth - 1);
    else if (get && !expressions.has(get)) {
      expressions.set(get, `Object.getOwnPropertyDescriptor(${expression},${step}).get`);
    }
  }
}

/** How far below a global it is looked, where not everywhere. */
const depths: Readonly<Record<string, number>> = { process: 0, Buffer: 2 };
const neverTouched = /^(localStorage|sessionStorage|navigator)$/;

function addGlobals(): void {
  expressions.set(globalThis, 'globalThis');
  for (const name of globalNames) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    if (!descriptor || neverTouched.test(name)) continue;
    if ('value' in descriptor || name in depths) {
      add((globalThis as Record<string, unknown>)[name], `globalThis.${name}`, depths[name] ?? 3);
    } else lazyGlobals.push(name);
  }
  expressions.set(process.env, 'globalThis.process.env');
  const nameless = {
    'function*(){}': function* () {},
    'async function(){}': async () => {},
    'async function*(){}': async function* () {},
  };
  for (const [text, fn] of Object.entries(nameless)) {
    add(Object.getPrototypeOf(fn), `Object.getPrototypeOf(${text})`, 1);
    add(fn.constructor, `(${text}).constructor`, 1);
  }
  add(Object.getPrototypeOf(Int8Array), 'Object.getPrototypeOf(Int8Array)', 2);
}

export interface BuiltinExport {
  readonly specifier: string;
  readonly imported: string;
}

const builtinExports = new Map<unknown, BuiltinExport>();
const scanned = new Set<string>();

/** Touching the others can print warnings or start things. */
const excluded = /^_|^(inspector|repl|trace_events|wasi|sqlite|sea|test|domain|punycode|sys|process)\b/;
const ordinary: ReadonlySet<string> = new Set(builtinModules.filter((name) => !excluded.test(name)));
const { moduleLoadList } = process as unknown as { readonly moduleLoadList?: readonly string[] };
let looked = 0;

/** The builtin module whose export a value is; `url` is that of the script of a function. */
export function builtinExportOf(value: unknown, url = ''): BuiltinExport | undefined {
  if (url.startsWith('node:') && !url.startsWith('node:internal/')) scan(url.slice('node:'.length));
  // What is at hand came from a module that is loaded: the others need not be.
  if (!moduleLoadList) ordinary.forEach(scan);
  for (; looked < (moduleLoadList?.length ?? 0); looked++) {
    const name = moduleLoadList![looked]!.replace(/^NativeModule /, '');
    if (ordinary.has(name)) scan(name);
  }
  return builtinExports.get(value);
}

function scan(name: string): void {
  if (scanned.has(name)) return;
  scanned.add(name);
  const exports = process.getBuiltinModule(name) as unknown;
  if (!isObject(exports)) return;
  const specifier = `node:${name}`;
  if (!builtinExports.has(exports)) builtinExports.set(exports, { specifier, imported: 'default' });
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    const member = descriptor.value as unknown;
    if (typeof member === 'function' && !builtinExports.has(member)) {
      builtinExports.set(member, { specifier, imported: key });
    }
  }
}
