/** Copies of what functions take from the user's own modules, for workers that cannot import these. */
import { types } from 'node:util';
import { SheafError } from '../util/errors.js';
import { contentHash } from '../util/hash.js';
import { importKeysOf, liveImports, moduleOf } from './local-imports.js';
import type { Complete, Payload, StandIns } from './payload.js';
import { ship } from './ship.js';
import { ShipError } from './ship-error.js';

interface Sent {
  readonly hash: string;
  readonly standIns: StandIns;
  readonly warnings: readonly string[];
}

let last: Sent | undefined;
/** Imports whose values cannot travel. */
const fixed = new Set<string>();

/**
 * The values of imports that a worker lacks: of all that were named here so far, so that a class is the same one in
 * whatever functions and arguments come together, but for those that cannot travel; these have to be imported. Raises
 * ShipError where `module`, which could not be, is among them, SheafError where it was never named here.
 */
export function shipStandIns(keys: readonly string[], module: string): Sent {
  const live = liveImports();
  const wanted = keys.filter((key) => moduleOf(key) === module);
  if (wanted.length === 0 || !keys.every((key) => live.has(key))) {
    throw new SheafError('this process has not loaded the module either');
  }
  const has = (key: string) => last!.standIns.keys.includes(key);
  if (last && wanted.every(has) && keys.every((key) => fixed.has(key) || has(key))) return last;
  const others = [...live.keys()].filter((key) => !wanted.includes(key));
  const travelling = () => [...wanted, ...others.filter((key) => !fixed.has(key))];
  try {
    last = shipValues(travelling());
  } catch (error) {
    if (!(error instanceof ShipError)) throw error;
    for (const key of others) if (!travels(key)) fixed.add(key);
    last = shipValues(travelling());
  }
  return last;
}

/** The hash of the last stand-ins if they have all that a payload imports from the user's own modules. */
export function standInsFor(payload: unknown): string | undefined {
  if (!last || (payload as Payload).hash === undefined) return undefined;
  const { hash, standIns } = last;
  return importKeysOf(payload as Payload).every((key) => standIns.keys.includes(key)) ? hash : undefined;
}

function travels(key: string): boolean {
  try {
    shipValues([key]);
    return true;
  } catch {
    return false;
  }
}

function shipValues(keys: readonly string[]): Sent {
  const live = liveImports();
  const values = keys.map((key) => {
    const value = live.get(key);
    return types.isModuleNamespaceObject(value) ? { ...(value as object) } : value;
  });
  const { hash, payload, warnings } = ship(values, { localModules: 'value' });
  return { hash: contentHash([keys, hash]), standIns: { keys, values: payload }, warnings };
}

/** A payload with stand-ins for what it imports, where it does, and these can travel. */
export function complete(payload: unknown): Complete {
  const keys = importKeysOf(payload as Payload);
  try {
    return keys.length > 0 ? { payload, standIns: shipValues(keys).standIns } : { payload };
  } catch (error) {
    if (error instanceof ShipError) return { payload };
    throw error;
  }
}
