/**
 * What bags do to partitions, which are arrays of items. Each operation takes its parameters and the partitions;
 * `params.fns` names the functions of the user's that it needs, by the hashes of their code.
 */
import type { Chain } from '../graph/fuse.js';
import type { Call, Op } from '../graph/task.js';
import { argumentsOf } from '../shipping/call.js';
import { loadedFunction } from '../shipping/registry.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { RandomState } from '../util/random.js';
import { sizeOfValue } from '../worker/sizeof.js';
import { groupItems, identityOf, type Selector, selectorOf } from './grouping.js';
import { bucketOf } from './hash-value.js';
import { type AnyFunction, type Functions, type ReducerName, reducers } from './reducers.js';
import { readLines, type TextRange, writeLines } from './text-files.js';

type Items = readonly unknown[];
/** Their shape is that of the method of Bag that makes them. */
// biome-ignore lint/suspicious/noExplicitAny: parameters are an operation's own affair
type Params = any;
// biome-ignore lint/suspicious/noExplicitAny: as are its inputs
type PartitionOp = (params: Params, fns: Functions, ...inputs: any[]) => unknown;

/** An operation that is given its functions loaded. */
const withFunctions =
  (run: PartitionOp): Op =>
  async (params, ...inputs) => {
    const fns: Record<string, AnyFunction> = {};
    const hashes: Readonly<Record<string, string>> = params?.fns ?? {};
    for (const name in hashes) fns[name] = (await loadedFunction(hashes[name]!)) as AnyFunction;
    return run(params, fns, ...inputs);
  };

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise;

/** `fn` of every item; all together where it is asynchronous. */
function each(items: Items, fn: (item: unknown, i: number) => unknown): Items | Promise<Items> {
  const results = new Array<unknown>(items.length);
  let hasPromises = false;
  for (let i = 0; i < items.length; i++) {
    const result = fn(items[i], i);
    hasPromises ||= isPromise(result);
    results[i] = result;
  }
  return hasPromises ? Promise.all(results) : results;
}

export const items: Op = ({ items }: { items: Items }) => items;

export const range: Op = ({ from, to }: { from: number; to: number }) =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** Any iterable as a partition. */
export const list: Op = (_: null, value: unknown) => Array.from(iterable(value, 'a partition of fromDelayed'));

export const lines: Op = (range: TextRange) => readLines(range);

export const writeText: Op = writeLines;

interface Extras {
  /** The arguments after the item. */
  readonly call: Call;
  /** Which of the arguments are partitions that go item by item. */
  readonly zipped: readonly number[];
}

/** `map(fn, ...others)`: others are values, or partitions as long as this one. */
export const map: Op = withFunctions(async ({ call, zipped }: Extras, { fn }, items: Items, ...inputs) => {
  const others = await argumentsOf(call, inputs);
  if (others.length === 0) return each(items, (item) => fn!(item));
  if (zipped.length === 0) return each(items, (item) => fn!(item, ...others));
  for (const j of zipped) {
    const { length } = others[j] as Items;
    if (length === items.length) continue;
    throw new InputError(
      `map takes bags that are partitioned alike: beside a partition of ${items.length} items is one of ${length}`,
    );
  }
  const isZipped = others.map((_, j) => zipped.includes(j));
  return each(items, (item, i) => fn!(item, ...others.map((other, j) => (isZipped[j] ? (other as Items)[i] : other))));
});

export const mapPartitions: Op = withFunctions(async ({ call }: Extras, { fn }, items: Items, ...inputs) => {
  const result = await fn!(items, ...(await argumentsOf(call, inputs)));
  return Array.isArray(result) ? result : Array.from(iterable(result, 'the function given to mapPartitions'));
});

export const starmap: Op = withFunctions((_: null, { fn }, items: Items) =>
  each(items, (item) => fn!(...iterable(item, 'starmap takes items that are arrays: one'))),
);

export const filter: Op = withFunctions(async ({ keep }: { keep: boolean }, { fn }, items: Items) => {
  const verdicts = await each(items, (item) => fn!(item));
  return items.filter((_, i) => Boolean(verdicts[i]) === keep);
});

export const flatMap: Op = withFunctions(async (_: Params, { fn }, items: Items) =>
  flat(await each(items, (item) => fn!(item)), 'the function given to flatMap'),
);

export const flatten: Op = (_: null, items: Items) => flat(items, 'flatten takes items that are iterable: one');

function flat(lists: Items, who: string): unknown[] {
  const all: unknown[] = [];
  for (const list of lists) for (const item of iterable(list, who)) all.push(item);
  return all;
}

function iterable(value: unknown, who: string): Iterable<unknown> {
  if (typeof (value as Iterable<unknown> | undefined)?.[Symbol.iterator] === 'function')
    return value as Iterable<unknown>;
  throw new InputError(`${who} gave ${describe(value)}, which is not iterable`);
}

interface Pluck {
  readonly keys: PropertyKey | readonly PropertyKey[];
  /** In an array, as `undefined` is a default too. */
  readonly fallback: readonly [] | readonly [unknown];
}

