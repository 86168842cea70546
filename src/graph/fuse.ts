/**
 * Linear fusion, as Dask's `fuse`: where a task's result is the only input of one other task and goes nowhere else, both
 * become one, so that a chain of small steps costs one task and its intermediate results never leave it. The result keeps
 * its key, as that names what is computed and not how.
 */
import { type Graph, tasksOf } from './graph.js';
import type { Key, Task } from './task.js';

/** Modules whose operations may run in a row, which is their own operation `chain`, with a {@link Chain} to run. */
const chainable: ReadonlySet<string> = new Set(['bag/ops.js']);

/** Operations in a row: the first has the task's inputs, each of the others the result of the one before it. */
export interface Chain {
  readonly steps: readonly { readonly name: string; readonly params: unknown }[];
}

/** The graph with its chains fused; tasks of `keys` stay visible. What no key needs must have been culled. */
export function fuse(graph: Graph, keys: readonly Key[]): Graph {
  const uses = new Map<Key, number>();
  const use = (key: Key) => uses.set(key, (uses.get(key) ?? 0) + 1);
  // A wanted result has a user outside of the graph.
  for (const key of keys) {
    use(key);
    use(key);
  }
  const tasks = new Map<Key, Task>();
  for (const task of tasksOf(graph)) {
    tasks.set(task.key, task);
    task.deps.forEach(use);
  }
  const fused = new Set<Key>();
  // From the inputs up: a task is fused with what its own chain has become.
  for (const { key } of inputsFirst(tasks)) {
    const task = tasks.get(key)!;
    const before = task.deps.length === 1 ? tasks.get(task.deps[0]!) : undefined;
    if (!before || uses.get(before.key) !== 1 || !areOfOneKind(before, task)) continue;
    tasks.set(key, inOne(before, task));
    fused.add(before.key);
  }
  if (fused.size === 0) return graph;
  return { ...graph, layers: [{ kind: 'tasks', tasks: [...tasks.values()].filter(({ key }) => !fused.has(key)) }] };
}

const moduleOf = ({ op }: Task): string => op.slice(0, op.indexOf('#'));
const nameOf = ({ op }: Task): string => op.slice(op.indexOf('#') + 1);

const areOfOneKind = (a: Task, b: Task): boolean =>
  chainable.has(moduleOf(a)) &&
  moduleOf(a) === moduleOf(b) &&
  !a.retain &&
  a.annotations === b.annotations;

function inOne(first: Task, second: Task): Task {
  const code = [...new Set([...(first.code ?? []), ...(second.code ?? [])])];
  const params: Chain = { steps: [...stepsOf(first), ...stepsOf(second)] };
  return { ...second, op: `${moduleOf(first)}#chain`, params, deps: first.deps, ...(code.length > 0 && { code }) };
}

const stepsOf = (task: Task): Chain['steps'] =>
  nameOf(task) === 'chain' ? (task.params as Chain).steps : [{ name: nameOf(task), params: task.params }];

function inputsFirst(tasks: ReadonlyMap<Key, Task>): Task[] {
  const order: Task[] = [];
  const entered = new Set<Key>();
  const done = new Set<Key>();
  for (const root of tasks.values()) {
    const pending = [root];
    for (let task = pending.at(-1); task; task = pending.at(-1)) {
      if (entered.has(task.key)) {
        pending.pop();
        if (!done.has(task.key)) order.push(task);
        done.add(task.key);
        continue;
      }
      entered.add(task.key);
      for (const key of task.deps) {
        const dep = tasks.get(key);
        if (dep && !entered.has(key)) pending.push(dep);
      }
    }
  }
  return order;
}
