import { InputError } from '../util/errors.js';
import { type Graph, tasksOf } from './graph.js';
import type { Key, Task } from './task.js';

/**
 * The part of a graph that `keys` need, in the order of its tasks. Raises {@link InputError} for a key that it lacks,
 * unless that `isHeld`: its result is where the graph will run.
 */
export function cull(graph: Graph, keys: readonly Key[], isHeld: (key: Key) => boolean = () => false): Graph {
  const tasks = new Map<Key, Task>();
  for (const task of tasksOf(graph)) tasks.set(task.key, task);
  const needed = new Set<Key>();
  const pending = [...keys];
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (needed.has(key)) continue;
    const task = tasks.get(key);
    if (!task) {
      if (isHeld(key)) continue;
      throw new InputError(`the graph has no task ${key}`);
    }
    needed.add(key);
    for (const dep of task.deps) if (!needed.has(dep)) pending.push(dep);
  }
  return { ...graph, layers: [{ kind: 'tasks', tasks: [...tasks.values()].filter((task) => needed.has(task.key)) }] };
}
