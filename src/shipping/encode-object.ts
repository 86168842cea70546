/** Objects other than functions: one rule per kind, the first that fits is taken. */
import { types } from 'node:util';
import { encodeClassOf } from './class-of.js';
import { builtinExportOf } from './intrinsics.js';
import { nameOfClass } from './live-handles.js';
import { type Encoded, type Node, ordinaryProperty, type Primitive, type Property } from './payload.js';
import { isOrdinaryView } from './plain-data.js';
import { ShipError, type Trail } from './ship-error.js';
import type { Walk } from './walk.js';

interface Rule {
  readonly is: (value: never) => boolean;
  /** Either of these. */
  readonly refuse?: (value: object) => string;
  // biome-ignore lint/suspicious/noExplicitAny: each rule knows what it takes
  readonly encode?: (value: any, walk: Walk, trail: Trail) => Node;
}

/** The node is filled in after it is added, so that what is inside may refer to it. */
export function encodeObject(value: object, walk: Walk, trail: Trail): Encoded {
  // Such as `const { promises } = fs`.
  const builtin = builtinExportOf(value);
  if (builtin) return walk.add(value, { kind: 'import', system: 'esm', ...builtin, parent: '' });
  const rule = rules.find(({ is }) => (is as (value: object) => boolean)(value))!;
  if (rule.refuse) throw new ShipError(rule.refuse(value), trail);
  const node = {} as Node;
  const ref = walk.add(value, node);
  Object.assign(node, rule.encode!(value, walk, trail));
  return ref;
}

const hasPrototype =
  (...prototypes: readonly (object | null)[]) =>
  (value: object): boolean =>
    prototypes.includes(Object.getPrototypeOf(value));

const rules: readonly Rule[] = [
  {
    is: types.isModuleNamespaceObject,
    refuse: () => 'it is the namespace object of a module that did not arrive by an import at the top of the script',
  },
  { is: types.isPromise, refuse: () => 'it is a Promise; await it first, or give a Future' },
  { is: types.isGeneratorObject, refuse: () => 'it is a running generator' },
  {
    is: (value: object) => types.isWeakMap(value) || types.isWeakSet(value) || value instanceof WeakRef,
    refuse: (value) => `it is a ${nameOfClass(value)}, whose contents cannot be listed`,
  },
  { is: types.isExternal, refuse: () => 'it is a native object' },
  {
    is: (value: object) => Object.prototype.toString.call(value) === '[object WebAssembly.Module]',
    refuse: () => 'it is a WebAssembly.Module; compile it inside the function',
  },
  {
    is: Array.isArray,
    encode: (value: unknown[], walk, trail) => ({
      kind: 'array',
      length: value.length,
      ...classUnless(Array.prototype, value, walk, trail),
      properties: encodeProperties(value, walk, trail, { skip: (key) => key === 'length' }),
      ...integrityOf(value),
    }),
  },
  {
    is: types.isMap,
    encode: (value: Map<unknown, unknown>, walk, trail) => ({
      kind: 'map',
      entries: Array.from(value, ([key, item], i) => [
        walk.encode(key, { step: `key ${i} of the Map`, outer: trail }),
        walk.encode(item, { step: `value of ${shown(key)} in the Map`, outer: trail }),
      ]),
      ...classUnless(Map.prototype, value, walk, trail),
      properties: encodeProperties(value, walk, trail),
    }),
  },
  {
    is: types.isSet,
    encode: (value: Set<unknown>, walk, trail) => ({
      kind: 'set',
      items: Array.from(value, (item, i) => walk.encode(item, { step: `item ${i} of the Set`, outer: trail })),
      ...classUnless(Set.prototype, value, walk, trail),
      properties: encodeProperties(value, walk, trail),
    }),
  },
  {
    is: Buffer.isBuffer,
    encode: (value: Buffer) => ({ kind: 'buffer', bytes: new Uint8Array(value) }),
  },
  { is: (value: object) => ArrayBuffer.isView(value) && !isOrdinaryView(value), refuse: subclass },
  {
    is: types.isSharedArrayBuffer,
    refuse: () => 'it is a SharedArrayBuffer, which other processes cannot see; send a typed array over it',
  },
  {
    is: types.isArrayBuffer,
    encode: (value: ArrayBuffer) => ({ kind: 'memory', bytes: new Uint8Array(value.slice(0)) }),
  },
  {
    is: types.isRegExp,
    encode: ({ source, flags, lastIndex }: RegExp) => ({ kind: 'regexp', source, flags, lastIndex }),
  },
  // A date that has more to it than its time.
  { is: types.isDate, encode: (value: Date) => ({ kind: 'data', value: new Date(value.getTime()) }) },
  {
    is: types.isBoxedPrimitive,
    encode: (value: object, walk, trail) => ({
      kind: 'boxed',
      value: walk.encode(value.valueOf() as Primitive | symbol, trail),
    }),
  },
  {
    is: types.isNativeError,
    encode: (value: Error, walk, trail) => ({
      kind: 'error',
      message: value.message,
      stack: String(value.stack),
      ...encodeClassOf(value, walk, trail),
      properties: encodeProperties(value, walk, trail, {
        hidden: true,
        skip: (key) => key === 'stack' || key === 'message',
      }),
    }),
  },
  { is: (value: object) => value instanceof URL, encode: ({ href }: URL) => ({ kind: 'url', href }) },
  {
    is: hasPrototype(Object.prototype, null),
    encode: (value: object, walk, trail) => ({
      kind: 'object',
      bare: Object.getPrototypeOf(value) === null,
      properties: encodeProperties(value, walk, trail, { hidden: true }),
      ...integrityOf(value),
    }),
  },
  {
    is: () => true,
    encode: (value: object, walk, trail) => ({
      kind: 'instance',
      ...encodeClassOf(value, walk, trail),
      properties: encodeProperties(value, walk, trail, { hidden: true }),
      ...integrityOf(value),
    }),
  },
];

