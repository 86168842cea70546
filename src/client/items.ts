/** The arguments of a map: columns of items, and options behind them. */
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import type { Future } from './future.js';
import { checkSubmitOptions, type SubmitOptions } from './options.js';

/** An argument, the future of one, or one with futures in it. */
export type OrFuture<T> = T | Future<T> | Nested<T>;
/** Futures anywhere in its arrays and objects. */
type Nested<T> = T extends readonly (infer I)[]
  ? readonly OrFuture<I>[]
  : T extends Readonly<Record<string, unknown>>
    ? { readonly [K in keyof T]: OrFuture<T[K]> }
    : never;
/** Each argument, or the future of it. */
export type Arguments<A extends readonly unknown[]> = { readonly [I in keyof A]: OrFuture<A[I]> };
/** Arguments of a class that becomes an actor, those that may be left out left out or not, and the word that it does. */
export type ActorArguments<
  A extends readonly unknown[],
  Given extends readonly unknown[] = [],
> = number extends A['length']
  ? readonly [...Given, ...OrFuture<A[number]>[], ActorOption]
  : A extends readonly []
    ? readonly [...Given, ActorOption]
    : A extends readonly [infer First, ...infer Rest]
      ? ActorArguments<Rest, [...Given, OrFuture<First>]>
      : A extends readonly [(infer First)?, ...infer Rest]
        ? readonly [...Given, ActorOption] | ActorArguments<Rest, [...Given, OrFuture<First>]>
        : never;
interface ActorOption {
  readonly actor: true;
}
/** What an iterable or array-like of items, or of futures of items, is. */
export type Items<T> = Iterable<OrFuture<T>> | ArrayLike<OrFuture<T>>;

/** The arguments of a map after its function: columns, and perhaps options. */
export function splitMapArguments(given: readonly unknown[]): [columns: ArrayLike<unknown>[], options: SubmitOptions] {
  const hasOptions = given.length > 1 && !isItems(given.at(-1));
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
  if (!isItems(column))
    throw new InputError(`map takes iterables or arrays of items, but it was given ${describe(column)}`);
  if (Array.isArray(column) || ArrayBuffer.isView(column)) return column as ArrayLike<unknown>;
  return Symbol.iterator in (column as object)
    ? Array.from(column as Iterable<unknown>)
    : (column as ArrayLike<unknown>);
}
