/**
 * The one place where text becomes code. Scripts are compiled under the name and place they had in the user's file, so
 * that stack traces show it and `import()` resolves as there.
 */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { type Code, injected } from './payload.js';

/** Makes a function or class from its environment. */
export type Factory = (environment: Record<string, unknown>, superclass: unknown, importMeta: unknown) => unknown;

/** The key under which an environment takes the values of late names. */
export const setLate = '__sheaf_set';

const factories = new Map<string, Factory>();

/**
 * The factory of a code. `late` names get their values after the function is made, by `environment[setLate](values)`:
 * those of functions that need one another.
 */
export function factoryOf(code: Code, late: readonly string[]): Factory {
  const key = [code.url, code.line, code.column, late.join(), code.names.join(), code.text].join('\0');
  let factory = factories.get(key);
  if (!factory) factories.set(key, (factory = compile(code, late)));
  return factory;
}

function compile({ text, url, line, column, strict, names, assigned, self }: Code, late: readonly string[]): Factory {
  const { environment, superclass, importMeta } = injected;
  const early = names.filter((name) => !late.includes(name));
  const bind = (keyword: string, bound: readonly string[]) =>
    bound.length > 0 ? `${keyword} {${bound.join(',')}}=${environment};` : '';
  const [result = injected.result, ...aliases] = self;
  // Constants rather than lookups: V8 treats them as it did the variables. All on one line, so that lines keep their
  // numbers, and assigned rather than returned, since the text may begin with a new line.
  const head = [
    `(function(${environment},${superclass},${importMeta}){${strict ? '"use strict";' : ''}`,
    bind(
      'const',
      early.filter((name) => !assigned.includes(name)),
    ),
    bind(
      'let',
      early.filter((name) => assigned.includes(name)),
    ),
    late.length > 0 ? `let ${late.join(',')};${environment}.${setLate}=(e)=>{({${late.join(',')}}=e)};` : '',
    `const ${result}=`,
  ].join('');
  const tail = `;${aliases.map((alias) => `const ${alias}=${result};`).join('')}return ${result}})`;
  const place = { filename: fileNameOf(url) ?? `shipped:${url || 'anonymous'}`, lineOffset: line };
  return run(`${head}${text}\n${tail}`, { ...place, columnOffset: column - head.length }) as Factory;
}

/** The value of an expression over globals. */
export const evaluate = (expression: string): unknown => run(`(${expression})`, {});

/** `import()` as if it stood in `parent`. */
export function importFrom(
  specifier: string,
  parent: string,
  attributes?: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const path = specifier.startsWith('/') ? fileOfVite(specifier, parent) : specifier;
  const options = attributes ? `,{with:${JSON.stringify(attributes)}}` : '';
  const filename = fileNameOf(parent) ?? join(process.cwd(), 'shipped.mjs');
  return run(`import(${JSON.stringify(path)}${options})`, { filename }) as Promise<Record<string, unknown>>;
}

/** Vite names files outside its root `/@fs/...`, and those inside by their path from the root. */
function fileOfVite(specifier: string, parent: string): string {
  if (specifier.startsWith('/@fs/')) return specifier.slice('/@fs'.length);
  if (existsSync(specifier)) return specifier;
  let folder = dirname(parent.startsWith('file:') ? fileURLToPath(parent.split('?')[0]!) : parent);
  while (folder !== dirname(folder) && !existsSync(join(folder, specifier))) folder = dirname(folder);
  return existsSync(join(folder, specifier)) ? join(folder, specifier) : specifier;
}

const fileNameOf = (url: string): string | undefined => (url.startsWith('file:') || isAbsolute(url) ? url : undefined);

interface Place {
  readonly filename?: string;
  readonly lineOffset?: number;
  readonly columnOffset?: number;
}

const execute = (text: string, place: Place): unknown =>
  new Script(text, { ...place, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext();

function run(text: string, place: Place): unknown {
  if (!isQuiet && text.includes('import')) silenceLoader();
  return execute(text, place);
}

let isQuiet = false;

/** Node says once per thread, at the first import(), that this loader is experimental; users of ours can do nothing about it. */
function silenceLoader(): void {
  isQuiet = true;
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    const message = typeof warning === 'string' ? warning : warning.message;
    if (!message.includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning.call(process, warning, ...rest);
  };
  try {
    execute("import('node:path')", {});
  } finally {
    process.emitWarning = emitWarning;
  }
}
