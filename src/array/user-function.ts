/** Functions of the user's that arrays are given, and their further arguments: as tasks name them, and as tasks call them. */
import { checkDType, type DType } from '../arrow/dtype.js';
import { callOf, isDependency, sourceOf } from '../client/dependencies.js';
import { sendable } from '../delayed/send.js';
import { extractHoles } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import type { Node } from '../plan/node.js';
import { makeSource } from '../plan/source.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { ArrayCore } from './core.js';

// biome-ignore lint/suspicious/noExplicitAny: what a user's function takes and gives is its own affair
export type AnyFunction = (...args: any[]) => any;

export interface ShippedFunctions {
  /** The hash of each function's code, by its name. */
  readonly fns: Readonly<Record<string, string>>;
  readonly payloads: Readonly<Record<string, unknown>>;
}

/** Functions as they are at this moment. Raises {@link InputError} for what is none. */
export function shipFunctions(who: string, functions: Readonly<Record<string, unknown>>): ShippedFunctions {
  const fns: Record<string, string> = {};
  const payloads: Record<string, unknown> = {};
  for (const [name, fn] of Object.entries(functions)) {
    if (typeof fn !== 'function') {
      throw new InputError(`${who} takes a function${name === 'fn' ? '' : ` as ${name}`}, got ${describe(fn)}`);
    }
    const { hash, payload } = sendable(fn);
    fns[name] = hash;
    payloads[hash] = payload;
  }
  return { fns, payloads };
}

export interface BoundArguments {
  /** With holes for the arrays and for other values that are yet to be computed. */
  readonly call: Call;
  /** What fills the holes, in their order; arrays among them are those that stand at the top. */
  readonly inputs: readonly Node[];
  readonly isArray: readonly boolean[];
}

/** The arguments of a function that is called block by block. */
export function bindBlocks(args: readonly unknown[]): BoundArguments {
  const { args: rest, holes, found } = extractHoles(args, isDependency);
  const isArray = found.map((dependency, i) => dependency instanceof ArrayCore && holes[i]!.length === 1);
  const inputs = found.map((dependency, i) => {
    if (isArray[i]) return (dependency as ArrayCore).node;
    const { key, part } = sourceOf(dependency);
    return makeSource([key], part, 'float64', [], 'value');
  });
  return { call: callOf(rest, holes), inputs, isArray };
}

/** The dtype that a function's results have: as told, or as `call` gives it where that can be asked for beforehand. */
export function dtypeFrom(told: DType | undefined, who: string, call: () => DType): DType {
  if (told !== undefined) return checkDType(told);
  try {
    return call();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(
      `${who} called the function on a tiny block, to learn the dtype of its results, and failed: ${why}; give { dtype }`,
      {
        cause,
      },
    );
  }
}

/** What a function gives at once. Raises {@link InputError} for a promise. */
export function atOnce(value: unknown): unknown {
  if (!(value instanceof Promise)) return value;
  value.catch(() => {}); // what comes of it is not asked
  throw new InputError('it is asynchronous');
}
