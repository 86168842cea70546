/**
 * The solver's state by position, and libsvm's shrinking: items that will probably stay at their bounds are swapped
 * behind the first `active` positions and left out of the loops until the end, where their gradient is reconstructed.
 */

import { exchange, padded, type RowBuffers, RowCache } from './row-cache.js';
import { scratch } from './simd.js';
import type { KernelSource } from './sources.js';

export interface BinaryProblem {
  readonly source: KernelSource;
  /** Rows of the source's data, those of the positive class first. */
  readonly rows: Int32Array;
  /** How many of them are positive. */
  readonly positives: number;
  /** The upper bounds of α in the positive and the negative class. */
  readonly bounds: readonly [positive: number, negative: number];
  readonly tol: number;
  /** −1 for no limit. */
  readonly maxIter: number;
  readonly shrinking: boolean;
  /** Rows of the kernel matrix to keep at a time. */
  readonly cacheRows: number;
}

/**
 * Arrays for problems of up to `capacity` items, used again by one problem after another. They lie in the scratch
 * memory of the thread, so a workspace is good until the next one is made.
 *
 * An item is in I_up when yα may grow (y = +1 below its bound, y = −1 above zero) and in I_low when it may shrink.
 * `upper` and `lower` hold 0 for members and −∞ for others, so that adding them masks a candidate without a branch.
 * Up to three positions after the active ones are masked: vector loops run over them.
 */
export interface Workspace extends RowBuffers {
  /** Byte addresses of `g` and of the kernel rows, and how far behind `g` the others lie; `decrease` is scratch space. */
  readonly at: {
    readonly g: number;
    readonly toUpper: number;
    readonly toLower: number;
    readonly toDiagonal: number;
    readonly toDecrease: number;
    readonly values: number;
  };
  readonly g: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** The part of g due to items at their upper bound. */
  readonly bounded: Float64Array;
  /** Position -> index of the item in the problem. */
  readonly order: Int32Array;
  readonly y: Float64Array;
  readonly alpha: Float64Array;
  readonly bound: Float64Array;
  /** 1 where α is at its upper bound. */
  readonly atBound: Int32Array;
}

export interface SolverState extends Workspace {
  readonly l: number;
  active: number;
  unshrunk: boolean;
  readonly cache: RowCache;
  /** Whether `bounded` is kept up to date: it is from the first shrinking on. */
  tracksBounded: boolean;
  /** Before that: the positions that came to (+) or left (−) their bound, each plus one, in order. */
  readonly boundChanges: number[];
}

/** A workspace for problems of up to `capacity` items that keep up to `values` kernel values. */
export function createWorkspace(capacity: number, values: number): Workspace {
  const length = padded(capacity);
  const size = 8 * length;
  const memory = scratch(5 * size + 4 * values);
  const vector = (index: number) => new Float64Array(memory, index * size, length);
  return {
    at: { g: 0, toUpper: size, toLower: 2 * size, toDiagonal: 3 * size, toDecrease: 4 * size, values: 5 * size },
    g: vector(0),
    upper: vector(1),
    lower: vector(2),
    diagonal: vector(3),
    values: new Float32Array(memory, 5 * size, values),
    items: new Int32Array(capacity),
    slotOf: new Int32Array(capacity),
    positionOf: new Int32Array(capacity),
    lastUse: new Float64Array(capacity),
    order: new Int32Array(capacity),
    bounded: new Float64Array(capacity),
    y: new Float64Array(capacity),
    alpha: new Float64Array(capacity),
    bound: new Float64Array(capacity),
    atBound: new Int32Array(capacity),
  };
}

/** The state before the first step: α = 0, so g = −y. */
export function initialState(problem: BinaryProblem, workspace: Workspace): SolverState {
  const { source, positives, bounds } = problem;
  const l = problem.rows.length;
  const { items, order, y, alpha, bound, atBound, g, diagonal, upper, lower } = workspace;
  source.locate(problem.rows, items, diagonal);
  const [boundPositive, boundNegative] = bounds;
  for (let k = 0; k < l; k++) {
    const isPositive = k < positives;
    order[k] = k;
    y[k] = isPositive ? 1 : -1;
    g[k] = isPositive ? -1 : 1;
    alpha[k] = 0;
    bound[k] = isPositive ? boundPositive : boundNegative;
    atBound[k] = bound[k] <= 0 ? 1 : 0;
    // At zero yα of a positive item can only grow, of a negative one only shrink; a bound of zero leaves the other way.
    const canGrow = isPositive === bound[k] > 0;
    upper[k] = canGrow ? 0 : -Infinity;
    lower[k] = canGrow ? -Infinity : 0;
  }
  const state: SolverState = {
    ...workspace,
    l,
    active: l,
    unshrunk: false,
    cache: new RowCache(source, l, slotsFor(problem), workspace),
    tracksBounded: false,
    boundChanges: [],
  };
  for (let k = l; k < padded(l); k++) {
    g[k] = 0;
    diagonal[k] = 1;
  }
  mask(state, l, padded(l));
  return state;
}