function subclass(value: object): string {
  return `it is of ${nameOfClass(value)}, a subclass of a typed array`;
}

const classUnless = (base: object, value: object, walk: Walk, trail: Trail) =>
  Object.getPrototypeOf(value) === base ? {} : encodeClassOf(value, walk, trail);

const integrityOf = (value: object): { integrity?: 'frozen' | 'sealed' } =>
  Object.isExtensible(value) ? {} : { integrity: Object.isFrozen(value) ? 'frozen' : 'sealed' };

const shown = (key: unknown): string => (typeof key === 'string' ? JSON.stringify(key) : String(key));

interface PropertyChoice {
  /** Those that are not enumerable too, and how each may be changed. */
  readonly hidden?: boolean;
  readonly skip?: (key: string | symbol, descriptor: PropertyDescriptor) => boolean;
}

export function encodeProperties(value: object, walk: Walk, trail: Trail, choice: PropertyChoice = {}): Property[] {
  const properties: Property[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key)!;
    if (choice.skip?.(key, descriptor) || (!descriptor.enumerable && !choice.hidden)) continue;
    const isIndex = Array.isArray(value) && typeof key === 'string' && /^\d+$/.test(key);
    const step = { step: isIndex ? `[${key}]` : `property '${String(key)}'`, outer: trail };
    const { get, set } = descriptor;
    const flags = choice.hidden ? flagsOf(descriptor) : ordinaryProperty;
    properties.push({
      key: typeof key === 'symbol' ? (walk.encode(key, step) as Property['key']) : key,
      ...(get ? { get: walk.encode(get, { step: 'its getter', outer: step }) } : {}),
      ...(set ? { set: walk.encode(set, { step: 'its setter', outer: step }) } : {}),
      ...(get || set ? {} : { value: walk.encode(descriptor.value, step) }),
      ...(flags === ordinaryProperty ? {} : { flags }),
    });
  }
  return properties;
}

const flagsOf = ({ enumerable, writable, configurable, get, set }: PropertyDescriptor): number =>
  (enumerable ? 1 : 0) | (writable || get || set ? 2 : 0) | (configurable ? 4 : 0);
