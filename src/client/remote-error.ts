/** Errors as they were where they were thrown, made of what was told of them. */
import type { ErrorReport } from '../scheduler/events.js';
import { mapStack } from '../shipping/stack.js';

const errorClasses = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((Class) => [Class.name, Class]),
);

/** The class of that name: a built-in one, or one that is only called so. */
function classOf(name: string): ErrorConstructor {
  let found = errorClasses.get(name);
  if (!found) {
    found = { [name]: class extends Error {} }[name] as ErrorConstructor;
    errorClasses.set(name, found);
  }
  return found;
}

/** The error that a report tells of, with its name, stack, fields and causes. */
export function errorOf({ name, message, stack, cause, fields, errors }: ErrorReport): Error {
  const options = cause && { cause: errorOf(cause) };
  const error = errors
    ? new AggregateError(errors.map(errorOf), message, options)
    : new (classOf(name))(message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  error.stack = stack === undefined ? `${name}: ${message}` : mapStack(stack);
  for (const [field, value] of Object.entries(fields ?? {}))
    Object.defineProperty(error, field, { value, configurable: true, enumerable: true, writable: true });
  return error;
}
