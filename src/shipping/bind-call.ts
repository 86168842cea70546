import type { Path } from '../graph/holes.js';
import type { Call } from '../graph/task.js';
import { needsShipping } from './plain-data.js';
import { ship } from './ship.js';

/** Arguments whose places at `holes` are to be filled, as the parameters of a task: the inverse of `argumentsOf`. */
export function callOf(args: readonly unknown[], holes: readonly Path[] = []): Call {
  if (needsShipping(args)) return { args: [], ...(holes.length > 0 && { holes }), shipped: ship(args).payload };
  return holes.length > 0 ? { args, holes } : args;
}
