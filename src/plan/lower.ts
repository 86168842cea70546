/** From a plan to the part of a task graph that computes it, each node once. */
import type { GraphPart } from '../graph/part.js';
import type { Key } from '../graph/task.js';
import type { Node } from './node.js';
import { inOrder, optimize } from './optimize.js';

export interface Plan {
  readonly keys: readonly Key[];
  readonly part: GraphPart;
}

/** The tasks of an optimised plan, and the keys of its chunks in C order. */
export function lower(root: Node): Plan {
  const done = new Map<string, Plan>();
  for (const node of inOrder(optimize(root))) {
    const inputs = node.inputs.map(({ name }) => done.get(name)!);
    const { tasks, keys } = node.kind.lower(
      node,
      inputs.map((input) => input.keys),
    );
    const part: GraphPart = node.source ?? {
      inputs: [...new Set(inputs.map((input) => input.part))],
      layers: [{ kind: 'tasks', tasks }],
      ...(node.code && { code: node.code }),
    };
    done.set(node.name, { keys, part });
  }
  return [...done.values()].at(-1)!;
}
