/** By what an object's class or prototype is found again; refuses what is a live part of this process. */
import { types } from 'node:util';
import { analysisOf } from './function-analysis.js';
import { SourceTextError } from './function-text.js';
import { closureOf, hasInspector, scriptOf } from './inspector.js';
import { intrinsicOf } from './intrinsics.js';
import { handleNameOf } from './live-handles.js';
import type { Encoded } from './payload.js';
import { ShipError, type Trail } from './ship-error.js';
import type { Walk } from './walk.js';

/** The class of an object, or its prototype where that is no class's: as fields of its node. */
export function encodeClassOf(value: object, walk: Walk, trail: Trail): { class: Encoded } | { prototype: Encoded } {
  const prototype = Object.getPrototypeOf(value) as object;
  const handle = handleNameOf(value);
  if (handle) {
    throw new ShipError(`it is a ${handle}: a live handle of this process; create it inside the function`, trail);
  }
  const klass: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined;
  if (typeof klass !== 'function' || klass.prototype !== prototype) {
    return { prototype: walk.encode(prototype, { step: 'its prototype', outer: trail }) };
  }
  const name = klass.name || '(anonymous)';
  if (intrinsicOf(klass) !== undefined) {
    if (!types.isNativeError(value) && !Array.isArray(value) && !types.isMap(value) && !types.isSet(value)) {
      throw new ShipError(`instances of the built-in ${name} cannot be copied`, trail);
    }
    return { class: walk.encode(klass, trail) };
  }
  const origin = foreignOrigin(klass);
  if (origin !== undefined) {
    throw new ShipError(
      `it is a ${name} (${origin}), which holds state of this process; create it inside the function`,
      trail,
    );
  }
  if (hidesFields(klass)) {
    throw new ShipError(
      `class ${name} has #private fields, which cannot be copied; create the instance inside the function`,
      trail,
    );
  }
  return { class: walk.encode(klass, { step: `its class ${name}`, outer: trail }) };
}

/** Where a class of Node's own comes from. */
function foreignOrigin(klass: unknown): string | undefined {
  if (!hasInspector()) return undefined;
  const { location } = closureOf(klass);
  const url = location && scriptOf(location.scriptId).url;
  return url === undefined ? 'native' : url.startsWith('node:') ? url : undefined;
}

/** Whether it or a class that it extends has fields that only its own code can reach. */
function hidesFields(klass: unknown): boolean {
  for (let at = klass; typeof at === 'function' && intrinsicOf(at) === undefined; at = Object.getPrototypeOf(at)) {
    try {
      if (analysisOf(Function.prototype.toString.call(at)).hasPrivateFields) return true;
    } catch (error) {
      if (!(error instanceof SourceTextError)) throw error;
    }
  }
  return false;
}
