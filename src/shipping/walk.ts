/** What the parts of a walk over a value share: the nodes so far, and how to go on. */
import type { FunctionAnalysis } from './function-analysis.js';
import type { Closure, Script } from './inspector.js';
import type { Code, Encoded, Node, Ref } from './payload.js';
import type { Trail } from './ship-error.js';

export type LocalModules = 'reference' | 'value';

/** A variable at the top of a script, as shipped functions see it. */
export interface ModuleVariables {
  readonly values: Map<string, { readonly value: unknown; readonly trail: Trail }>;
  readonly assigned: Set<string>;
}

export interface Walk {
  /** Functions that other modules of the user export: named by their module, or sent like those of the script itself. */
  readonly localModules: LocalModules;
  readonly nodes: Node[];
  /** Those that are sent by their text. */
  readonly functions: AnyFunction[];
  /** Something is imported from the user's own modules. */
  namesLocalModules: boolean;
  /** Every variable so far that was looked at holds for good what it holds now. */
  isSettled: boolean;
  readonly codes: { code: Code; readonly analysis: FunctionAnalysis; readonly script: Script | undefined }[];
  readonly codeNumbers: Map<string, number>;
  /** Nodes of import bindings, by script and name. */
  readonly imports: Map<string, Ref>;
  readonly moduleVariables: Map<Script, ModuleVariables>;
  /** Variables of enclosing functions, by place and name: how many closures hold each. */
  readonly closureVariables: Map<string, { readonly name: string; count: number; assigned: boolean }>;
  readonly warnings: string[];
  /** The data that travels along, for a warning about its size. */
  readonly data: { readonly value: unknown; readonly trail: Trail }[];

  encode(value: unknown, trail: Trail): Encoded;
  /** A new node, to be found by this value; `undefined` for a node of no value. */
  add(value: unknown, node: Node): Ref;
  refOf(value: unknown): Ref | undefined;
  /** `value` is found by this node too. */
  remember(value: unknown, ref: Ref): void;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever function the user has
export type AnyFunction = (...args: any[]) => unknown;

/** A function with all that is known of it. */
export interface Subject {
  readonly fn: AnyFunction;
  readonly label: string;
  readonly source: string;
  readonly closure: Closure | undefined;
  readonly script: Script | undefined;
  readonly ref: Ref;
  readonly trail: Trail;
}
