/**
 * The steps of steps.ts in WebAssembly, each function under the name it has there; those over all items are in
 * loops-code.ts. Every operation comes in the same order, so the results are equal to the last bit.
 */

import {
  assemble,
  type Code,
  call,
  type FunctionSpec,
  type FunctionType,
  f64,
  i32,
  local,
  loopWhile,
  returns,
  select,
  times,
  when,
  whenElse,
} from '../../kernels/wasm/assembler.js';
import { frame, TAU, word } from './frame.js';
import { gather, selectSecond, updateAndSelectFirst } from './loops-code.js';

const { get, set } = local;

const fillRow: FunctionType = { name: 'fillRow', params: ['i32'], results: ['i32'] };
const [fillRowIndex, rowIndex, classifyIndex, selectSecondIndex, updateAndSelectFirstIndex] = [0, 1, 2, 3, 4];

/** The address of the row of the item at a position, made by `fillRow` where it is missing; see RowCache. */
function row(): FunctionSpec {
  const [position, slot, clock] = [0, 1, 2];
  return {
    name: 'row',
    params: ['i32'],
    results: ['i32'],
    locals: ['i32', 'f64'],
    body: [
      ...set(slot, i32.load(i32.add(word(frame.slotOf), times(get(position), 2)))),
      ...when(i32.less(get(slot), i32.const(0)), set(slot, call(fillRowIndex, get(position)))),
      ...set(clock, f64.add(f64.load(i32.const(0), frame.clock), f64.const(1))),
      ...f64.store(i32.const(0), get(clock), frame.clock),
      ...f64.store(i32.add(word(frame.lastUse), times(get(slot), 3)), get(clock)),
      ...i32.add(word(frame.values), i32.mul(get(slot), word(frame.stride))),
    ],
  };
}

/** Sets the memberships of an item by its α, and writes down whether it came to its bound or left it. */
function classify(): FunctionSpec {
  const [k, p, atBound, atZero, positive, changesEnd, change] = [0, 1, 2, 3, 4, 5, 6];
  const [alpha, flag] = [7, 8];
  const unless = (condition: Code): Code => select(f64.const(Number.NEGATIVE_INFINITY), f64.const(0), condition);
  return {
    name: 'classify',
    params: ['i32'],
    results: [],
    locals: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'i32'],
    body: [
      ...set(p, i32.add(word(frame.g), times(get(k), 3))),
      ...set(alpha, f64.load(i32.add(get(p), word(frame.toAlpha)))),
      ...set(atBound, f64.atLeast(get(alpha), f64.load(i32.add(get(p), word(frame.toBound))))),
      ...set(atZero, i32.and(i32.not(get(atBound)), f64.atMost(get(alpha), f64.const(0)))),
      ...set(positive, f64.greater(f64.load(i32.add(get(p), word(frame.toY))), f64.const(0))),
      ...f64.store(i32.add(get(p), word(frame.toUpper)), unless(select(get(atBound), get(atZero), get(positive)))),
      ...f64.store(i32.add(get(p), word(frame.toLower)), unless(select(get(atZero), get(atBound), get(positive)))),
      ...set(flag, i32.add(word(frame.atBound), times(get(k), 2))),
      ...set(change, i32.sub(get(atBound), i32.load(get(flag)))),
      ...i32.store(get(flag), get(atBound)),
      ...when(
        get(change),
        set(changesEnd, word(frame.changesEnd)),
        i32.store(get(changesEnd), i32.mul(get(change), i32.add(get(k), i32.const(1)))),
        i32.store(i32.const(0), i32.add(get(changesEnd), i32.const(4)), frame.changesEnd),
      ),
    ],
  };
}

