/**
 * The loops of steps.ts over all items in WebAssembly, two doubles at a time, and the one that copies a kernel row. They
 * do everything in the order of the plain ones, so the results are equal to the last bit.
 */

import {
  advance,
  type Code,
  type FunctionSpec,
  f64,
  i32,
  local,
  loopWhile,
  returns,
  times,
  v128,
  when,
} from '../../kernels/wasm/assembler.js';
import { frame, TAU, word } from './frame.js';

const { get, set } = local;
const zero = v128.splat(f64.const(0));
const minusInfinity = v128.splat(f64.const(Number.NEGATIVE_INFINITY));
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

export function updateAndSelectFirst(): FunctionSpec {
  const [i, j, changeI, changeJ] = [0, 1, 2, 3];
  const [g, end, toUpper, p, vi, vj, best0, best1, x] = [4, 5, 6, 7, 8, 9, 10, 11, 12];
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
    params: ['i32', 'i32', 'f64', 'f64'],
    results: ['i32'],
    locals: ['i32', 'i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128'],
    body: [
      ...set(g, word(frame.g)),
      ...set(end, word(frame.end)),
      ...set(toUpper, word(frame.toUpper)),
      ...set(p, get(g)),
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

export function selectSecond(): FunctionSpec {
  const [i, first, tol] = [0, 1, 2];
  const [g, end, toLower, toDiagonal, toScratch, p, largest] = [3, 4, 5, 6, 7, 8, 9];
  const [vLargest, vDiagonal, opposite, best0, best1, x, curvature] = [10, 11, 12, 13, 14, 15, 16];
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
    ...set(curvature, v128.select(get(curvature), v128.splat(f64.const(TAU)), v128.greater(get(curvature), zero))),
    ...set(x, v128.div(v128.mul(get(x), get(x)), get(curvature))),
    ...v128.store(at(toScratch), get(x), offset),
    ...set(best, v128.max(get(best), get(x))),
  ];
  return {
    name: 'selectSecond',
    params: ['i32', 'i32', 'f64'],
    results: ['i32'],
    locals: [...new Array<'i32'>(6).fill('i32'), 'f64', ...new Array<'v128'>(7).fill('v128')],
    body: [
      ...set(g, word(frame.g)),
      ...set(end, word(frame.end)),
      ...set(toLower, word(frame.toLower)),
      ...set(toDiagonal, word(frame.toDiagonal)),
      ...set(toScratch, word(frame.toDecrease)),
      ...set(p, i32.add(get(g), times(get(first), 3))),
      ...set(largest, f64.neg(f64.load(get(p)))),
      ...set(vLargest, v128.splat(get(largest))),
      ...set(vDiagonal, v128.loadSplat(at(toDiagonal))),
      ...set(p, get(g)),
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

/** Copies the floats from[items[k]] to `to` for the items of [items, itemsEnd), whose number is a multiple of four. */
export function gather(): FunctionSpec {
  const [from, items, itemsEnd, to] = [0, 1, 2, 3];
  return {
    name: 'gather',
    params: ['i32', 'i32', 'i32', 'i32'],
    results: [],
    locals: [],
    body: loopWhile(
      i32.below(get(items), get(itemsEnd)),
      ...[0, 4, 8, 12].map((k) =>
        i32.store(get(to), i32.load(i32.add(get(from), times(i32.load(get(items), k), 2))), k),
      ),
      advance(items, 16),
      advance(to, 16),
    ),
  };
}
