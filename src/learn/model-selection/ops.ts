/** Operations of a search's tasks. Their results are small, so they travel with the report of completion. */
import type { Failure, Labels, Prediction } from '../estimator.js';
import { labelsAt } from '../labels.js';
import { scorerOf } from '../metrics/scorers.js';

/** Scores by the scorers' names; those that could not be computed have an error instead. */
export interface ScoreOutcome {
  readonly fitMs: number;
  readonly fitError?: Failure;
  /** Of predicting and scoring. */
  readonly ms: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** Scores the prediction of `rows`; `scorers` maps names in the results to names of scorers. */
export function score(
  { scorers }: { readonly scorers: Readonly<Record<string, string>> },
  prediction: Prediction,
  labels: Labels,
  rows: Int32Array,
): ScoreOutcome {
  const { fitMs, fitError, error, codes, labels: given } = prediction;
  if (fitError) return { fitMs, fitError, ms: 0, scores: {}, errors: {} };
  const start = performance.now();
  const scores: Record<string, number> = {};
  const errors: Record<string, string> = {};
  const predicted = codes ? Array.from(codes, (code) => labels.classes[code]) : Array.from(given ?? []);
  const actual = labelsAt(labels, rows);
  for (const [name, scorer] of Object.entries(scorers)) {
    try {
      if (error) throw error;
      scores[name] = scorerOf(scorer)(actual, predicted);
    } catch (reason) {
      errors[name] = (reason as Failure).message;
    }
  }
  return { fitMs, ms: prediction.ms + performance.now() - start, scores, errors };
}
