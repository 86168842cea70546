/** Errors as plain data, as they cross threads and processes. */
import { inspect } from 'node:util';
import type { ErrorReport } from '../scheduler/events.js';
import { ModuleLoadError } from '../shipping/module-load-error.js';
import { placesOf } from '../shipping/stack.js';

const machinery = ['./', '../shipping/'].flatMap((folder) => placesOf(new URL(folder, import.meta.url)));

/** Without the calls that lead from the thread's message loop to the user's code: they would be on every stack. */
function userStack(stack: string): string {
  const isMachinery = (line: string) =>
    /^\s+at /.test(line) && (/\(?node:internal/.test(line) || machinery.some((place) => line.includes(place)));
  return stack
    .split('\n')
    .filter((line) => !isMachinery(line))
    .join('\n');
}

type Field = NonNullable<ErrorReport['fields']>[string];
const told = new Set(['name', 'message', 'stack', 'cause', 'errors', 'lacks']);
const MOST_FIELDS = 20;
const LONGEST_FIELD = 1000;

const isShort = (value: unknown): value is Field =>
  value === null ||
  ['number', 'boolean', 'bigint'].includes(typeof value) ||
  (typeof value === 'string' && value.length <= LONGEST_FIELD);

/** What programs tell errors apart by; larger things stay where they are. */
function fieldsOf(error: Error): Pick<ErrorReport, 'fields'> {
  const own = Object.entries(error).filter(([field, value]) => !told.has(field) && isShort(value));
  return own.length === 0 ? {} : { fields: Object.fromEntries(own.slice(0, MOST_FIELDS)) };
}

const MOST_ERRORS = 10;

/** An error with the chain of its causes; whatever else was thrown, by what it looks like. */
export function reportOf(error: unknown, depth = 0): ErrorReport {
  if (!(error instanceof Error)) return { name: 'Error', message: typeof error === 'string' ? error : inspect(error) };
  return {
    name: String(error.name),
    message: String(error.message),
    ...(typeof error.stack === 'string' ? { stack: userStack(error.stack) } : {}),
    ...fieldsOf(error),
    ...(error instanceof AggregateError && depth <= 8
      ? { errors: error.errors.slice(0, MOST_ERRORS).map((one) => reportOf(one, depth + 1)) }
      : {}),
    ...(error instanceof ModuleLoadError && error.lacks ? { lacks: error.lacks } : {}),
    ...(error.cause === undefined || depth > 8 ? {} : { cause: reportOf(error.cause, depth + 1) }),
  };
}
