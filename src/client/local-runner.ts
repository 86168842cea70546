/**
 * Where graphs run. Collections and searches ask for keys of a graph and take results as they come; a cluster's client
 * answers that, and so does this thread.
 */
import { cull } from '../graph/cull.js';
import { type Graph, tasksOf } from '../graph/graph.js';
import type { Call, Key, Op, OpRef } from '../graph/task.js';
import { argumentsOf } from '../shipping/call.js';
import { loadedFunction, registerCode } from '../shipping/registry.js';
import { SheafError } from '../util/errors.js';
import { execute } from '../worker/execute.js';
import { resolveOp } from '../worker/ops.js';

/** One result under way. */
export interface GraphFuture {
  readonly key: Key;
  result(): Promise<unknown>;
  /** Says that the result is no longer wanted. */
  release(): void;
}

/** Why a task has no result that was released before the task could begin. */
class CancelledError extends SheafError {
  override readonly name = 'CancelledError';
}

/** Computes keys of a graph: a `Client`, or {@link localRunner}. */
export interface GraphRunner {
  /** False where results of one graph cannot be named in later ones; a cluster holds them until they are released. */
  readonly holdsResults?: boolean;
  submitGraph(graph: Graph, keys: readonly Key[]): readonly GraphFuture[];
}

/** The operation that `op` names: one of a module, or a function whose code came with a graph. */
async function resolveAny(op: OpRef): Promise<Op> {
  if (!op.startsWith('fn:')) return resolveOp(op);
  const fn = await loadedFunction(op.slice(3, op.indexOf('#')));
  return async (call: Call, ...inputs) => fn(...(await argumentsOf(call, inputs)));
}

/**
 * Runs graphs in this thread. As on a cluster, results of tasks marked `retain` serve later graphs that name them
 * again, here for as long as the runner lives, and tasks that nobody wants any more do not begin.
 */
export function localRunner(resolve: (op: OpRef) => Op | Promise<Op> = resolveAny): GraphRunner {
  const retained = new Map<Key, Promise<unknown>>();
  return {
    holdsResults: false,
    submitGraph(graph, keys) {
      if (graph.code) registerCode(graph.code);
      const known = [...tasksOf(graph)].map((task) =>
        retained.has(task.key) ? { ...task, op: `retained:${task.key}`, deps: [] } : task,
      );
      const culled = cull({ layers: [{ kind: 'tasks', tasks: known }] }, keys);
      const retain = [...tasksOf(culled)].filter((task) => task.retain && !retained.has(task.key));

      const wanted = new Set(keys);
      const results = execute(culled, [...keys, ...retain.map((task) => task.key)], (op) => {
        if (wanted.size === 0) throw new CancelledError(`${op} was not run: its results had been released`);
        const result = op.startsWith('retained:') && retained.get(op.slice('retained:'.length));
        return result ? () => result : resolve(op);
      });
      // Whoever asked for a result learns of its failure; a result nobody reads must not end the process.
      for (const result of results) result.catch(() => {});
      retain.forEach((task, i) => {
        retained.set(task.key, results[keys.length + i]);
      });
      return keys.map((key, i) => ({ key, result: () => results[i], release: () => void wanted.delete(key) }));
    },
  };
}