export const pluck: Op = ({ keys, fallback }: Pluck, items: Items) => {
  const pick = (item: unknown, key: PropertyKey): unknown => {
    if (item !== null && item !== undefined && key in Object(item)) return (item as Record<PropertyKey, unknown>)[key];
    if (fallback.length === 1) return fallback[0];
    const names =
      item !== null && typeof item === 'object' ? Object.keys(item).slice(0, 10).join(', ') : describe(item);
    throw new InputError(`an item has no ${String(key)}: it has ${names}; pluck(key, default) takes a default`);
  };
  return items.map((item) =>
    Array.isArray(keys) ? keys.map((key) => pick(item, key)) : pick(item, keys as PropertyKey),
  );
};

/** Items of several partitions in one. */
export const concatenate: Op = (_: null, ...partitions: Items[]) => partitions.flat(1);

/** The `part`-th of `parts` nearly equal slices. */
export const slice: Op = ({ part, parts }: { part: number; parts: number }, items: Items) => {
  const length = items.length / parts;
  return items.slice(Math.trunc(length * part), part === parts - 1 ? undefined : Math.trunc(length * (part + 1)));
};

/** The items that a generator in this state picks. */
export const sample: Op = ({ probability, state }: { probability: number; state: Uint32Array }, items: Items) => {
  const generator = RandomState.fromKey(state);
  return items.filter(() => generator.random() < probability);
};

/** How many bytes a partition takes. */
export const nbytes: Op = (_: null, items: Items) => [sizeOfValue(items)];

export const take: Op = ({ count }: { count: number }, items: Items) => items.slice(0, count);

/** Tuples of the items that stand at one place, as many as the shortest partition has. */
export const zip: Op = (_: null, ...partitions: Items[]) => {
  const length = Math.min(...partitions.map((partition) => partition.length));
  return Array.from({ length }, (_, i) => partitions.map((partition) => partition[i]));
};

export const product: Op = (_: null, left: Items, right: Items) => left.flatMap((a) => right.map((b) => [a, b]));

type Select = { readonly key: Selector };

/** Pairs of an item of `other` and one of ours with the same key, ours in their order. */
export const join: Op = withFunctions(
  ({ key, otherKey }: Select & { otherKey: Selector }, fns, items: Items, other: Iterable<unknown>) => {
    const table = groupItems(iterable(other, 'the other side of a join'), selectorOf(otherKey, fns.otherKey));
    const keyOf = selectorOf(key, fns.key);
    return items.flatMap((item) => (table.get(identityOf(keyOf(item)))?.items ?? []).map((match) => [match, item]));
  },
);

/** `[items, state]`: the running results, and the last of them, for the next partition, in an array unless there is none. */
export const accumulate: Op = withFunctions(
  (
    { initial, isFirst }: { initial: readonly unknown[]; isFirst: boolean },
    { fn },
    items: Items,
    before?: readonly [Items, Items],
  ) => {
    let state = isFirst ? initial : before![1];
    const results: unknown[] = isFirst ? [...initial] : [];
    for (const item of items) {
      state = [state.length === 0 ? item : fn!(state[0], item)];
      results.push(state[0]);
    }
    return [results, state];
  },
);

export const at: Op = ({ index }: { index: number }, parts: Items) => parts[index];

/** The items by one digit, in base `base`, of the number of the partition that their key belongs to. */
export const split: Op = withFunctions(
  (
    { key, npartitions, base, divisor }: Select & { npartitions: number; base: number; divisor: number },
    fns,
    items: Items,
  ) => {
    const parts = Array.from({ length: base }, (): unknown[] => []);
    const keyOf = selectorOf(key, fns.key);
    for (const item of items) {
      parts[Math.floor(bucketOf(keyOf(item), npartitions) / divisor) % base]!.push(item);
    }
    return parts;
  },
);

/** `[key, items]` for every key of a partition. */
export const group: Op = withFunctions(({ key }: Select, fns, items: Items) =>
  Array.from(groupItems(items, selectorOf(key, fns.key)).values(), (group) => [group.key, group.items]),
);

type Reduce = { readonly reducer: ReducerName };

/** What a partition adds to a reduction, in an array: nothing when the partition is empty, as in Dask. */
export const chunk: Op = withFunctions(async (params: Reduce, fns, items: Items) =>
  items.length === 0 ? [] : [await reducers[params.reducer](params, fns).chunk(items)],
);

export const combine: Op = withFunctions(async (params: Reduce, fns, ...parts: Items[]) => {
  const present = parts.flat(1);
  return present.length === 0 ? [] : [await reducers[params.reducer](params, fns).combine(present)];
});

export const finish: Op = withFunctions(async (params: Reduce, fns, ...parts: Items[]) => {
  const reducer = reducers[params.reducer](params, fns);
  const present = parts.flat(1);
  if (present.length === 0) return reducer.empty();
  const whole = await reducer.combine(present);
  return reducer.finish ? reducer.finish(whole) : whole;
});

const chainable: Readonly<Record<string, Op>> = {
  ...{
    items,
    range,
    list,
    lines,
    writeText,
    map,
    mapPartitions,
    starmap,
    filter,
    flatMap,
    flatten,
    pluck,
    concatenate,
    slice,
    take,
    sample,
    nbytes,
  },
  ...{ zip, product, join, accumulate, at, split, group, chunk, combine, finish },
};

/** Operations in a row: each takes the result of the one before it. */
export const chain: Op = async ({ steps: [first, ...rest] }: Chain, ...inputs: unknown[]) => {
  let value = await chainable[first!.name]!(first!.params, ...inputs);
  for (const { name, params } of rest) value = await chainable[name]!(params, value);
  return value;
};
