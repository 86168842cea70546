import { compute, persist, resultsOf, type VisualizeOptions, visualize } from '../client/collections.js';
import type { Lazy } from '../client/items.js';
import { Delayed } from '../delayed/delayed.js';
import { capturedLazily } from '../delayed/send.js';
import type { Collection } from '../graph/collection.js';
import type { Graph } from '../graph/graph.js';
import { assemble, type GraphPart } from '../graph/part.js';
import type { Key } from '../graph/task.js';
import { shipHook } from '../shipping/ship.js';
import { InputError } from '../util/errors.js';
import {
  checkCount,
  concatenated,
  type KeyOf,
  type Operation,
  type Partitions,
  selecting,
  sourceOfItems,
  tasksOn,
  tasksOnEach,
  tasksWith,
} from './build.js';
import { type ReductionOptions, reduce } from './reduce.js';
import { bytesOf, checkRepartition, type RepartitionOptions, repartition, repartitionBySize } from './repartition.js';
import { sample } from './sample.js';
import { groupby } from './shuffle.js';
import { type TextFilesOptions, writeText } from './text.js';

type Others<A extends readonly unknown[]> = { [K in keyof A]: Lazy<A[K]> | Bag<A[K]> };
type PartitionsOf<A extends readonly unknown[]> = {
  [K in keyof A]: Lazy<A[K]> | (A[K] extends readonly (infer I)[] ? Bag<I> : never);
};
/** What `flatten` finds in an item. */
type ItemOf<T> = T extends Iterable<infer I> ? I : never;

/**
 * An unordered collection of items in partitions, each of which a task computes: for data that is not a table yet, such as
 * lines of text and JSON records. Made by the functions of {@link bag}. Methods are lazy; functions are sent as they are
 * when a method is called, with what they capture, and may be asynchronous where they are called item by item.
 *
 * @example
 * const words = bag.fromSequence(['to', 'be', 'or', 'not', 'to', 'be'], { npartitions: 3 });
 * await words.frequencies({ sort: true }).take(2); // [['to', 2], ['be', 2]]
 */
export class Bag<T> implements Collection<T[]>, AsyncIterable<T> {
  /** The names of the tasks of its partitions. */
  readonly keys: readonly Key[];
  readonly part: GraphPart;
  readonly finishOp = concatenated;
  readonly [shipHook] = capturedLazily;

  constructor({ keys, part }: Partitions) {
    this.keys = keys;
    this.part = part;
  }

  get npartitions(): number {
    return this.keys.length;
  }

  /** All items, in order of the partitions; rejects with what a task throws. */
  async compute(): Promise<T[]> {
    return (await compute(this))[0] as T[];
  }

  /** The same bag, computed: what is derived from it begins there. */
  async persist(): Promise<Bag<T>> {
    return (await persist(this))[0];
  }

  /** Draws its graph into a file, .svg or .dot. */
  visualize(options: string | VisualizeOptions = {}): Promise<void> {
    return visualize(this, options);
  }

  /**
   * The items one by one, as their partitions are done.
   *
   * @example
   * for await (const item of bag.range(100, 10)) if (item === 5) break;
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for await (const items of resultsOf(this)) yield* items as T[];
  }

  /**
   * `fn` of every item. Further arguments may be values, lazy ones, or bags with the same partitions that go along.
   *
   * @example
   * const x = bag.fromSequence([1, 2, 3]);
   * await x.map((a: number, b: number, c: number) => a + b + c, x, 10).compute(); // [12, 14, 16]
   */
  map<R, A extends unknown[] = []>(fn: (item: T, ...others: A) => R, ...others: Others<A>): Bag<Awaited<R>> {
    return new Bag(tasksWith(this, others, { op: 'map', fns: { fn } }));
  }

  /**
   * `fn` of the members of every item, which are arrays.
   *
   * @example
   * await bag.fromSequence([[1, 2], [3, 4]] as [number, number][]).starmap((a, b) => a * b).compute(); // [2, 12]
   */
  starmap<A extends unknown[], R>(this: Bag<A>, fn: (...members: A) => R): Bag<Awaited<R>> {
    return new Bag(tasksOnEach(this, { op: 'starmap', fns: { fn } }));
  }

