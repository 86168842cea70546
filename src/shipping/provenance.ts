/**
 * Where values that were imported for a shipped function came from, so that a task that ships the function on names the
 * same module instead of copying what it holds.
 */
import type { ImportNode } from './payload.js';

const origins = new WeakMap<object, ImportNode>();

export function rememberOrigin(value: unknown, node: ImportNode): void {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') origins.set(value, node);
}

export const originOf = (value: unknown): ImportNode | undefined => origins.get(value as object);
