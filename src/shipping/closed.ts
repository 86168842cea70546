/**
 * Functions that are nothing but their text: no name in it comes from outside, not even that of a global. What they are
 * shipped as is remembered by the text, since a loop that submits `(x) => x + 1` makes a new function each time, and to
 * ask V8 for the scopes of each takes longer than most of them run.
 */
import { analysisOf } from './function-analysis.js';
import { SourceTextError } from './function-text.js';
import type { Payload, Shipped } from './payload.js';

const known = new Map<string, Shipped>();
const mostKnown = 1000;

const plainPrototypes: ReadonlySet<object> = new Set([Function.prototype, Object.getPrototypeOf(async () => {})]);

/** What tells such functions apart; undefined for a function that may be more than its text. */
export function closedKeyOf(fn: unknown): string | undefined {
  if (typeof fn !== 'function' || fn.prototype !== undefined) return undefined;
  if (Reflect.ownKeys(fn).length !== 2 || !plainPrototypes.has(Object.getPrototypeOf(fn))) return undefined;
  const source = Function.prototype.toString.call(fn);
  if (source.includes('[native code]')) return undefined;
  return `${fn.name}\n${source}`;
}

export const closedShipment = (key: string): Shipped | undefined => known.get(key);

/** Remembers what a function was shipped as, if that can be the same for every function of this text. */
export function rememberClosed(key: string, shipped: Shipped, { nodes }: Payload): void {
  if (nodes[0]?.kind !== 'function' || shipped.warnings.length > 0) return;
  if (!isClosed(key.slice(key.indexOf('\n') + 1))) return;
  if (known.size >= mostKnown) known.clear();
  known.set(key, shipped);
}

function isClosed(source: string): boolean {
  try {
    const { free, importMetas, usesThis, usesSuper, usesEval, foreignPrivateName } = analysisOf(source);
    if (usesThis || usesSuper || usesEval || foreignPrivateName !== undefined) return false;
    return free.size === 0 && importMetas.length === 0;
  } catch (error) {
    if (error instanceof SourceTextError) return false;
    throw error;
  }
}
