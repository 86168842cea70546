/** The arguments of a call, as a task holds them and as the function gets them. */
import { fillHoles, type Path } from '../graph/holes.js';
import type { Call, CallWithHoles } from '../graph/task.js';
import { load } from './load.js';
import { needsShipping } from './plain-data.js';
import { ship } from './ship.js';

const isPlain = (call: Call): call is readonly unknown[] => Array.isArray(call);

/** Arguments whose places at `holes` are to be filled, as the parameters of a task. */
export function callOf(args: readonly unknown[], holes: readonly Path[] = []): Call {
  if (needsShipping(args)) return { args: [], ...(holes.length > 0 && { holes }), shipped: ship(args).payload };
  return holes.length > 0 ? { args, holes } : args;
}

/** The arguments, filled with the results of the dependencies: at once unless they were shipped. */
export function argumentsOf(call: Call, inputs: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  if (isPlain(call)) return call;
  const { args, holes = [], shipped } = call satisfies CallWithHoles;
  if (shipped === undefined) return fillHoles(args, holes, inputs);
  return Promise.resolve(load(shipped)).then((loaded) => fillHoles(loaded as readonly unknown[], holes, inputs));
}
