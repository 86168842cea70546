/** From what a task says of its call, and its inputs, to the arguments of the function. */
import { fillHoles } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import { load } from './load.js';

/** A promise only where arguments were shipped. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (Array.isArray(call)) return call;
  const { args, holes = [], shipped } = call as Exclude<Call, readonly unknown[]>;
  if (shipped === undefined) return fillHoles(args, holes, inputs);
  return (load(shipped) as Promise<readonly unknown[]>).then((given) => fillHoles(given, holes, inputs));
}
