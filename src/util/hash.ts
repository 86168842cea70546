/**
 * Content hashes of plain data: equal values have equal names, in every process and on every machine.
 *
 * The encoding is prefix-free (a tag, a length where there is one, then the content), so that no two different values
 * can run together into the same bytes. Object keys are sorted: two objects with the same fields are the same value.
 */
import { hash } from 'node:crypto';
import { InputError } from './errors.js';

/**
 * A 128-bit hexadecimal name of `value`: null, booleans, numbers, strings, arrays, plain objects, Maps, Sets, Dates and
 * typed arrays. Raises {@link InputError} for anything else.
 *
 * @example
 * contentHash({ C: 1, kernel: 'rbf' }) === contentHash({ kernel: 'rbf', C: 1 }); // true
 */
export const contentHash = (value: unknown): string => digest(encode(value, 'value')).slice(0, 32);

const digest = (content: string | Uint8Array): string => hash('sha256', content);

/** One string, since feeding a hash in small pieces costs more than hashing them. */
function encode(value: unknown, path: string): string {
  switch (typeof value) {
    case 'undefined':
      return 'u;';
    case 'boolean':
      return value ? 't;' : 'f;';
    case 'number':
      // Object.is semantics, but one NaN: -0 and 0 give different quotients, so they are different values.
      return `n${Object.is(value, -0) ? '-0' : value};`;
    case 'bigint':
      return `i${value};`;
    case 'string':
      return `s${value.length}:${value}`;
    case 'object':
      return value === null ? '0;' : encodeObject(value, path);
    default:
      throw new InputError(`${path} is a ${typeof value}, which has no content hash`);
  }
}

function encodeObject(value: object, path: string): string {
  if (ArrayBuffer.isView(value)) {
    return `b${value.constructor.name}:${digest(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))}`;
  }
  if (Array.isArray(value)) {
    return `a${value.length}:${value.map((item, i) => encode(item, `${path}[${i}]`)).join('')}`;
  }
  if (value instanceof Map) {
    const entries = Array.from(
      value,
      ([key, item]) => encode(key, `a key of ${path}`) + encode(item, `${path}.get(${String(key)})`),
    );
    return `m${value.size}:${entries.join('')}`;
  }
  if (value instanceof Set) {
    return `e${value.size}:${Array.from(value, (item) => encode(item, `an item of ${path}`)).join('')}`;
  }
  if (value instanceof Date) return `d${value.getTime()};`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const kind = value.constructor?.name ?? 'class instance';
    throw new InputError(`${path} is a ${kind}, which has no content hash: give plain data`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields).sort();
  let text = `o${keys.length}:`;
  for (const key of keys) text += encode(key, path) + encode(fields[key], `${path}.${key}`);
  return text;
}