  /** The items for which `predicate` holds. */
  filter<S extends T>(predicate: (item: T) => item is S): Bag<S>;
  filter(predicate: (item: T) => unknown): Bag<T>;
  filter(predicate: (item: T) => unknown): Bag<T> {
    return this.#on({ op: 'filter', params: { keep: true }, fns: { fn: predicate } });
  }

  /** The items for which `predicate` does not hold. */
  remove(predicate: (item: T) => unknown): Bag<T> {
    return this.#on({ op: 'filter', params: { keep: false }, fns: { fn: predicate } });
  }

  /**
   * What `fn` lists for every item, in one.
   *
   * @example
   * await bag.fromSequence(['a b', 'c']).flatMap((line) => line.split(' ')).compute(); // ['a', 'b', 'c']
   */
  flatMap<R>(fn: (item: T) => Iterable<R> | Promise<Iterable<R>>): Bag<R> {
    return new Bag(tasksOnEach(this, { op: 'flatMap', fns: { fn } }));
  }

  /** The members of all items, which are iterable. */
  flatten(): Bag<ItemOf<T>> {
    return new Bag(tasksOnEach(this, { op: 'flatten' }));
  }

  /**
   * A property of every item, or a list of some; `fallback` stands for one that is missing, which is else an error.
   *
   * @example
   * const people = bag.fromSequence([{ name: 'Alice', age: 30 }, { name: 'Bob', age: 40 }]);
   * await people.pluck('name').compute(); // ['Alice', 'Bob']
   */
  pluck<K extends keyof T>(key: K, ...fallback: [] | [T[K]]): Bag<T[K]>;
  pluck<K extends keyof T>(keys: readonly K[], ...fallback: [] | [T[K]]): Bag<T[K][]>;
  pluck(keys: unknown, ...fallback: unknown[]): Bag<unknown> {
    return new Bag(tasksOnEach(this, { op: 'pluck', params: { keys, fallback } }));
  }

  /**
   * A bag for each of the `n` places of items that are arrays.
   *
   * @example
   * const [numbers, letters] = bag.fromSequence<[number, string]>([[1, 'a'], [2, 'b']]).unzip(2);
   * await letters.compute(); // ['a', 'b']
   */
  unzip<A extends readonly unknown[]>(this: Bag<A>, n: A['length']): { -readonly [K in keyof A]: Bag<A[K]> } {
    checkCount('the number of places of unzip', n, 0);
    return Array.from({ length: n }, (_, i) => this.pluck(i as never)) as { -readonly [K in keyof A]: Bag<A[K]> };
  }

  /**
   * Each item with this probability, by chance; with a `seed` the same ones every time, those that Dask gives for it. Raises
   * {@link InputError} for what is no probability or no seed.
   *
   * @example
   * await bag.fromSequence([0, 1, 2, 3, 4]).randomSample(0.5, 43).compute(); // [0, 3, 4]
   */
  randomSample(probability: number, seed?: number): Bag<T> {
    return new Bag(sample(this, probability, seed));
  }

  /** What `fn` makes of the array of items of each partition, and of further arguments as in {@link Bag.map}. */
  mapPartitions<R, A extends unknown[] = []>(
    fn: (items: T[], ...others: A) => Iterable<R> | Promise<Iterable<R>>,
    ...others: PartitionsOf<A>
  ): Bag<R> {
    return new Bag(tasksWith(this, others, { op: 'mapPartitions', fns: { fn } }));
  }

  /**
   * All items folded by `binop`, partitions with `combine` (unless given, `binop`). Without `initial`, each partition begins
   * with its first item, and a bag without items is an error.
   *
   * @example
   * await bag.range(5, 2).fold((a, b) => a + b).compute(); // 10
   */
  fold(binop: (a: T, b: T) => T, combine?: undefined, initial?: T): Delayed<T>;
  fold<A>(binop: (total: A, item: T) => A, combine: (a: A, b: A) => A, initial: A): Delayed<A>;
  fold(binop: (a: never, b: never) => unknown, combine?: (a: never, b: never) => unknown, initial?: unknown): unknown {
    return this.#reduced('fold', { params: { initial: given(initial) }, fns: { fn: binop, combine } });
  }

