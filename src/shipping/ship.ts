/**
 * Functions and values as plain data, closures included: "cloudpickle for Node".
 *
 * The value is walked once, synchronously, so that what is sent is its state now. A function is its text, and the values
 * of the variables that the text uses from outside, which V8's inspector shows; what Node's modules, packages and other
 * modules of the user export is named instead, and imported where it arrives (`module-reference.ts` has the rule).
 */
import { types } from 'node:util';
import { contentHash } from '../util/hash.js';
import { shareAssignedVariables } from './cells.js';
import { closedKeyOf, closedShipment, rememberClosed } from './closed.js';
import { encodeFunction } from './encode-function.js';
import { encodeObject } from './encode-object.js';
import { releaseClosures } from './inspector.js';
import { intrinsicOf, wellKnownNameOf } from './intrinsics.js';
import { importKey, rememberImport } from './local-imports.js';
import { type Encoded, isPrimitive, isRef, type Node, type Payload, type Ref, type Shipped } from './payload.js';
import { createCopier, notPlain } from './plain-data.js';
import { originOf } from './provenance.js';
import { rememberSettled, settledShipment } from './settled.js';
import { ShipError, stepsOf, type Trail } from './ship-error.js';
import type { AnyFunction, LocalModules, Walk } from './walk.js';

export type { Shipped } from './payload.js';
export { needsShipping } from './plain-data.js';
export { ShipError } from './ship-error.js';

export interface ShipOptions {
  /** How functions that the user's other modules export travel: by the name of the module (default), or by value. */
  readonly localModules?: LocalModules;
}

/**
 * What an object may carry to say how it travels: a sentence, with which sending it is refused, or a method that gives
 * what is sent in its place.
 */
export const shipHook: unique symbol = Symbol.for('sheaf.ship') as never;

/** The same for proxies, which nobody may ask for a property without knowing what that does: the sentences of ours. */
export const proxyHooks = new WeakMap<object, string>();

/**
 * A value (function, class, or data that holds such) as plain structured-cloneable data: a snapshot, taken at once.
 * Raises {@link ShipError}, with the path to what cannot be sent.
 */
export function ship(value: unknown, { localModules = 'reference' }: ShipOptions = {}): Shipped {
  const byReference = localModules === 'reference';
  const known = byReference ? settledShipment(value) : undefined;
  if (known) return known;
  const closedKey = byReference ? closedKeyOf(value) : undefined;
  const closed = closedKey === undefined ? undefined : closedShipment(closedKey);
  if (closed) return closed;
  const walk = startWalk(localModules);
  const name = typeof value === 'function' ? value.name : '';
  const root = encodeRoot(value, name, walk);
  const { nodes, shared } = walk;
  const content = { root, nodes, codes: walk.codes.map(({ code }) => code), shared };
  const hash = contentHash(content);
  const payload: Payload = walk.namesLocalModules ? { ...content, hash } : content;
  const nbytes = bytesOf(payload);
  const shipped: Shipped = {
    hash,
    name: name || 'lambda',
    payload,
    nbytes,
    warnings: [...walk.warnings, ...closureWarnings(walk), ...sizeWarnings(nbytes, walk)],
  };
  if (closedKey !== undefined) rememberClosed(closedKey, shipped, payload);
  if (byReference) rememberSettled(value, shipped, payload, walk);
  return shipped;
}

function encodeRoot(value: unknown, name: string, walk: Walk): Encoded {
  const step = name ? `function '${name}'` : typeof value === 'function' ? 'lambda' : 'value';
  try {
    const root = walk.encode(value, { step });
    shareAssignedVariables(walk);
    return root;
  } finally {
    releaseClosures();
  }
}

