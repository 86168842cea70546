/**
 * The loops of dots.ts and predict.ts in WebAssembly, two doubles at a time. Each lane does what a plain loop would do, in
 * the same order, so the results are equal to the last bit.
 *
 * They work in one memory per thread, lent as scratch space to one synchronous caller at a time.
 */
import {
  advance,
  assemble,
  type FunctionSpec,
  f64,
  i32,
  local,
  loopWhile,
  v128,
} from '../../kernels/wasm/assembler.js';
import { compileModule, createMemory } from '../../kernels/wasm/instance.js';

const { get, set } = local;
const zero = v128.splat(f64.const(0));

/**
 * Dot products of four rows with four others, tile after tile: `a` holds one tile and `b` many of them, each [d][4];
 * row r of the products goes to out + r·stride.
 */
function dotTiles(): FunctionSpec {
  const [a, b, bEnd, dBytes, out, stride] = [0, 1, 2, 3, 4, 5];
  const [p, end, to] = [6, 7, 8];
  const [z0, z1, x] = [9, 10, 11];
  const sum = (r: number, half: number) => 12 + 2 * r + half;
  const four = [0, 1, 2, 3];
  return {
    name: 'dotTiles',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    results: [],
    locals: ['i32', 'i32', 'i32', ...new Array<'v128'>(11).fill('v128')],
    body: loopWhile(
      i32.below(get(b), get(bEnd)),
      ...four.flatMap((r) => [set(sum(r, 0), zero), set(sum(r, 1), zero)]),
      set(p, get(a)),
      set(end, i32.add(get(a), get(dBytes))),
      loopWhile(
        i32.below(get(p), get(end)),
        set(z0, v128.load(get(b))),
        set(z1, v128.load(get(b), 16)),
        ...four.flatMap((r) => [
          set(x, v128.loadSplat(get(p), 8 * r)),
          set(sum(r, 0), v128.add(get(sum(r, 0)), v128.mul(get(x), get(z0)))),
          set(sum(r, 1), v128.add(get(sum(r, 1)), v128.mul(get(x), get(z1)))),
        ]),
        advance(p, 32),
        advance(b, 32),
      ),
      set(to, get(out)),
      ...four.flatMap((r) => [
        v128.store(get(to), get(sum(r, 0))),
        v128.store(get(to), get(sum(r, 1)), 16),
        set(to, i32.add(get(to), get(stride))),
      ]),
      advance(out, 32),
    ),
  };
}

/**
 * Sums of coef·value over the terms of every pair, for eight rows at once. `terms` are byte offsets into the tile of
 * values [support vector][8]; `starts` are byte offsets into `coef`; the sums [pair][8] go to `out`.
 */
function decideTile(): FunctionSpec {
  const [tile, starts, startsEnd, terms, coef, out] = [0, 1, 2, 3, 4, 5];
  const [k, end, value, c] = [6, 7, 8, 9];
  const four = [0, 1, 2, 3];
  const sum = (r: number) => 10 + r;
  return {
    name: 'decideTile',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    results: [],
    locals: ['i32', 'i32', 'i32', ...new Array<'v128'>(5).fill('v128')],
    body: loopWhile(
      i32.below(get(starts), get(startsEnd)),
      set(k, i32.load(get(starts))),
      set(end, i32.load(get(starts), 4)),
      ...four.map((r) => set(sum(r), zero)),
      loopWhile(
        i32.below(get(k), get(end)),
        set(c, v128.loadSplat(i32.add(get(coef), get(k)))),
        set(value, i32.add(get(tile), i32.load(i32.add(get(terms), i32.shift(get(k), i32.const(1)))))),
        ...four.map((r) => set(sum(r), v128.add(get(sum(r)), v128.mul(get(c), v128.load(get(value), 16 * r))))),
        advance(k, 8),
      ),
      ...four.map((r) => v128.store(get(out), get(sum(r)), 16 * r)),
      advance(starts, 4),
      advance(out, 64),
    ),
  };
}

export interface SimdLoops {
  dotTiles(a: number, b: number, bEnd: number, dBytes: number, out: number, stride: number): void;
  decideTile(tile: number, starts: number, startsEnd: number, terms: number, coef: number, out: number): void;
}

const memory = createMemory();
export const simd = compileModule<SimdLoops>(assemble([dotTiles(), decideTile()]), { memory });

/** The scratch memory, of at least `bytes` bytes, with whatever the last caller left in it; the next call takes it back. */
export function scratch(bytes: number): ArrayBuffer {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return memory.buffer;
}
