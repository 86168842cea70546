/** Scorers under scikit-learn's names: the higher, the better. */
import type { Block } from '../../arrow/block.js';
import { InputError } from '../../util/errors.js';
import type { Estimator, Label } from '../estimator.js';
import type { LabelsLike } from '../labels.js';
import { accuracyScore } from './accuracy.js';
import { balancedAccuracyScore } from './confusion-matrix.js';
import { f1Score, precisionScore, recallScore } from './precision-recall.js';

export type Scorer = (yTrue: LabelsLike, yPred: LabelsLike) => number;

/**
 * A scorer for `scoring` from a metric and its options: it predicts with the estimator and compares with y. With
 * `greaterIsBetter: false` the sign is turned, so that less is better.
 *
 * @example
 * const f2 = makeScorer(fbetaScore, { beta: 2, average: 'macro' });
 * await new GridSearchCV(new SVC(), { C: [1, 10] }, { scoring: f2 }).fit(X, y);
 */
export function makeScorer<const Options extends object>(
  metric: (yTrue: LabelsLike, yPred: LabelsLike, options: NoInfer<Options>) => number,
  options: Options & { readonly greaterIsBetter?: boolean },
): (estimator: Estimator, X: Block, y: readonly Label[]) => Promise<number> {
  const { greaterIsBetter = true, ...rest } = options;
  const sign = greaterIsBetter ? 1 : -1;
  return async (estimator, X, y) => sign * metric(y, await estimator.predict(X), rest as unknown as Options);
}

export const scorers = {
  accuracy: (yTrue, yPred) => accuracyScore(yTrue, yPred),
  balanced_accuracy: (yTrue, yPred) => balancedAccuracyScore(yTrue, yPred),
  precision: (yTrue, yPred) => precisionScore(yTrue, yPred),
  precision_macro: (yTrue, yPred) => precisionScore(yTrue, yPred, { average: 'macro' }),
  precision_micro: (yTrue, yPred) => precisionScore(yTrue, yPred, { average: 'micro' }),
  precision_weighted: (yTrue, yPred) => precisionScore(yTrue, yPred, { average: 'weighted' }),
  recall: (yTrue, yPred) => recallScore(yTrue, yPred),
  recall_macro: (yTrue, yPred) => recallScore(yTrue, yPred, { average: 'macro' }),
  recall_micro: (yTrue, yPred) => recallScore(yTrue, yPred, { average: 'micro' }),
  recall_weighted: (yTrue, yPred) => recallScore(yTrue, yPred, { average: 'weighted' }),
  f1: (yTrue, yPred) => f1Score(yTrue, yPred),
  f1_macro: (yTrue, yPred) => f1Score(yTrue, yPred, { average: 'macro' }),
  f1_micro: (yTrue, yPred) => f1Score(yTrue, yPred, { average: 'micro' }),
  f1_weighted: (yTrue, yPred) => f1Score(yTrue, yPred, { average: 'weighted' }),
} as const satisfies Record<string, Scorer>;

export type ScorerName = keyof typeof scorers;

/** The scorer of this name. Raises {@link InputError}, which lists those that exist. */
export function scorerOf(name: string): Scorer {
  if (!Object.hasOwn(scorers, name)) {
    throw new InputError(`'${name}' is not a scorer: there are ${Object.keys(scorers).sort().join(', ')}`);
  }
  return scorers[name as ScorerName];
}
