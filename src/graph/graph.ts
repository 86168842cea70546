import { contentHash } from '../util/hash.js';
import { expandLayer, type Layer } from './layer.js';
import type { Key, OpRef, Task } from './task.js';

/** A task graph as layers; the client sends it in this form and the scheduler expands it. */
export interface Graph {
  readonly layers: readonly Layer[];
  /** The code of the shipped functions that its tasks name, by hash. */
  readonly code?: Readonly<Record<string, unknown>>;
}

/** Every task of a graph, in the order of its layers. */
export function* tasksOf(graph: Graph): Generator<Task> {
  for (const layer of graph.layers) yield* expandLayer(layer);
}

/**
 * Collects tasks named by the content of what they compute: adding equal work twice yields one task and one key.
 *
 * @example
 * const builder = new GraphBuilder();
 * const x = builder.value('x', [1, 2, 3]);
 * const total = builder.add('mypackage/ops.js#sum', {}, [x]);
 * builder.build().layers.length; // 1
 */
export class GraphBuilder {
  readonly #tasks = new Map<Key, Task>();

  /** Adds one task and returns its key: the operation's name and the hash of its parameters and dependencies. */
  add(op: OpRef, params: unknown, deps: readonly Key[] = [], options: { readonly retain?: boolean } = {}): Key {
    const name = op.slice(op.lastIndexOf('#') + 1);
    const key = `${name}-${contentHash([op, params, deps])}`;
    if (!this.#tasks.has(key)) this.#tasks.set(key, { key, op, params, deps, ...options });
    return key;
  }

  /** Adds plain data as a task without dependencies, which any worker can make again. */
  value(name: string, value: unknown): Key {
    const key = `${name}-${contentHash(value)}`;
    if (!this.#tasks.has(key))
      this.#tasks.set(key, { key, op: 'graph/ops.js#value', params: value, deps: [], retain: true });
    return key;
  }

  build(): Graph {
    return { layers: [{ kind: 'tasks', tasks: [...this.#tasks.values()] }] };
  }
}