  /**
   * `perPartition` of the items of each partition that has some, then `aggregate` of lists of results, as a tree.
   *
   * @example
   * const longest = bag.fromSequence(['a', 'abc', 'ab']).reduction(
   *   (words) => Math.max(...words.map((word) => word.length)),
   *   (lengths) => Math.max(...lengths),
   * );
   * await longest.compute(); // 3
   */
  reduction<P>(
    perPartition: (items: T[]) => P,
    aggregate: (parts: Awaited<P>[]) => Awaited<P> | Promise<Awaited<P>>,
    options: ReductionOptions = {},
  ): Delayed<Awaited<P>> {
    return this.#reduced('reduction', { fns: { chunk: perPartition, combine: aggregate } }, options);
  }

  /**
   * Pairs of a key and what its items fold to: much cheaper than {@link Bag.groupby}, as only totals travel.
   *
   * @example
   * const odd = bag.range(6, 2).foldby((x) => x % 2, (total, x) => total + x, 0, (a, b) => a + b);
   * await odd.compute(); // [[0, 6], [1, 9]]
   */
  foldby<K, A = T>(
    key: (item: T) => K,
    binop: (total: A, item: T) => A,
    initial?: A,
    combine?: (a: A, b: A) => A,
    combineInitial?: A,
    options?: ReductionOptions,
  ): Bag<[K, A]>;
  foldby<K extends keyof T & PropertyKey, A = T>(
    key: K,
    binop: (total: A, item: T) => A,
    initial?: A,
    combine?: (a: A, b: A) => A,
    combineInitial?: A,
    options?: ReductionOptions,
  ): Bag<[T[K], A]>;
  foldby(
    by: KeyOf<T>,
    binop: (a: never, b: T) => unknown,
    initial?: unknown,
    combine?: (a: never, b: never) => unknown,
    combineInitial?: unknown,
    options: ReductionOptions = {},
  ): Bag<never> {
    const { key, fn } = selecting(by);
    const params = { key, initial: given(initial), combineInitial: given(combineInitial) };
    return new Bag(reduce(this, { reducer: 'foldby', params, fns: { key: fn, fn: binop, combine }, ...options }));
  }

  /** Pairs of an item and how often it occurs, by `sort` the most frequent first; equal plain data is one item. */
  frequencies({ sort = false, ...options }: ReductionOptions & { readonly sort?: boolean } = {}): Bag<[T, number]> {
    return new Bag(reduce(this, { reducer: 'frequencies', params: { sort }, ...options }));
  }

  /**
   * Pairs of a key and all of its items. This moves every item; a fold by key, {@link Bag.foldby}, moves totals only.
   *
   * @example
   * const lengths = bag.fromSequence(['a', 'bb', 'c']).groupby((word) => word.length);
   * (await lengths.compute()).sort(); // [[1, ['a', 'c']], [2, ['bb']]]
   */
  groupby<K>(key: (item: T) => K, options?: { readonly npartitions?: number }): Bag<[K, T[]]>;
  groupby<K extends keyof T & PropertyKey>(key: K, options?: { readonly npartitions?: number }): Bag<[T[K], T[]]>;
  groupby(key: KeyOf<T>, { npartitions = this.npartitions }: { readonly npartitions?: number } = {}): Bag<never> {
    checkCount('npartitions', npartitions, 1);
    return new Bag(groupby(this, key, npartitions));
  }

  /** The `count` largest items by `key`, in descending order. */
  topk(count: number, key?: KeyOf<T>, options: ReductionOptions = {}): Bag<T> {
    checkCount('the number of items of topk', count, 0);
    const { key: name, fn } = selecting(key);
    return new Bag(reduce(this, { reducer: 'topk', params: { count, key: name }, fns: { key: fn }, ...options }));
  }

  /** The first item of every key; unless one is given, equal items are one. */
  distinct(key?: KeyOf<T>): Bag<T> {
    const { key: name, fn } = selecting(key);
    return new Bag(reduce(this, { reducer: 'distinct', params: { key: name }, fns: { key: fn } }));
  }

  count(options: ReductionOptions = {}): Delayed<number> {
    return this.#reduced('count', {}, options);
  }

  /** The sum of all items, 0 when there is none. */
  sum(this: Bag<number>, options: ReductionOptions = {}): Delayed<number> {
    return this.#reduced('sum', {}, options);
  }

