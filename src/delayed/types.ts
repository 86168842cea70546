import type { Future } from '../client/future.js';
import type { Collection } from '../graph/collection.js';

/** What may stand for a `T` in the arguments of a delayed call: itself, or what will be one, on the whole or within it. */
export type Lazy<T> = T | Collection<T> | Future<T> | LazyWithin<T>;

type LazyWithin<T> = T extends readonly unknown[] | Readonly<Record<string, unknown>>
  ? { readonly [K in keyof T]: Lazy<T[K]> }
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, Lazy<V>>
    : T extends ReadonlySet<infer V>
      ? ReadonlySet<Lazy<V>>
      : never;

/** The arguments of a delayed function. */
export type LazyArguments<A extends readonly unknown[]> = { [K in keyof A]: Lazy<A[K]> };
