import { fillHoles } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import { load } from './load.js';

/** The arguments of a call, the results of other tasks in their places; parameters stay as they were. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (!('args' in call)) return call;
  const { holes = [], shipped } = call;
  if (shipped === undefined) return fillHoles(call.args, holes, inputs);
  return load(shipped).then((args) => fillHoles(args as readonly unknown[], holes, inputs));
}
