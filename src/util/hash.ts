/**
 * Content hashes of plain data: equal values have equal names, in every process and on every machine.
 *
 * The encoding is prefix-free (a tag, a length where there is one, then the content), so that no two different values
 * can run together into the same bytes. Object keys are sorted: two objects with the same fields are the same value.
 */
import { createHash, type Hash } from 'node:crypto';
import { InputError } from './errors.js';

/** A 128-bit hexadecimal name of `value`: null, booleans, numbers, strings, arrays, plain objects, Maps, Sets, Dates and typed arrays. Raises {@link InputError} for anything else. */
export function contentHash(value: unknown): string {
  const hash = createHash('sha256');
  update(hash, value, 'value');
  return hash.digest('hex').slice(0, 32);
}

function update(hash: Hash, value: unknown, path: string): void {
  switch (typeof value) {
    case 'undefined':
      hash.update('u;');
      return;
    case 'boolean':
      hash.update(value ? 't;' : 'f;');
      return;
    case 'number':
      // Object.is semantics, but one NaN: -0 and 0 give different quotients, so they are different values.
      hash.update(`n${Object.is(value, -0) ? '-0' : value};`);
      return;
    case 'bigint':
      hash.update(`i${value};`);
      return;
    case 'string':
      hash.update(`s${Buffer.byteLength(value)}:`).update(value);
      return;
    case 'object':
      updateObject(hash, value, path);
      return;
    default:
      throw new InputError(`${path} is a ${typeof value}, which has no content hash`);
  }
}

function updateObject(hash: Hash, value: object | null, path: string): void {
  if (value === null) {
    hash.update('0;');
  } else if (ArrayBuffer.isView(value)) {
    hash.update(`b${value.constructor.name}:${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`a${value.length}:`);
    value.forEach((item, i) => {
      update(hash, item, `${path}[${i}]`);
    });
  } else if (value instanceof Map) {
    hash.update(`m${value.size}:`);
    for (const [key, item] of value) {
      update(hash, key, `a key of ${path}`);
      update(hash, item, `${path}.get(${String(key)})`);
    }
  } else if (value instanceof Set) {
    hash.update(`e${value.size}:`);
    for (const item of value) update(hash, item, `an item of ${path}`);
  } else if (value instanceof Date) {
    hash.update(`d${value.getTime()};`);
  } else {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new InputError(
        `${path} is a ${value.constructor?.name ?? 'class instance'}, which has no content hash: give plain data`,
      );
    }
    const keys = Object.keys(value).sort();
    hash.update(`o${keys.length}:`);
    for (const key of keys) {
      update(hash, key, path);
      update(hash, (value as Record<string, unknown>)[key], `${path}.${key}`);
    }
  }
}
