/** Errors as plain data, as they cross threads and processes. */
import { inspect } from 'node:util';
import type { ErrorReport } from '../scheduler/events.js';

/** An error with the chain of its causes; whatever else was thrown, by what it looks like. */
export function reportOf(error: unknown, depth = 0): ErrorReport {
  if (!(error instanceof Error)) return { name: 'Error', message: typeof error === 'string' ? error : inspect(error) };
  return {
    name: String(error.name),
    message: String(error.message),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(error.cause === undefined || depth > 8 ? {} : { cause: reportOf(error.cause, depth + 1) }),
  };
}
