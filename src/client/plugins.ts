/** Plugins on their way to the workers: their functions as code, their other fields as data. */
import type { Plugin } from '../cluster/worker-requests.js';
import { complete } from '../shipping/stand-ins.js';
import { describe } from '../util/describe.js';
import { InputError } from '../util/errors.js';
import { codeOf } from './calls.js';
import { checkName } from './coordination/checks.js';

export type AnyPlugin = Plugin & Readonly<Record<string, unknown>>;

export interface ShippedPlugin {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly functions: Readonly<Record<string, unknown>>;
}

/** Raises InputError for a plugin without a name, or without anything to do. */
export function shipPlugin(plugin: AnyPlugin): ShippedPlugin {
  if (typeof plugin !== 'object' || plugin === null)
    throw new InputError(
      `registerPlugin takes an object { name, setup, teardown }, but it was given ${describe(plugin)}`,
    );
  checkName('plugin', plugin.name);
  const fields: Record<string, unknown> = {};
  const functions: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(plugin)) {
    if (typeof value !== 'function') fields[field] = value;
    else {
      const { code, hash } = codeOf('registerPlugin', value);
      functions[field] = complete(code[hash]);
    }
  }
  if (!functions.setup && !functions.teardown)
    throw new InputError(`the plugin ${plugin.name} has neither setup nor teardown among its own fields`);
  return { name: plugin.name, fields, functions };
}
