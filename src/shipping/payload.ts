/**
 * What travels: a value as a list of nodes that refer to one another by number, so that identity and cycles are kept,
 * and the texts of its functions apart from what they captured. All of it is plain structured-cloneable data.
 */
export type Primitive = undefined | null | boolean | number | bigint | string;
export interface Ref {
  readonly ref: number;
}
export type Encoded = Primitive | Ref;

/** The source of a function, and what has to be around it. */
export interface Code {
  readonly text: string;
  /** URL or path of the script it stands in, and the place of its first character there, from 0. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly strict: boolean;
  /** Captured names; `captured` of the function's node lists their values in this order. */
  readonly names: readonly string[];
  /** Those of the names that the text assigns to. */
  readonly assigned: readonly string[];
  /** Names by which the function calls itself. */
  readonly self: readonly string[];
  readonly usesImportMeta: boolean;
}

/** enumerable 1, writable 2, configurable 4. */
export type PropertyFlags = number;
export const ordinaryProperty: PropertyFlags = 7;

export interface Property {
  readonly key: string | Ref;
  readonly value?: Encoded;
  readonly get?: Encoded;
  readonly set?: Encoded;
  /** Absent: {@link ordinaryProperty}. */
  readonly flags?: PropertyFlags;
}

/** Where to import a value from. */
export interface ImportSource {
  readonly system: 'esm' | 'cjs';
  readonly specifier: string;
  /** The export's name, or `*` for the whole module. */
  readonly imported: string;
  /** A property of that: `const { join } = require('node:path')`. */
  readonly property?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** How a compiler wrapped a CommonJS module: `__toESM(require('x'))`. */
  readonly wrap?: 'namespace' | 'default';
  /** With `namespace`: the module is the default export even where it says `__esModule`. */
  readonly nodeMode?: boolean;
}

interface HasProperties {
  readonly properties?: readonly Property[];
  readonly integrity?: 'frozen' | 'sealed';
}
/** The class whose prototype an object has, or the prototype itself. */
interface HasPrototype {
  readonly class?: Encoded;
  readonly prototype?: Encoded;
}

export type FunctionNode = HasProperties & {
  readonly kind: 'function' | 'class';
  readonly code: number;
  readonly captured: readonly Encoded[];
  readonly name: string;
  readonly superclass?: Encoded;
  /** What was added to the `prototype` of a function. */
  readonly prototypeProperties?: readonly Property[];
};
export type BoundNode = {
  readonly kind: 'bound';
  readonly target: Encoded;
  readonly receiver: Encoded;
  readonly args: readonly Encoded[];
};
export type ImportNode = ImportSource & { readonly kind: 'import'; readonly parent: string };

export type Node =
  | FunctionNode
  | BoundNode
  | ImportNode
  | { readonly kind: 'data'; readonly value: unknown }
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | { readonly kind: 'memory'; readonly bytes: Uint8Array }
  | { readonly kind: 'regexp'; readonly source: string; readonly flags: string; readonly lastIndex: number }
  | { readonly kind: 'boxed'; readonly value: Encoded }
  | { readonly kind: 'url'; readonly href: string }
  | { readonly kind: 'symbol'; readonly key: string; readonly wellKnown: boolean }
  | { readonly kind: 'intrinsic'; readonly expression: string }
  | { readonly kind: 'require' | 'import-meta' | 'dynamic-import'; readonly parent: string }
  | (HasProperties & HasPrototype & { readonly kind: 'array'; readonly length: number })
  | (HasProperties &
      HasPrototype & { readonly kind: 'map'; readonly entries: readonly (readonly [Encoded, Encoded])[] })
  | (HasProperties & HasPrototype & { readonly kind: 'set'; readonly items: readonly Encoded[] })
  | (HasProperties & HasPrototype & { readonly kind: 'error'; readonly message: string; readonly stack: string })
  | (HasProperties & { readonly kind: 'object'; readonly bare: boolean })
  | (HasProperties & HasPrototype & { readonly kind: 'instance' });

export type NodeOf<K extends Node['kind']> = Extract<Node, { kind: K }>;

export interface Payload {
  readonly root: Encoded;
  readonly nodes: readonly Node[];
  readonly codes: readonly Code[];
  /** Which plain objects (by the order of copying) are part of more than one `data` node: else unseen by the hash. */
  readonly shared: readonly number[];
  /** Its own, where it names modules of the user's: under it, a worker that cannot import them is sent their values. */
  readonly hash?: string;
}

/** What stands in for the imports of these keys, as code. */
export interface StandIns {
  readonly keys: readonly string[];
  /** The values in their order, shipped. */
  readonly values: unknown;
}

/** A payload that is sent where nobody can ask for more, with what stands in for its imports if that can travel. */
export interface Complete {
  readonly payload: unknown;
  readonly standIns?: StandIns;
}

/** Names that the text of a function may use besides what it captured. */
export const injected = {
  environment: '__sheaf_environment',
  superclass: '__sheaf_superclass',
  importMeta: '__sheaf_import_meta',
  cells: '__sheaf_cells',
  method: '__sheaf_method',
  result: '__sheaf_result',
} as const;

export const isRef = (value: unknown): value is Ref => typeof value === 'object' && value !== null;
export const isPrimitive = (value: unknown): value is Primitive =>
  value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');

/** What `ship` gives. */
export interface Shipped {
  /** Equal for equal functions with equal captures. */
  readonly hash: string;
  readonly name: string;
  readonly payload: unknown;
  readonly nbytes: number;
  readonly warnings: readonly string[];
}
