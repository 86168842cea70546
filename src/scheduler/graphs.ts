/** Takes a client's graph in: records of its tasks in the order in which they should run, and what the client wants. */

import { type Graph, tasksOf } from '../graph/graph.js';
import { expandLayer } from '../graph/layer.js';
import { depthFirstOrder } from '../graph/order.js';
import type { Key, Task } from '../graph/task.js';
import { addCode } from './code.js';
import { addLink, withItem } from './links.js';
import { dropRetained } from './retain.js';
import { type ClientRecord, type SchedulerState, TaskRecord } from './state.js';
import { settle, tellClient, transition } from './transitions.js';

export function updateGraph(state: SchedulerState, client: ClientRecord, graph: Graph, keys?: readonly Key[]): void {
  if (graph.code) addCode(state, client, graph.code);
  if (!keys && graph.layers.every(({ kind }) => kind === 'map')) {
    for (const layer of graph.layers)
      for (const task of expandLayer(layer)) request(state, client, state.tasks.get(task.key) ?? addTask(state, task));
    return;
  }
  const submitted = keys && submittedTasks(state, graph, keys);
  if (submitted) {
    for (const task of submitted) request(state, client, state.tasks.get(task.key) ?? addTask(state, task));
    return;
  }
  const given = new Map<Key, Task>();
  for (const task of tasksOf(graph)) given.set(task.key, task);
  const wanted = keys ?? [...given.keys()];
  const depsOf = (key: Key) => given.get(key)?.deps ?? state.tasks.get(key)?.task.deps;
  // Inputs come before the tasks that use them, so every record finds those of its inputs.
  const added: TaskRecord[] = [];
  const refused = new Map<Key, string>();
  for (const key of depthFirstOrder(wanted, depsOf)) {
    if (state.tasks.has(key)) continue;
    const task = given.get(key)!;
    const missing = task.deps.find((dep) => !state.tasks.has(dep));
    if (missing === undefined) added.push(addTask(state, task));
    else
      refused.set(
        key,
        refused.get(missing) ??
          `task ${key} needs ${missing}, ${given.has(missing) ? 'which needs it in turn: the graph has a cycle' : 'which is not in the graph'}`,
      );
  }
  for (const key of wanted) {
    const task = state.tasks.get(key);
    if (task) request(state, client, task);
    else {
      const message =
        refused.get(key) ?? `there is no task ${key}: it is not in the graph, and the scheduler does not know it`;
      const error = { name: 'InputError', message };
      state.instructions.push({ to: 'client', name: client.name, message: { op: 'erred', key, error } });
    }
  }
  // Inputs of what was refused.
  for (const task of added) settle(state, task, `client ${client.name} has no use for it`);
}

/** What `submit` sends: all of the tasks are wanted, and each comes after those that it needs. */
function submittedTasks(state: SchedulerState, { layers }: Graph, keys: readonly Key[]): readonly Task[] | undefined {
  const [layer] = layers;
  if (layers.length !== 1 || layer!.kind !== 'tasks' || layer!.tasks.length !== keys.length) return undefined;
  const { tasks } = layer!;
  const earlier = new Set<Key>();
  for (let i = 0; i < tasks.length; i++) {
    const { key, deps } = tasks[i]!;
    if (key !== keys[i]) return undefined;
    if (!deps.every((dep) => earlier.has(dep) || state.tasks.has(dep))) return undefined;
    earlier.add(key);
  }
  return tasks;
}

function request(state: SchedulerState, client: ClientRecord, task: TaskRecord): void {
  want(client, task);
  dropRetained(state, task);
  if (task.state === 'released') transition(state, task, 'waiting', 'a client wants it');
  else if (task.state === 'memory' || task.state === 'erred') tellClient(state, client, task);
}

export function want(client: ClientRecord, task: TaskRecord): void {
  task.clients = withItem(task.clients, client);
  client.wants.add(task);
}

export function addTask(state: SchedulerState, task: Task): TaskRecord {
  const deps = task.deps.length === 0 ? noDeps : task.deps.map((key) => state.tasks.get(key)!);
  const record = new TaskRecord(task, deps.length > 1 ? [...new Set(deps)] : deps, state.ordered++);
  for (const dep of record.deps) addLink(dep, 'dependents', record);
  state.tasks.set(task.key, record);
  return record;
}

const noDeps: readonly TaskRecord[] = [];
