/** What a caller may give as `scoring` and `refit`, made uniform. */
import type { Block } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import { type Estimator, type Label, plansFits } from '../estimator.js';
import { scorerOf } from '../metrics/scorers.js';
import { columnOf } from './results.js';

/** Scores a fitted estimator on test rows; higher is better. */
export type ScorerFunction = (estimator: Estimator, X: Block, y: readonly Label[]) => number | Promise<number>;
export type Scorer = string | ScorerFunction;
export type Scoring = Scorer | readonly string[] | Readonly<Record<string, Scorer>>;

export interface CheckedScoring {
  readonly isMultiMetric: boolean;
  /** Metrics in the order of the results; a single metric is called `score`. */
  readonly metrics: readonly string[];
  /** Metric -> what scores it: the two tables below in one. */
  readonly scorers: Readonly<Record<string, Scorer>>;
  /** Metric -> name of a built-in scorer, which tasks compute. */
  readonly named: Readonly<Record<string, string>>;
  /** Metric -> function, which runs where the search was called. */
  readonly functions: Readonly<Record<string, ScorerFunction>>;
  /** The metric that chooses the best candidate; undefined when nothing does. */
  readonly best: string | undefined;
}

/**
 * Raises {@link InputError} for unknown scorers and, when there are several metrics, unless `refit` is false or names
 * one of them.
 */
export function checkScoring(
  scoring: Scoring | undefined,
  refit: boolean | string,
  estimator: Estimator,
): CheckedScoring {
  const isMultiMetric = typeof scoring === 'object';
  const scorers: Readonly<Record<string, Scorer>> = isMultiMetric
    ? byMetric(scoring)
    : { score: scoring ?? ownScore(estimator) };
  const metrics = Object.keys(scorers);
  if (metrics.length === 0) throw new InputError('scoring names no metric: give at least one, as accuracy');
  const named: Record<string, string> = {};
  const functions: Record<string, ScorerFunction> = {};
  for (const [metric, scorer] of Object.entries(scorers)) {
    if (typeof scorer === 'function') functions[metric] = scorer;
    else {
      scorerOf(scorer);
      named[metric] = scorer;
    }
  }
  checkColumns(metrics);
  return { isMultiMetric, metrics, scorers, named, functions, best: isMultiMetric ? bestOf(refit, metrics) : 'score' };
}

function byMetric(scoring: readonly string[] | Readonly<Record<string, Scorer>>): Readonly<Record<string, Scorer>> {
  if (!Array.isArray(scoring)) return scoring as Readonly<Record<string, Scorer>>;
  const repeated = scoring.find((name, i) => scoring.indexOf(name) !== i);
  if (repeated !== undefined) throw new InputError(`scoring names ${repeated} twice: give each metric once`);
  return Object.fromEntries(scoring.map((name: string) => [name, name]));
}

/** A plain estimator's own `score`; accuracy for one that has none, and for those whose fits are planned. */
function ownScore(estimator: Estimator): Scorer {
  if (plansFits(estimator) || !('score' in estimator)) return 'accuracy';
  return (fitted, X, y) => (fitted as Estimator & { score: (X: Block, y: readonly Label[]) => number }).score(X, y);
}

function checkColumns(metrics: readonly string[]): void {
  const owners = new Map<string, string>();
  for (const metric of metrics) {
    const column = columnOf('meanTest', metric);
    const other = owners.get(column);
    if (other !== undefined) {
      throw new InputError(`the metrics ${other} and ${metric} would share the column ${column}: rename one`);
    }
    owners.set(column, metric);
  }
}

function bestOf(refit: boolean | string, metrics: readonly string[]): string | undefined {
  if (refit === false) return undefined;
  if (typeof refit === 'string' && metrics.includes(refit)) return refit;
  throw new InputError(
    'For multi-metric scoring, refit must name the metric that chooses the best candidate, ' +
      `one of ${metrics.join(', ')}, or be false to choose none; refit is ${JSON.stringify(refit)}`,
  );
}
