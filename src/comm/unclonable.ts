import * as v8 from 'node:v8';

/**
 * Where in `value` something is that structured clone does not know: `message.params[2].callback (a function)`.
 * Undefined when everything can be cloned. Walks the whole value: only for use after a failure.
 */
export function unclonablePath(value: unknown): string | undefined {
  return find(value, 'message', new Set());
}

function find(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `${path} (a ${typeof value})`;
  if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return undefined;
  seen.add(value);
  for (const [step, child] of childrenOf(value)) {
    const found = find(child, path + step, seen);
    if (found) return found;
  }
  return isOrdinary(value) || isClonable(value)
    ? undefined
    : `${path} (a ${value.constructor?.name ?? 'strange object'})`;
}

function* childrenOf(value: object): Generator<[step: string, child: unknown]> {
  if (value instanceof Map) {
    for (const [key, item] of value) {
      yield ['.keys()', key];
      yield [`.get(${typeof key === 'symbol' ? 'symbol' : String(key)})`, item];
    }
  } else if (value instanceof Set) {
    for (const item of value) yield ['.values()', item];
  } else {
    for (const [key, item] of Object.entries(value)) {
      yield [Array.isArray(value) ? `[${key}]` : `.${key}`, item];
    }
  }
}

function isOrdinary(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isClonable(value: object): boolean {
  try {
    v8.serialize(value);
    return true;
  } catch {
    return false;
  }
}
