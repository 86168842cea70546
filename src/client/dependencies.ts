/** From the arguments of a lazy call to what a task says of them: a call with holes, and the keys that fill them. */
import { randomUUID } from 'node:crypto';
import { type Collection, isCollection } from '../graph/collection.js';
import { extractHoles, type Path } from '../graph/holes.js';
import type { GraphPart } from '../graph/part.js';
import type { Call, Key, Task } from '../graph/task.js';
import { needsShipping, ship } from '../shipping/ship.js';
import { InputError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { futureOfHandle } from './actor.js';
import { partOf } from './collections.js';
import { Future } from './future.js';

/** What is yet to be computed: a collection, or a future of a cluster. A handle on an actor stands for the actor's future. */
export type Dependency = Collection<unknown> | Future;

// Handles first: to ask one for the fields of a collection would be to call the actor.
export const isDependency = (value: unknown): value is Dependency =>
  value instanceof Future || futureOfHandle(value) !== undefined || isCollection(value);

/** One key with the part that computes it. */
export interface Source {
  readonly key: Key;
  readonly part: GraphPart;
}

export interface Bound {
  readonly call: Call;
  /** What is to fill the holes of the call, in their order. */
  readonly found: readonly Dependency[];
}

const none: readonly never[] = [];

/** Arguments as a task has them, and the futures and collections that stand in them. */
export function bindArguments(given: readonly unknown[]): Bound {
  if (given.every(isSimple)) return { call: given, found: none };
  const { args, holes, found } = extractHoles(given, isDependency);
  return { call: callOf(args, holes), found: found.map((one) => futureOfHandle(one) ?? one) };
}

/** Whether it can be looked at no further. */
export const isSimple = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');

/** Arguments whose places at `holes` are to be filled, as the parameters of a task: the inverse of `argumentsOf`. */
export function callOf(args: readonly unknown[], holes: readonly Path[] = none): Call {
  if (needsShipping(args)) return { args: [], ...(holes.length > 0 && { holes }), shipped: ship(args).payload };
  return holes.length > 0 ? { args, holes } : args;
}

/** A dependency as one key. Raises InputError for a collection of several keys that does not say how they make one value. */
export function sourceOf(given: Dependency): Source {
  const dependency = futureOfHandle(given) ?? given;
  if (dependency instanceof Future) {
    return { key: dependency.key, part: { inputs: none, layers: none, holds: dependency } };
  }
  const { keys, part } = partOf(dependency);
  const { finishOp } = dependency;
  if (finishOp) return newSource('finish', finishOp, keys, [part]);
  if (keys.length === 1) return { key: keys[0]!, part };
  throw new InputError(
    `a collection of ${keys.length} parts cannot be an argument, as it has no finishOp: compute it first, and give its value`,
  );
}

/** The keys and parts of what was found in arguments. */
export function sourcesOf(found: readonly Dependency[]): readonly [keys: readonly Key[], parts: readonly GraphPart[]] {
  const sources = found.map(sourceOf);
  return [sources.map(({ key }) => key), [...new Set(sources.map(({ part }) => part))]];
}

/** A task of that name on top of `inputs`; its key is the hash of what it computes unless it is `unique`. */
export function newSource(
  name: string,
  { op, params, code }: Pick<Task, 'op' | 'params' | 'code'>,
  deps: readonly Key[],
  inputs: readonly GraphPart[],
  {
    payloads,
    unique = false,
  }: { readonly payloads?: Readonly<Record<string, unknown>>; readonly unique?: boolean } = {},
): Source {
  const key = `${name}-${unique ? uniqueToken() : tokenOf([op, params, deps])}`;
  const task: Task = { key, op, params, deps, ...(code && { code }) };
  return { key, part: { inputs, layers: [{ kind: 'tasks', tasks: [task] }], ...(payloads && { code: payloads }) } };
}

/** The content hash of a value; a name of its own where it has none, as instances of classes. */
export function tokenOf(value: unknown): string {
  try {
    return contentHash(value);
  } catch {
    return uniqueToken();
  }
}

const uniqueToken = (): string => randomUUID().replaceAll('-', '');
