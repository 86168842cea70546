/** From a function and its arguments to tasks: the code by its hash, futures as dependencies, the key by content. */
import { randomUUID } from 'node:crypto';
import type { Graph } from '../graph/graph.js';
import type { Layer } from '../graph/layer.js';
import type { GraphPart } from '../graph/part.js';
import type { Key, Task } from '../graph/task.js';
import { ship } from '../shipping/ship.js';
import { InputError } from '../util/errors.js';
import { warn } from '../util/warnings.js';
import { optimized } from './collections.js';
import { bindArguments, type Dependency, isSimple, sourcesOf, tokenOf } from './dependencies.js';
import { Future } from './future.js';
import { annotationsOf, type SubmitOptions } from './options.js';

// biome-ignore lint/suspicious/noExplicitAny: a user's function takes what it takes
export type AnyFunction = (...args: any[]) => any;

/** What a function is on the wire. */
export interface Code {
  readonly op: string;
  readonly name: string;
  readonly hash: string;
  readonly code: Readonly<Record<string, unknown>>;
}

/** Raises InputError for what cannot be called, or made an actor, ShipError for a function that cannot travel. */
export function codeOf(who: string, fn: unknown, isActor = false): Code {
  if (typeof fn !== 'function') throw new InputError(`${who} takes a function first, but it was given ${describe(fn)}`);
  const called = fn.name || 'what it was given';
  if (isActor && !fn.prototype) throw new InputError(`${who}: an actor is made of a class, and ${called} is none`);
  if (!isActor && isClass(fn))
    throw new InputError(
      `${who} calls a function, and ${called} is a class: submit it with { actor: true }, or a function that makes an instance`,
    );
  const { hash, name, payload, warnings } = ship(fn);
  for (const text of warnings) warn('UserWarning', text);
  return { op: `fn:${hash}#${name}`, name, hash, code: { [hash]: payload } };
}

const isClass = (fn: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(fn));

const describe = (value: unknown): string =>
  value === null
    ? 'null'
    : typeof value === 'object'
      ? `a ${value.constructor?.name ?? 'plain object'}`
      : `${typeof value} ${String(value)}`;

/** The task of one call, and what computes those of its inputs that are not on the cluster already. */
export function taskOf(
  code: Code,
  args: readonly unknown[],
  options: SubmitOptions,
): { task: Task; parts: readonly GraphPart[] } {
  const { op, name } = code;
  const { call, found } = bindArguments(args);
  const { deps, parts } = dependenciesOf(found);
  const key = options.key ?? `${name}-${(options.pure ?? true) ? tokenOf([op, call, deps]) : randomUUID()}`;
  return { task: { key, op, params: call, deps, ...annotated(options) }, parts };
}

const annotated = (options: SubmitOptions): Pick<Task, 'annotations'> => {
  const annotations = annotationsOf(options);
  return annotations ? { annotations } : {};
};

const none: readonly never[] = [];

/** The keys that fill the holes of a call; futures are there already, and need no part that computes them. */
function dependenciesOf(found: readonly Dependency[]): { deps: readonly Key[]; parts: readonly GraphPart[] } {
  if (found.length === 0) return { deps: none, parts: none };
  if (found.every((one) => one instanceof Future)) return { deps: found.map(({ key }) => key), parts: none };
  const [deps, parts] = sourcesOf(found);
  return { deps, parts };
}

/** A graph of `tasks` and what computes their inputs. */
export function graphOn(parts: readonly GraphPart[], tasks: readonly Task[], { code }: Code): Graph {
  const layers: readonly Layer[] = [{ kind: 'tasks', tasks }];
  if (parts.length === 0) return { layers, code };
  return optimized(
    [{ inputs: parts, layers, code }],
    tasks.map(({ key }) => key),
  );
}

/** Hashing more items than this would hold the event loop up. */
const HASHED_ITEMS = 10_000;

/** The prefix of the keys of a map; equal maps have equal prefixes, so far as that can be found out quickly. */
export function prefixOf(code: Code, columns: readonly ArrayLike<unknown>[], options: SubmitOptions): string {
  if (options.key !== undefined) return options.key;
  if (options.pure === false) return `${code.name}-${randomUUID()}`;
  const contents = columns.map((column) => {
    if (ArrayBuffer.isView(column)) return column;
    const { length } = column;
    let i = 0;
    while (i < length && typeof column[i] === 'number') i++;
    if (i === length) return Float64Array.from(column as ArrayLike<number>);
    return length <= HASHED_ITEMS ? column : randomUUID();
  });
  return `${code.name}-${tokenOf([code.op, contents])}`;
}

/**
 * Rows `start` to `end` of a map: as columns where every item is simple, else as tasks. `keys` are theirs where the graph has
 * other tasks as well.
 */
export function mapGraph(
  code: Code,
  prefix: string,
  columns: readonly ArrayLike<unknown>[],
  start: number,
  end: number,
  options: SubmitOptions,
): { graph: Graph; keys: readonly Key[] | undefined } {
  const { op } = code;
  const annotations = annotated(options);
  const slices = columns.map((column) => Array.prototype.slice.call(column, start, end) as unknown[]);
  if (slices.every((slice) => slice.every(isSimple))) {
    const layer = { kind: 'map', prefix, op, columns: slices, start, ...annotations } as const;
    return { graph: { layers: [layer], code: code.code }, keys: undefined };
  }
  const all = new Set<GraphPart>();
  const tasks = Array.from({ length: end - start }, (_, i): Task => {
    const { call, found } = bindArguments(slices.map((slice) => slice[i]));
    const { deps, parts } = dependenciesOf(found);
    for (const part of parts) all.add(part);
    return { key: `${prefix}-${start + i}`, op, params: call, deps, ...annotations };
  });
  return { graph: graphOn([...all], tasks, code), keys: all.size > 0 ? tasks.map(({ key }) => key) : undefined };
}
