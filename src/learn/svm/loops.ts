/** The two loops that take the solver's time, plain and in vectors; see {@link Workspace} for what they run over. */
import { padded } from './row-cache.js';
import type { SolverState } from './shrinking.js';
import { simd } from './simd.js';

export const TAU = 1e-12;

export interface SolverLoops {
  /** Adds the change of two columns to the gradient and selects the next first item in the same pass, as {@link selectFirst} would. */
  updateAndSelectFirst(state: SolverState, rowI: number, rowJ: number, changeI: number, changeJ: number): number;
  /**
   * The last member of I_low whose pair with `i` promises the largest decrease of the objective; −1 when none decreases
   * it, or when the worst violation of optimality is below `tol`.
   */
  selectSecond(state: SolverState, rowI: number, i: number, tol: number): number;
}

/** The last member of I_up with the largest −g; −1 when there is none. */
export function selectFirst(g: Float64Array, upper: Float64Array, active: number): number {
  let largest = -Infinity;
  let first = -1;
  for (let k = 0; k < active; k++) {
    const candidate = upper[k] - g[k];
    if (candidate >= largest && candidate !== -Infinity) {
      largest = candidate;
      first = k;
    }
  }
  return first;
}

function updateAndSelectFirst(
  g: Float64Array,
  upper: Float64Array,
  K: Float32Array,
  rowI: number,
  rowJ: number,
  changeI: number,
  changeJ: number,
  active: number,
): number {
  let largest = -Infinity;
  let first = -1;
  for (let k = 0; k < active; k++) {
    const gradient = g[k] + (K[rowI + k] * changeI + K[rowJ + k] * changeJ);
    g[k] = gradient;
    const candidate = upper[k] - gradient;
    if (candidate >= largest) {
      largest = candidate;
      first = k;
    }
  }
  return largest === -Infinity ? -1 : first;
}

function selectSecond(
  g: Float64Array,
  lower: Float64Array,
  diagonal: Float64Array,
  K: Float32Array,
  rowI: number,
  i: number,
  tol: number,
  active: number,
): number {
  const largest = -g[i];
  const diagonalI = diagonal[i];
  let opposite = -Infinity;
  let best = -Infinity;
  let second = -1;
  for (let k = 0; k < active; k++) {
    const candidate = g[k] + lower[k];
    if (candidate > opposite) opposite = candidate;
    const violation = largest + candidate;
    if (violation > 0) {
      const curvature = diagonalI + diagonal[k] - 2 * K[rowI + k];
      const decrease = (violation * violation) / (curvature > 0 ? curvature : TAU);
      if (decrease >= best) {
        best = decrease;
        second = k;
      }
    }
  }
  return largest + opposite < tol ? -1 : second;
}

/** The loops as they read; the oracle of the others. */
export const plainLoops: SolverLoops = {
  updateAndSelectFirst: ({ g, upper, cache, active }, rowI, rowJ, changeI, changeJ) =>
    updateAndSelectFirst(g, upper, cache.values, rowI, rowJ, changeI, changeJ, active),
  selectSecond: ({ g, lower, diagonal, cache, active }, rowI, i, tol) =>
    selectSecond(g, lower, diagonal, cache.values, rowI, i, tol, active),
};

export const simdLoops: SolverLoops = {
  updateAndSelectFirst: ({ at, active }, rowI, rowJ, changeI, changeJ) =>
    simd.updateAndSelectFirst(
      at.g,
      at.toUpper,
      at.values + 4 * rowI,
      at.values + 4 * rowJ,
      at.g + 8 * padded(active),
      changeI,
      changeJ,
    ),
  selectSecond: ({ at, active, g, diagonal }, rowI, i, tol) =>
    simd.selectSecond(
      at.g,
      at.toLower,
      at.toDiagonal,
      at.toDecrease,
      at.values + 4 * rowI,
      at.g + 8 * padded(active),
      -g[i],
      diagonal[i],
      tol,
    ),
};
