/**
 * The bytes that a value holds in memory: exact for buffers, which are nearly all of it, a fair guess for the objects
 * around them. A buffer counts whole, and once, however many views within the value look at it: a view of ten rows keeps
 * all the rows of its buffer alive.
 *
 * This runs on the result of every task, so what most of them are, a number or a typed array, takes constant time and
 * allocates nothing, and the notes for cycles and shared parts are lists that are kept for the next call.
 */
const NUMBER = 8;
const POINTER = 8;
const OBJECT = 24;
/** The JS objects of a buffer and a view of it. */
const BUFFER = 64;

/** Longer strings are judged by that many of their characters. */
const LOOKED_AT = 1024;

/** Up to here a list is faster to search than a Set. */
const FEW = 16;

const pending: unknown[] = [];
const few: object[] = [];
const many = new Set<object>();
let isWalking = false;

/** The bytes that `value` holds, those of parts that it has twice counted once. Cycles are no trouble. */
export function sizeOfValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return sizeOfPrimitive(value);
  if (ArrayBuffer.isView(value)) return BUFFER + keptBytes(value);
  if (isBuffer(value)) return BUFFER + value.byteLength;
  if (isWalking) return OBJECT; // a getter of the value that is being walked asks for sizes itself
  isWalking = true;
  try {
    let bytes = 0;
    pending.push(value);
    while (pending.length > 0) bytes += visit(pending.pop());
    return bytes;
  } finally {
    isWalking = false;
    pending.length = 0;
    few.length = 0;
    many.clear();
  }
}

/** V8 keeps a string in one byte per character if all of them are Latin-1, else in two. */
function sizeOfPrimitive(value: unknown): number {
  if (typeof value === 'bigint') return 2 * NUMBER;
  if (typeof value !== 'string') return NUMBER;
  const { length } = value;
  const step = Math.max(1, Math.floor(length / LOOKED_AT));
  for (let i = 0; i < length; i += step) if (value.charCodeAt(i) > 0xff) return OBJECT + 2 * length;
  return OBJECT + length;
}

/** The bytes of one part without its own parts, which are left in `pending`. */
function visit(value: unknown): number {
  if (typeof value !== 'object' || value === null) return sizeOfPrimitive(value);
  if (ArrayBuffer.isView(value)) return BUFFER + (isNew(value.buffer) ? keptBytes(value) : 0);
  if (!isNew(value)) return POINTER;
  if (isBuffer(value)) return BUFFER + value.byteLength;
  if (Array.isArray(value)) {
    let bytes = OBJECT;
    for (const item of value) {
      if (typeof item === 'number') bytes += NUMBER;
      else pending.push(item);
    }
    return bytes;
  }
  if (value instanceof Map) {
    for (const [key, item] of value) pending.push(key, item);
    return OBJECT + 2 * POINTER * value.size;
  }
  if (value instanceof Set) {
    for (const item of value) pending.push(item);
    return OBJECT + POINTER * value.size;
  }
  if (value instanceof Error) pending.push(value.message, value.stack, value.cause);
  const names = Object.keys(value);
  for (const name of names) pending.push((value as Record<string, unknown>)[name]);
  return OBJECT + POINTER * names.length;
}

/** Node cuts small Buffers out of a pool that strangers share: of those the view alone counts. */
function keptBytes({ buffer, byteLength }: ArrayBufferView): number {
  return buffer.byteLength === Buffer.poolSize ? byteLength : buffer.byteLength;
}

const isBuffer = (value: object): value is ArrayBufferLike =>
  value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;

/** Whether this part is met for the first time. */
function isNew(part: object): boolean {
  if (many.size === 0) {
    if (few.includes(part)) return false;
    if (few.length < FEW) {
      few.push(part);
      return true;
    }
    for (const other of few) many.add(other);
  }
  if (many.has(part)) return false;
  many.add(part);
  return true;
}
