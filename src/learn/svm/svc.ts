import { type Block, block } from '../../arrow/block.js';
import { takeRows } from '../../arrow/take.js';
import { InputError } from '../../util/errors.js';
import type { Label, Labels, Params, PlannedFit, PlansFits, SearchProblem } from '../estimator.js';
import { checkLengths, type MatrixLike, toMatrix } from '../input.js';
import { decodeLabels, encodeLabels, type LabelsLike } from '../labels.js';
import { accuracyScore } from '../metrics/accuracy.js';
import type { SvcState } from './fit.js';
import { scaleGamma } from './gamma.js';
import type { KernelParams } from './kernels.js';
import { decide, dots, fitState, kernel, precomputed, rowDecisions } from './ops.js';
import { checkNames, checkParams, defaults, kernelParams, type SvcParams } from './params.js';
import { checkSquare, planFits } from './plan.js';
import { oneVersusRest } from './predict.js';
import type { GroupedKernel } from './sources.js';

type Matrix = Block<'float64'>;

/** Up to this many rows a single fit makes the whole kernel matrix: faster than row by row, and small beside the data. */
const maxMatrixRows = 2048;

interface Fitted {
  readonly params: SvcParams;
  readonly state: SvcState;
  readonly classes: readonly Label[];
  readonly supportVectors: Matrix;
  readonly columns: number;
}

/**
 * C-support vector classification, equal to scikit-learn's `SVC`: libsvm's solver, one-versus-one for many classes.
 *
 * Fitted fields have scikit-learn's meaning: `support_` [SV], `supportVectors_` [SV, d] (empty for a precomputed
 * kernel), `nSupport_`, `dualCoef_` [classes − 1, SV], `intercept_` [pairs], `classes_`, `nIter_` [pairs].
 *
 * @example
 * const svc = new SVC({ kernel: 'linear', C: 10 }).fit([[0, 0], [1, 1], [3, 3], [4, 4]], ['low', 'low', 'high', 'high']);
 * svc.predict([[0.5, 0], [5, 5]]); // ['low', 'high']
 */
export class SVC implements PlansFits {
  #params: Params;
  #fitted: Fitted | undefined;

  /** Stores the parameters, which `fit` checks. Raises {@link InputError} for a name that is none of {@link SvcParams}. */
  constructor(params: Partial<SvcParams> = {}) {
    checkNames(params as Params);
    this.#params = { ...defaults, ...params };
  }

  getParams(): Params {
    return this.#params;
  }

  setParams(params: Params): this {
    checkNames(params);
    this.#params = { ...this.#params, ...params };
    return this;
  }

  /**
   * Learns from X [n, d] (for a precomputed kernel the matrix [n, n] itself) and one label per row.
   * Raises {@link InputError} for parameters out of range, values that are not finite, lengths that differ or fewer than two classes.
   */
  fit(X: MatrixLike, y: LabelsLike): this {
    const params = checkParams(this.#params);
    const matrix = checkMatrix(X);
    const [n, d] = matrix.shape as [number, number];
    const labels = encodeLabels(y);
    checkLengths(matrix, labels.codes);
    checkSquare(params.kernel, matrix.shape);
    const rows = Int32Array.from({ length: n }, (_, row) => row);
    const gamma = params.gamma === 'scale' ? scaleGamma(matrix, rows) : params.gamma === 'auto' ? 1 / d : params.gamma;
    const kernelUsed = kernelParams(params, gamma);
    const data = n <= maxMatrixRows ? wholeKernel(matrix, labels, kernelUsed) : matrix;
    const state = fitState(this.#params, data, labels, rows, kernelUsed.gamma);
    return this.#adopt(params, state, matrix, labels);
  }

  #adopt(params: SvcParams, state: SvcState, X: Matrix, { classes }: Labels): this {
    const vectors =
      params.kernel === 'precomputed' ? block('float64', [0, 0], new Float64Array(0)) : takeRows(X, state.supportRows);
    const columns = X.shape[1] as number;
    this.#fitted = { params, state, supportVectors: vectors, columns, classes };
    const timedOut = state.timedOut.reduce((count, flag) => count + flag, 0);
    if (timedOut > 0) {
      process.emitWarning(`SVC stopped at maxIter = ${params.maxIter} before ${timedOut} of its problems were solved`);
    }
    return this;
  }

  get #model(): Fitted {
    if (!this.#fitted) throw new InputError('this SVC is not fitted yet: call fit first');
    return this.#fitted;
  }

  #decisions(X: MatrixLike): Matrix {
    const { params, state, supportVectors, columns } = this.#model;
    const matrix = checkMatrix(X);
    if (matrix.shape[1] !== columns) {
      throw new InputError(`X has ${matrix.shape[1]} columns, but this SVC was fitted with ${columns}`);
    }
    return rowDecisions(state, matrix, supportVectors, kernelParams(params, state.gamma));
  }

  /** The label of every row of X. */
  predict(X: MatrixLike): Label[] {
    const { params, state, classes } = this.#model;
    return decodeLabels(decide(state, this.#decisions(X), params.breakTies), classes);
  }

  /** Two classes: [n], positive for the second. More: [n, classes] for 'ovr', [n, pairs] for 'ovo'. */
  decisionFunction(X: MatrixLike): Matrix {
    const { params, state } = this.#model;
    const decisions = this.#decisions(X);
    if (state.classes.length === 2)
      return block(
        'float64',
        [decisions.shape[0]],
        decisions.data.map((value) => -value),
      );
    return params.decisionFunctionShape === 'ovr' ? oneVersusRest(state, decisions) : decisions;
  }

  /** The share of rows of X whose label is predicted right. */
  score(X: MatrixLike, y: LabelsLike): number {
    return accuracyScore(y, this.predict(X));
  }

  planFits(problem: SearchProblem): PlannedFit[][] {
    return planFits(problem);
  }

  fromState(params: Params, state: unknown, X: Block, y: Labels): SVC {
    return new SVC(params as Partial<SvcParams>).#adopt(checkParams(params), state as SvcState, toMatrix(X), y);
  }

  get support_(): Int32Array {
    return this.#model.state.support;
  }

  get supportVectors_(): Matrix {
    return this.#model.supportVectors;
  }

  get nSupport_(): Int32Array {
    return this.#model.state.nSupport;
  }

  get dualCoef_(): Matrix {
    const { classes, dualCoef } = this.#model.state;
    return classes.length === 2 ? { ...dualCoef, data: dualCoef.data.map((value) => -value) } : dualCoef;
  }

  get intercept_(): Float64Array {
    const { classes, rho } = this.#model.state;
    return classes.length === 2 ? rho : rho.map((value) => -value);
  }

  get classes_(): readonly Label[] {
    const { state, classes } = this.#model;
    return Array.from(state.classes, (code) => classes[code]);
  }

  get nIter_(): Int32Array {
    return this.#model.state.iterations;
  }
}

function wholeKernel(X: Matrix, y: Labels, params: KernelParams): GroupedKernel {
  return params.kernel === 'precomputed' ? precomputed(null, X, y) : kernel(params, dots(null, X, y), y);
}

function checkMatrix(X: MatrixLike): Matrix {
  const matrix = toMatrix(X);
  const [n, d] = matrix.shape as [number, number];
  if (n === 0 || d === 0) throw new InputError(`X is ${n} × ${d}: give at least one row and one column`);
  const wrong = matrix.data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new InputError(
      `X has ${matrix.data[wrong]} at row ${Math.floor(wrong / d)}, column ${wrong % d}: give finite numbers only`,
    );
  }
  return matrix;
}