function takeSteps(): FunctionSpec {
  const [budget, tol] = [0, 1];
  const [taken, i, j, rowI, rowJ, pI, pJ, toAlpha] = [2, 3, 4, 5, 6, 7, 8, 9];
  const [yI, yJ, oldI, oldJ, newI, newJ, boundI, boundJ, step, sum] = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
  const item = (p: number, distance: number): Code => f64.load(i32.add(get(p), word(distance)));
  /** Where α went past an end of the box: one of the two is put there, and the other follows. */
  const clip = (condition: Code, clipped: number, end: Code, other: number, follows: Code): Code =>
    when(condition, set(clipped, end), set(other, follows));
  const none = f64.const(0);
  const moveAgainst: Code = [
    ...set(sum, f64.add(get(oldI), get(oldJ))),
    ...set(newI, f64.sub(get(oldI), get(step))),
    ...set(newJ, f64.add(get(oldJ), get(step))),
    ...whenElse(
      f64.greater(get(sum), get(boundI)),
      clip(f64.greater(get(newI), get(boundI)), newI, get(boundI), newJ, f64.sub(get(sum), get(boundI))),
      clip(f64.less(get(newJ), none), newJ, none, newI, get(sum)),
    ),
    ...whenElse(
      f64.greater(get(sum), get(boundJ)),
      clip(f64.greater(get(newJ), get(boundJ)), newJ, get(boundJ), newI, f64.sub(get(sum), get(boundJ))),
      clip(f64.less(get(newI), none), newI, none, newJ, get(sum)),
    ),
  ];
  const difference = sum;
  const moveTogether: Code = [
    ...set(difference, f64.sub(get(oldI), get(oldJ))),
    ...set(newI, f64.add(get(oldI), get(step))),
    ...set(newJ, f64.add(get(oldJ), get(step))),
    ...whenElse(
      f64.greater(get(difference), none),
      clip(f64.less(get(newJ), none), newJ, none, newI, get(difference)),
      clip(f64.less(get(newI), none), newI, none, newJ, f64.neg(get(difference))),
    ),
    ...whenElse(
      f64.greater(get(difference), f64.sub(get(boundI), get(boundJ))),
      clip(f64.greater(get(newI), get(boundI)), newI, get(boundI), newJ, f64.sub(get(boundI), get(difference))),
      clip(f64.greater(get(newJ), get(boundJ)), newJ, get(boundJ), newI, f64.add(get(boundJ), get(difference))),
    ),
  ];
  const curvature = sum;
  return {
    name: 'takeSteps',
    params: ['i32', 'f64'],
    results: ['i32'],
    locals: [...new Array<'i32'>(8).fill('i32'), ...new Array<'f64'>(10).fill('f64')],
    body: [
      ...set(toAlpha, word(frame.toAlpha)),
      ...loopWhile(
        i32.below(get(taken), get(budget)),
        set(i, word(frame.first)),
        when(i32.less(get(i), i32.const(0)), returns(get(taken))),
        set(rowI, call(rowIndex, get(i))),
        set(j, call(selectSecondIndex, get(rowI), get(i), get(tol))),
        when(i32.less(get(j), i32.const(0)), returns(get(taken))),
        set(rowJ, call(rowIndex, get(j))),
        set(pI, i32.add(word(frame.g), times(get(i), 3))),
        set(pJ, i32.add(word(frame.g), times(get(j), 3))),
        set(yI, item(pI, frame.toY)),
        set(yJ, item(pJ, frame.toY)),
        set(oldI, item(pI, frame.toAlpha)),
        set(oldJ, item(pJ, frame.toAlpha)),
        set(boundI, item(pI, frame.toBound)),
        set(boundJ, item(pJ, frame.toBound)),
        set(
          curvature,
          f64.sub(
            f64.add(item(pI, frame.toDiagonal), item(pJ, frame.toDiagonal)),
            f64.mul(f64.const(2), f64.loadFloat(i32.add(get(rowI), times(get(j), 2)))),
          ),
        ),
        set(
          step,
          f64.div(
            f64.sub(f64.load(get(pI)), f64.load(get(pJ))),
            select(f64.const(TAU), get(curvature), f64.atMost(get(curvature), none)),
          ),
        ),
        whenElse(
          f64.equal(get(yI), get(yJ)),
          [...set(step, f64.mul(get(yI), get(step))), ...moveAgainst],
          [...set(step, f64.mul(f64.neg(get(yI)), get(step))), ...moveTogether],
        ),
        f64.store(i32.add(get(pI), get(toAlpha)), get(newI)),
        f64.store(i32.add(get(pJ), get(toAlpha)), get(newJ)),
        when(
          i32.not(
            i32.and(
              i32.and(f64.less(get(newI), get(boundI)), f64.less(get(newJ), get(boundJ))),
              i32.and(f64.atLeast(get(newI), none), f64.atLeast(get(newJ), none)),
            ),
          ),
          i32.store(i32.const(0), i32.const(1), frame.touched),
        ),
        call(classifyIndex, get(i)),
        call(classifyIndex, get(j)),
        i32.store(
          i32.const(0),
          call(
            updateAndSelectFirstIndex,
            get(rowI),
            get(rowJ),
            f64.mul(get(yI), f64.sub(get(newI), get(oldI))),
            f64.mul(get(yJ), f64.sub(get(newJ), get(oldJ))),
          ),
          frame.first,
        ),
        set(taken, i32.add(get(taken), i32.const(1))),
      ),
      ...get(taken),
    ],
  };
}

/** The bytes of the module; see {@link frame} for its memory. */
export const stepsCode = (): Uint8Array<ArrayBuffer> =>
  assemble([row(), classify(), selectSecond(), updateAndSelectFirst(), takeSteps(), gather()], [fillRow]);
