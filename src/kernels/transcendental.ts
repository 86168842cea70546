/**
 * Mathematical functions of many values at once: a caller writes values to a tile, applies functions to it and reads it.
 * Those of `limits` run in WebAssembly, two values at a time; the largest errors that were found among some 500,000 values
 * each, in units of the last place of float64, stand beside them. The others are V8's. float32 goes through float64 and is
 * rounded once, so an error shows there only next to a tie.
 */
import { type Instance, instantiate } from './wasm/instance.js';
import { mathWasm } from './wasm/math.js';

/** How many values a tile has. */
export const TILE = 2048;

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

const plain = ['tan', 'asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh', 'cbrt', 'pow'] as const;

type VectorName = keyof typeof limits;
type PlainName = (typeof plain)[number];
export type Transcendental = VectorName | PlainName;
export const transcendentals: readonly Transcendental[] = [...(Object.keys(limits) as VectorName[]), ...plain];

type Exports = { readonly [F in VectorName]: (n: number, x: number) => void } & {
  exceeds(n: number, x: number, limit: number): number;
  widen(n: number, from: number, to: number): void;
  narrow(n: number, from: number, to: number): void;
};

interface Scratch {
  readonly exports: Exports;
  readonly float64: readonly [Float64Array, Float64Array];
  readonly float32: readonly [Float32Array, Float32Array];
}

/** Constants of the module lie before it. */
const START = 65536;
let made: Scratch | undefined;

function scratch(): Scratch {
  if (made) return made;
  const { memory, exports, reserve }: Instance<Exports> = instantiate<Exports>(mathWasm);
  reserve(START + 24 * TILE);
  const wide = (i: number) => new Float64Array(memory.buffer, START + 8 * TILE * i, TILE);
  const narrow = (i: number) => new Float32Array(memory.buffer, START + 16 * TILE + 4 * TILE * i, TILE);
  made = { exports, float64: [wide(0), wide(1)], float32: [narrow(0), narrow(1)] };
  return made;
}

/** The tile of a dtype that {@link apply} changes; the second one has the exponents of `pow`. */
export function tile(dtype: 'float64', which?: 0 | 1): Float64Array;
export function tile(dtype: 'float32', which?: 0 | 1): Float32Array;
export function tile(dtype: 'float64' | 'float32', which: 0 | 1 = 0): Float64Array | Float32Array {
  return scratch()[dtype][which];
}

/** Applies a function to the first `n` values of the tile. */
export function apply(name: Transcendental, dtype: 'float64' | 'float32', n: number): void {
  const x = scratch()[dtype][0];
  if (name === 'pow') power(x, scratch()[dtype][1], n);
  else if (name in limits) applyVector(name as VectorName, dtype, n);
  else {
    const f = Math[name as Exclude<PlainName, 'pow'>];
    for (let i = 0; i < n; i++) x[i] = f(x[i]!);
  }
}

function applyVector(name: VectorName, dtype: 'float64' | 'float32', n: number): void {
  const { exports, float64, float32 } = scratch();
  const [x, narrow] = [float64[0], float32[0]];
  const padded = (n + 3) & ~3; // two vectors at once
  if (dtype === 'float32') exports.widen(padded, narrow.byteOffset, x.byteOffset);
  const far = limits[name] < Infinity && exports.exceeds(padded, x.byteOffset, limits[name]) ? farOf(name, x, n) : [];
  exports[name](padded, x.byteOffset);
  for (const [i, value] of far) x[i] = value;
  if (dtype === 'float32') exports.narrow(padded, x.byteOffset, narrow.byteOffset);
}

/** What is to stand where, for the values that are too large. */
function farOf(name: VectorName, x: Float64Array, n: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < n; i++) if (!(Math.abs(x[i]!) < limits[name])) found.push([i, Math[name](x[i]!)]);
  return found;
}

/** As C and NumPy have it: 1 to any power is 1, and so is -1 to an infinite one, which JavaScript says are NaN. */
function power(x: Float64Array | Float32Array, y: Float64Array | Float32Array, n: number): void {
  for (let i = 0; i < n; i++) {
    const [base, exponent] = [x[i]!, y[i]!];
    x[i] = base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent;
  }
}
