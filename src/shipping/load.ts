/**
 * From the plain data of `ship` back to live values. Imports come first, since they take time; then every node is made,
 * captured values before the functions that hold them; then objects are filled, so that cycles close. Functions that
 * need one another are made with names that get their values afterwards.
 */
import { SheafError } from '../util/errors.js';
import { evaluate, factoryOf, importFrom, setLate } from './compile.js';
import { componentsOf } from './components.js';
import { importMetaOf, importValue, requireFrom } from './load-modules.js';
import { importKey, importKeysOf } from './local-imports.js';
import { ModuleLoadError } from './module-load-error.js';
import {
  type Complete,
  type Encoded,
  isRef,
  type Node,
  type NodeOf,
  ordinaryProperty,
  type Payload,
  type Property,
  type StandIns,
} from './payload.js';
import { rememberOrigin } from './provenance.js';

export { ModuleLoadError } from './module-load-error.js';

/** Values in place of imports, by their keys. */
export type Values = ReadonlyMap<string, unknown>;

/** What a payload of that hash is to take in place of its imports; undefined where they are to be imported. */
export type StandInsOf = (hash: string) => Promise<Values> | undefined;

let standInsOf: StandInsOf = () => undefined;

/** Says who knows of stand-ins in this thread. */
export const takeStandInsFrom = (source: StandInsOf): void => {
  standInsOf = source;
};

/** A module that waits for the entry script, which a worker is suspended in, never settles. */
const importTimeoutMs = 10_000;

/** Raises ModuleLoadError where a module that the value needs cannot be imported here. */
export async function load(
  payload: unknown,
  options: { readonly importTimeoutMs?: number; readonly standIns?: Values } = {},
): Promise<unknown> {
  const { nodes, root, codes, hash } = payload as Payload;
  const values = new Array<unknown>(nodes.length);
  const made = new Uint8Array(nodes.length);
  const imports = nodes.flatMap((node, i) => (node.kind === 'import' ? [{ node, i }] : []));
  const standIns = options.standIns ?? (hash === undefined ? undefined : await standInsOf(hash));
  await Promise.all(
    imports.map(async ({ node, i }) => {
      const key = standIns && importKey(node);
      if (key !== undefined && standIns!.has(key)) values[i] = standIns!.get(key);
      else {
        values[i] = await importValue(node, options.importTimeoutMs ?? importTimeoutMs);
        rememberOrigin(values[i], node);
      }
      made[i] = 1;
    }),
  ).catch((error) => {
    // Not where there are stand-ins already: what they do not help is a failure.
    if (error instanceof ModuleLoadError && error.retryByValue && hash !== undefined && !standIns) {
      error.lacks = { code: hash, keys: importKeysOf(payload as Payload), module: error.module };
    }
    throw error;
  });

  const components = componentsOf(nodes.length, (i) =>
    needs(nodes[i]!).flatMap((value) => (isRef(value) ? [value.ref] : [])),
  );
  const late: (() => void)[] = [];
  const building: Building = {
    codes,
    live: (encoded) => (isRef(encoded) ? build(encoded.ref) : encoded),
    isLate: (encoded, self) => isRef(encoded) && !made[encoded.ref] && components[encoded.ref] === components[self],
    later: (set) => {
      late.push(set);
    },
  };
  const started = new Uint8Array(nodes.length);
  const build = (i: number): unknown => {
    if (made[i]) return values[i];
    const node = nodes[i]!;
    if (started[i]++)
      throw new SheafError(`the shipped value cannot be built: a cycle of prototypes through a ${node.kind}`);
    values[i] = (makers[node.kind] as Maker<Node['kind']>)(node as never, building, i);
    made[i] = 1;
    return values[i];
  };
  for (let i = 0; i < nodes.length; i++) build(i);
  for (const set of late) set();
  nodes.forEach((node, i) => {
    fill(values[i] as object, node, building);
  });
  nodes.forEach((node, i) => {
    const integrity = 'integrity' in node ? node.integrity : undefined;
    if (integrity === 'frozen') Object.freeze(values[i]);
    else if (integrity === 'sealed') Object.seal(values[i]);
  });
  return building.live(root);
}

export async function valuesOf({ keys, values }: StandIns): Promise<Values> {
  const made = (await load(values)) as readonly unknown[];
  return new Map(keys.map((key, i) => [key, made[i]]));
}

/** {@link load}, with stand-ins where an import fails that they can help. */
export async function loadComplete({ payload, standIns }: Complete): Promise<unknown> {
  try {
    return await load(payload);
  } catch (error) {
    if (!standIns || !(error instanceof ModuleLoadError && error.lacks)) throw error;
    return load(payload, { standIns: await valuesOf(standIns) });
  }
}

interface Building {
  readonly codes: Payload['codes'];
  live(encoded: Encoded): unknown;
  /** Whether a captured value comes after the function `self` that captures it. */
  isLate(encoded: Encoded, self: number): boolean;
  later(set: () => void): void;
}

