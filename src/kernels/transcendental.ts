/**
 * Mathematical functions of many values, in WebAssembly two at a time: they are exact to less than one unit in the last
 * place. What is to be computed is written to the first tile of their memory, in float64, and comes back in the second.
 */
import { type Instance, instantiate } from './wasm/instance.js';
import { mathWasm } from './wasm/math.js';

type Inner = (n: number, x: number, y: number) => void;
type Exports = { readonly [F in TiledName]: Inner };

/** The functions that there are. */
export const tiledFunctions = ['exp', 'log', 'sin', 'cos', 'tanh'] as const;
export type TiledName = (typeof tiledFunctions)[number];

/** How many values a tile has. */
export const TILE = 1024;

let instance: Instance<Exports> | undefined;
let tiles: readonly [x: Float64Array, y: Float64Array] | undefined;

/** The tile that {@link applyTiled} reads, and that which it writes. */
export function tilesOf(): readonly [x: Float64Array, y: Float64Array] {
  if (!tiles) {
    instance = instantiate<Exports>(mathWasm);
    instance.reserve(65536 + 16 * TILE);
    const view = (tile: number) => new Float64Array(instance!.memory.buffer, 65536 + 8 * TILE * tile, TILE);
    tiles = [view(0), view(1)];
  }
  return tiles;
}

/** Beyond that, the division by pi / 2 needs more digits than the modules have. */
const LARGEST_ANGLE = 2 ** 19;

/** Applies a function to the first `n` values. */
export function applyTiled(name: TiledName, n: number): void {
  const [x, y] = tilesOf();
  if (n % 2 === 1) x[n] = 0;
  instance!.exports[name](n + (n % 2), x.byteOffset, y.byteOffset);
  if (name !== 'sin' && name !== 'cos') return;
  for (let i = 0; i < n; i++) if (!(Math.abs(x[i]!) < LARGEST_ANGLE)) y[i] = Math[name](x[i]!);
}
