/** Lazy collections as a client computes them: futures of their values, or the same collections over results. */
import { type Collection, isCollection } from '../graph/collection.js';
import type { Graph } from '../graph/graph.js';
import type { Key } from '../graph/task.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { optimized, persistOn } from './collections.js';
import { sourcesOf } from './dependencies.js';
import type { Future } from './future.js';
import { annotationsOf, checkSubmitOptions, type SubmitOptions } from './options.js';

/** How the tasks of lazy collections are to be run. */
export type ComputeOptions = Pick<
  SubmitOptions,
  'priority' | 'retries' | 'workers' | 'allowOtherWorkers' | 'resources' | 'timeout'
>;

const names = ['priority', 'retries', 'workers', 'allowOtherWorkers', 'resources', 'timeout'] as const;

/** A future for each collection. */
export type FuturesOf<C extends readonly Collection<unknown>[]> = {
  -readonly [K in keyof C]: C[K] extends Collection<infer T> ? Future<T> : never;
};

type SubmitGraph = (graph: Graph, keys: readonly Key[]) => Future[];

/** A future of the whole value of each collection; what they share runs once. */
export function computeFutures(given: unknown, options: ComputeOptions, submit: SubmitGraph): Future | Future[] {
  const collections = checked('compute', given, options);
  const [keys, parts] = sourcesOf(collections);
  const futures = submit(optimized(parts, keys), keys);
  return Array.isArray(given) ? futures : futures[0]!;
}

export async function persistCollections(
  given: unknown,
  options: ComputeOptions,
  submit: SubmitGraph,
): Promise<unknown> {
  const collections = checked('persist', given, options);
  const persisted = await persistOn({ submitGraph: submit }, collections);
  return Array.isArray(given) ? persisted : persisted[0]!;
}

function checked(who: string, given: unknown, options: ComputeOptions): readonly Collection<unknown>[] {
  checkOptionNames(who, options, names);
  checkSubmitOptions(who, options);
  const collections: readonly unknown[] = Array.isArray(given) ? given : [given];
  const wrong = collections.find((one) => !isCollection(one));
  if (wrong === undefined && collections.length > 0) return collections as readonly Collection<unknown>[];
  const what = collections.length === 0 ? 'an empty array' : describe(wrong);
  throw new InputError(`${who} takes lazy collections such as bags and delayed values, but it was given ${what}`);
}

/** A graph whose tasks are run by these options, unless they have some of their own. */
export function annotated(graph: Graph, options: SubmitOptions): Graph {
  const annotations = annotationsOf(options);
  if (!annotations) return graph;
  const layers = graph.layers.map((layer) =>
    layer.kind === 'tasks'
      ? {
          ...layer,
          tasks: layer.tasks.map((task) => ({ ...task, annotations: { ...annotations, ...task.annotations } })),
        }
      : { ...layer, annotations: { ...annotations, ...layer.annotations } },
  );
  return { ...graph, layers };
}
