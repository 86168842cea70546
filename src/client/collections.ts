/**
 * Computing lazy collections. What several of them share runs once; where they run is the current runner's affair.
 */
import { type Collection, isCollection } from '../graph/collection.js';
import { cull } from '../graph/cull.js';
import { fuse } from '../graph/fuse.js';
import { type Graph, tasksOf } from '../graph/graph.js';
import { extractHoles, fillHoles } from '../graph/holes.js';
import { assemble, type GraphPart } from '../graph/part.js';
import type { Key, Task } from '../graph/task.js';
import { InputError } from '../util/errors.js';
import { currentRunner } from './current-runner.js';
import type { GraphFuture, GraphRunner } from './local-runner.js';
import { visualize as draw } from './visualize.js';

/** What comes of arguments: collections become their values, wherever they stand in arrays and plain objects. */
export type Computed<A> =
  A extends Collection<infer T>
    ? T
    : A extends readonly unknown[] | Readonly<Record<string, unknown>>
      ? { -readonly [K in keyof A]: Computed<A[K]> }
      : A;

/**
 * Computes collections together, so that what they share runs once, and resolves to their values in the order of the
 * arguments. Collections are found anywhere in arrays, plain objects, Maps and Sets; everything else stays as it is.
 * Runs on the current client, or in this thread where there is none. Rejects with the first failure of a task.
 *
 * @example
 * const numbers = bag.fromSequence([1, 2, 3, 4], { npartitions: 2 });
 * await compute(numbers.sum(), { largest: numbers.max() }); // [10, { largest: 4 }]
 */
export const compute = <const A extends readonly unknown[]>(...args: A): Promise<Computed<A>> =>
  computeOn(currentRunner(), args) as Promise<Computed<A>>;

/** {@link compute} on a runner of one's own: a client, or `localRunner()`. */
export async function computeOn(runner: GraphRunner, args: readonly unknown[]): Promise<unknown[]> {
  const { args: rest, holes, found } = extractHoles(args, isCollection);
  const { graph, keysOf } = lower(found);
  const futures = runner.submitGraph(graph, keysOf.flat());
  try {
    const results = await Promise.all(futures.map((future) => future.result()));
    return fillHoles([...rest], holes, finished(found, keysOf, results));
  } finally {
    for (const future of futures) future.release();
  }
}

/**
 * Computes collections and resolves to the same collections over their results, which stay where they were computed: what
 * is derived from them begins there. On a cluster they are freed once nothing refers to them any more.
 *
 * @example
 * const [squares] = await persist(bag.fromSequence([1, 2, 3]).map((x) => x * x));
 * await squares.sum().compute(); // 14
 */
export const persist = <const C extends readonly Collection<unknown>[]>(...collections: C): Promise<[...C]> =>
  persistOn(currentRunner(), collections) as unknown as Promise<[...C]>;

/** {@link persist} on a runner of one's own. */
export async function persistOn(
  runner: GraphRunner,
  collections: readonly Collection<unknown>[],
): Promise<Collection<unknown>[]> {
  checkCollections('persist', collections);
  const { graph, keysOf } = lower(collections);
  const futures = runner.submitGraph(graph, keysOf.flat());
  const results = await Promise.all(futures.map((future) => (isHolder(runner) ? undefined : future.result())));
  let next = 0;
  return collections.map((collection, i) => {
    const keys = keysOf[i]!;
    const from = next;
    next += keys.length;
    if (!isHolder(runner)) return collection.withKeys(keys, valuesOf(keys, results.slice(from, next)));
    const held: Graph = { layers: [] };
    releaseAfter.register(held, futures.slice(from, next));
    return collection.withKeys(keys, held);
  });
}

/** The results of each key of a collection as they come, in their order; what is not asked for any more does not begin. */
export async function* resultsOf(collection: Collection<unknown>): AsyncGenerator<unknown> {
  const { graph, keysOf } = lower([collection]);
  const futures = currentRunner().submitGraph(graph, keysOf[0]!);
  for (const future of futures) future.result().catch(() => {}); // told to whoever comes to it
  try {
    for (const future of futures) {
      yield await future.result();
      future.release();
    }
  } finally {
    for (const future of futures) future.release();
  }
}

export interface VisualizeOptions {
  /** The file to draw into, .svg or .dot (default `sheaf.svg`). */
  readonly path?: string;
  /** Draws the graph that runs, with what is not needed left out and chains of steps in one; else as it was built. */
  readonly optimizeGraph?: boolean;
}

