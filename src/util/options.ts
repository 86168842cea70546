import { describe } from './describe.js';
import { InputError } from './errors.js';

/** Whether a value is what braces make. */
export function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Raises {@link InputError} for an option that does not exist: a mistyped one would be ignored without a word. */
export function checkOptionNames(who: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new InputError(`${who} takes options in an object, such as { ${names[0]} }, got ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InputError(`${who} has no option ${unknown}: there are ${names.join(', ')}`);
}
