/**
 * Where the tasks of a search run. A search asks for keys of a graph and takes results as they come; a cluster's
 * client answers that, and so does this thread.
 */
import { cull } from '../../graph/cull.js';
import { type Graph, tasksOf } from '../../graph/graph.js';
import type { Key, Op, OpRef } from '../../graph/task.js';
import { execute } from '../../worker/execute.js';
import { resolveOp } from '../../worker/ops.js';

/** One result under way. */
export interface GraphFuture {
  readonly key: Key;
  result(): Promise<unknown>;
  /** Says that the result is no longer wanted. */
  release(): void;
}

/** Computes keys of a graph: a `Client`, or {@link localRunner}. */
export interface GraphRunner {
  compute(graph: Graph, keys: readonly Key[]): readonly GraphFuture[];
}

/**
 * Runs graphs in this thread. As on a cluster, results of tasks marked `retain` serve later graphs that name them
 * again: here for as long as the runner lives.
 */
export function localRunner(resolve: (op: OpRef) => Op | Promise<Op> = resolveOp): GraphRunner {
  const retained = new Map<Key, Promise<unknown>>();
  const withRetained: typeof resolve = (op) => {
    const result = op.startsWith('retained:') && retained.get(op.slice('retained:'.length));
    return result ? () => result : resolve(op);
  };
  return {
    compute(graph, keys) {
      const known = [...tasksOf(graph)].map((task) =>
        retained.has(task.key) ? { ...task, op: `retained:${task.key}`, deps: [] } : task,
      );
      const { layers } = cull({ layers: [{ kind: 'tasks', tasks: known }] }, keys);
      const retain = [...tasksOf({ layers })].filter((task) => task.retain && !retained.has(task.key));
      const wanted = [...keys, ...retain.map((task) => task.key)];
      const results = execute({ layers }, wanted, withRetained);
      // Whoever asked for a result learns of its failure; a result nobody reads must not end the process.
      for (const result of results) result.catch(() => {});
      retain.forEach((task, i) => {
        retained.set(task.key, results[keys.length + i]);
      });
      return keys.map((key, i) => ({ key, result: () => results[i], release: () => {} }));
    },
  };
}
