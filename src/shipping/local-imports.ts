/**
 * What functions take from the user's own modules. It is named when they are shipped, and its live value remembered: if a
 * worker cannot import the module, the value is sent in its place. Modules live as long as their thread, so this holds on
 * to nothing that would go otherwise.
 */
import { localUrl } from './module-reference.js';
import type { ImportNode, Payload } from './payload.js';
import type { Walk } from './walk.js';

const live = new Map<string, unknown>();

/** The URL of a module of the user's own. */
export const localModuleOf = ({ specifier, parent }: ImportNode): string | undefined => localUrl(specifier, parent);

/** What stands for an import of the user's own, whoever imports it; undefined for what is imported from elsewhere. */
export function importKey(node: ImportNode): string | undefined {
  const { system, imported, property, attributes, wrap, nodeMode } = node;
  const module = localModuleOf(node);
  return module && JSON.stringify([system, module, imported, property, attributes, wrap, nodeMode]);
}

/** The keys of what a payload imports from modules of the user's own. */
export function importKeysOf({ nodes }: Payload): readonly string[] {
  const keys = nodes.map((node) => (node.kind === 'import' ? importKey(node) : undefined));
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/** The module of a key. */
export const moduleOf = (key: string): string => (JSON.parse(key) as [system: string, module: string])[1];

/** To be called with every import that a payload names. */
export function rememberImport(node: ImportNode, value: unknown, walk: Walk): void {
  const key = importKey(node);
  if (key === undefined) return;
  walk.namesLocalModules = true;
  live.set(key, value);
}

/** All that was named so far, by its keys. */
export const liveImports = (): ReadonlyMap<string, unknown> => live;