/** What has to be there before a node is made. */
function needs(node: Node): readonly Encoded[] {
  if (node.kind === 'function' || node.kind === 'class') return [...node.captured, node.superclass];
  if (node.kind === 'bound') return [node.target, node.receiver, ...node.args];
  if (node.kind === 'boxed') return [node.value];
  return 'class' in node || 'prototype' in node ? [node.class, node.prototype] : [];
}

type Maker<K extends Node['kind']> = (node: NodeOf<K>, building: Building, index: number) => unknown;

const prototypeOf = (node: { readonly class?: Encoded; readonly prototype?: Encoded }, { live }: Building): object =>
  node.class === undefined ? (live(node.prototype) as object) : (live(node.class) as { prototype: object }).prototype;

/** A built-in container, with the prototype of a class that extends it. */
function container(node: NodeOf<'array' | 'map' | 'set'>, value: object, building: Building): object {
  const ordinary = node.class === undefined && node.prototype === undefined;
  return ordinary ? value : Object.setPrototypeOf(value, prototypeOf(node, building));
}

const makers: { readonly [K in Node['kind']]: Maker<K> } = {
  function: makeFunction,
  class: makeFunction,
  bound: ({ target, receiver, args }, { live }) =>
    Function.prototype.bind.call(live(target) as never, live(receiver), ...args.map(live)),
  import: () => undefined,
  data: ({ value }) => value,
  buffer: ({ bytes }) => Buffer.from(bytes),
  memory: ({ bytes }) => bytes.slice().buffer,
  regexp: ({ source, flags, lastIndex }) => Object.assign(new RegExp(source, flags), { lastIndex }),
  boxed: ({ value }, { live }) => Object(live(value)),
  url: ({ href }) => new URL(href),
  symbol: ({ key, wellKnown }) => (wellKnown ? (Symbol as unknown as Record<string, symbol>)[key] : Symbol.for(key)),
  intrinsic: ({ expression }) => evaluate(expression),
  require: ({ parent }) => requireFrom(parent),
  'import-meta': ({ parent }) => importMetaOf(parent),
  'dynamic-import':
    ({ parent }) =>
    (specifier: string) =>
      importFrom(specifier, parent),
  array: (node, building) => container(node, new Array(node.length), building),
  map: (node, building) => container(node, new Map(), building),
  set: (node, building) => container(node, new Set(), building),
  error: (node, building) => {
    const { message, stack } = node;
    const error = Object.setPrototypeOf(new Error(message), prototypeOf(node, building));
    return Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true });
  },
  object: ({ bare }) => (bare ? Object.create(null) : {}),
  instance: (node, building) => Object.create(prototypeOf(node, building)),
};

function makeFunction(node: NodeOf<'function' | 'class'>, building: Building, index: number): unknown {
  const { codes, live, isLate, later } = building;
  const code = codes[node.code]!;
  const environment: Record<string, unknown> = {};
  const late: [name: string, value: Encoded][] = [];
  code.names.forEach((name, i) => {
    const encoded = node.captured[i];
    if (isLate(encoded, index)) late.push([name, encoded]);
    else environment[name] = live(encoded);
  });
  const factory = factoryOf(
    code,
    late.map(([name]) => name),
  );
  const importMeta = code.usesImportMeta ? importMetaOf(code.url) : undefined;
  const made = factory(environment, live(node.superclass), importMeta) as { readonly name: string };
  if (late.length > 0) {
    later(() => {
      const set = environment[setLate] as (values: Record<string, unknown>) => void;
      set(Object.fromEntries(late.map(([name, encoded]) => [name, live(encoded)])));
    });
  }
  // A class may have a static member `name`; one without a name stays so.
  if (made.name !== node.name && !(node.kind === 'class' && node.name === '')) {
    Object.defineProperty(made, 'name', { value: node.name, configurable: true });
  }
  return made;
}

function fill(value: object, node: Node, { live }: Building): void {
  if (node.kind === 'map') {
    // The methods of a subclass may do more than hold what they are given.
    for (const [key, item] of node.entries) Map.prototype.set.call(value, live(key), live(item));
  } else if (node.kind === 'set') {
    for (const item of node.items) Set.prototype.add.call(value, live(item));
  }
  if ('properties' in node) define(value, node.properties ?? [], live);
  if (node.kind === 'function' && node.prototypeProperties) {
    define((value as { prototype: object }).prototype, node.prototypeProperties, live);
  }
}

function define(target: object, properties: readonly Property[], live: Building['live']): void {
  for (const { key, get, set, value, flags = ordinaryProperty } of properties) {
    const attributes = { enumerable: (flags & 1) > 0, configurable: (flags & 4) > 0 };
    const accessor = get !== undefined || set !== undefined;
    Object.defineProperty(
      target,
      live(key) as PropertyKey,
      accessor
        ? { ...attributes, get: live(get) as () => unknown, set: live(set) as (value: unknown) => void }
        : { ...attributes, writable: (flags & 2) > 0, value: live(value) },
    );
  }
}
