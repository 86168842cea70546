/**
 * Functions that ship the same each time, for nothing that they are made of can change: they are named by their module,
 * or use only constants, functions of that kind, and what every process has. What they ship as is remembered, since a
 * loop submits one function over and over, and asking V8 for its scopes takes longer than all the rest.
 */
import { isRef, type Node, type Payload, type Shipped } from './payload.js';
import type { AnyFunction, Walk } from './walk.js';

interface Settled {
  readonly shipped: Shipped;
  readonly functions: readonly { readonly fn: AnyFunction; readonly name: string; readonly properties: number }[];
}

const settled = new WeakMap<object, Settled>();

/** What it ships as, if that is known already and nothing was added to it since. */
export function settledShipment(value: unknown): Shipped | undefined {
  const known = settled.get(value as object);
  return known?.functions.every(isUnchanged) ? known.shipped : undefined;
}

const isUnchanged = ({ fn, name, properties }: Settled['functions'][number]): boolean =>
  fn.name === name && propertiesOf(fn) === properties;

/** Of the function and of its prototype, which can be given methods. */
const propertiesOf = (fn: AnyFunction): number =>
  Reflect.ownKeys(fn).length + (fn.prototype ? Reflect.ownKeys(fn.prototype as object).length : 0);

/** Remembers what a function was shipped as, if that is for good. */
export function rememberSettled(value: unknown, shipped: Shipped, { root, nodes }: Payload, walk: Walk): void {
  if (typeof value !== 'function' || !walk.isSettled || !isRef(root) || shipped.warnings.length > 0) return;
  if (!nodes.every(isLasting)) return;
  const functions = walk.functions.map((fn) => ({ fn, name: fn.name, properties: propertiesOf(fn) }));
  settled.set(value, { shipped, functions });
}

/** Nodes that say where something is to be found, rather than what it was. */
const references: ReadonlySet<Node['kind']> = new Set([
  'import',
  'intrinsic',
  'require',
  'import-meta',
  'dynamic-import',
  'symbol',
]);

const isLasting = (node: Node): boolean =>
  references.has(node.kind) ||
  (node.kind === 'function' && node.properties === undefined && node.prototypeProperties === undefined);
