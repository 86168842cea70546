/** What may be gathered: one future, many, or futures anywhere in a structure, which keeps its shape. */
import { extractHoles, fillHoles } from '../graph/holes.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { Future } from './future.js';
import { groupOf } from './futures.js';

export interface GatherOptions {
  /** Whether the first failure rejects (default), or failures are left out of an array of futures. */
  readonly errors?: 'raise' | 'skip';
}

/** The shape of what was given, with a result in place of each future. */
export type Gathered<S> =
  S extends Future<infer T>
    ? T
    : S extends readonly unknown[] | Readonly<Record<string, unknown>>
      ? { -readonly [K in keyof S]: Gathered<S[K]> }
      : S extends ReadonlyMap<infer K, infer V>
        ? Map<K, Gathered<V>>
        : S extends ReadonlySet<infer V>
          ? Set<Gathered<V>>
          : S;

type GatherAll = (futures: readonly Future[], errors: 'raise' | 'skip') => Promise<unknown[]>;

const isFuture = (value: unknown): value is Future => value instanceof Future;

/** `all` gathers a plain array of futures. Raises {@link InputError} where there are none. */
export async function gatherFrom(given: unknown, options: GatherOptions, all: GatherAll): Promise<unknown> {
  checkOptionNames('gather', options, ['errors']);
  const { errors = 'raise' } = options;
  if (errors !== 'raise' && errors !== 'skip')
    throw new InputError(`gather: errors must be 'raise' or 'skip', but it is ${describe(errors)}`);
  const structure = isIterator(given) ? [...given] : given;
  if (Array.isArray(structure) && (groupOf(structure) || structure.every(isFuture))) return all(structure, errors);
  const { args, holes, found } = extractHoles([structure], isFuture);
  if (found.length === 0)
    throw new InputError(
      `gather takes futures, in arrays, plain objects, Maps and Sets: there are none in ${describe(given)}`,
    );
  if (errors === 'skip')
    throw new InputError("gather: errors can be 'skip' for an array of futures, from which failures are left out");
  return fillHoles(args, holes, await all(found, errors))[0];
}

/** What can be iterated and is none of the containers that keep their shape. */
const isIterator = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  Symbol.iterator in value &&
  !Array.isArray(value) &&
  !(value instanceof Map || value instanceof Set);
