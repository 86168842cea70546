/** The arguments of a map: columns of items, and options behind them. */
import { type Collection, isCollection } from '../graph/collection.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { Future } from './future.js';
import { checkSubmitOptions, type SubmitOptions } from './options.js';

/** What may stand for a `T` in the arguments of a call: itself, or what will be one, on the whole or within it. */
export type Lazy<T> = T | Collection<T> | Future<T> | LazyWithin<T>;

type LazyWithin<T> = T extends readonly unknown[] | Readonly<Record<string, unknown>>
  ? { readonly [K in keyof T]: Lazy<T[K]> }
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Lazy<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<Lazy<V>>
      : never;

/** The arguments of a function, each of which may be yet to be computed. */
export type LazyArguments<A extends readonly unknown[]> = { readonly [I in keyof A]: Lazy<A[I]> };
/** Arguments of a class that becomes an actor, those that may be left out left out or not, and the word that it does. */
export type ActorArguments<
  A extends readonly unknown[],
  Given extends readonly unknown[] = [],
> = number extends A['length']
  ? readonly [...Given, ...Lazy<A[number]>[], ActorOption]
  : A extends readonly []
    ? readonly [...Given, ActorOption]
    : A extends readonly [infer First, ...infer Rest]
      ? ActorArguments<Rest, [...Given, Lazy<First>]>
      : A extends readonly [(infer First)?, ...infer Rest]
        ? readonly [...Given, ActorOption] | ActorArguments<Rest, [...Given, Lazy<First>]>
        : never;
interface ActorOption {
  readonly actor: true;
}
/** What an iterable or array-like of items, or of futures of items, is. */
export type Items<T> = Iterable<Lazy<T>> | ArrayLike<Lazy<T>>;

/** The arguments of a map after its function: columns, and perhaps options. */
export function splitMapArguments(given: readonly unknown[]): [columns: ArrayLike<unknown>[], options: SubmitOptions] {
  const hasOptions = given.length > 1 && !isItems(given.at(-1)) && !isCollection(given.at(-1));
  const options = hasOptions ? checkSubmitOptions('map', given.at(-1) as SubmitOptions) : {};
  return [(hasOptions ? given.slice(0, -1) : given).map(itemsOf), options];
}

/** Options behind the arguments of submit, which are there only to ask for an actor. */
export function splitSubmitArguments(args: readonly unknown[]): [args: readonly unknown[], options: SubmitOptions] {
  const last = args.at(-1);
  const isOptions =
    typeof last === 'object' &&
    last !== null &&
    Object.getPrototypeOf(last) === Object.prototype &&
    Object.keys(last).join() === 'actor';
  return isOptions ? [args.slice(0, -1), last as SubmitOptions] : [args, {}];
}

const isItems = (value: unknown): boolean =>
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || typeof (value as ArrayLike<unknown>).length === 'number'));

function itemsOf(column: unknown): ArrayLike<unknown> {
  if (isCollection(column) && !(Symbol.iterator in column))
    throw new InputError(
      `map takes iterables or arrays of items, and a ${column.constructor.name} is lazy: give the items that it computes to, or use its own methods`,
    );
  if (!isItems(column))
    throw new InputError(`map takes iterables or arrays of items, but it was given ${describe(column)}`);
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as ArrayLike<unknown>;
  return Symbol.iterator in (column as object)
    ? Array.from(column as Iterable<unknown>)
    : (column as ArrayLike<unknown>);
}
