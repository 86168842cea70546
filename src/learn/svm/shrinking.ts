/**
 * The solver's state by position, and libsvm's shrinking: items that will probably stay at their bounds are swapped
 * behind the first `active` positions and left out of the loops until the end, where their gradient is reconstructed.
 */

import { exchange, padded, type RowBuffers, RowCache } from './row-cache.js';
import type { KernelSource } from './sources.js';
import type { Workspace } from './workspace.js';

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

export interface SolverState extends Omit<Workspace, keyof RowBuffers> {
  readonly l: number;
  active: number;
  unshrunk: boolean;
  readonly cache: RowCache;
  /** The first item of the next step, −1 where there is none. */
  first: number;
  /** See BinarySolution. */
  unbounded: boolean;
  /** How many `changes` there are. */
  changeCount: number;
}

/** The state before the first step: α = 0, so g = −y. */
export function initialState(problem: BinaryProblem, workspace: Workspace): SolverState {
  const { source, positives, bounds } = problem;
  const l = problem.rows.length;
  const { frame, g, diagonal, upper, lower, bounded, order, y, alpha, bound, atBound, changes } = workspace;
  source.locate(problem.rows, workspace.items, diagonal);
  resetClass(workspace, 0, positives, 1, bounds[0]);
  resetClass(workspace, positives, l, -1, bounds[1]);
  // Every field by name: V8 takes longer to spread so many than to solve a small problem.
  const state: SolverState = {
    frame,
    g,
    diagonal,
    upper,
    lower,
    bounded,
    order,
    y,
    alpha,
    bound,
    atBound,
    changes,
    l,
    active: l,
    unshrunk: false,
    cache: new RowCache(source, l, slotsFor(problem), workspace),
    first: -1,
    unbounded: bounds[0] > 0 && bounds[1] > 0,
    changeCount: 0,
  };
  for (let k = l; k < padded(l); k++) {
    g[k] = 0;
    diagonal[k] = 1;
  }
  mask(state, l, padded(l));
  return state;
}

/** Items [from, to) are those of the class of this sign, whose α may grow to C. */
function resetClass(workspace: Workspace, from: number, to: number, sign: number, C: number): void {
  const { order, y, alpha, bound, bounded, atBound, g, upper, lower } = workspace;
  // At zero yα of a positive item can only grow, of a negative one only shrink; a bound of zero leaves the other way.
  const canGrow = sign > 0 === C > 0;
  const up = canGrow ? 0 : -Infinity;
  const low = canGrow ? -Infinity : 0;
  const flag = C <= 0 ? 1 : 0;
  for (let k = from; k < to; k++) {
    order[k] = k;
    y[k] = sign;
    g[k] = -sign;
    alpha[k] = 0;
    bounded[k] = 0;
    bound[k] = C;
    atBound[k] = flag;
    upper[k] = up;
    lower[k] = low;
  }
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

/** Sets the memberships of position k by its α, and writes down whether it came to its bound or left it. */
export function classify(state: SolverState, k: number): void {
  const alpha = state.alpha[k];
  const atBound = alpha >= state.bound[k] ? 1 : 0;
  const atZero = atBound === 0 && alpha <= 0;
  const positive = state.y[k] > 0;
  const change = atBound - state.atBound[k];
  state.atBound[k] = atBound;
  state.upper[k] = (positive ? atBound === 1 : atZero) ? -Infinity : 0;
  state.lower[k] = (positive ? atZero : atBound === 1) ? -Infinity : 0;
  if (change !== 0) state.changes[state.changeCount++] = change * (k + 1);
}

/**
 * Adds to `bounded` what came to its bound, and takes from it what left, in the order in which they did, because the order
 * decides how the sums round. Put off until the sums are read or items move: most problems end before.
 */
function updateBounded(state: SolverState): void {
  for (let c = 0; c < state.changeCount; c++) {
    const change = state.changes[c];
    addBounded(state, Math.abs(change) - 1, Math.sign(change));
  }
  state.changeCount = 0;
}

function addBounded(state: SolverState, k: number, change: number): void {
  const { bounded, cache } = state;
  const { values } = cache;
  const row = cache.row(k);
  const amount = change * state.y[k] * state.bound[k];
  for (let m = 0; m < state.l; m++) bounded[m] += amount * values[row + m];
}

/** Computes g of the inactive positions anew; libsvm's choice between going by rows and by columns decides the rounding. */
export function reconstructGradient(state: SolverState): void {
  const { l, active, g, y, alpha, upper, lower, bounded, cache } = state;
  if (active === l) return;
  updateBounded(state);
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
  updateBounded(state);
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
