/**
 * Sequential minimal optimisation for the dual of C-SVC, step for step as libsvm takes it (Fan, Chen and Lin,
 * "Working set selection using second order information for training SVM", JMLR 6, 2005):
 *
 *     minimise ½ αᵀQα − eᵀα   subject to   yᵀα = 0,  0 ≤ αᵢ ≤ Cᵢ,   Qᵢⱼ = yᵢ yⱼ Kᵢⱼ
 *
 * The gradient G = Qα − e is kept as g = y·G (elementwise). Changing a sign rounds nothing, so every comparison and
 * every sum has libsvm's value, and no sign is left in the loops: Kᵢⱼ stands for yᵢ·Qᵢⱼ·yⱼ everywhere.
 */
import {
  activateAll,
  type BinaryProblem,
  initialState,
  reconstructGradient,
  type SolverState,
  shrink,
} from './shrinking.js';
import { assembledSteps, selectFirst, type TakeSteps } from './steps.js';
import { shrinkPeriod, type Workspace } from './workspace.js';

export interface BinarySolution {
  /** yα of every item, in the order of the problem. */
  readonly coef: Float64Array;
  readonly rho: number;
  readonly iterations: number;
  readonly timedOut: boolean;
  /** No α was at its upper bound at any step: the path and the solution are the same for every larger bound. */
  readonly unbounded: boolean;
}

/** Solves one binary problem in a workspace that is large enough for it; who takes the steps makes no difference to the result. */
export function solve(
  problem: BinaryProblem,
  workspace: Workspace,
  takeSteps: TakeSteps = assembledSteps,
): BinarySolution {
  const { tol, maxIter, shrinking } = problem;
  const state = initialState(problem, workspace);
  const period = Math.min(state.l, shrinkPeriod);
  let untilShrink = period;
  let iterations = 0;
  /** Every item was active when no pair was found. */
  let checkedAll = false;
  state.first = selectFirst(state);
  while (iterations !== maxIter) {
    const budget = maxIter === -1 ? untilShrink : Math.min(untilShrink, maxIter - iterations);
    const taken = takeSteps(state, budget, tol);
    iterations += taken;
    untilShrink -= taken;
    if (taken < budget) {
      if (checkedAll && taken === 0) break;
      reconstructGradient(state);
      activateAll(state);
      state.first = selectFirst(state);
      untilShrink = 1;
      checkedAll = true;
    } else {
      checkedAll = false;
      if (untilShrink > 0) continue;
      untilShrink = period;
      if (shrinking) {
        shrink(state, tol);
        state.first = selectFirst(state);
      } else state.changeCount = 0;
    }
  }
  const timedOut = iterations === maxIter;
  return { coef: coefficients(state), rho: offset(state), iterations, timedOut, unbounded: state.unbounded };
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
