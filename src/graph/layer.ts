/**
 * Compact descriptions of many tasks. `tasks` lists them one by one; `map` is one operation over n parameters: task i
 * has the key `${prefix}-${i}`, so a million tasks cost a message the size of their parameters.
 */
import type { Key, OpRef, Task } from './task.js';

export interface Layers {
  readonly tasks: { readonly kind: 'tasks'; readonly tasks: readonly Task[] };
  readonly map: {
    readonly kind: 'map';
    readonly prefix: string;
    readonly op: OpRef;
    readonly items: ArrayLike<unknown>;
    /** Results that every task of the layer is given. */
    readonly deps: readonly Key[];
  };
}

export type Layer = Layers[keyof Layers];

const expanders: { readonly [K in keyof Layers]: (layer: Layers[K]) => Iterable<Task> } = {
  tasks: (layer) => layer.tasks,
  *map({ prefix, op, items, deps }) {
    for (let i = 0; i < items.length; i++) yield { key: `${prefix}-${i}`, op, params: items[i], deps };
  },
};

/** The tasks that a layer stands for. */
export const expandLayer = (layer: Layer): Iterable<Task> =>
  (expanders[layer.kind] as (layer: Layer) => Iterable<Task>)(layer);
