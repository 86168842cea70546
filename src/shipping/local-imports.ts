/**
 * What functions take from the user's own modules. It is named when they are shipped, and its live value remembered: if a
 * worker cannot import the module, the value is sent in its place. Modules live as long as their thread, so this holds on
 * to nothing that would go otherwise.
 */
import { isLocalModule } from './module-reference.js';
import type { ImportNode } from './payload.js';
import type { Walk } from './walk.js';

const live = new Map<string, unknown>();

/** The same here and where it is imported. */
export const importKey = (node: ImportNode): string => {
  const { system, specifier, parent, imported, property, attributes, wrap, nodeMode } = node;
  return JSON.stringify([system, specifier, parent, imported, property, attributes, wrap, nodeMode]);
};

export const isLocalImport = ({ specifier, parent }: ImportNode): boolean => isLocalModule(specifier, parent);

/** To be called with every import that a payload names. */
export function rememberImport(node: ImportNode, value: unknown, walk: Walk): void {
  if (!isLocalImport(node)) return;
  walk.namesLocalModules = true;
  live.set(importKey(node), value);
}

export const hasImport = (key: string): boolean => live.has(key);

/** All that was named so far, by its keys. */
export const liveImports = (): ReadonlyMap<string, unknown> => live;
