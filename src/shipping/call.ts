/** From what a task says of its call, and its inputs, to the arguments of the function. */
import { fillHoles } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import { load } from './load.js';

/** The arguments, the results of other tasks in their places; a promise only where arguments were shipped. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (!('args' in call)) return call;
  const { args, holes = [], shipped } = call;
  if (shipped === undefined) return fillHoles(args, holes, inputs);
  return load(shipped).then((given) => fillHoles(given as readonly unknown[], holes, inputs));
}