  /** The least item by `<`; computing it raises {@link InputError} when there is none. */
  min(options: ReductionOptions = {}): Delayed<T> {
    return this.#reduced('min', {}, options);
  }

  /** The largest item by `>`; computing it raises {@link InputError} when there is none. */
  max(options: ReductionOptions = {}): Delayed<T> {
    return this.#reduced('max', {}, options);
  }

  /** The mean, NaN when there is no item. */
  mean(this: Bag<number>): Delayed<number> {
    return this.#reduced('mean', {});
  }

  /** The standard deviation, of a sample with `ddof: 1`. */
  std(this: Bag<number>, { ddof = 0 }: { readonly ddof?: number } = {}): Delayed<number> {
    return this.#reduced('std', { params: { ddof } });
  }

  /** The variance, of a sample with `ddof: 1`. */
  var(this: Bag<number>, { ddof = 0 }: { readonly ddof?: number } = {}): Delayed<number> {
    return this.#reduced('var', { params: { ddof } });
  }

  /** Whether any item is truthy. */
  any(options: ReductionOptions = {}): Delayed<boolean> {
    return this.#reduced('any', {}, options);
  }

  /** Whether all items are truthy. */
  all(options: ReductionOptions = {}): Delayed<boolean> {
    return this.#reduced('all', {}, options);
  }

  /**
   * The first `count` items of the first `npartitions` partitions (one unless told, -1 for all): computed, or with
   * `compute: false` as a bag. There are fewer when those partitions have fewer.
   *
   * @example
   * await bag.range(100, 10).take(3); // [0, 1, 2]
   */
  take(count: number, options?: { readonly npartitions?: number; readonly compute?: true }): Promise<T[]>;
  take(count: number, options: { readonly npartitions?: number; readonly compute: false }): Bag<T>;
  take(
    count: number,
    { npartitions = 1, compute = true }: { readonly npartitions?: number; readonly compute?: boolean } = {},
  ): Promise<T[]> | Bag<T> {
    checkCount('the number of items to take', count, 0);
    const all = npartitions === -1 ? this.npartitions : npartitions;
    checkCount('npartitions', all, 1);
    if (all > this.npartitions) {
      throw new InputError(`take was to look into ${all} partitions, and there are only ${this.npartitions}`);
    }
    const operation = { op: 'take', params: { count } };
    const heads = tasksOnEach({ keys: this.keys.slice(0, all), part: this.part }, operation);
    const one = all === 1 ? heads : tasksOnEach(tasksOn([heads.keys], [heads.part], { op: 'concatenate' }), operation);
    const taken = new Bag<T>(one);
    return compute ? taken.compute() : taken;
  }

  /** The pairs of an item of this bag and one of `other`, in as many partitions as there are pairs of partitions. */
  product<U>(other: Bag<U>): Bag<[T, U]> {
    const rows = this.keys.flatMap((left) => other.keys.map((right) => [left, right]));
    return new Bag(tasksOn(rows, [this.part, other.part], { op: 'product' }));
  }

  /**
   * Pairs of an item of `other` and one of this bag with the same key. `other` is small, and in memory at once: anything
   * iterable, a delayed list, or a bag.
   *
   * @example
   * const people = bag.fromSequence(['Alice', 'Bob', 'Charlie']);
   * await people.join(['Apple', 'Banana'], (name) => name[0]).compute(); // [['Apple', 'Alice'], ['Banana', 'Bob']]
   */
  join<U>(
    other: Iterable<U> | Collection<Iterable<U>>,
    onSelf: KeyOf<T>,
    onOther: KeyOf<U> = onSelf as KeyOf<unknown> as KeyOf<U>,
  ): Bag<[U, T]> {
    const [self, others] = [selecting(onSelf), selecting(onOther)];
    const { key, part } = sourceOfItems(other);
    const rows = this.keys.map((own) => [own, key]);
    const params = { key: self.key, otherKey: others.key };
    return new Bag(
      tasksOn(rows, [this.part, part], { op: 'join', params, fns: { key: self.fn, otherKey: others.fn } }),
    );
  }

