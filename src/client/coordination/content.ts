/**
 * Values that are put where others find them. Futures in them, in arrays, plain objects, values of Maps and Sets at any depth,
 * go as references, `{ __future: key }`, and come out as futures of the client that gets them.
 */
import { unclonablePath } from '../../comm/unclonable.js';
import type { Key } from '../../graph/task.js';
import type { Content, Delivery } from '../../scheduler/coordination/protocol.js';
import { InputError } from '../../util/errors.js';
import { Future } from '../future.js';
import { call, type Requester } from '../requester.js';

/** Gives a copy of `value` to `put`; its futures are held until that is answered, whatever becomes of the caller's handles. */
export async function send<T>(client: Requester, value: unknown, put: (content: Content) => Promise<T>): Promise<T> {
  const keys = new Set<Key>();
  const data = replaced(value, (part) => {
    if (!(part instanceof Future)) return undefined;
    keys.add(part.key);
    return { __future: part.key };
  });
  const handles = [...keys].map((key) => client.future(key));
  try {
    return await put({ data: copyOf(data), keys: [...keys] });
  } finally {
    for (const handle of handles) handle.release();
  }
}

/**
 * A copy of what was put or is got: within one process, messages are handed over as they are, and nobody else may see what
 * becomes of the object.
 */
export function copyOf<T>(data: T): T {
  try {
    return structuredClone(data);
  } catch (cause) {
    const path = unclonablePath(data)?.replace(/^message/, 'value') ?? (cause as Error).message;
    throw new InputError(`the value cannot be sent to other clients, because of ${path}`, { cause });
  }
}

/** The value that was sent. A future alone comes as its result, since awaiting a future means just that. */
export async function receive(client: Requester, { data, keys, receipt }: Delivery): Promise<unknown> {
  if (keys.length === 0) return data;
  const value = replaced(data, (part) => {
    if (!('__future' in part) || Object.keys(part).length !== 1) return undefined;
    const key = part.__future as Key;
    return keys.includes(key) ? client.future(key) : undefined;
  });
  // Sent after the handles were made, and where it cannot be sent the client has lost the cluster and holds nothing.
  call(client, 'futures.received', { receipt }).catch(() => {});
  if (!(value instanceof Future)) return value;
  using future = value;
  return await future.result();
}

/** A copy of `value` in which every object that `replace` has something for is that; `value` itself where there is none. */
function replaced(value: unknown, replace: (part: object) => unknown): unknown {
  const copies = new Map<object, unknown>(); // what is shared or cyclic stays so
  let replacements = 0;
  const copy = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (copies.has(part)) return copies.get(part);
    const replacement = replace(part);
    if (replacement !== undefined) {
      replacements++;
      return replacement;
    }
    const fresh = emptyLike(part);
    if (!fresh) return part;
    copies.set(part, fresh); // before its items, which may refer to it
    if (fresh instanceof Map) for (const [name, item] of part as typeof fresh) fresh.set(name, copy(item));
    else if (fresh instanceof Set) for (const item of part as typeof fresh) fresh.add(copy(item));
    else for (const [name, item] of Object.entries(part)) (fresh as Record<string, unknown>)[name] = copy(item);
    return fresh;
  };
  const result = copy(value);
  return replacements > 0 ? result : value;
}

/** A container that futures may lie in, without its items; undefined for any other value. */
function emptyLike(
  value: object,
): Record<string, unknown> | unknown[] | Map<unknown, unknown> | Set<unknown> | undefined {
  if (Array.isArray(value)) return new Array(value.length);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Map.prototype) return new Map();
  if (prototype === Set.prototype) return new Set();
  return prototype === Object.prototype || prototype === null ? {} : undefined;
}