function mask({ upper, lower }: SolverState, from: number, to: number): void {
  for (let k = from; k < to; k++) {
    upper[k] = -Infinity;
    lower[k] = -Infinity;
  }
}

/** Makes every item active again; their gradients must be right. */
export function activateAll(state: SolverState): void {
  for (let k = state.active; k < state.l; k++) classify(state, k);
  state.active = state.l;
}

/** How many kernel rows a problem keeps: at least the two of a step, at most all, and no more than a gigabyte. */
export function slotsFor({ rows, cacheRows }: BinaryProblem): number {
  const limit = Math.floor(2 ** 28 / padded(rows.length));
  return Math.max(2, Math.min(cacheRows, rows.length, limit));
}

/** Sets the memberships of position k by its α; tells whether α came to its upper bound (1), left it (−1) or neither (0). */
export function classify(state: SolverState, k: number): number {
  const alpha = state.alpha[k];
  const atBound = alpha >= state.bound[k] ? 1 : 0;
  const atZero = atBound === 0 && alpha <= 0;
  const positive = state.y[k] > 0;
  const change = atBound - state.atBound[k];
  state.atBound[k] = atBound;
  state.upper[k] = (positive ? atBound === 1 : atZero) ? -Infinity : 0;
  state.lower[k] = (positive ? atZero : atBound === 1) ? -Infinity : 0;
  return change;
}

/**
 * Accounts for an α that came to its bound or left it. Most problems end before they shrink, so the sums are put off
 * until then; they are taken in the order in which the changes came, because the order decides how they round.
 */
export function recordBoundChange(state: SolverState, k: number, change: number): void {
  if (state.tracksBounded) addBounded(state, k, change);
  else state.boundChanges.push(change * (k + 1));
}

function addBounded(state: SolverState, k: number, change: number): void {
  const row = state.cache.row(k);
  const { values, bounded } = state;
  const amount = change * state.y[k] * state.bound[k];
  for (let m = 0; m < state.l; m++) bounded[m] += amount * values[row + m];
}

/** Computes g of the inactive positions anew; libsvm's choice between going by rows and by columns decides the rounding. */
export function reconstructGradient(state: SolverState): void {
  const { l, active, g, y, alpha, upper, lower, bounded, cache } = state;
  if (active === l) return;
  for (let k = active; k < l; k++) g[k] = bounded[k] - y[k];
  let free = 0;
  for (let k = 0; k < active; k++) if (upper[k] + lower[k] === 0) free++;
  if (free * l > 2 * active * (l - active)) {
    for (let k = active; k < l; k++) {
      const row = cache.row(k);
      for (let m = 0; m < active; m++) if (upper[m] + lower[m] === 0) g[k] += alpha[m] * y[m] * cache.values[row + m];
    }
  } else {
    for (let m = 0; m < active; m++) {
      if (upper[m] + lower[m] !== 0) continue;
      const row = cache.row(m);
      const coef = alpha[m] * y[m];
      for (let k = active; k < l; k++) g[k] += coef * cache.values[row + k];
    }
  }
}

/** Moves items that violate nothing and sit at a bound out of the active set; once, near the end, it starts again from all. */
export function shrink(state: SolverState, tol: number): void {
  if (!state.tracksBounded) {
    state.tracksBounded = true;
    state.bounded.fill(0, 0, state.l);
    for (const change of state.boundChanges) addBounded(state, Math.abs(change) - 1, Math.sign(change));
  }
  const { g, upper, lower } = state;
  let up = -Infinity;
  let low = -Infinity;
  for (let k = 0; k < state.active; k++) {
    if (upper[k] - g[k] > up) up = upper[k] - g[k];
    if (lower[k] + g[k] > low) low = lower[k] + g[k];
  }
  if (!state.unshrunk && up + low <= tol * 10) {
    state.unshrunk = true;
    reconstructGradient(state);
    activateAll(state);
  }
  for (let k = 0; k < state.active; k++) {
    if (!isIdle(state, k, up, low)) continue;
    state.active--;
    while (state.active > k) {
      if (!isIdle(state, state.active, up, low)) {
        swap(state, k, state.active);
        break;
      }
      state.active--;
    }
  }
  mask(state, state.active, Math.min(padded(state.active), state.l));
}

function isIdle({ g, upper, lower }: SolverState, k: number, up: number, low: number): boolean {
  if (upper[k] !== 0) return -g[k] > up;
  return lower[k] !== 0 && g[k] > low;
}

function swap(state: SolverState, i: number, j: number): void {
  state.cache.swap(i, j);
  exchange(state.order, i, j);
  exchange(state.atBound, i, j);
  exchangeDoubles(state.y, i, j);
  exchangeDoubles(state.alpha, i, j);
  exchangeDoubles(state.bound, i, j);
  exchangeDoubles(state.g, i, j);
  exchangeDoubles(state.diagonal, i, j);
  exchangeDoubles(state.upper, i, j);
  exchangeDoubles(state.lower, i, j);
  exchangeDoubles(state.bounded, i, j);
}

function exchangeDoubles(array: Float64Array, i: number, j: number): void {
  const kept = array[i];
  array[i] = array[j];
  array[j] = kept;
}
