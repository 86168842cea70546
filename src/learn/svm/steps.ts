/**
 * The steps of sequential minimal optimisation, as they read: the oracle of the assembled ones in steps-code.ts, which
 * has a function of the same name for every one here.
 */
import { frame, TAU } from './frame.js';
import { padded } from './row-cache.js';
import { classify, type SolverState } from './shrinking.js';
import { runSteps } from './workspace.js';

/**
 * Takes up to `budget` steps, each on the item `state.first` and the best second to it, and returns how many: fewer where
 * there is no pair that decreases the objective, or the worst violation of optimality is below `tol`.
 */
export type TakeSteps = (state: SolverState, budget: number, tol: number) => number;

export const takeSteps: TakeSteps = (state, budget, tol) => {
  const { cache, y, g, alpha, bound, diagonal } = state;
  const K = cache.values;
  for (let taken = 0; taken < budget; taken++) {
    const i = state.first;
    if (i < 0) return taken;
    const rowI = cache.row(i);
    const j = selectSecond(state, rowI, i, tol);
    if (j < 0) return taken;
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
    if (!(newI < bound[i] && newJ < bound[j] && newI >= 0 && newJ >= 0)) state.unbounded = false;
    classify(state, i);
    classify(state, j);
    state.first = updateAndSelectFirst(state, rowI, rowJ, y[i] * (newI - oldI), y[j] * (newJ - oldJ));
  }
  return budget;
};

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

/** The last member of I_up with the largest −g; −1 when there is none. */
export function selectFirst({ g, upper, active }: SolverState): number {
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

/** Adds the change of two columns to the gradient and selects the next first item in the same pass, as {@link selectFirst} would. */
function updateAndSelectFirst(
  { g, upper, active, cache: { values: K } }: SolverState,
  rowI: number,
  rowJ: number,
  changeI: number,
  changeJ: number,
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

/** The last member of I_low whose pair with `i` promises the largest decrease of the objective; −1 when there is none. */
function selectSecond(
  { g, lower, diagonal, active, cache: { values: K } }: SolverState,
  rowI: number,
  i: number,
  tol: number,
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

/** {@link takeSteps} in WebAssembly: the same bits sooner. */
export const assembledSteps: TakeSteps = (state, budget, tol) => {
  const { frame: words, active, g, changes, cache } = state;
  words[frame.end / 4] = g.byteOffset + 8 * padded(active);
  words[frame.stride / 4] = 4 * padded(state.l);
  words[frame.first / 4] = state.first;
  words[frame.touched / 4] = state.unbounded ? 0 : 1;
  words[frame.changesEnd / 4] = changes.byteOffset + 4 * state.changeCount;
  const taken = runSteps(cache, budget, tol);
  state.first = words[frame.first / 4];
  state.unbounded = words[frame.touched / 4] === 0;
  state.changeCount = (words[frame.changesEnd / 4] - changes.byteOffset) / 4;
  return taken;
};
