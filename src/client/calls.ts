/** From a function and its arguments to tasks: the code by its hash, futures as dependencies, the key by content. */
import { randomUUID } from 'node:crypto';
import { extractHoles } from '../graph/holes.js';
import type { Layer } from '../graph/layer.js';
import type { Call, Key, Task } from '../graph/task.js';
import { needsShipping, ship } from '../shipping/ship.js';
import { InputError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { warn } from '../util/warnings.js';
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

/** Raises InputError for what is no function, ShipError for one that cannot travel. */
export function codeOf(who: string, fn: unknown): Code {
  if (typeof fn !== 'function') throw new InputError(`${who} takes a function first, but it was given ${describe(fn)}`);
  const { hash, name, payload, warnings } = ship(fn);
  for (const text of warnings) warn('UserWarning', text);
  return { op: `fn:${hash}#${name}`, name, hash, code: { [hash]: payload } };
}

const describe = (value: unknown): string =>
  value === null
    ? 'null'
    : typeof value === 'object'
      ? `a ${value.constructor?.name ?? 'plain object'}`
      : `${typeof value} ${String(value)}`;

export interface PreparedCall {
  readonly params: Call;
  readonly deps: readonly Key[];
}

const isFuture = (value: unknown): value is Future => value instanceof Future;
const noDeps: readonly Key[] = [];

/** The arguments of one call as data, and the futures among them as dependencies. */
export function prepareArguments(given: readonly unknown[]): PreparedCall {
  if (given.every(isSimple)) return { params: given, deps: noDeps };
  const { args, holes, found } = extractHoles(given, isFuture);
  const deps = found.length === 0 ? noDeps : found.map(({ key }) => key);
  if (needsShipping(args)) {
    const { payload } = ship(args);
    return { params: { args: [], shipped: payload, ...(holes.length > 0 && { holes }) }, deps };
  }
  return { params: holes.length > 0 ? { args, holes } : (args as readonly unknown[]), deps };
}

const isSimple = (value: unknown): boolean =>
  value === null || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');

/** The task of one call. */
export function taskOf(code: Code, args: readonly unknown[], options: SubmitOptions): Task {
  const { params, deps } = prepareArguments(args);
  const annotations = annotationsOf(options);
  const key = options.key ?? `${code.name}-${(options.pure ?? true) ? hashOf([code.op, params, deps]) : randomUUID()}`;
  return { key, op: code.op, params, deps, ...(annotations && { annotations }) };
}

/** A content hash, or a name of its own for what has none. */
function hashOf(content: unknown): string {
  try {
    return contentHash(content);
  } catch {
    return randomUUID();
  }
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
  return `${code.name}-${hashOf([code.op, contents])}`;
}

/** Rows `start` to `end` of a map: as columns where every item is simple, else as tasks. */
export function mapLayer(
  code: Code,
  prefix: string,
  columns: readonly ArrayLike<unknown>[],
  start: number,
  end: number,
  options: SubmitOptions,
): Layer {
  const annotations = annotationsOf(options);
  const slices = columns.map((column) => Array.prototype.slice.call(column, start, end) as unknown[]);
  if (slices.every((slice) => slice.every(isSimple))) {
    return { kind: 'map', prefix, op: code.op, columns: slices, start, ...(annotations && { annotations }) };
  }
  const tasks = Array.from({ length: end - start }, (_, i) => {
    const { params, deps } = prepareArguments(slices.map((slice) => slice[i]));
    return { key: `${prefix}-${start + i}`, op: code.op, params, deps, ...(annotations && { annotations }) };
  });
  return { kind: 'tasks', tasks };
}
