import { InputError } from '../util/errors.js';
import { type Graph, tasksOf } from './graph.js';
import type { Key, Task } from './task.js';

/** The part of a graph that `keys` need, in the order of its tasks. Raises {@link InputError} for a key it lacks. */
export function cull(graph: Graph, keys: readonly Key[]): Graph {
  const tasks = new Map<Key, Task>();
  for (const task of tasksOf(graph)) tasks.set(task.key, task);
  const needed = new Set<Key>();
  const pending = [...keys];
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (needed.has(key)) continue;
    const task = tasks.get(key);
    if (!task) throw new InputError(`the graph has no task ${key}`);
    needed.add(key);
    pending.push(...task.deps);
  }
  return { layers: [{ kind: 'tasks', tasks: [...tasks.values()].filter((task) => needed.has(task.key)) }] };
}
