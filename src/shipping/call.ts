/** The arguments of a call, as a task holds them and as the function gets them. */
import { fillHoles, type Path } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import { load } from './load.js';
import { needsShipping, ship } from './ship.js';

/** Arguments whose places at `holes` are to be filled, as the parameters of a task. */
export function callOf(args: readonly unknown[], holes: readonly Path[] = []): Call {
  if (needsShipping(args)) return { args: [], ...(holes.length > 0 && { holes }), shipped: ship(args).payload };
  return holes.length > 0 ? { args, holes } : args;
}

/** The arguments of a call, the results of other tasks in their places; parameters stay as they were. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (!('args' in call)) return call;
  const { holes = [], shipped } = call;
  if (shipped === undefined) return fillHoles(call.args, holes, inputs);
  return load(shipped).then((args) => fillHoles(args as readonly unknown[], holes, inputs));
}
