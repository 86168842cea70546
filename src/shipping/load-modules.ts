/** What a payload names of modules, imported here. */
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { importFrom } from './compile.js';
import { localModuleOf } from './local-imports.js';
import { ModuleLoadError } from './module-load-error.js';
import { isOwnModule } from './module-reference.js';
import type { ImportNode } from './payload.js';
import { importUpload, uploadedPath } from './uploads.js';

/** Trouble that the user's own module has here and not where the function came from. */
const absent = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ENOENT',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_STARTED_IN_A_TASK',
  'ERR_UNSUPPORTED_ESM_URL_SCHEME',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/** Raises {@link ModuleLoadError}. */
export async function importValue(node: ImportNode, timeoutMs: number): Promise<unknown> {
  const { specifier, imported, property } = node;
  const own = localModuleOf(node);
  const [local, named] = [own !== undefined, own ?? specifier];
  let module: unknown;
  try {
    module = await moduleOf(node, local, timeoutMs);
  } catch (error) {
    if (error === late) {
      const seconds = `${timeoutMs / 1000} s`;
      throw new ModuleLoadError(named, `it did not settle in ${seconds}; it may wait for the entry script`, local);
    }
    const { code, message } = error as NodeJS.ErrnoException;
    const mayTravel = absent.has(code ?? '') || error instanceof SyntaxError;
    throw new ModuleLoadError(named, message, local && mayTravel, error);
  }
  const value = imported === '*' ? module : member(module, imported, named, local);
  return property === undefined ? value : (value as Record<string, unknown>)[property];
}

/** The module where it was; where it is not, a file of its name that was uploaded. */
async function moduleOf(node: ImportNode, isLocal: boolean, timeoutMs: number): Promise<unknown> {
  try {
    return node.system === 'cjs' ? requireModule(node) : await importInTime(node, timeoutMs);
  } catch (error) {
    const isAbsent = isLocal && absent.has((error as NodeJS.ErrnoException).code ?? '');
    const uploaded = isAbsent ? uploadedPath(basename(node.specifier)) : undefined;
    if (uploaded === undefined) throw error;
    return node.system === 'cjs' ? requireFrom(uploaded)(uploaded) : importUpload(uploaded);
  }
}

function member(module: unknown, name: string, named: string, local: boolean): unknown {
  if (name in (module as object)) return (module as Record<string, unknown>)[name];
  const exports = Object.keys(module as object).join(', ');
  throw new ModuleLoadError(named, `it has no export '${name}' here, only ${exports || 'none'}`, local);
}

const late = Symbol('late');

const frontDoor = new URL('../index.js', import.meta.url).href;

/** Classes of this package that were captured as values are named by their files, but need the client that tasks have. */
async function behindFrontDoor({ specifier }: ImportNode): Promise<void> {
  if (isOwnModule(specifier)) await import(frontDoor);
}

/** Imports that did not settle in time, and have not yet: nobody waits for them once more. */
const stuck = new Set<string>();

async function importInTime(node: ImportNode, timeoutMs: number): Promise<unknown> {
  const key = localModuleOf(node) ?? node.specifier;
  if (stuck.has(key)) throw late;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), timeoutMs);
  });
  const imported = behindFrontDoor(node).then(() => importFrom(node.specifier, node.parent, node.attributes));
  try {
    return await Promise.race([imported, timeout]);
  } catch (error) {
    if (error === late) {
      stuck.add(key);
      const settled = () => stuck.delete(key);
      imported.then(settled, settled);
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function requireModule({ specifier, parent, wrap, nodeMode }: ImportNode): unknown {
  const module = requireFrom(parent)(specifier) as unknown;
  if (wrap === 'namespace') return asNamespace(module, nodeMode === true);
  if (wrap === 'default') return isTranspiled(module) ? module : { default: module };
  return module;
}

const isTranspiled = (module: unknown): boolean => Boolean((module as { __esModule?: unknown } | null)?.__esModule);

/** As esbuild's `__toESM` and TypeScript's `__importStar` see a CommonJS module. */
function asNamespace(module: unknown, nodeMode: boolean): unknown {
  const namespace: object = module == null ? {} : Object.create(Object.getPrototypeOf(module));
  const transpiled = isTranspiled(module) && !nodeMode;
  if (!transpiled) Object.defineProperty(namespace, 'default', { value: module, enumerable: true });
  for (const key of Object.getOwnPropertyNames(module ?? {})) {
    if (key === 'default' && !transpiled) continue;
    Object.defineProperty(namespace, key, { get: () => (module as Record<string, unknown>)[key], enumerable: true });
  }
  return namespace;
}

const placeOf = (url: string): string => {
  if (url.startsWith('file:')) return url.split('?')[0]!;
  return pathToFileURL(isAbsolute(url) ? url : join(process.cwd(), 'shipped.js')).href;
};

export const requireFrom = (parent: string): NodeJS.Require => createRequire(placeOf(parent));

/** What `import.meta` is in that module. */
export function importMetaOf(parent: string): object {
  const place = placeOf(parent);
  const filename = fileURLToPath(place);
  return {
    url: parent.startsWith('file:') ? parent : place,
    filename,
    dirname: dirname(filename),
    resolve: (specifier: string) =>
      /^\.{0,2}\//.test(specifier) ? new URL(specifier, place).href : resolved(createRequire(place).resolve(specifier)),
  };
}

const resolved = (file: string): string => (isAbsolute(file) ? pathToFileURL(file).href : file);
