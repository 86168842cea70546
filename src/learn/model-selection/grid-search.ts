import type { Block } from '../../arrow/block.js';
import { type Table, toTable } from '../../arrow/table.js';
import { visualize } from '../../client/visualize.js';
import { cull } from '../../graph/cull.js';
import type { Graph } from '../../graph/graph.js';
import { mean } from '../../kernels/pairwise-sum.js';
import { Emitter } from '../../util/emitter.js';
import { InputError } from '../../util/errors.js';
import { type ProgressBar, progressBar, showsProgress } from '../../util/progress.js';
import type { Estimator, FitOutcome, Label, Params } from '../estimator.js';
import { type MatrixLike, toMatrix } from '../input.js';
import { type LabelsLike, toLabels } from '../labels.js';
import { scorerOf } from '../metrics/scorers.js';
import { evaluate } from './evaluate.js';
import { type FitFailure, raisedFailure, reportFitFailures, reportScoreFailures } from './failures.js';
import type { Grid } from './parameter-grid.js';
import { type GridSearchOptions, type Prepared, prepare } from './prepare.js';
import { type Cell, type CvResults, columnOf, flatColumns, formatResults } from './results.js';
import type { CheckedScoring, Scorer } from './scoring.js';

export interface SearchEvents {
  /** A candidate has been scored on all splits; `mean` is of the metric that chooses, or the first one. */
  readonly candidate: {
    readonly index: number;
    readonly params: Params;
    /** Test scores by metric (`score` when there is one only), one per split. */
    readonly scores: Readonly<Record<string, readonly number[]>>;
    readonly mean: number;
    readonly done: number;
    readonly total: number;
  };
  /** One more fit has been scored. */
  readonly progress: { readonly done: number; readonly total: number };
}

/**
 * Exhaustive search over a parameter grid by cross-validation, as scikit-learn's `GridSearchCV`, run as one task graph
 * in which equal work is done once. Raises {@link InputError} for parameters the estimator lacks and for options that do
 * not go together; `fit` rejects with a FitFailedError when all fits fail, or the first under `errorScore: 'raise'`.
 *
 * @example
 * const search = new GridSearchCV(new SVC(), { C: [1, 10], gamma: [0.1, 0.01] }, { cv: 3 });
 * await search.fit(X, y);
 * search.bestParams_; // { C: 10, gamma: 0.1 }
 */
export class GridSearchCV<E extends Estimator = Estimator> {
  readonly estimator: E;
  readonly paramGrid: Grid | readonly Grid[];
  readonly options: GridSearchOptions;

  cvResults_!: CvResults;
  /** Undefined, like `bestScore_` and `bestParams_`, with several metrics and no refit. */
  bestIndex_: number | undefined;
  bestScore_: number | undefined;
  bestParams_: Params | undefined;
  /** Undefined unless refitted, like `refitTime_`. */
  bestEstimator_: E | undefined;
  /** In seconds. */
  refitTime_: number | undefined;
  nSplits_!: number;
  scorer_!: Scorer | Readonly<Record<string, Scorer>>;
  classes_!: readonly Label[];
  fitFailures_: readonly FitFailure[] = [];

  #graph: Graph | undefined;
  #scoring: CheckedScoring | undefined;
  readonly #events = new Emitter<SearchEvents>();

  constructor(estimator: E, paramGrid: Grid | readonly Grid[], options: GridSearchOptions = {}) {
    this.estimator = estimator;
    this.paramGrid = paramGrid;
    this.options = options;
  }

