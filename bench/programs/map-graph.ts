/** A graph for measures of the scheduler alone. */
import type { Graph, Key } from 'sheaf';

/** One layer of so many tasks without dependencies, and their keys. */
export function mapGraph(tasks: number): { graph: Graph; keys: Key[] } {
  const prefix = 'increment-0123456789abcdef';
  const column = Array.from({ length: tasks }, (_, i) => i);
  return {
    graph: { layers: [{ kind: 'map', prefix, op: 'bench/ops.js#increment', columns: [column] }] },
    keys: column.map((i) => `${prefix}-${i}`),
  };
}
