/** Runs the cells of a planned search and gathers what came of them. */
import type { Block } from '../../arrow/block.js';
import { takeRows } from '../../arrow/take.js';
import type { GraphRunner } from '../../client/local-runner.js';
import { cull } from '../../graph/cull.js';
import type { Key } from '../../graph/task.js';
import { InputError } from '../../util/errors.js';
import type { FitOutcome, Labels, Params, PlansFits } from '../estimator.js';
import { labelsAt } from '../labels.js';
import { type FitFailure, raisedFailure } from './failures.js';
import type { ScoreOutcome } from './ops.js';
import type { PlannedCell, SearchPlan } from './plan.js';
import type { Cell } from './results.js';
import type { CheckedScoring } from './scoring.js';
import type { Split } from './split.js';

export type ErrorScore = number | 'raise';

/** What a search works on, checked. */
export interface SearchInputs {
  readonly X: Block<'float64'>;
  readonly y: Labels;
  readonly splits: readonly Split[];
  /** What the grid varies, per candidate. */
  readonly params: readonly Params[];
  /** Complete parameter sets. */
  readonly candidates: readonly Params[];
  readonly scoring: CheckedScoring;
  readonly trainScores: boolean;
  readonly fromState: PlansFits['fromState'];
}

export interface Evaluation extends SearchInputs {
  readonly errorScore: ErrorScore;
  /** Told of every cell as it is done. */
  readonly onCell: (candidate: number, split: number, cell: Cell) => void;
}

export interface Evaluated {
  /** `cells[candidate][split]`. */
  readonly cells: readonly (readonly Cell[])[];
  readonly fitFailures: readonly FitFailure[];
  readonly scoreFailures: readonly string[];
}

/** All cells. Rejects with a FitFailedError at the first failure under `errorScore: 'raise'`. */
export async function evaluate(plan: SearchPlan, runner: GraphRunner, evaluation: Evaluation): Promise<Evaluated> {
  const needsState = Object.keys(evaluation.scoring.functions).length > 0;
  const keys = plan.cells
    .flat()
    .flatMap(({ fit, testScore, trainScore }) => [needsState ? fit : undefined, testScore, trainScore])
    .filter((key) => key !== undefined);
  const distinct = [...new Set(keys)];
  const futures = runner.submitGraph(cull(plan.graph, distinct), distinct);
  const results = new Map(distinct.map((key, i) => [key, futures[i].result()]));
  // When one cell fails for good, nobody waits for the others any more.
  for (const result of results.values()) result.catch(() => {});

  const release = () => {
    for (const future of futures) future.release();
  };

  const fitFailures: FitFailure[] = [];
  const scoreFailures: string[] = [];
  const done = async (planned: PlannedCell, candidate: number, split: number): Promise<Cell> => {
    const { cell, fitFailure, scoreErrors } = await evaluateCell(planned, candidate, split, results, evaluation);
    if (fitFailure) fitFailures.push(fitFailure);
    scoreFailures.push(...scoreErrors);
    evaluation.onCell(candidate, split, cell);
    return cell;
  };
  // The first failure lets go of all that has not begun yet.
  const pending = plan.cells.map((row, candidate) =>
    row.map((planned, split) =>
      done(planned, candidate, split).catch((error) => {
        release();
        throw error;
      }),
    ),
  );
  const cells = await Promise.all(pending.map((row) => Promise.all(row)));
  release();
  fitFailures.sort((a, b) => a.candidate - b.candidate || Number(a.split) - Number(b.split));
  return { cells, fitFailures, scoreFailures };
}

interface EvaluatedCell {
  readonly cell: Cell;
  readonly fitFailure?: FitFailure;
  readonly scoreErrors: readonly string[];
}

async function evaluateCell(
  { fit, testScore, trainScore }: PlannedCell,
  candidate: number,
  split: number,
  results: ReadonlyMap<Key, Promise<unknown>>,
  evaluation: Evaluation,
): Promise<EvaluatedCell> {
  const { scoring, errorScore, params, trainScores } = evaluation;
  const where = { candidate, split, params: params[candidate] };
  const outcome = (await results.get(fit)) as FitOutcome | undefined;
  const scored = async (key: Key | undefined, rows: Int32Array): Promise<ScoreOutcome> => {
    const named =
      key === undefined
        ? { ...noScores, fitMs: outcome!.ms, ...(outcome!.error && { fitError: outcome!.error }) }
        : ((await results.get(key)) as ScoreOutcome);
    if (named.fitError) return named;
    const own = await functionScores(outcome?.state, candidate, rows, evaluation);
    return {
      fitMs: named.fitMs,
      ms: named.ms + own.ms,
      scores: { ...named.scores, ...own.scores },
      errors: { ...named.errors, ...own.errors },
    };
  };
  const { train, test } = evaluation.splits[split];
  const testOutcome = await scored(testScore, test);
  const { fitMs, fitError } = testOutcome;
  if (fitError) {
    const fitFailure = { ...where, error: fitError };
    if (errorScore === 'raise') throw raisedFailure('fit', fitFailure);
    const scores = Object.fromEntries(scoring.metrics.map((metric) => [metric, errorScore]));
    const cell = { fitMs, scoreMs: 0, test: scores, ...(trainScores && { train: scores }) };
    return { cell, fitFailure, scoreErrors: [] };
  }
  const trainOutcome = trainScores ? await scored(trainScore, train) : undefined;
  const errors = [testOutcome, trainOutcome].flatMap((each) => Object.values(each?.errors ?? {}));
  if (errorScore === 'raise' && errors.length > 0) {
    throw raisedFailure('score', { ...where, error: { name: 'Error', message: errors[0] } });
  }
  const filled = ({ scores }: ScoreOutcome) =>
    Object.fromEntries(scoring.metrics.map((metric) => [metric, scores[metric] ?? (errorScore as number)]));
  const cell = {
    fitMs,
    scoreMs: testOutcome.ms,
    test: filled(testOutcome),
    ...(trainOutcome && { train: filled(trainOutcome) }),
  };
  return { cell, scoreErrors: errors };
}

const noScores: ScoreOutcome = { fitMs: 0, ms: 0, scores: {}, errors: {} };

/** The scores of the caller's own functions, computed here with a fitted estimator. */
async function functionScores(
  state: unknown,
  candidate: number,
  rows: Int32Array,
  { scoring, fromState, candidates, X, y }: Evaluation,
): Promise<ScoreOutcome> {
  const entries = Object.entries(scoring.functions);
  if (entries.length === 0) return noScores;
  const start = performance.now();
  const fitted = fromState(candidates[candidate], state, X, y);
  const data = takeRows(X, rows);
  const labels = labelsAt(y, rows);
  const scores: Record<string, number> = {};
  const errors: Record<string, string> = {};
  for (const [metric, scorer] of entries) {
    let value: unknown;
    try {
      value = await scorer(fitted, data, labels);
    } catch (error) {
      errors[metric] = (error as Error).message;
      continue;
    }
    if (typeof value !== 'number') {
      throw new InputError(
        `scoring must return a number, got ${String(value)} (${typeof value}) instead for the metric ${metric}`,
      );
    }
    scores[metric] = value;
  }
  return { fitMs: 0, ms: performance.now() - start, scores, errors };
}
