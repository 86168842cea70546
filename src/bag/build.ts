/** From the calls of a bag's methods to tasks: one for each partition, named by what it computes. */
import {
  bindArguments,
  callOf,
  isDependency,
  newSource,
  type Source,
  sourceOf,
  sourcesOf,
  tokenOf,
} from '../client/dependencies.js';
import { sendable } from '../delayed/send.js';
import { type Collection, isCollection } from '../graph/collection.js';
import { extractHoles } from '../graph/holes.js';
import type { GraphPart } from '../graph/part.js';
import type { Call, Key, Task } from '../graph/task.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { Selector } from './grouping.js';
import type { AnyFunction } from './reducers.js';

/** The keys of partitions, in order, and what computes them. */
export interface Partitions {
  readonly keys: readonly Key[];
  readonly part: GraphPart;
}

/** How the partitions of a bag become one list: what all bags have, and nothing else has. */
export const concatenated = { op: 'bag/ops.js#concatenate', params: null };

export const isPartitioned = (value: unknown): value is Collection<unknown[]> & Partitions =>
  isCollection(value) && value.finishOp === concatenated;

type UserFunctions = Readonly<Record<string, AnyFunction | undefined>>;

/** The operation of some tasks: its parameters, the same for all or by the number of the task, and the user's functions. */
export interface Operation {
  readonly op: string;
  readonly params?: unknown;
  readonly paramsOf?: (i: number) => object;
  readonly fns?: UserFunctions;
}

/** A task on each row of `deps`, which `inputs` compute. */
export function tasksOn(
  deps: readonly (readonly Key[])[],
  inputs: readonly GraphPart[],
  { op, params = null, paramsOf, fns = {} }: Operation,
): Partitions {
  const { hashes, payloads } = shipAll(op, fns);
  const code = Object.keys(payloads);
  const common = code.length > 0 ? { ...(params as object | null), fns: hashes } : params;
  const all = deps.map((_, i) => (paramsOf ? { ...(common as object | null), ...paramsOf(i) } : common));
  const token = tokenOf([op, paramsOf ? all : common, deps]);
  const tasks = deps.map((row, i): Task => {
    const key = `${op}-${token}-${i}`;
    return { key, op: `bag/ops.js#${op}`, params: all[i], deps: row, ...(code.length > 0 && { code }) };
  });
  const part = { inputs: [...new Set(inputs)], layers: [{ kind: 'tasks', tasks }] as const, code: payloads };
  return { keys: tasks.map(({ key }) => key), part };
}

/** A task on each partition. */
export const tasksOnEach = (partitions: Partitions, operation: Operation): Partitions =>
  tasksOn(
    partitions.keys.map((key) => [key]),
    [partitions.part],
    operation,
  );

function shipAll(op: string, fns: UserFunctions) {
  const hashes: Record<string, string> = {};
  const payloads: Record<string, unknown> = {};
  for (const [name, fn] of Object.entries(fns)) {
    if (fn === undefined) continue;
    if (typeof fn !== 'function') throw new InputError(`${op} takes a function as ${name}, got ${describe(fn)}`);
    const { hash, payload } = sendable(fn);
    hashes[name] = hash;
    payloads[hash] = payload;
  }
  return { hashes, payloads };
}

/**
 * The task of `operation` on each partition and further arguments: bags of as many partitions go along with it, one
 * partition each, everything else is a value that may hold lazy ones.
 */
export function tasksWith(partitions: Partitions, others: readonly unknown[], operation: Operation): Partitions {
  const { args, holes, found } = extractHoles(others, isDependency);
  const zipped = holes.flatMap((path, i) => (path.length === 1 && isPartitioned(found[i]) ? [path[0] as number] : []));
  const sources = found.map((dependency, i): { keys: (row: number) => Key; part: GraphPart } => {
    if (holes[i]!.length > 1 || !isPartitioned(dependency)) {
      const { key, part } = sourceOf(dependency);
      return { keys: () => key, part };
    }
    checkAlike(operation.op, partitions, dependency);
    return { keys: (row) => dependency.keys[row]!, part: dependency.part };
  });
  const call: Call = callOf(args, holes);
  return tasksOn(
    partitions.keys.map((key, row) => [key, ...sources.map(({ keys }) => keys(row))]),
    [partitions.part, ...sources.map(({ part }) => part)],
    { ...operation, params: { ...(operation.params as object), call, zipped } },
  );
}

export function checkAlike(who: string, { keys }: Partitions, other: Partitions): void {
  if (keys.length === other.keys.length) return;
  throw new InputError(
    `${who} takes bags that are partitioned alike, got ${keys.length} and ${other.keys.length} partitions: see repartition`,
  );
}

/** Anything iterable, or a lazy one, as one key. */
export function sourceOfItems(other: unknown): Source {
  if (isDependency(other)) return sourceOf(other);
  if (typeof (other as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') {
    throw new InputError(`join takes something iterable, or a lazy one, got ${describe(other)}`);
  }
  const { call, found } = bindArguments([[...(other as Iterable<unknown>)]]);
  return newSource('items', { op: 'delayed/ops.js#value', params: call }, ...sourcesOf(found));
}

/** What keys items: a function of them, or the name of a property. */
export type KeyOf<T> = ((item: T) => unknown) | (keyof T & PropertyKey);

/** The parameters that a key is, and the function if it is one; by the names that operations give them. */
export function selecting<T>(key: KeyOf<T> | undefined): {
  readonly key: Selector;
  readonly fn: AnyFunction | undefined;
} {
  return typeof key === 'function' ? { key: null, fn: key } : { key: key ?? null, fn: undefined };
}

/** Raises {@link InputError} unless `value` is an integer from `least` up. */
export function checkCount(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new InputError(`${name} is an integer from ${least} up, got ${describe(value)}`);
}