function startWalk(localModules: LocalModules): Walk & { readonly shared: readonly number[] } {
  const refs = new Map<unknown, Ref>();
  const nodes: Node[] = [];
  const copier = createCopier((value) => refs.has(value) || hookOf(value) !== undefined);
  const walk: Walk & { readonly shared: readonly number[] } = {
    localModules,
    nodes,
    shared: copier.shared,
    functions: [],
    namesLocalModules: false,
    isSettled: true,
    codes: [],
    codeNumbers: new Map(),
    imports: new Map(),
    moduleVariables: new Map(),
    closureVariables: new Map(),
    warnings: [],
    data: [],
    add(value, node) {
      const ref = { ref: nodes.push(node) - 1 };
      if (value !== undefined) refs.set(value, ref);
      return ref;
    },
    refOf: (value) => refs.get(value),
    remember: (value, ref) => refs.set(value, ref),
    encode(value, trail) {
      if (isPrimitive(value)) return value;
      const known = refs.get(value);
      if (known) return known;
      if (typeof value === 'symbol') return walk.add(value, symbolNode(value, trail));
      if (types.isProxy(value)) throw new ShipError(proxyHooks.get(value as object) ?? 'it is a Proxy', trail);
      const expression = intrinsicOf(value);
      if (expression !== undefined) return walk.add(value, { kind: 'intrinsic', expression });
      const origin = originOf(value);
      if (origin && !(localModules === 'value' && importKey(origin) !== undefined)) {
        rememberImport(origin, value, walk);
        return walk.add(value, origin);
      }
      const hook = hookOf(value as object);
      if (hook !== undefined) return encodeHooked(value as object, hook, walk, trail);
      if (typeof value === 'function') return encodeFunction(value as AnyFunction, walk, trail);
      const copy = copier.copy(value as object);
      if (copy === notPlain) return encodeObject(value as object, walk, trail);
      walk.data.push({ value: copy, trail });
      return walk.add(value, { kind: 'data', value: copy });
    },
  };
  return walk;
}

const hookOf = (value: object): unknown =>
  types.isProxy(value) ? undefined : (value as Record<symbol, unknown>)[shipHook];

function encodeHooked(value: object, hook: unknown, walk: Walk, trail: Trail): Encoded {
  if (typeof hook !== 'function') throw new ShipError(String(hook), trail);
  const encoded = walk.encode(hook.call(value), trail);
  if (isRef(encoded)) walk.remember(value, encoded);
  return encoded;
}

function symbolNode(symbol: symbol, trail: Trail): Node {
  const wellKnown = wellKnownNameOf(symbol);
  if (wellKnown !== undefined) return { kind: 'symbol', key: wellKnown, wellKnown: true };
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { kind: 'symbol', key, wellKnown: false };
  throw new ShipError(`${String(symbol)} is a unique symbol, of this process alone; use Symbol.for()`, trail);
}

const closureWarnings = (walk: Walk): string[] =>
  [...walk.closureVariables.values()].flatMap(({ name, count, assigned }) =>
    assigned && count > 1
      ? [`captured variable '${name}' is assigned and shared by ${count} closures; in the worker each has its own copy`]
      : [],
  );

const warnAboveBytes = 1_000_000;

function sizeWarnings(nbytes: number, { data }: Walk): string[] {
  if (nbytes <= warnAboveBytes) return [];
  const sized = data.map(({ value, trail }) => ({ trail, size: bytesOf(value) }));
  const largest = sized.reduce((a, b) => (b.size > a.size ? b : a), { size: 0, trail: { step: 'its code' } as Trail });
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return [
    `${megabytes(nbytes)} travel with the function, most of it as ${stepsOf(largest.trail).join(' → ')} ` +
      `(${megabytes(largest.size)}): scatter the data, and give the function the future`,
  ];
}

/** Roughly what plain data takes on the wire. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (value instanceof Date) return 8;
  let bytes = 8;
  if (Array.isArray(value)) for (const item of value) bytes += bytesOf(item);
  else for (const key in value) bytes += key.length + bytesOf((value as Record<string, unknown>)[key]);
  return bytes;
}
