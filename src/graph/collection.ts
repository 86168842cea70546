/**
 * What all lazy collections have in common: a graph, the keys of it that hold the collection's value, and how that value
 * is put together from their results. Whoever runs graphs knows collections by this alone.
 */
import type { Graph } from './graph.js';
import type { GraphPart } from './part.js';
import type { Key, OpRef } from './task.js';

/** A value that is yet to be computed. */
export interface Collection<T> {
  /** The graph that computes it, and the keys whose results `finish` takes. */
  toGraph(): { readonly graph: Graph; readonly keys: readonly Key[] };
  finish(results: readonly unknown[]): T;
  /**
   * The same collection over keys that are computed elsewhere: by `graph`, or by nobody since a cluster holds them. The
   * results are wanted for as long as somebody holds the graph object, so what is derived from the collection holds it.
   */
  withKeys(keys: readonly Key[], graph?: Graph): Collection<T>;
  /** What `toGraph` gives, by its parts: so what several collections share is looked at once. Both or neither. */
  readonly part?: GraphPart;
  readonly keys?: readonly Key[];
  /** The operation that does in a task what `finish` does; absent when the result of the only key is the value. */
  readonly finishOp?: { readonly op: OpRef; readonly params: unknown };
}

/** Tells collections from other values. */
export function isCollection(value: unknown): value is Collection<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { toGraph, finish, withKeys } = value as Partial<Collection<unknown>>;
  return typeof toGraph === 'function' && typeof finish === 'function' && typeof withKeys === 'function';
}
