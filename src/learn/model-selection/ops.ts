/** Operations of a search's tasks. Their results are small, so they travel with the report of completion. */
import type { FitOutcome, Label, Labels } from '../estimator.js';
import { decodeLabels, labelsAt } from '../labels.js';
import { scorerOf } from '../metrics/scorers.js';

/** What a prediction yields: codes into the classes, or labels together with the time that predicting took. */
export type Prediction = Int32Array | { readonly ms: number; readonly labels: ArrayLike<Label> };

/** Scores by the scorers' names; those that could not be computed have an error instead. */
export interface ScoreOutcome {
  readonly ms: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** A fit without its learned state: what the search wants to know of every fit, while only one model is wanted. */
export const fitReport = (_: unknown, { ms, error }: FitOutcome): Omit<FitOutcome, 'state'> => ({
  ms,
  ...(error && { error }),
});

/** Scores the prediction of `rows`; `scorers` maps names in the results to names of scorers. */
export function score(
  { scorers }: { readonly scorers: Readonly<Record<string, string>> },
  prediction: Prediction,
  labels: Labels,
  rows: Int32Array,
): ScoreOutcome {
  const start = performance.now();
  const predicted =
    prediction instanceof Int32Array ? decodeLabels(prediction, labels.classes) : Array.from(prediction.labels);
  const actual = labelsAt(labels, rows);
  const scores: Record<string, number> = {};
  const errors: Record<string, string> = {};
  for (const [name, scorer] of Object.entries(scorers)) {
    try {
      scores[name] = scorerOf(scorer)(actual, predicted);
    } catch (error) {
      errors[name] = (error as Error).message;
    }
  }
  const predictMs = prediction instanceof Int32Array ? 0 : prediction.ms;
  return { ms: predictMs + performance.now() - start, scores, errors };
}
