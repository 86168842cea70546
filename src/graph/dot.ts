/**
 * A task graph as text for Graphviz, inputs at the left. Tasks of one operation have one colour. A graph of many tasks
 * is drawn as its classes: tasks of one operation at one depth, with the number of tasks and of dependencies.
 */
import { type Graph, tasksOf } from './graph.js';
import { type Key, type OpRef, type Task, titleOfOp } from './task.js';

/** Colours that differ in lightness too, so that they can be told apart in print. */
const colours = ['#cfe2f3', '#d9ead3', '#fff2cc', '#f4cccc', '#d9d2e9', '#fce5cd', '#d0e0e3', '#ead1dc', '#e6e6e6'];

export interface DotOptions {
  /** Above this number of tasks, equal ones are drawn as one; 120 unless told. */
  readonly maxNodes?: number;
}

interface Node {
  readonly id: string;
  readonly op: OpRef;
  readonly lines: readonly string[];
}

/** The DOT text of a graph. */
export function toDot(graph: Graph, { maxNodes = 120 }: DotOptions = {}): string {
  const tasks = [...tasksOf(graph)];
  const depths = depthsOf(tasks);
  // Values of different names (data, labels, row sets) are different things.
  const classOf = (task: Task) =>
    tasks.length > maxNodes ? `${task.op} ${titleOf(task)} ${depths.get(task.key)}` : task.key;
  const nodes: Node[] = [];
  const ids = new Map<Key, string>();
  for (const members of groupBy(tasks, classOf).values()) {
    const id = `n${nodes.length}`;
    const [first] = members;
    const lines =
      members.length === 1 ? [titleOf(first), ...detailsOf(first)] : [`${titleOf(first)} × ${members.length}`];
    nodes.push({ id, op: first.op, lines });
    for (const { key } of members) ids.set(key, id);
  }
  return render(nodes, edgesOf(tasks, ids));
}

/** One edge between two nodes, with the number of dependencies when there are several. */
function edgesOf(tasks: readonly Task[], ids: ReadonlyMap<Key, string>): string[] {
  const inputs = new Set(tasks.filter(({ deps }) => deps.length === 0).map(({ key }) => ids.get(key)));
  const edges = new Map<string, { count: number; readonly isInput: boolean }>();
  for (const { key, deps } of tasks) {
    for (const dep of deps) {
      const from = ids.get(dep) ?? quote(dep);
      const edge = `${from} -> ${ids.get(key)}`;
      const known = edges.get(edge);
      if (known) known.count++;
      else edges.set(edge, { count: 1, isInput: inputs.has(from) });
    }
  }
  return Array.from(edges, ([edge, { count, isInput }]) => {
    // What every task reads is pale and does not pull, so that the chains of work stand out.
    const attributes = [...(count > 1 ? [`label="${count}"`] : []), ...(isInput ? ['color="#cccccc", weight=0'] : [])];
    return attributes.length === 0 ? edge : `${edge} [${attributes.join(', ')}]`;
  });
}

function groupBy(tasks: readonly Task[], keyOf: (task: Task) => string): Map<string, Task[]> {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const key = keyOf(task);
    const group = groups.get(key);
    if (group) group.push(task);
    else groups.set(key, [task]);
  }
  return groups;
}

/** The length of the longest way from a task without dependencies. */
function depthsOf(tasks: readonly Task[]): ReadonlyMap<Key, number> {
  const byKey = new Map(tasks.map((task) => [task.key, task]));
  const depths = new Map<Key, number>();
  const pending = [...tasks].reverse();
  for (let task = pending.pop(); task; task = pending.pop()) {
    if (depths.has(task.key)) continue;
    const deps = task.deps.flatMap((key) => byKey.get(key) ?? []);
    const unknown = deps.filter(({ key }) => !depths.has(key));
    if (unknown.length > 0) pending.push(task, ...unknown);
    else
      depths.set(
        task.key,
        deps.reduce((depth, { key }) => Math.max(depth, depths.get(key)! + 1), 0),
      );
  }
  return depths;
}

function render(nodes: readonly Node[], edges: readonly string[]): string {
  const ops = [...new Set(nodes.map(({ op }) => op))];
  const groups = ops.map((op, i) => {
    const members = nodes.filter((node) => node.op === op);
    const lines = members.map(({ id, lines }) => `    ${id} [label="${lines.map(escapeText).join('\\n')}"]`);
    return `  { // ${op}\n    node [fillcolor="${colours[i % colours.length]}"]\n${lines.join('\n')}\n  }`;
  });
  return [
    'digraph {',
    '  graph [rankdir=LR, ranksep=1, nodesep=0.12]',
    '  node [shape=box, style="rounded,filled", color="#666666", fontname="Helvetica,Arial,sans-serif", fontsize=11, height=0.3, margin="0.2,0.06"]',
    '  edge [color="#888888", arrowsize=0.6, fontname="Helvetica,Arial,sans-serif", fontsize=9, fontcolor="#555555"]',
    ...groups,
    ...edges.map((edge) => `  ${edge}`),
    '}',
    '',
  ].join('\n');
}

const escapeText = (text: string): string => text.replace(/[\\"]/g, '\\$&').replace(/\n/g, ' ');
const quote = (text: string): string => `"${escapeText(text)}"`;

/** What a task does: the operation's name, or for a value the name it was given, which is how its key begins. */
const titleOf = ({ key, op }: Task): string =>
  op === 'graph/ops.js#value' ? key.replace(/-[0-9a-f]{32}$/, '') : titleOfOp(op);

/** Up to four short lines on a task's parameters. */
function detailsOf({ params }: Task): string[] {
  if (params === null || params === undefined) return [];
  if (typeof params !== 'object' || Array.isArray(params) || ArrayBuffer.isView(params)) return [summaryOf(params)];
  const { shape, dtype } = params as { readonly shape?: unknown; readonly dtype?: unknown };
  if (Array.isArray(shape) && dtype !== undefined) return [`${dtype} [${shape.join(', ')}]`];
  const lines = Object.entries(params).map(([name, value]) => `${name}: ${summaryOf(value)}`);
  return lines.length > 4 ? [...lines.slice(0, 3), '…'] : lines;
}

function summaryOf(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${(value as Uint8Array).length} values`;
  if (Array.isArray(value)) return `${value.length} values`;
  if (typeof value !== 'object' || value === null) return clip(String(value), 24);
  const text = Object.entries(value).map(([name, item]) => `${name}: ${typeof item === 'object' ? '…' : String(item)}`);
  return clip(`{ ${text.join(', ')} }`, 36);
}

const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
