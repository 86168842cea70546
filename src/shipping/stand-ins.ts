/** Copies of what functions take from the user's own modules, for workers that cannot import these. */
import { types } from 'node:util';
import { SheafError } from '../util/errors.js';
import { liveImports } from './local-imports.js';
import { ship } from './ship.js';
import { ShipError } from './ship-error.js';

/** What stands in for the imports of these keys, as code. */
export interface StandIns {
  readonly keys: readonly string[];
  /** The values in their order, shipped. */
  readonly values: unknown;
}

interface Sent {
  readonly hash: string;
  readonly standIns: StandIns;
  readonly warnings: readonly string[];
}

let last: Sent | undefined;

/**
 * The values of these imports, and of all others that were named here so far, so that a class is the same one in whatever
 * functions and arguments come together; where one of the others cannot travel, without them. Raises ShipError where one
 * of these cannot, SheafError for one that was never named here.
 */
export function shipStandIns(keys: readonly string[]): Sent {
  const live = liveImports();
  if (!keys.every((key) => live.has(key))) {
    throw new SheafError('this process has not loaded the module either');
  }
  if (last && keys.every((key) => last!.standIns.keys.includes(key))) return last;
  try {
    last = shipValues([...live.keys()]);
    return last;
  } catch (error) {
    if (!(error instanceof ShipError) || keys.length === live.size) throw error;
    return shipValues(keys);
  }
}

function shipValues(keys: readonly string[]): Sent {
  const live = liveImports();
  const values = keys.map((key) => {
    const value = live.get(key);
    return types.isModuleNamespaceObject(value) ? { ...(value as object) } : value;
  });
  const { hash, payload, warnings } = ship(values, { localModules: 'value' });
  return { hash, standIns: { keys, values: payload }, warnings };
}
