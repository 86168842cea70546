/**
 * The slow truth: a graph run in this very thread, one task at a time as its inputs are there. The cluster must agree
 * with it in everything but speed, and it is what runs where there is no cluster.
 */
import { type Graph, tasksOf } from '../graph/graph.js';
import type { Key, Op, OpRef, Task } from '../graph/task.js';
import { useBlas } from '../kernels/gemm.js';
import { InputError } from '../util/errors.js';
import { findBlas } from './blas.js';
import { resolveOp } from './ops.js';

useBlas(findBlas);

/**
 * Promises of the results of `keys`, in their order. Tasks that none of them needs do not run.
 * A failed task rejects its own promise and those of the tasks that depend on it.
 */
export function execute(
  graph: Graph,
  keys: readonly Key[],
  resolve: (op: OpRef) => Op | Promise<Op> = resolveOp,
): Promise<unknown>[] {
  const tasks = new Map<Key, Task>();
  for (const task of tasksOf(graph)) tasks.set(task.key, task);
  const results = new Map<Key, Promise<unknown>>();

  const resultOf = (key: Key): Promise<unknown> => {
    let result = results.get(key);
    if (!result) results.set(key, (result = run(key)));
    return result;
  };
  const run = async (key: Key): Promise<unknown> => {
    const task = tasks.get(key);
    if (!task) throw new InputError(`the graph has no task ${key}`);
    const inputs = await Promise.all(task.deps.map(resultOf));
    const op = await resolve(task.op);
    return op(task.params, ...inputs);
  };
  // Key by key: all that one needs before the next begins, so that results come as early as they can.
  let last: Promise<unknown> = Promise.resolve();
  return keys.map((key) => {
    const next = () => resultOf(key);
    last = last.then(next, next);
    return last;
  });
}
