/**
 * Sequential minimal optimisation for the dual of C-SVC, step for step as libsvm takes it (Fan, Chen and Lin,
 * "Working set selection using second order information for training SVM", JMLR 6, 2005):
 *
 *     minimise ½ αᵀQα − eᵀα   subject to   yᵀα = 0,  0 ≤ αᵢ ≤ Cᵢ,   Qᵢⱼ = yᵢ yⱼ Kᵢⱼ
 *
 * The gradient G = Qα − e is kept as g = y·G (elementwise). Changing a sign rounds nothing, so every comparison and
 * every sum has libsvm's value, and no sign is left in the loops: Kᵢⱼ stands for yᵢ·Qᵢⱼ·yⱼ everywhere.
 */
import { type SolverLoops, selectFirst, simdLoops, TAU } from './loops.js';
import {
  activateAll,
  type BinaryProblem,
  classify,
  initialState,
  reconstructGradient,
  recordBoundChange,
  type SolverState,
  shrink,
  type Workspace,
} from './shrinking.js';

export interface BinarySolution {
  /** yα of every item, in the order of the problem. */
  readonly coef: Float64Array;
  readonly rho: number;
  readonly iterations: number;
  readonly timedOut: boolean;
  /** No α was at its upper bound at any step: the path and the solution are the same for every larger bound. */
  readonly unbounded: boolean;
}

/** Solves one binary problem in a workspace that is large enough for it; which loops do it makes no difference to the result. */
export function solve(problem: BinaryProblem, workspace: Workspace, loops: SolverLoops = simdLoops): BinarySolution {
  const { tol, maxIter, shrinking } = problem;
  const state = initialState(problem, workspace);
  const { l, cache, y, g, alpha, bound, diagonal, upper } = state;
  const K = cache.values;
  const period = Math.min(l, 1000);
  let untilShrink = period + 1;
  let iterations = 0;
  let timedOut = false;
  let unbounded = problem.bounds[0] > 0 && problem.bounds[1] > 0;
  let i = selectFirst(g, upper, l);
  while (true) {
    if (maxIter !== -1 && iterations >= maxIter) {
      timedOut = true;
      break;
    }
    if (--untilShrink === 0) {
      untilShrink = period;
      if (shrinking) {
        shrink(state, tol);
        i = selectFirst(g, upper, state.active);
      }
    }
    let rowI = i < 0 ? 0 : cache.row(i);
    let j = i < 0 ? -1 : loops.selectSecond(state, rowI, i, tol);
    if (j < 0) {
      reconstructGradient(state);
      activateAll(state);
      i = selectFirst(g, upper, l);
      if (i < 0) break;
      rowI = cache.row(i);
      j = loops.selectSecond(state, rowI, i, tol);
      if (j < 0) break;
      untilShrink = 1;
    }
    iterations++;

    const rowJ = cache.row(j);
    const oldI = alpha[i];
    const oldJ = alpha[j];
    const curvature = diagonal[i] + diagonal[j] - 2 * K[rowI + j];
    const step = (g[i] - g[j]) / (curvature <= 0 ? TAU : curvature);
    if (y[i] === y[j]) moveAgainst(alpha, i, j, y[i] * step, bound[i], bound[j]);
    else moveTogether(alpha, i, j, -y[i] * step, bound[i], bound[j]);
    const newI = alpha[i];
    const newJ = alpha[j];
    // A negative α can come of rounding alone, where a larger bound would have taken another branch.
    if (!(newI < bound[i] && newJ < bound[j] && newI >= 0 && newJ >= 0)) unbounded = false;

    const changedI = classify(state, i);
    const changedJ = classify(state, j);
    if (shrinking && changedI !== 0) recordBoundChange(state, i, changedI);
    if (shrinking && changedJ !== 0) recordBoundChange(state, j, changedJ);
    i = loops.updateAndSelectFirst(state, rowI, rowJ, y[i] * (newI - oldI), y[j] * (newJ - oldJ));
  }
  return { coef: coefficients(state), rho: offset(state), iterations, timedOut, unbounded };
}

/** α of two items of one class: what one loses the other gains; then clipped to the box as libsvm clips. */
function moveAgainst(alpha: Float64Array, i: number, j: number, delta: number, boundI: number, boundJ: number): void {
  const sum = alpha[i] + alpha[j];
  let newI = alpha[i] - delta;
  let newJ = alpha[j] + delta;
  if (sum > boundI) {
    if (newI > boundI) {
      newI = boundI;
      newJ = sum - boundI;
    }
  } else if (newJ < 0) {
    newJ = 0;
    newI = sum;
  }
  if (sum > boundJ) {
    if (newJ > boundJ) {
      newJ = boundJ;
      newI = sum - boundJ;
    }
  } else if (newI < 0) {
    newI = 0;
    newJ = sum;
  }
  alpha[i] = newI;
  alpha[j] = newJ;
}

/** α of two items of different classes: both change by `delta`; then clipped to the box as libsvm clips. */
function moveTogether(alpha: Float64Array, i: number, j: number, delta: number, boundI: number, boundJ: number): void {
  const difference = alpha[i] - alpha[j];
  let newI = alpha[i] + delta;
  let newJ = alpha[j] + delta;
  if (difference > 0) {
    if (newJ < 0) {
      newJ = 0;
      newI = difference;
    }
  } else if (newI < 0) {
    newI = 0;
    newJ = -difference;
  }
  if (difference > boundI - boundJ) {
    if (newI > boundI) {
      newI = boundI;
      newJ = boundI - difference;
    }
  } else if (newJ > boundJ) {
    newJ = boundJ;
    newI = boundJ + difference;
  }
  alpha[i] = newI;
  alpha[j] = newJ;
}

function coefficients({ l, order, alpha, y }: SolverState): Float64Array {
  const coef = new Float64Array(l);
  // Adding zero makes −0, which a negative item with α = 0 would have, a plain zero.
  for (let k = 0; k < l; k++) coef[order[k]] = alpha[k] * y[k] + 0;
  return coef;
}

/** ρ: the mean of g over the free items, or the middle of the interval that the bounded ones leave. */
function offset({ active, g, upper, lower }: SolverState): number {
  let free = 0;
  let sum = 0;
  let least = Infinity;
  let largest = -Infinity;
  for (let k = 0; k < active; k++) {
    const isUp = upper[k] === 0;
    if (isUp && lower[k] === 0) {
      free++;
      sum += g[k];
    } else if (isUp) least = Math.min(least, g[k]);
    else largest = Math.max(largest, g[k]);
  }
  return free > 0 ? sum / free : (least + largest) / 2;
}
