/**
 * Reductions in three steps: `chunk` of the items of a partition, `combine` of what came of that, on every level of a
 * tree, and `finish`. Partitions without items are left out; `empty` is the result when all are.
 */
import { InputError } from '../util/errors.js';
import { groupItems, identityOf, type Selector, selectorOf } from './grouping.js';

// biome-ignore lint/suspicious/noExplicitAny: a function of the user's
export type AnyFunction = (...args: any[]) => any;
export type Functions = Readonly<Record<string, AnyFunction>>;

// biome-ignore lint/suspicious/noExplicitAny: what travels between the steps is a reducer's own affair
type Any = any;
interface Reducer {
  chunk(items: readonly Any[]): Any;
  combine(parts: readonly Any[]): Any;
  finish?(whole: Any): Any;
  empty(): Any;
}
type MakeReducer = (params: Any, fns: Functions) => Reducer;

const refuseEmpty = (name: string) => () => {
  throw new InputError(`${name} of a bag without items`);
};

const add = (values: readonly Any[]): Any => values.reduce((a, b) => a + b);

/** A reducer whose steps are one function: of items, and of results. */
const same = (reduce: (values: readonly Any[]) => Any, empty: () => Any): MakeReducer => {
  const reducer: Reducer = { chunk: reduce, combine: reduce, empty };
  return () => reducer;
};

/** Count, mean and sum of squared differences from the mean. */
interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

/** Welford's running moments (Technometrics 4, 1962). */
function momentsOf(values: readonly number[]): Moments {
  let mean = 0;
  let squares = 0;
  values.forEach((value, i) => {
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  });
  return { n: values.length, mean, squares };
}

/** Moments of two sets together: squares = a.squares + b.squares + (a.mean - b.mean)² a.n b.n / n (Chan, Golub, LeVeque). */
function mergeMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, squares: a.squares + b.squares + (delta * delta * a.n * b.n) / n };
}

const moments = (finish: (moments: Moments, ddof: number) => number): MakeReducer => {
  return ({ ddof }: { ddof: number }) => ({
    chunk: momentsOf,
    combine: (parts: readonly Moments[]) => parts.reduce(mergeMoments),
    finish: (whole: Moments) => finish(whole, ddof),
    empty: () => Number.NaN,
  });
};

type Pair = [key: unknown, value: Any];

/** The values of equal keys folded, in the order in which the keys come. */
function foldPairs(pairs: Iterable<Pair>, fold: (a: Any, b: Any) => Any, initial: readonly unknown[]): Pair[] {
  const totals = new Map<unknown, Pair>();
  for (const [key, value] of pairs) {
    const identity = identityOf(key);
    const total = totals.get(identity);
    if (total) total[1] = fold(total[1], value);
    else totals.set(identity, [key, initial.length === 0 ? value : fold(initial[0], value)]);
  }
  return [...totals.values()];
}

const byCount: MakeReducer = ({ sort }: { sort: boolean }) => ({
  chunk: (items) =>
    foldPairs(
      items.map((item): Pair => [item, 1]),
      (a, b) => a + b,
      [],
    ),
  combine: (parts: readonly Pair[][]) => foldPairs(parts.flat(1), (a, b) => a + b, []),
  finish: (pairs: Pair[]) => (sort ? pairs.toSorted((a, b) => b[1] - a[1]) : pairs),
  empty: () => [],
});

/** The `count` largest by key, descending; of equal ones those that come first. */
const largest: MakeReducer = ({ count, key }: { count: number; key: Selector }, fns) => {
  const keyOf = selectorOf(key, fns.key) as (item: Any) => Any;
  const top = (items: readonly Any[]) =>
    items
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((a, b) => (a.key > b.key ? -1 : a.key < b.key ? 1 : 0))
      .slice(0, count)
      .map(({ item }) => item);
  return { chunk: top, combine: (parts) => top(parts.flat(1)), empty: () => [] };
};

const unique: MakeReducer = ({ key }: { key: Selector }, fns) => {
  const first = (items: readonly Any[]) =>
    Array.from(groupItems(items, selectorOf(key, fns.key)).values(), (group) => group.items[0]);
  return { chunk: first, combine: (parts) => first(parts.flat(1)), empty: () => [] };
};

const fold: MakeReducer = ({ initial }: { initial: readonly unknown[] }, { fn, combine = fn }) => ({
  chunk: (items) =>
    initial.length === 0 ? items.reduce((a, b) => fn!(a, b)) : items.reduce((a, b) => fn!(a, b), initial[0]),
  combine: (parts) => parts.reduce((a, b) => combine!(a, b)),
  empty: initial.length === 0 ? refuseEmpty('fold without an initial value') : () => initial[0],
});

const foldby: MakeReducer = (
  { key, initial, combineInitial }: { key: Selector; initial: readonly unknown[]; combineInitial: readonly unknown[] },
  { fn, combine = fn, key: keyFn },
) => {
  const keyOf = selectorOf(key, keyFn);
  return {
    chunk: (items) =>
      foldPairs(
        items.map((item): Pair => [keyOf(item), item]),
        (a, b) => fn!(a, b),
        initial,
      ),
    combine: (parts: readonly Pair[][]) => foldPairs(parts.flat(1), (a, b) => combine!(a, b), combineInitial),
    empty: () => [],
  };
};

const reduction: MakeReducer = (_, { chunk, combine }) => ({
  chunk: (items) => chunk!(items),
  combine: (parts) => combine!(parts),
  empty: async () => combine!([await chunk!([])]),
});

const table = {
  count: () => ({ chunk: (items) => items.length, combine: add, empty: () => 0 }),
  sum: same(add, () => 0),
  min: same((values) => values.reduce((a, b) => (b < a ? b : a)), refuseEmpty('the minimum')),
  max: same((values) => values.reduce((a, b) => (b > a ? b : a)), refuseEmpty('the maximum')),
  any: same(
    (values) => values.some(Boolean),
    () => false,
  ),
  all: same(
    (values) => values.every(Boolean),
    () => true,
  ),
  mean: () => ({
    chunk: (items) => [add(items), items.length],
    combine: (parts: readonly [number, number][]) => [add(parts.map(([total]) => total)), add(parts.map(([, n]) => n))],
    finish: ([total, n]: [number, number]) => total / n,
    empty: () => Number.NaN,
  }),
  var: moments(({ n, squares }, ddof) => squares / (n - ddof)),
  std: moments(({ n, squares }, ddof) => Math.sqrt(squares / (n - ddof))),
  frequencies: byCount,
  topk: largest,
  distinct: unique,
  fold,
  foldby,
  reduction,
} satisfies Record<string, MakeReducer>;

export type ReducerName = keyof typeof table;
export const reducers: Readonly<Record<ReducerName, MakeReducer>> = table;