  /**
   * The running results of `binop`, each from the one before it and the next item; `initial`, if given, comes first.
   *
   * @example
   * await bag.fromSequence([1, 2, 3], { npartitions: 2 }).accumulate((a, b) => a + b).compute(); // [1, 3, 6]
   */
  accumulate(binop: (a: T, b: T) => T): Bag<T>;
  accumulate<A>(binop: (total: A, item: T) => A, initial: A): Bag<A>;
  accumulate(binop: (a: never, b: T) => unknown, initial?: unknown): Bag<never> {
    const [first = '', ...rest] = this.keys;
    const operation: Operation = { op: 'accumulate', fns: { fn: binop } };
    const begin = { initial: given(initial), isFirst: true };
    let last = tasksOn([[first]], [this.part], { ...operation, params: begin });
    const all = [last];
    for (const key of rest) {
      const params = { initial: [], isFirst: false };
      last = tasksOn([[key, last.keys[0]!]], [this.part, last.part], { ...operation, params });
      all.push(last);
    }
    const states = { keys: all.flatMap(({ keys }) => keys), part: last.part };
    return new Bag(tasksOnEach(states, { op: 'at', params: { index: 0 } }));
  }

  /**
   * The same items in `npartitions` partitions, or in partitions of about `partitionSize`, a number of bytes or a text such as
   * '100 MiB'; neighbours stay neighbours. For the size, the bag is computed once to measure it: persist it before where that
   * takes long. Raises {@link InputError} for other arguments.
   *
   * @example
   * const numbers = await bag.range(1000, 1).repartition({ partitionSize: '2 KiB' });
   * [numbers.npartitions, await numbers.count().compute()]; // [4, 1000]
   */
  repartition(npartitions: number | { readonly npartitions: number }): Bag<T>;
  repartition(options: { readonly partitionSize: number | string }): Promise<Bag<T>>;
  repartition(options: number | RepartitionOptions): Bag<T> | Promise<Bag<T>> {
    const { npartitions, partitionSize } =
      typeof options === 'number' ? { npartitions: options } : checkRepartition(options);
    if (partitionSize !== undefined) return this.#repartitionBySize(bytesOf(partitionSize));
    checkCount('npartitions', npartitions!, 1);
    return new Bag(repartition(this, npartitions!));
  }

  async #repartitionBySize(size: number): Promise<Bag<T>> {
    const nbytes = new Bag<number>(tasksOnEach(this, { op: 'nbytes' }));
    return new Bag(repartitionBySize(this, size, await nbytes.compute()));
  }

  /** Each partition as a delayed array. */
  toDelayed(): Delayed<T[]>[] {
    return this.keys.map((key) => new Delayed({ key, part: this.part }));
  }

  /**
   * Writes each partition, of strings, to a file of its own, one item a line, and resolves to the paths: `path` has a `*`
   * for the number of the partition, or is a folder, or a list of paths. Files that end in .gz are compressed.
   */
  async toTextFiles(
    this: Bag<string>,
    path: string | readonly string[],
    options?: TextFilesOptions,
  ): Promise<string[]> {
    const written: string[] = [];
    for await (const file of resultsOf(new Bag(writeText(this, path, options)))) written.push(file as string);
    return written;
  }

  toGraph(): { graph: Graph; keys: readonly Key[] } {
    return { graph: assemble([this.part]), keys: this.keys };
  }

  finish(results: readonly unknown[]): T[] {
    return (results as readonly T[][]).flat(1) as T[];
  }

  withKeys(keys: readonly Key[], graph: Graph = { layers: [] }): Bag<T> {
    const { layers, code } = graph;
    return new Bag({ keys, part: { inputs: [], layers, ...(code && { code }), holds: graph } });
  }

  #on(operation: Operation): Bag<T> {
    return new Bag(tasksOnEach(this, operation));
  }

  #reduced<R>(
    reducer: Parameters<typeof reduce>[1]['reducer'],
    operation: Pick<Operation, 'params' | 'fns'>,
    options: ReductionOptions = {},
  ): Delayed<R> {
    const { keys, part } = reduce(this, { reducer, ...operation, ...options });
    return new Delayed({ key: keys[0]!, part });
  }
}

const given = (value: unknown): [] | [unknown] => (value === undefined ? [] : [value]);
