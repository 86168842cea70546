/**
 * Compact descriptions of many tasks. `tasks` lists them one by one; `map` is one shipped function over the rows of some
 * columns: task i has the key `${prefix}-${i}` and the arguments `columns.map((column) => column[i])`, so a million tasks
 * cost a message the size of their arguments.
 */
import type { Annotations, Key, OpRef, Task } from './task.js';

export interface Layers {
  readonly tasks: { readonly kind: 'tasks'; readonly tasks: readonly Task[] };
  readonly map: {
    readonly kind: 'map';
    readonly prefix: string;
    readonly op: OpRef;
    readonly columns: readonly ArrayLike<unknown>[];
    /** The index of the first row, where the layer is a part of a larger one (default 0). */
    readonly start?: number;
    readonly annotations?: Annotations;
  };
}

export type Layer = Layers[keyof Layers];

const noDeps: readonly Key[] = [];

const expanders: { readonly [K in keyof Layers]: (layer: Layers[K]) => Iterable<Task> } = {
  tasks: (layer) => layer.tasks,
  *map({ prefix, op, columns, start = 0, annotations }) {
    const rows = Math.min(...columns.map((column) => column.length));
    const shared = annotations && { annotations };
    for (let i = 0; i < rows; i++) {
      const params = columns.map((column) => column[i]);
      yield { key: `${prefix}-${start + i}`, op, params, deps: noDeps, ...shared };
    }
  },
};

/** The tasks that a layer stands for. */
export const expandLayer = (layer: Layer): Iterable<Task> =>
  (expanders[layer.kind] as (layer: Layer) => Iterable<Task>)(layer);
