/**
 * The inner loops in WebAssembly, two doubles at a time. Each lane does what the plain loop beside it in solver.ts,
 * kernels.ts or predict.ts does, in the same order, so the results are equal to the last bit.
 *
 * They work in one memory per thread, lent as scratch space to one synchronous caller at a time.
 */
import { assemble, type Code, type FunctionSpec, f64, i32, local, loopWhile, returns, v128, when } from './wasm.js';

const { get, set } = local;
const zero = v128.splat(f64.const(0));
const minusInfinity = v128.splat(f64.const(Number.NEGATIVE_INFINITY));
const advance = (pointer: number, bytes: number): Code => set(pointer, i32.add(get(pointer), i32.const(bytes)));
const largerLane = (value: Code): Code => f64.max(v128.low(value), v128.high(value));

/** Returns the last index k (of doubles) with value(address of k) = the wanted one in both lanes of `wanted`, else −1. */
function lastEqual(end: number, begin: number, value: (address: Code) => Code, wanted: number, mask: number): Code {
  return [
    ...loopWhile(
      i32.below(get(begin), get(end)),
      advance(end, -16),
      set(mask, v128.equal(value(get(end)), get(wanted))),
      when(
        v128.anyTrue(get(mask)),
        returns(
          i32.add(
            i32.shift(i32.sub(get(end), get(begin)), i32.const(3)),
            i32.shift(v128.bitmask(get(mask)), i32.const(1)),
          ),
        ),
      ),
    ),
    ...i32.const(-1),
  ];
}

/** See `updateAndSelectFirst` in solver.ts; the length is a multiple of four. */
function updateAndSelectFirst(): FunctionSpec {
  const [g, toUpper, rowI, rowJ, end, changeI, changeJ] = [0, 1, 2, 3, 4, 5, 6];
  const [p, i, j, vi, vj, best0, best1, x] = [7, 8, 9, 10, 11, 12, 13, 14];
  const step = (best: number, offset: number): Code => [
    ...set(
      x,
      v128.add(
        v128.load(get(p), offset),
        v128.add(
          v128.mul(v128.loadFloats(get(i), offset / 2), get(vi)),
          v128.mul(v128.loadFloats(get(j), offset / 2), get(vj)),
        ),
      ),
    ),
    ...v128.store(get(p), get(x), offset),
    ...set(best, v128.max(get(best), v128.sub(v128.load(i32.add(get(p), get(toUpper)), offset), get(x)))),
  ];
  return {
    name: 'updateAndSelectFirst',
    // `toUpper` is the distance from g to upper.
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'f64'],
    results: ['i32'],
    locals: ['i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128'],
    body: [
      ...set(p, get(g)),
      ...set(i, get(rowI)),
      ...set(j, get(rowJ)),
      ...set(vi, v128.splat(get(changeI))),
      ...set(vj, v128.splat(get(changeJ))),
      ...set(best0, minusInfinity),
      ...set(best1, minusInfinity),
      ...loopWhile(
        i32.below(get(p), get(end)),
        step(best0, 0),
        step(best1, 16),
        advance(p, 32),
        advance(i, 16),
        advance(j, 16),
      ),
      ...set(best0, v128.splat(largerLane(v128.max(get(best0), get(best1))))),
      ...when(f64.equal(v128.low(get(best0)), f64.const(Number.NEGATIVE_INFINITY)), returns(i32.const(-1))),
      ...lastEqual(
        end,
        g,
        (address) => v128.sub(v128.load(i32.add(address, get(toUpper))), v128.load(address)),
        best0,
        x,
      ),
    ],
  };
}

/** See `selectSecond` in solver.ts; the length is a multiple of four. */
function selectSecond(): FunctionSpec {
  const [g, toLower, toDiagonal, toScratch, rowI, end, largest, diagonalI, tol] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [p, i, vLargest, vDiagonal, opposite, best0, best1, x, curvature] = [9, 10, 11, 12, 13, 14, 15, 16, 17];
  const at = (distance: number): Code => i32.add(get(p), get(distance));
  const step = (best: number, offset: number): Code => [
    ...set(x, v128.add(v128.load(get(p), offset), v128.load(at(toLower), offset))),
    ...set(opposite, v128.max(get(opposite), get(x))),
    ...set(x, v128.max(zero, v128.add(get(vLargest), get(x)))),
    ...set(
      curvature,
      v128.sub(
        v128.add(get(vDiagonal), v128.load(at(toDiagonal), offset)),
        v128.mul(v128.splat(f64.const(2)), v128.loadFloats(get(i), offset / 2)),
      ),
    ),
    ...set(curvature, v128.select(get(curvature), v128.splat(f64.const(1e-12)), v128.greater(get(curvature), zero))),
    ...set(x, v128.div(v128.mul(get(x), get(x)), get(curvature))),
    ...v128.store(at(toScratch), get(x), offset),
    ...set(best, v128.max(get(best), get(x))),
  ];
  return {
    name: 'selectSecond',
    params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'f64', 'f64'],
    results: ['i32'],
    locals: ['i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128'],
    body: [
      ...set(p, get(g)),
      ...set(i, get(rowI)),
      ...set(vLargest, v128.splat(get(largest))),
      ...set(vDiagonal, v128.splat(get(diagonalI))),
      ...set(opposite, minusInfinity),
      ...set(best0, zero),
      ...set(best1, zero),
      ...loopWhile(i32.below(get(p), get(end)), step(best0, 0), step(best1, 16), advance(p, 32), advance(i, 16)),
      ...when(f64.less(f64.add(get(largest), largerLane(get(opposite))), get(tol)), returns(i32.const(-1))),
      ...set(best0, v128.splat(largerLane(v128.max(get(best0), get(best1))))),
      // Nothing decreases the objective.
      ...when(f64.equal(v128.low(get(best0)), f64.const(0)), returns(i32.const(-1))),
      ...set(g, i32.add(get(g), get(toScratch))),
      ...set(end, i32.add(get(end), get(toScratch))),
      ...lastEqual(end, g, (address) => v128.load(address), best0, x),
    ],
  };
}

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
  updateAndSelectFirst(
    g: number,
    toUpper: number,
    rowI: number,
    rowJ: number,
    end: number,
    changeI: number,
    changeJ: number,
  ): number;
  selectSecond(
    g: number,
    toLower: number,
    toDiagonal: number,
    toScratch: number,
    rowI: number,
    end: number,
    largest: number,
    diagonalI: number,
    tol: number,
  ): number;
  dotTiles(a: number, b: number, bEnd: number, dBytes: number, out: number, stride: number): void;
  decideTile(tile: number, starts: number, startsEnd: number, terms: number, coef: number, out: number): void;
}

/** What of the global of this name is used here; Node's own types leave it out. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const memory = new WebAssembly.Memory({ initial: 1 });
const module = new WebAssembly.Module(assemble([updateAndSelectFirst(), selectSecond(), dotTiles(), decideTile()]));
export const simd = new WebAssembly.Instance(module, { env: { memory } }).exports as SimdLoops;

/** The scratch memory, of at least `bytes` bytes, with whatever the last caller left in it; the next call takes it back. */
export function scratch(bytes: number): ArrayBuffer {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  return memory.buffer;
}
