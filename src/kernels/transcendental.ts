/**
 * Mathematical functions in WebAssembly, two float64 values at a time. The largest errors that were found among some 500,000
 * values each, in units of the last place, stand beside them. float32 goes through float64 and is rounded once, so an error
 * shows there only next to a tie.
 */
import { addressOf, slotOf, TILE_SLOTS, tileModule } from './tiles.js';

/** The size from which on a function is V8's: angles that need more digits of pi, or what overflows on the way. */
const limits = {
  exp: Infinity, // 0.84
  expm1: Infinity, // 1.10
  log: Infinity, // 0.78
  log2: Infinity, // 0.71
  log10: Infinity, // 0.65
  log1p: Infinity, // 0.79
  sin: 2 ** 19, // 0.77
  cos: 2 ** 19, // 0.77
  tanh: Infinity, // 0.82
  sinh: 709, // 1.99
  cosh: 709, // 1.28
} as const;

export type VectorFunction = keyof typeof limits;
export const vectorFunctions = Object.keys(limits) as readonly VectorFunction[];
export const isVectorFunction = (name: string): name is VectorFunction => name in limits;

type Exports = { readonly [F in VectorFunction]: (n: number, x: number) => void } & {
  exceeds(n: number, x: number, limit: number): number;
};

/** Applies a function to the first `n` values of a slot. */
export function applyToSlot(name: VectorFunction, slot: number, n: number): void {
  const { exports } = tileModule<Exports>();
  const address = addressOf(slot);
  const padded = (n + 3) & ~3; // two vectors at once
  const isFar = limits[name] < Infinity && exports.exceeds(padded, address, limits[name]);
  const far = isFar ? farOf(name, slotOf('float64', slot), n) : undefined;
  exports[name](padded, address);
  if (far) for (const [i, value] of far) slotOf('float64', slot)[i] = value;
}

/** What is to stand where, for the values that are too large. */
function farOf(name: VectorFunction, x: Float64Array, n: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < n; i++) if (!(Math.abs(x[i]!) < limits[name])) found.push([i, Math[name](x[i]!)]);
  return found;
}

/** The function of one value, the same to the last bit. */
export const scalar =
  (name: VectorFunction) =>
  (x: number): number => {
    const values = slotOf('float64', TILE_SLOTS);
    values[0] = x;
    applyToSlot(name, TILE_SLOTS, 1);
    return values[0]!;
  };
