import { type Computed, compute, persist, type VisualizeOptions, visualize } from '../client/collections.js';
import { bindArguments, isDependency, newSource, type Source, sourceOf, sourcesOf } from '../client/dependencies.js';
import type { LazyArguments } from '../client/items.js';
import type { Collection } from '../graph/collection.js';
import type { Graph } from '../graph/graph.js';
import { assemble, type GraphPart } from '../graph/part.js';
import type { Key } from '../graph/task.js';
import { shipHook } from '../shipping/ship.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { capturedLazily, sendable } from './send.js';

// biome-ignore lint/suspicious/noExplicitAny: what a function takes and gives is its own affair
type AnyFunction = (...args: any[]) => any;
type Methods<T> = keyof { [K in keyof T as T[K] extends AnyFunction ? K : never]: K } & keyof T;
type Item<T> = T extends Iterable<infer I> ? I : unknown;

/**
 * A value that is computed when asked for: one task of a graph that grows as delayed values are given to delayed
 * functions. Made by {@link delayed}, and by what gives a single value of a collection.
 *
 * @example
 * const add = delayed((a: number, b: number) => a + b);
 * const total = add(add(1, 2), add(3, 4));
 * await total.compute(); // 10
 */
export class Delayed<T> implements Collection<T> {
  /** The name of its task. */
  readonly key: Key;
  readonly keys: readonly Key[];
  readonly part: GraphPart;
  readonly [shipHook] = capturedLazily;
  readonly #length: number | undefined;

  constructor({ key, part }: Source, length?: number) {
    this.key = key;
    this.keys = [key];
    this.part = part;
    this.#length = length;
  }

  /** Its value; rejects with what its tasks throw. */
  async compute(): Promise<T> {
    return (await compute(this))[0] as T;
  }

  /** The same value, computed: what is derived from it begins there. */
  async persist(): Promise<Delayed<T>> {
    return (await persist(this))[0];
  }

  /** Draws its graph into a file, .svg or .dot. */
  visualize(options: string | VisualizeOptions = {}): Promise<void> {
    return visualize(this, options);
  }

  /**
   * A property or an item of the value, lazily. That of a missing one is undefined.
   *
   * @example
   * await delayed({ sizes: [3, 5] }).get('sizes').get(1).compute(); // 5
   */
  get<K extends keyof T>(name: K): Delayed<T[K]> {
    return new Delayed(onTop('get', [this, name]));
  }

  /**
   * What a method of the value gives, lazily, as its arguments may be. Computing it raises {@link InputError} when there is no such method.
   *
   * @example
   * await delayed('a,b').call('split', ',').compute(); // ['a', 'b']
   */
  call<K extends Methods<T>>(
    method: K,
    ...args: readonly unknown[]
  ): Delayed<Awaited<ReturnType<Extract<T[K], AnyFunction>>>> {
    return new Delayed(onTop('call', [this, method, ...args]));
  }

  /** The items of a value that was said to have `nout` of them. */
  *[Symbol.iterator](): Iterator<Delayed<Item<T>>> {
    if (this.#length === undefined) {
      throw new InputError(`${this.key} has a number of items that is not known: delayed(fn, { nout }) tells it`);
    }
    for (let i = 0; i < this.#length; i++) yield new Delayed(onTop('get', [this, i]));
  }

  toGraph(): { graph: Graph; keys: readonly Key[] } {
    return { graph: assemble([this.part]), keys: this.keys };
  }

  finish([value]: readonly unknown[]): T {
    return value as T;
  }

  withKeys([key]: readonly Key[], graph: Graph = { layers: [] }): Delayed<T> {
    const { layers, code } = graph;
    return new Delayed({ key: key!, part: { inputs: [], layers, ...(code && { code }), holds: graph } }, this.#length);
  }
}

const onTop = (op: string, args: readonly unknown[]): Source => {
  const { call, found } = bindArguments(args);
  return newSource(op, { op: `delayed/ops.js#${op}`, params: call }, ...sourcesOf(found));
};

export interface DelayedOptions {
  /** How the keys begin; the name of the function unless told. */
  readonly name?: string;
  /** Equal calls are one task: the function's result depends on its arguments alone (default false). */
  readonly pure?: boolean;
  /** How many items the result has: the delayed value can then be taken apart, `const [a, b] = f(x)`. */
  readonly nout?: number;
}

/**
 * A lazy twin of a function, whose calls are tasks that run when computed; of any other value, that value as a task.
 * Arguments may be delayed values, other collections and futures, anywhere in arrays, plain objects, Maps and Sets.
 * The function is sent as it is at this moment, with what it captures. Raises {@link InputError} for mistyped options.
 *
 * @example
 * const load = delayed((name: string) => ({ name, size: name.length }));
 * const total = delayed((files: { size: number }[]) => files.reduce((sum, { size }) => sum + size, 0));
 * await total([load('a.csv'), load('bcd.csv')]).compute(); // 12
 */
export function delayed<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
  options?: DelayedOptions,
): (...args: LazyArguments<A>) => Delayed<Awaited<R>>;
export function delayed<const T>(value: T, options?: Pick<DelayedOptions, 'name' | 'nout'>): Delayed<Computed<T>>;
export function delayed(value: unknown, options: DelayedOptions = {}): unknown {
  checkOptionNames('delayed', options, ['name', 'pure', 'nout']);
  const { nout } = options;
  if (nout !== undefined && !(Number.isInteger(nout) && nout >= 0)) {
    throw new InputError(`nout is the number of items of a result, a non-negative integer: got ${describe(nout)}`);
  }
  if (typeof value === 'function') return delayedFunction(value as AnyFunction, options);
  if (isDependency(value)) return new Delayed(sourceOf(value), nout);
  const { call, found } = bindArguments([value]);
  const task = { op: 'delayed/ops.js#value', params: call };
  return new Delayed(newSource(options.name ?? 'value', task, ...sourcesOf(found)), nout);
}

function delayedFunction(fn: AnyFunction, { name, pure = false, nout }: DelayedOptions) {
  const shipped = sendable(fn);
  const title = name ?? (shipped.name || 'function');
  const op = `fn:${shipped.hash}#${title}`;
  const payloads = { [shipped.hash]: shipped.payload };
  return (...args: unknown[]): Delayed<unknown> => {
    const { call, found } = bindArguments(args);
    const [keys, parts] = sourcesOf(found);
    return new Delayed(newSource(title, { op, params: call }, keys, parts, { payloads, unique: !pure }), nout);
  };
}
