/** What delayed values do besides calling functions. */
import type { Call } from '../graph/task.js';
import { argumentsOf } from '../shipping/call.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';

/** A value that others stand in. */
export const value = async (call: Call, ...inputs: unknown[]): Promise<unknown> => (await argumentsOf(call, inputs))[0];

export async function get(call: Call, ...inputs: unknown[]): Promise<unknown> {
  const [owner, name] = (await argumentsOf(call, inputs)) as [Record<PropertyKey, unknown> | null, PropertyKey];
  if (owner === null || owner === undefined) throw new InputError(`${owner} has no ${String(name)}`);
  return owner[name];
}

export async function call(params: Call, ...inputs: unknown[]): Promise<unknown> {
  const [owner, method, ...args] = (await argumentsOf(params, inputs)) as [Record<string, unknown>, string];
  const fn = owner?.[method];
  if (typeof fn !== 'function') throw new InputError(`${describe(owner)} has no method ${String(method)}`);
  return fn.apply(owner, args);
}
