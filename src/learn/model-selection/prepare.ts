/** Everything a search decides before a task runs: its options checked, the data in one form, the graph planned. */

import { type GraphRunner, localRunner } from '../../client/local-runner.js';
import { InputError } from '../../util/errors.js';
import { checkOptionNames } from '../../util/options.js';
import { type Estimator, type Params, type PlansFits, plansFits } from '../estimator.js';
import { checkLengths, type MatrixLike, toMatrix } from '../input.js';
import { decodeLabels, encodeLabels, type LabelsLike } from '../labels.js';
import type { ErrorScore, SearchInputs } from './evaluate.js';
import { localFits } from './local-fits.js';
import { type Grid, parameterGrid } from './parameter-grid.js';
import { planSearch, type SearchPlan } from './plan.js';
import { checkScoring, type Scoring } from './scoring.js';
import { type CrossValidation, checkSplits } from './splits.js';

export interface GridSearchOptions {
  /** Accuracy unless told, or the estimator's own `score`. With several metrics `refit` must name one of them or be false. */
  readonly scoring?: Scoring | undefined;
  /** 5 stratified folds without shuffling unless told. */
  readonly cv?: CrossValidation;
  /** Whether to fit the best candidate on all rows; with several metrics, the one that tells which is best. */
  readonly refit?: boolean | string;
  /** The score of a fit that fails, NaN unless told; `'raise'` rejects at the first. */
  readonly errorScore?: ErrorScore;
  readonly returnTrainScore?: boolean;
  /** Where the tasks run: a Client, or this thread when there is none. Estimators that plan no tasks always run in this thread. */
  readonly client?: GraphRunner | undefined;
  /** Either false hides the progress bar, which only terminals get. */
  readonly verbose?: boolean | number;
  readonly progress?: boolean;
}

const optionNames: readonly (keyof GridSearchOptions)[] = [
  'scoring',
  'cv',
  'refit',
  'errorScore',
  'returnTrainScore',
  'client',
  'verbose',
  'progress',
];

export interface Prepared extends SearchInputs {
  readonly plan: SearchPlan;
  readonly runner: GraphRunner;
}

export function prepare(
  estimator: Estimator,
  paramGrid: Grid | readonly Grid[],
  options: GridSearchOptions,
  X: MatrixLike,
  y: LabelsLike,
): Prepared {
  checkOptionNames('GridSearchCV', options, optionNames);
  checkEstimator(estimator);
  const { cv = 5, refit = true, errorScore = Number.NaN, returnTrainScore: trainScores = false } = options;
  if (typeof errorScore !== 'number' && errorScore !== 'raise') {
    throw new InputError(`errorScore is ${JSON.stringify(errorScore)}: give a number, NaN among them, or 'raise'`);
  }
  const scoring = checkScoring(options.scoring, refit, estimator);
  const params = parameterGrid(paramGrid);
  const defaults = estimator.getParams();
  checkParams(params, defaults, estimator.constructor.name);
  const candidates = params.map((candidate) => ({ ...defaults, ...candidate }));
  const data = { X: toMatrix(X), y: encodeLabels(y) };
  checkLengths(data.X, data.y.codes);
  const splits = checkSplits(cv, data.X, decodeLabels(data.y.codes, data.y.classes));

  const { fits, runner } = plansFits(estimator)
    ? { fits: estimator, runner: options.client ?? localRunner() }
    : localSearch(estimator);
  const plan = planSearch((problem) => fits.planFits(problem), {
    ...data,
    splits,
    candidates,
    scorers: scoring.named,
    trainScores,
  });
  const fromState: PlansFits['fromState'] = (...state) => fits.fromState(...state);
  return { ...data, splits, params, candidates, scoring, trainScores, plan, runner, fromState };
}

function localSearch(estimator: Estimator) {
  const fits = localFits(estimator);
  return { fits, runner: localRunner(fits.resolve) };
}

function checkEstimator(estimator: Estimator): void {
  const methods = ['fit', 'predict', 'getParams', 'setParams'] as const;
  const missing = methods.filter((name) => typeof (estimator as Partial<Estimator> | undefined)?.[name] !== 'function');
  if (missing.length === 0) return;
  const hint = typeof estimator === 'function' ? '; it is a class: give an instance, made by new' : '';
  throw new InputError(`the estimator has no ${missing.join(', ')}, which a search calls${hint}`);
}

function checkParams(candidates: readonly Params[], existing: Params, estimator: string): void {
  const known = Object.keys(existing);
  const unknown = candidates.flatMap((params) => Object.keys(params)).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InputError(
      `${estimator} has no parameter ${unknown}, which the grid varies: there are ${known.sort().join(', ')}`,
    );
  }
}
