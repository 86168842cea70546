/**
 * Precision, recall and F-score from counts, and their averages over classes. Pure: what is ill-defined comes back as
 * texts of warnings. The order of operations is scikit-learn's, so that results agree to the last digit.
 */
import { mean, weightedMean } from '../../kernels/pairwise-sum.js';
import type { Label } from '../estimator.js';
import type { Targets } from './targets.js';

export type Average = 'binary' | 'micro' | 'macro' | 'weighted';
export type ZeroDivision = 'warn' | 0 | 1;

/** One number per class. */
export interface ClassCounts {
  /** Rows of the class that were predicted to be of it. */
  readonly hits: Float64Array;
  readonly predicted: Float64Array;
  readonly actual: Float64Array;
}

export interface ClassScores {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly fscore: Float64Array;
  /** How many rows are of the class. */
  readonly support: Float64Array;
}

export type MeanScores = { readonly [K in 'precision' | 'recall' | 'fscore']: number };

/** Which score the caller asked for; warnings speak of that one. */
export type ScoreName = 'precision' | 'recall' | 'fscore' | 'all';

export interface ScoreRules {
  readonly beta: number;
  readonly average: Average | null;
  readonly zeroDivision: ZeroDivision;
  readonly wanted: ScoreName;
}

/** The counts of `labels`, in their order; a label may be missing from the data, or be listed twice. */
export function countClasses({ yTrue, yPred }: Targets, labels: readonly Label[]): ClassCounts {
  const distinct = new Map([...new Set(labels)].map((label, i) => [label, i]));
  const hits = new Float64Array(distinct.size);
  const predicted = new Float64Array(distinct.size);
  const actual = new Float64Array(distinct.size);
  for (let row = 0; row < yTrue.length; row++) {
    const i = distinct.get(yTrue[row]);
    const j = distinct.get(yPred[row]);
    if (i !== undefined) actual[i]++;
    if (j !== undefined) predicted[j]++;
    if (i !== undefined && i === j) hits[i]++;
  }
  const inOrder = (counts: Float64Array) => Float64Array.from(labels, (label) => counts[distinct.get(label)!]);
  return { hits: inOrder(hits), predicted: inOrder(predicted), actual: inOrder(actual) };
}

/** The counts of all classes taken as one. */
export function pooled({ hits, predicted, actual }: ClassCounts): ClassCounts {
  const total = (counts: Float64Array) => Float64Array.of(counts.reduce((a, b) => a + b, 0));
  return { hits: total(hits), predicted: total(predicted), actual: total(actual) };
}

/** The scores of every class, and what is to be warned of. */
export function scoreClasses(counts: ClassCounts, rules: ScoreRules): { scores: ClassScores; warnings: string[] } {
  const { hits, predicted, actual } = counts;
  const zero = rules.zeroDivision === 1 ? 1 : 0;
  const divide = (denominators: Float64Array) =>
    hits.map((n, i) => (denominators[i] === 0 ? zero : n / denominators[i]));
  const precision = divide(predicted);
  const recall = divide(actual);
  const scores = { precision, recall, fscore: fscores(precision, recall, rules.beta), support: actual };
  return { scores, warnings: rules.zeroDivision === 'warn' ? warningsOf(counts, rules.wanted) : [] };
}

function fscores(precision: Float64Array, recall: Float64Array, beta: number): Float64Array {
  if (beta === Number.POSITIVE_INFINITY) return recall;
  const beta2 = beta ** 2;
  return precision.map((p, i) => ((1 + beta2) * p * recall[i]) / (beta2 * p + recall[i] || 1));
}

function warningsOf({ predicted, actual }: ClassCounts, wanted: ScoreName): string[] {
  const warnings: string[] = [];
  const say = (scores: string, samples: string) => {
    const where = actual.length === 1 ? 'due to' : 'in labels with';
    warnings.push(
      `${scores} ill-defined and being set to 0.0 ${where} no ${samples} samples. Use \`zeroDivision\` parameter to control this behavior.`,
    );
  };
  const verb = wanted === 'all' ? 'and F-score are' : 'is';
  if ((wanted === 'all' || wanted === 'precision') && predicted.includes(0)) say(`Precision ${verb}`, 'predicted');
  if ((wanted === 'all' || wanted === 'recall') && actual.includes(0)) say(`Recall ${verb}`, 'true');
  if (wanted === 'fscore' && actual.some((n, i) => n === 0 && predicted[i] === 0)) {
    say('F-score is', 'true nor predicted');
  }
  return warnings;
}

/** The mean over the classes, by their support when `average` is 'weighted'. */
export function averageScores(scores: ClassScores, counts: ClassCounts, rules: ScoreRules): MeanScores {
  const { precision, recall, fscore, support } = scores;
  if (rules.average !== 'weighted') return { precision: mean(precision), recall: mean(recall), fscore: mean(fscore) };
  if (support.some((n) => n > 0)) {
    const average = (values: Float64Array) => weightedMean(values, support);
    return { precision: average(precision), recall: average(recall), fscore: average(fscore) };
  }
  const zero = rules.zeroDivision === 1 ? 1 : 0;
  return counts.predicted.some((n) => n > 0)
    ? { precision: 0, recall: zero, fscore: 0 }
    : { precision: zero, recall: zero, fscore: zero };
}
