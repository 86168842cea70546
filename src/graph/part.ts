/**
 * A graph as it grows: some tasks on top of the parts that they need. Collections share parts, so a chain of n operations
 * holds n parts and not n graphs, and a graph is put together only when it is to run.
 */
import type { Graph } from './graph.js';
import type { Layer } from './layer.js';
import type { Key, Task } from './task.js';

export interface GraphPart {
  readonly inputs: readonly GraphPart[];
  readonly layers: readonly Layer[];
  /** The code that its tasks name, by hash. */
  readonly code?: Readonly<Record<string, unknown>>;
  /** What must stay reachable while the part is: futures whose results it uses. */
  readonly holds?: unknown;
}

/** The graph of `parts` and all that they stand on, every part and every task once, inputs first. */
export function assemble(parts: readonly GraphPart[]): Graph {
  const tasks = new Map<Key, Task>();
  const layers: Layer[] = [];
  const code: Record<string, unknown> = {};
  const entered = new Set<GraphPart>();
  const added = new Set<GraphPart>();
  const pending = [...parts].reverse();
  for (let part = pending.at(-1); part; part = pending.at(-1)) {
    if (!entered.has(part)) {
      entered.add(part);
      for (const input of part.inputs.toReversed()) if (!entered.has(input)) pending.push(input);
      continue;
    }
    pending.pop();
    if (added.has(part)) continue;
    added.add(part);
    for (const layer of part.layers) {
      if (layer.kind !== 'tasks') layers.push(layer);
      else for (const task of layer.tasks) if (!tasks.has(task.key)) tasks.set(task.key, task);
    }
    Object.assign(code, part.code);
  }
  return { layers: [{ kind: 'tasks', tasks: [...tasks.values()] }, ...layers], code };
}
