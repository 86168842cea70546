/** A plan in words: as it was written, as it will run, and what that takes. */
import { tasksOf } from '../graph/graph.js';
import { assemble } from '../graph/part.js';
import { formatBytes } from '../util/bytes.js';
import { formatShape, gridOf, shapeOf } from './chunks.js';
import { type LargestTask, largestTask } from './footprint.js';
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

/** `threads` is how many tasks run at once. */
export function explain(root: Node, threads: number): string {
  const optimized = optimize(root);
  const { part } = lower(root);
  const counts = new Map<string, number>();
  for (const { op } of tasksOf(assemble([part]))) counts.set(op, (counts.get(op) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const each = Array.from(counts, ([op, count]) => `${count} ${op}`).join(', ');
  const largest = largestTask(optimized);
  return [
    'Plan',
    formatPlan(root),
    '',
    'Optimized',
    formatPlan(optimized),
    '',
    `Tasks: ${total}${each && ` (${each})`}`,
    `Peak: ${largest ? formatPeak(largest, threads) : 'nothing'}`,
  ].join('\n');
}

function formatPeak({ op, nbytes }: LargestTask, threads: number): string {
  if (Number.isNaN(nbytes)) return `unknown, as extents are not known before ${op}`;
  const each = `${formatBytes(nbytes)} in a task of ${op}`;
  return threads === 1 ? each : `${formatBytes(nbytes * threads)} in ${threads} threads, ${each}`;
}
