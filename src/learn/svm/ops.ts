/** The operations of the tasks that {@link planFits} makes. */
import { type Block, zeros } from '../../arrow/block.js';
import { takeRows } from '../../arrow/take.js';
import { type FitOutcome, fitOutcome, type Labels, type Params, type Prediction, predictionOf } from '../estimator.js';
import { dots as dotProducts } from './dots.js';
import { fit as fitPairs, groupByClass, type SvcState } from './fit.js';
import { scaleGamma } from './gamma.js';
import * as kernels from './kernels.js';
import { solveWithMlSvm } from './ml-svm.js';
import { checkParams, classWeights, kernelParams } from './params.js';
import { oneVersusRest, pairDecisions, vote } from './predict.js';
import {
  checkFinite,
  classOrder,
  type GroupedKernel,
  groupedKernel,
  kernelSource,
  reorder,
  rowSource,
} from './sources.js';

type Matrix = Block<'float64'>;

/** X·Xᵀ, rows and columns grouped by class. */
export const dots = (_params: null, X: Matrix, y: Labels): Matrix => dotProducts(X, classOrder(y.codes));

/** γ of a training set for gamma='scale'. */
export const gamma = (_params: null, X: Matrix, rows: Int32Array): number => scaleGamma(X, rows);

/** The kernel matrix from the grouped dot products; the γ of its parameters gives way to that of a task, where there is one. */
export const kernel = (
  params: kernels.KernelParams,
  products: Matrix,
  y: Labels,
  scale = params.gamma,
): GroupedKernel => groupedKernel(kernels.kernelMatrix(products, { ...params, gamma: scale }), classOrder(y.codes));

/** A kernel matrix that was given as X, grouped by class. */
export const precomputed = (_params: null, X: Matrix, y: Labels): GroupedKernel => {
  const order = classOrder(y.codes);
  return groupedKernel(reorder(X, order), order);
};

export interface FitTask {
  /** Of the estimator; checked here, so that a wrong value is an outcome. */
  readonly svc: Params;
  readonly gamma: number;
  /** The optional inputs, in their order. */
  readonly extras: readonly ('gamma' | 'smaller')[];
}

/** The kernel of all rows, or the rows X [n, d] themselves. */
export type FitData = GroupedKernel | Matrix;

/** Fits one candidate on one training set. Inputs: data, labels and row numbers, then γ and the outcome at a smaller C if `extras` says so. */
export function fit(
  task: FitTask,
  data: FitData,
  y: Labels,
  rows: Int32Array,
  ...extras: readonly unknown[]
): Promise<FitOutcome<SvcState>> {
  return fitOutcome(() => {
    const scale = task.extras.includes('gamma') ? (extras[task.extras.indexOf('gamma')] as number) : task.gamma;
    const smaller = extras[task.extras.indexOf('smaller')] as FitOutcome<SvcState> | undefined;
    return fitState(task.svc, data, y, rows, scale, smaller?.state);
  });
}

/** The state of one fit. Raises InputError for wrong parameters and where there are fewer than two classes. */
export function fitState(
  params: Params,
  data: FitData,
  y: Labels,
  rows: Int32Array,
  gammaUsed: number,
  smaller?: SvcState,
): SvcState {
  const svc = checkParams(params);
  const groups = groupByClass(rows, y.codes);
  const isKernel = 'places' in data;
  if (isKernel) checkFinite(data.allFinite);
  const source = isKernel ? kernelSource(data) : rowSource(data, kernelParams(svc, gammaUsed));
  const present = Array.from(groups.classes, (code) => y.classes[code]);
  const options = {
    C: svc.C,
    gamma: gammaUsed,
    tol: svc.tol,
    maxIter: svc.maxIter,
    shrinking: svc.shrinking,
    // Rows of a kernel that is there anyway are small.
    cacheSize: isKernel ? Number.POSITIVE_INFINITY : svc.cacheSize,
    classWeight: classWeights(svc, y.classes, present),
  };
  return fitPairs(source, groups, rows, options, smaller, svc.solver === 'ml-svm' ? solveWithMlSvm : undefined);
}

export interface PredictTask {
  /** For data that are rows; γ is that of the fit. */
  readonly kernel: kernels.KernelParams;
  readonly breakTies: boolean;
}

/** What a fit predicts for `rows`; `smaller` is what the fit at a smaller C predicts for them. */
export const predict = (
  { kernel, breakTies }: PredictTask,
  outcome: FitOutcome<SvcState>,
  data: FitData,
  rows: Int32Array,
  smaller?: Prediction,
): Promise<Prediction> =>
  predictionOf(outcome, (state) => {
    if (state.isCopy && smaller?.codes) return { codes: smaller.codes };
    const decisions =
      'places' in data
        ? pairDecisions(state, data.values, take(data.places, rows), take(data.places, state.supportRows))
        : rowDecisions(state, takeRows(data, rows), takeRows(data, state.supportRows), {
            ...kernel,
            gamma: state.gamma,
          });
    return { codes: decide(state, decisions, breakTies) };
  });

const take = (places: Int32Array, rows: Int32Array): Int32Array => rows.map((row) => places[row]);

/** Codes from decision values. */
export function decide(state: SvcState, decisions: Matrix, breakTies: boolean): Int32Array {
  if (!breakTies || state.classes.length === 2) return vote(state, decisions);
  const values = oneVersusRest(state, decisions);
  const [rows, classes] = values.shape as [number, number];
  return Int32Array.from({ length: rows }, (_, t) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (values.data[t * classes + k] > values.data[t * classes + best]) best = k;
    return state.classes[best];
  });
}

/** Decision values [rows, pairs] of new rows X [m, d], some hundred at a time so that their kernel values stay small. */
export function rowDecisions(state: SvcState, X: Matrix, vectors: Matrix, params: kernels.KernelParams): Matrix {
  const [m, d] = X.shape as [number, number];
  const pairs = state.rho.length;
  const out = zeros('float64', [m, pairs]);
  // The columns of a precomputed kernel are the training rows themselves.
  const columns = params.kernel === 'precomputed' ? state.support : state.support.map((_, k) => k);
  const step = 512;
  for (let start = 0; start < m; start += step) {
    const count = Math.min(step, m - start);
    const part: Matrix = {
      dtype: 'float64',
      shape: [count, d],
      data: X.data.subarray(start * d, (start + count) * d),
    };
    const values = kernels.crossKernel(part, vectors, params);
    const rows = Int32Array.from({ length: count }, (_, t) => t);
    out.data.set(pairDecisions(state, values, rows, columns).data, start * pairs);
  }
  return out;
}
