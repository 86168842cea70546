/**
 * The fits of a search as tasks that share their parts: one matrix of dot products for everything, one kernel matrix
 * per kernel and γ, and along growing C each fit builds on the one before it (see `unbounded` in solver.ts).
 */
import type { Key } from '../../graph/task.js';
import { InputError } from '../../util/errors.js';
import { contentHash } from '../../util/hash.js';
import type { Params, PlannedFit, SearchProblem } from '../estimator.js';
import type { KernelParams } from './kernels.js';
import type { FitTask, PredictTask } from './ops.js';
import { checkParams, defaults, kernelParams, type SvcParams, usesGamma } from './params.js';

const ops = 'learn/svm/ops.js';
const retain = { retain: true };

/** The largest kernel matrix that is made; beyond it every fit computes the kernel rows it needs. */
export const maxKernelBytes = 512 * 2 ** 20;

/** See PlansFits; `maxBytes` is for tests. */
export function planFits(problem: SearchProblem, maxBytes: number = maxKernelBytes): PlannedFit[][] {
  const { trainingSets, candidates } = problem;
  checkPrecomputed(problem);
  const kind: Kind = problem.shape[0] ** 2 * 8 > maxBytes ? 'rows' : 'kernel';
  const planned: PlannedFit[][] = candidates.map(() => []);
  for (const rows of trainingSets) {
    for (const chain of chainsOf(candidates)) {
      let smaller: { readonly C: number; readonly fit: PlannedFit } | undefined;
      for (const index of chain) {
        const C = boundOf(candidates[index]);
        // Equal candidates are one fit, not a chain of two.
        const fit =
          smaller && smaller.C === C ? smaller.fit : planFit(problem, kind, candidates[index], rows, smaller?.fit.fit);
        planned[index].push(fit);
        smaller = { C, fit };
      }
    }
  }
  return planned;
}

type Kind = PredictTask['data'];

/** A solver would search without end in a kernel matrix that lacks columns. */
function checkPrecomputed({ candidates, shape: [rows, columns] }: SearchProblem): void {
  if (rows === columns || candidates.every(({ kernel }) => kernel !== 'precomputed')) return;
  throw new InputError(
    `kernel 'precomputed' takes X for the kernel matrix, one row and one column per sample, but X is ${rows} × ${columns}`,
  );
}

/** Indices of candidates that differ in C alone, by ascending C; a candidate that cannot be in such a chain is one of its own. */
function chainsOf(candidates: readonly Params[]): number[][] {
  const chains = new Map<unknown, number[]>();
  candidates.forEach((params, index) => {
    const { C, ...others } = { ...defaults, ...params };
    const key = others.solver === 'libsvm' && typeof C === 'number' && C > 0 ? contentHash(others) : index;
    chains.set(key, [...(chains.get(key) ?? []), index]);
  });
  return [...chains.values()].map((chain) => chain.sort((a, b) => boundOf(candidates[a]) - boundOf(candidates[b])));
}

const boundOf = ({ C }: Params): number => (C ?? defaults.C) as number;

function planFit(problem: SearchProblem, kind: Kind, params: Params, rows: Key, smaller: Key | undefined): PlannedFit {
  const { graph, X, y, shape } = problem;
  const svc = validParams(params);
  // Wrong parameters need no kernel: the fit task says what is wrong with them.
  if (!svc) {
    const task: FitTask = { svc: params, gamma: 0, extras: [] };
    const fit = graph.add(`${ops}#fit`, task, [X, y, rows]);
    return plannedFit(problem, fit, X, { data: 'rows', kernel: kernelParams(defaults, 0), breakTies: false });
  }
  const scaled = svc.gamma === 'scale' && usesGamma(svc.kernel);
  const gamma = scaled ? [graph.add(`${ops}#gamma`, null, [X, rows], retain)] : [];
  const kernel = kernelParams(svc, svc.gamma === 'scale' ? 0 : svc.gamma === 'auto' ? 1 / shape[1] : svc.gamma);
  const data = kind === 'rows' ? X : planKernel(problem, kernel, gamma);
  const task: FitTask = {
    svc: fitParams(svc, kind),
    gamma: kernel.gamma,
    extras: [...(scaled ? (['gamma'] as const) : []), ...(smaller === undefined ? [] : (['smaller'] as const))],
  };
  const training = kind === 'rows' ? X : graph.add(`${ops}#training`, null, [data, y, rows], retain);
  const deps = [training, y, rows, ...gamma, ...(smaller === undefined ? [] : [smaller])];
  const fit = graph.add(`${ops}#fit`, task, deps, retain);
  return plannedFit(problem, fit, data, { data: kind, kernel, breakTies: svc.breakTies });
}

function planKernel({ graph, X }: SearchProblem, params: KernelParams, gamma: readonly Key[]): Key {
  if (params.kernel === 'precomputed') return X;
  const dots = graph.add(`${ops}#dots`, null, [X], retain);
  return params.kernel === 'linear' ? dots : graph.add(`${ops}#kernel`, params, [dots, ...gamma], retain);
}

const plannedFit = ({ graph }: SearchProblem, fit: Key, data: Key, task: PredictTask): PlannedFit => ({
  fit,
  predict: (rows) => graph.add(`${ops}#predict`, task, [fit, data, rows], retain),
});

function validParams(params: Params): SvcParams | undefined {
  try {
    return checkParams(params);
  } catch {
    return undefined;
  }
}

/** The parameters that decide what a fit learns; the others are left at their defaults, so that they do not keep equal fits apart. */
function fitParams(svc: SvcParams, kind: Kind): Params {
  const { kernel, C, tol, maxIter, shrinking, classWeight, solver, degree, coef0, cacheSize } = svc;
  const learned = { kernel, C, tol, maxIter, shrinking, classWeight, solver };
  return kind === 'kernel' ? learned : { ...learned, degree, coef0, cacheSize };
}
