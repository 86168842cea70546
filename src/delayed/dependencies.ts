/** From the arguments of a lazy call to what a task says of them: a call with holes, and the keys that fill them. */
import { randomUUID } from 'node:crypto';
import { partOf } from '../client/collections.js';
import { Future } from '../client/future.js';
import { type Collection, isCollection } from '../graph/collection.js';
import { extractHoles } from '../graph/holes.js';
import type { GraphPart } from '../graph/part.js';
import type { Call, Key, Task } from '../graph/task.js';
import { callOf } from '../shipping/bind-call.js';
import { contentHash } from '../util/hash.js';

type Dependency = Collection<unknown> | Future;

/** One key with the part that computes it. */
export interface Source {
  readonly key: Key;
  readonly part: GraphPart;
}

export interface Bound {
  readonly call: Call;
  readonly sources: readonly Source[];
}

/** Whether a value is yet to be computed: a collection, or a future of a cluster. */
export const isDependency = (value: unknown): value is Dependency => isCollection(value) || value instanceof Future;

/** Arguments as a task has them. Futures and collections, wherever they stand, become its dependencies. */
export function bindArguments(given: readonly unknown[]): Bound {
  const { args, holes, found } = extractHoles(given, isDependency);
  return { call: callOf(args, holes), sources: found.map(sourceOf) };
}

/** A dependency as one key. */
export function sourceOf(dependency: Dependency): Source {
  if (dependency instanceof Future) {
    return { key: dependency.key, part: { inputs: [], layers: [], holds: dependency } };
  }
  const { keys, part } = partOf(dependency);
  const { finishOp } = dependency;
  return finishOp ? newSource('finish', finishOp, keys, [part]) : { key: keys[0]!, part };
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
