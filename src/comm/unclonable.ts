import * as v8 from 'node:v8';

/**
 * Where in `value` something is that cannot be cloned: `message.params[2].callback (a function)`. Undefined when
 * everything can. `isClonable` judges objects that are neither plain nor arrays; unless given, by V8's serializer.
 * Walks the whole value with a note of every object: only for use after a failure.
 */
export function unclonablePath(value: unknown, isClonable = isSerializable): string | undefined {
  return find(value, 'message', new Set(), isClonable);
}

function find(
  value: unknown,
  path: string,
  seen: Set<unknown>,
  isClonable: (value: object) => boolean,
): string | undefined {
  if (typeof value === 'function' || typeof value === 'symbol') return `${path} (a ${typeof value})`;
  if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return undefined;
  seen.add(value);
  for (const [step, child] of childrenOf(value)) {
    const found = find(child, path + step, seen, isClonable);
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

/**
 * Whether `value` is made of plain objects, arrays, views and buffers alone, to a depth of 64: if so, it can be cloned.
 * False says nothing yet. Cheap next to cloning: for use before it.
 */
export function isPlainData(value: unknown, depth = 64): boolean {
  if (typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null || ArrayBuffer.isView(value)) return true;
  if (value instanceof SharedArrayBuffer || value instanceof ArrayBuffer) return true;
  if (!isOrdinary(value) || depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainData(item, depth - 1));
  for (const key in value) {
    if (!isPlainData((value as Record<string, unknown>)[key], depth - 1)) return false;
  }
  return true;
}

function isOrdinary(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isSerializable(value: object): boolean {
  try {
    v8.serialize(value);
    return true;
  } catch {
    return false;
  }
}
