/** Why a task's result could not be returned as it is. */
import { types } from 'node:util';
import { handleNameOf, nameOfClass } from './live-handles.js';
import { isOrdinaryView, needsShipping } from './plain-data.js';

/**
 * A sentence on what in `value` would be lost or refused on the way back, with the path to it; undefined for plain data.
 */
export function resultTrouble(value: unknown): string | undefined {
  return needsShipping(value) ? find(value, 'the result', new Set()) : undefined;
}

function find(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (typeof value === 'symbol') return `${path} is a symbol (${String(value)})`;
  if (typeof value === 'function') return `${path} is a function (${value.name || 'anonymous'}): return data`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  const own = refusals.find(([is]) => is(value))?.[1](value);
  if (own !== undefined) return `${path} is ${own}`;
  if (ArrayBuffer.isView(value)) return undefined;
  for (const [step, child] of partsOf(value)) {
    const trouble = find(child, path + step, seen);
    if (trouble) return trouble;
  }
  return undefined;
}

const isNative = (prototype: object): boolean => /\{\s*\[native code\]\s*\}\s*$/.test(String(prototype.constructor));

/** Instances without methods arrive as the same data; Buffers as their bytes. */
function hasMethods(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || prototype === Object.prototype || ArrayBuffer.isView(value)) return false;
  if (types.isNativeError(value) || isNative(prototype)) return false;
  return Reflect.ownKeys(prototype).length > 1 || Object.getPrototypeOf(prototype) !== Object.prototype;
}

const refusals: readonly (readonly [is: (value: object) => boolean, what: (value: object) => string])[] = [
  [types.isProxy, () => 'a Proxy: return a copy of what is in it'],
  [types.isPromise, () => 'a Promise: await it inside the function'],
  [types.isGeneratorObject, () => 'a running generator: return an array of what it gives'],
  [(value) => types.isWeakMap(value) || types.isWeakSet(value), (value) => `a ${nameOfClass(value)}`],
  [(value) => handleNameOf(value) !== undefined, (value) => `a ${nameOfClass(value)}: a live handle of the worker`],
  [
    (value) => hasMethods(value) && !isOrdinaryView(value),
    (value) => `an instance of class ${nameOfClass(value)}, which would arrive without its methods: return plain data`,
  ],
];

function* partsOf(value: object): Generator<[step: string, child: unknown]> {
  if (types.isMap(value)) {
    for (const [key, item] of value) {
      yield ['.keys()', key];
      yield [`.get(${String(key)})`, item];
    }
  } else if (types.isSet(value)) {
    for (const item of value) yield ['.values()', item];
  }
  if (types.isNativeError(value)) yield ['.cause', value.cause];
  for (const [key, item] of Object.entries(value)) yield [Array.isArray(value) ? `[${key}]` : `.${key}`, item];
}
