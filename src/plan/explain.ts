/** A plan in words: as it was written, as it will run, and what that takes. */
import { itemsize } from '../arrow/dtype.js';
import { tasksOf } from '../graph/graph.js';
import { assemble } from '../graph/part.js';
import { formatShape, gridOf, isKnown, shapeOf } from './chunks.js';
import { lower } from './lower.js';
import type { Node } from './node.js';
import { optimize } from './optimize.js';

/** The plan as a tree, inputs below; what stands there already is named by its number. */
export function formatPlan(root: Node): string {
  const lines: string[] = [];
  const numbers = new Map<string, number>();
  const write = (node: Node, depth: number): void => {
    const indent = '  '.repeat(depth);
    const known = numbers.get(node.name);
    if (known !== undefined) {
      lines.push(`${indent}#${known}`);
      return;
    }
    numbers.set(node.name, numbers.size + 1);
    const { kind, params, dtype, chunks, inputs } = node;
    const what = kind.describe(params);
    const grid = gridOf(chunks).join(' x ') || '1';
    const head = `${indent}#${numbers.size} ${kind.name}${what && ` ${what}`}`;
    lines.push(`${head} -> ${dtype} ${formatShape(shapeOf(chunks))} in ${grid} chunks`);
    for (const input of inputs) write(input, depth + 1);
  };
  write(root, 0);
  return lines.join('\n');
}

export function explain(root: Node): string {
  const optimized = optimize(root);
  const { part } = lower(root);
  const counts = new Map<string, number>();
  for (const { op } of tasksOf(assemble([part]))) counts.set(op, (counts.get(op) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = Array.from(counts, ([op, count]) => `${count} ${op}`).join(', ');
  const largest = largestBytes(optimized);
  return [
    'Plan',
    formatPlan(root),
    '',
    'Optimized',
    formatPlan(optimized),
    '',
    `Tasks: ${total}${each && ` (${each})`}`,
    `Largest chunk: ${Number.isNaN(largest) ? 'unknown' : `${largest} bytes`}`,
  ].join('\n');
}

function largestBytes(node: Node): number {
  const own = isKnown(node.chunks)
    ? node.chunks.reduce((product, extents) => product * Math.max(...extents), itemsize(node.dtype))
    : Number.NaN;
  return Math.max(own, ...node.inputs.map(largestBytes));
}