/**
 * Draws the task graph of collections into a file, as its suffix says: .svg, or .dot for Graphviz. The last argument is
 * the path, or options. Raises {@link InputError} for another suffix.
 *
 * @example
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * await visualize(bag.fromSequence([1, 2, 3]).sum(), join(tmpdir(), 'sheaf-sum.dot'));
 */
export async function visualize(...args: readonly (Collection<unknown> | string | VisualizeOptions)[]): Promise<void> {
  const last = args.at(-1);
  const hasOptions = args.length > 0 && !isCollection(last);
  const { path = 'sheaf.svg', optimizeGraph = false } = (
    typeof last === 'string' ? { path: last } : hasOptions ? last : {}
  ) as VisualizeOptions;
  const collections = (hasOptions ? args.slice(0, -1) : args) as readonly Collection<unknown>[];
  checkCollections('visualize', collections);
  await draw(
    optimizeGraph ? lower(collections).graph : assemble(collections.map((collection) => partOf(collection).part)),
    path,
  );
}

/** The keys of a collection and the part that computes them; one of its whole graph where it has no parts. */
export function partOf(collection: Collection<unknown>): { keys: readonly Key[]; part: GraphPart } {
  const { part, keys } = collection;
  if (part && keys) return { keys, part };
  const { graph, keys: all } = collection.toGraph();
  const whole = { inputs: [], layers: graph.layers, ...(graph.code && { code: graph.code }), holds: collection };
  return { keys: all, part: whole };
}

/** One graph for all collections, reduced to what they need, and the keys of each. */
function lower(collections: readonly Collection<unknown>[]): { graph: Graph; keysOf: readonly (readonly Key[])[] } {
  const lowered = collections.map(partOf);
  const keysOf = lowered.map(({ keys }) => keys);
  const keys = keysOf.flat();
  return {
    graph: optimized(
      lowered.map(({ part }) => part),
      keys,
    ),
    keysOf,
  };
}

/** The graph of parts, reduced to what `keys` need. What it lacks is held by the cluster; a runner without it tells so. */
export const optimized = (parts: readonly GraphPart[], keys: readonly Key[]): Graph =>
  withNeededCode(
    fuse(
      cull(assemble(parts), keys, () => true),
      keys,
    ),
  );

/** The graph with the code of its tasks alone. */
function withNeededCode(graph: Graph): Graph {
  const code: Record<string, unknown> = {};
  for (const task of tasksOf(graph)) {
    for (const hash of hashesOf(task)) if (graph.code && hash in graph.code) code[hash] = graph.code[hash];
  }
  return { layers: graph.layers, code };
}

const hashesOf = ({ op, code = [] }: Task): readonly string[] =>
  op.startsWith('fn:') ? [op.slice(3, op.indexOf('#')), ...code] : code;

const finished = (
  collections: readonly Collection<unknown>[],
  keysOf: readonly (readonly Key[])[],
  results: readonly unknown[],
): unknown[] => {
  let next = 0;
  return collections.map((collection, i) => {
    const from = next;
    next += keysOf[i]!.length;
    return collection.finish(results.slice(from, next));
  });
};

/** Whether results of earlier graphs can be named in later ones: a cluster holds them, a thread does not. */
const isHolder = (runner: GraphRunner): boolean => runner.holdsResults !== false;

const valuesOf = (keys: readonly Key[], results: readonly unknown[]): Graph => ({
  layers: [
    { kind: 'tasks', tasks: keys.map((key, i) => ({ key, op: 'graph/ops.js#value', params: results[i], deps: [] })) },
  ],
});

/** Lets the cluster free what a persisted collection stood on, once neither it nor what was derived from it is there. */
const releaseAfter = new FinalizationRegistry<readonly GraphFuture[]>((futures) => {
  for (const future of futures) future.release();
});

function checkCollections(who: string, collections: readonly unknown[]): void {
  const wrong = collections.findIndex((collection) => !isCollection(collection));
  if (wrong < 0 && collections.length > 0) return;
  const what = collections.length === 0 ? 'nothing' : `a ${typeof collections[wrong]} as argument ${wrong + 1}`;
  throw new InputError(`${who} takes lazy collections such as bags and delayed values, and was given ${what}`);
}