  /** Calls `listener` as results arrive; the function returned stops it. */
  on<K extends keyof SearchEvents>(name: K, listener: (event: SearchEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /** The task graph that `fit(X, y)` would run, without running it. */
  plan(X: MatrixLike, y: LabelsLike): Graph {
    return prepare(this.estimator, this.paramGrid, this.options, X, y).plan.graph;
  }

  /** Fits and scores every candidate on every split, then the best one on all rows. Resolves to this search. */
  async fit(X: MatrixLike, y: LabelsLike): Promise<this> {
    const { errorScore = Number.NaN } = this.options;
    const prepared = prepare(this.estimator, this.paramGrid, this.options, X, y);
    const { plan, params, splits, scoring } = prepared;
    const fits = params.length * splits.length;
    const bar = this.#progressBar();
    this.#forget();
    this.#graph = plan.graph;
    this.#scoring = scoring;
    try {
      const onCell = this.#cellReporter(prepared, bar);
      const { cells, fitFailures, scoreFailures } = await evaluate(plan, prepared.runner, {
        ...prepared,
        errorScore,
        onCell,
      });
      this.fitFailures_ = fitFailures;
      bar?.finish();
      if (errorScore !== 'raise') {
        reportFitFailures(fitFailures, fits, errorScore);
        reportScoreFailures(scoreFailures, errorScore);
      }
      this.cvResults_ = formatResults(params, cells, scoring.metrics);
      this.nSplits_ = splits.length;
      this.classes_ = prepared.y.classes;
      this.scorer_ = scoring.isMultiMetric ? scoring.scorers : scoring.scorers.score;
      this.#chooseBest(scoring);
      if (this.options.refit !== false) await this.#refit(prepared, this.bestIndex_!);
    } finally {
      bar?.finish();
    }
    return this;
  }

  /** Labels predicted by the best estimator, one per row. */
  async predict(X: MatrixLike): Promise<ArrayLike<Label>> {
    return this.#fitted('predict').predict(toMatrix(X));
  }

  /** The decision function of the best estimator. Rejects with {@link InputError} when it has none. */
  async decisionFunction(X: MatrixLike): Promise<unknown> {
    const best = this.#fitted('decisionFunction');
    if (!('decisionFunction' in best)) {
      throw new InputError(`${best.constructor.name} has no decisionFunction; use predict`);
    }
    return (best as { decisionFunction(X: Block): unknown }).decisionFunction(toMatrix(X));
  }

  /** The score of the best estimator on this data, by the metric that chose it. */
  async score(X: MatrixLike, y: LabelsLike): Promise<number> {
    const best = this.#fitted('score');
    const { scorers, best: metric } = this.#scoring!;
    const scorer = scorers[metric!];
    const matrix = toMatrix(X);
    const labels = toLabels(y);
    if (typeof scorer === 'function') return scorer(best, matrix, labels);
    return scorerOf(scorer)(labels, await best.predict(matrix));
  }

  /** `cvResults_` as an Arrow table: one row per candidate, `split0TestScore` and so on as columns. */
  async cvResultsTable(): Promise<Table> {
    if (!this.cvResults_) throw new InputError('there are no results yet: await search.fit(X, y) first');
    return toTable(flatColumns(this.cvResults_));
  }

  /** The task graph of the last fit. Raises {@link InputError} before the first. */
  graph(): Graph {
    if (!this.#graph) {
      throw new InputError('the task graph exists once fit has begun: call fit(X, y), or plan(X, y) to get it unrun');
    }
    return this.#graph;
  }

  /** Draws the task graph of the last fit into a .svg or .dot file. */
  visualize(path: string): Promise<void> {
    return visualize(this.graph(), path);
  }

  #progressBar(): ProgressBar | undefined {
    const { progress, verbose } = this.options;
    if (progress === false || verbose === false || !showsProgress(process.stderr, process.env)) return undefined;
    return progressBar(process.stderr);
  }

  #cellReporter({ params, splits, scoring }: Prepared, bar: ProgressBar | undefined) {
    const total = params.length * splits.length;
    const rows: Cell[][] = params.map(() => []);
    const missing = params.map(() => splits.length);
    let done = 0;
    let candidatesDone = 0;
    return (index: number, split: number, cell: Cell): void => {
      done++;
      rows[index][split] = cell;
      bar?.update(done, total);
      this.#events.emit('progress', { done, total });
      if (--missing[index] > 0) return;
      candidatesDone++;
      const { metrics, best = metrics[0] } = scoring;
      const scores = Object.fromEntries(metrics.map((metric) => [metric, rows[index].map(({ test }) => test[metric])]));
      this.#events.emit('candidate', {
        index,
        params: params[index],
        scores,
        mean: mean(scores[best]),
        done: candidatesDone,
        total: params.length,
      });
    };
  }

  #forget(): void {
    this.fitFailures_ = [];
    for (const field of ['bestIndex_', 'bestScore_', 'bestParams_', 'bestEstimator_', 'refitTime_'] as const) {
      this[field] = undefined;
    }
  }

  #chooseBest({ best }: CheckedScoring): void {
    if (best === undefined) return;
    this.bestIndex_ = this.cvResults_[columnOf('rankTest', best) as 'rankTestScore'].indexOf(1);
    this.bestScore_ = this.cvResults_[columnOf('meanTest', best) as 'meanTestScore'][this.bestIndex_];
    this.bestParams_ = this.cvResults_.params[this.bestIndex_];
  }

  /** What the fit on all rows shares with the others has been computed. */
  async #refit({ plan, runner, params, candidates, fromState, X, y }: Prepared, best: number): Promise<void> {
    const { graph, key } = plan.refit(best);
    this.#graph = graph;
    const [future] = runner.submitGraph(cull(graph, [key]), [key]);
    try {
      const { state, error, ms } = (await future.result()) as FitOutcome;
      if (error) {
        throw raisedFailure('fit', { candidate: best, split: 'all rows', params: params[best], error });
      }
      this.bestEstimator_ = fromState(candidates[best], state, X, y) as E;
      this.refitTime_ = ms / 1000;
    } finally {
      future.release();
    }
  }

  #fitted(method: string): E {
    if (this.bestEstimator_) return this.bestEstimator_;
    throw new InputError(
      this.options.refit === false
        ? `${method} needs the best estimator, but this GridSearchCV has refit: false: fit one with bestParams_ yourself`
        : `this GridSearchCV is not fitted yet: await search.fit(X, y) before ${method}`,
    );
  }
}
