/** Telling plain structured-cloneable data from what needs more care, and copying it. */
import { types } from 'node:util';
import { isPrimitive } from './payload.js';

const typedArray = Object.getPrototypeOf(Int8Array.prototype) as object;

/** Exactly a typed array or a DataView: no Buffer, no subclass. */
export const isOrdinaryView = (value: object): value is ArrayBufferView & object => {
  if (!ArrayBuffer.isView(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object;
  return prototype === DataView.prototype || Object.getPrototypeOf(prototype) === typedArray;
};

/** The bytes of a view, in memory of their own; shared memory stays shared. */
export function snapshotOf(view: ArrayBufferView): ArrayBufferView {
  if (view.buffer instanceof SharedArrayBuffer) return view;
  if (view instanceof DataView)
    return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  return (view as Uint8Array).slice();
}

const unshippable: readonly ((value: object) => boolean)[] = [types.isProxy, types.isPromise, types.isExternal];

/**
 * Whether `value` contains what structured clone would lose or refuse: functions, instances of classes, symbols,
 * promises, Buffers. Plain objects, arrays, typed arrays, Map, Set, Date, RegExp and errors do not need it.
 */
export function needsShipping(value: unknown): boolean {
  return !isPrimitive(value) && needs(value, new Set());
}

function needs(value: unknown, seen: Set<unknown>): boolean {
  if (isPrimitive(value)) return false;
  if (typeof value !== 'object' || value === null || unshippable.some((is) => is(value))) return true;
  if (seen.has(value) || isOrdinaryView(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype) return true;
    // A loop by hand: of a million numbers, none is worth a call.
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (typeof item !== 'number' && typeof item !== 'string' && needs(item, seen)) return true;
    }
    return false;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === Map.prototype) {
    for (const [key, item] of value as Map<unknown, unknown>) if (needs(key, seen) || needs(item, seen)) return true;
  } else if (prototype === Set.prototype) {
    for (const item of value as Set<unknown>) if (needs(item, seen)) return true;
  } else if (prototype !== null && !cloned.has(prototype)) return true;
  if (types.isNativeError(value) && needs(value.cause, seen)) return true;
  for (const key of Object.keys(value)) if (needs((value as Record<string, unknown>)[key], seen)) return true;
  return false;
}

/** Prototypes that structured clone knows. */
const cloned: ReadonlySet<object> = new Set([
  ...[Object, Map, Set, Date, RegExp, ArrayBuffer, SharedArrayBuffer, Boolean, Number, String, BigInt].map(
    (builtin) => builtin.prototype as object,
  ),
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (builtin) => builtin.prototype as object,
  ),
]);

export interface Copier {
  /** A copy of a plain subtree; {@link notPlain} where it has more to it, or shares parts with what is known. */
  copy(value: object): unknown;
  /** Which copies (by their order) are part of more than one subtree. */
  readonly shared: number[];
}

export const notPlain: unique symbol = Symbol('not plain');
const deepest = 200;

/**
 * Copies plain subtrees. An object met twice in one subtree makes it not plain, so that the hash sees the sharing; one
 * of an earlier subtree stands for its copy, and is noted.
 */
export function createCopier(isKnown: (value: object) => boolean): Copier {
  const copies = new Map<object, { readonly copy: unknown; readonly order: number }>();
  const complex = new Set<object>();
  const shared: number[] = [];

  /** `inside`: the copies of this subtree so far; undefined for those in the making. */
  type Inside = Map<object, unknown>;

  const copyOf = (value: unknown, inside: Inside, depth: number): unknown => {
    if (isPrimitive(value)) return value;
    if (typeof value !== 'object' || value === null || depth > deepest || types.isProxy(value)) return notPlain;
    if (complex.has(value) || inside.has(value) || (depth > 0 && isKnown(value))) return notPlain;
    const before = copies.get(value);
    if (before) {
      shared.push(before.order);
      return before.copy;
    }
    inside.set(value, undefined);
    const copy = copyParts(value, inside, depth);
    if (copy === notPlain) complex.add(value);
    else inside.set(value, copy);
    return copy;
  };

  const copyParts = (value: object, inside: Inside, depth: number): unknown => {
    if (isOrdinaryView(value)) return snapshotOf(value);
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype === Date.prototype) {
      return Reflect.ownKeys(value).length === 0 ? new Date((value as Date).getTime()) : notPlain;
    }
    const isArray = Array.isArray(value);
    if ((isArray ? prototype !== Array.prototype : prototype !== Object.prototype) || !Object.isExtensible(value)) {
      return notPlain;
    }
    return isArray ? copyArray(value, inside, depth) : copyObject(value, inside, depth);
  };

  const copyArray = (value: readonly unknown[], inside: Inside, depth: number): unknown => {
    const copy: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      const item = copyOf(value[i], inside, depth + 1);
      if (item === notPlain || (item === undefined && !Object.hasOwn(value, i))) return notPlain;
      copy.push(item);
    }
    return Object.keys(value).length === value.length ? copy : notPlain;
  };

  const copyObject = (value: object, inside: Inside, depth: number): unknown => {
    const copy: Record<string, unknown> = {};
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)!;
      const { enumerable, writable, configurable } = property;
      if (typeof key === 'symbol' || key === '__proto__' || !enumerable || !writable || !configurable) return notPlain;
      const item = copyOf(property.value, inside, depth + 1);
      if (item === notPlain) return notPlain;
      copy[key] = item;
    }
    return copy;
  };

  return {
    shared,
    copy(value) {
      const inside: Inside = new Map();
      const sharedBefore = shared.length;
      const copy = copyOf(value, inside, 0);
      // Of a subtree that turns out not to be plain nothing is kept: its parts come again, one by one.
      if (copy === notPlain) shared.length = sharedBefore;
      else for (const [original, made] of inside) copies.set(original, { copy: made, order: copies.size });
      return copy;
    },
  };
}
