/** A graph for measures of the scheduler alone. */
import type { Graph } from 'sheaf';

/** One layer of so many tasks without dependencies. */
export function mapGraph(tasks: number): Graph {
  const prefix = 'increment-0123456789abcdef';
  const column = Array.from({ length: tasks }, (_, i) => i);
  return { layers: [{ kind: 'map', prefix, op: 'bench/ops.js#increment', columns: [column] }] };
}
