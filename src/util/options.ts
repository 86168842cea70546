import { InputError } from './errors.js';

/** Raises {@link InputError} for an option that does not exist: a mistyped one would be ignored without a word. */
export function checkOptionNames(who: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InputError(`${who} has no option ${unknown}: there are ${names.join(', ')}`);
}
