/**
 * Linear fusion, as Dask's `fuse`: where a task's result is the only input of one other task and goes nowhere else, both
 * become one, so that a chain of small steps costs one task and its intermediate results never leave it. The result keeps
 * its key, as that names what is computed and not how; its operation is named by its steps, as chains of different steps take
 * different times.
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
  const before = new Map<Key, Task>();
  const fused = new Set<Key>();
  for (const task of tasks.values()) {
    const input = task.deps.length === 1 ? tasks.get(task.deps[0]!) : undefined;
    if (!input || uses.get(input.key) !== 1 || !areOfOneKind(input, task)) continue;
    before.set(task.key, input);
    fused.add(input.key);
  }
  if (fused.size === 0) return graph;
  const ends = [...tasks.values()].filter(({ key }) => !fused.has(key));
  return { ...graph, layers: [{ kind: 'tasks', tasks: ends.map((task) => inOne(chainTo(task, before))) }] };
}

function chainTo(end: Task, before: ReadonlyMap<Key, Task>): Task[] {
  const chain: Task[] = [];
  for (let task: Task | undefined = end; task; task = before.get(task.key)) chain.push(task);
  return chain.reverse();
}

const moduleOf = ({ op }: Task): string => op.slice(0, op.indexOf('#'));
const nameOf = ({ op }: Task): string => op.slice(op.indexOf('#') + 1);

const areOfOneKind = (a: Task, b: Task): boolean =>
  chainable.has(moduleOf(a)) && moduleOf(a) === moduleOf(b) && !a.retain && a.annotations === b.annotations;

function inOne(chain: readonly Task[]): Task {
  const [first, last] = [chain[0]!, chain.at(-1)!];
  if (first === last) return first;
  const code = [...new Set(chain.flatMap((task) => task.code ?? []))];
  const params: Chain = { steps: chain.flatMap(stepsOf) };
  return {
    ...last,
    op: `${moduleOf(first)}#chain:${titleOf(params)}`,
    params,
    deps: first.deps,
    ...(code.length > 0 && { code }),
  };
}

/** So many steps are named. */
const NAMED = 8;

/** The names of the steps, those in a row that are alike once. */
function titleOf({ steps }: Chain): string {
  const names = steps.map(({ name }) => name).filter((name, i, all) => name !== all[i - 1]);
  return names.length <= NAMED
    ? names.join('-')
    : `${names.slice(0, NAMED).join('-')}-and-${names.length - NAMED}-more`;
}

const stepsOf = (task: Task): Chain['steps'] =>
  nameOf(task).startsWith('chain:') ? (task.params as Chain).steps : [{ name: nameOf(task), params: task.params }];
