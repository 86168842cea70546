/**
 * The bytes that a value holds: exact for buffers, which are nearly all of it, and a fair guess for the objects around
 * them. Shared parts count once.
 */
export function sizeOfValue(value: unknown, seen: Set<object> = new Set()): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null || seen.has(value)) return 8;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return 64 + value.byteLength;
  let bytes = 32;
  if (Array.isArray(value)) {
    for (const item of value) bytes += sizeOfValue(item, seen);
  } else if (value instanceof Map) {
    for (const [key, item] of value) bytes += sizeOfValue(key, seen) + sizeOfValue(item, seen);
  } else if (value instanceof Set) {
    for (const item of value) bytes += sizeOfValue(item, seen);
  } else {
    for (const key in value) bytes += 8 + sizeOfValue((value as Record<string, unknown>)[key], seen);
  }
  return bytes;
}
