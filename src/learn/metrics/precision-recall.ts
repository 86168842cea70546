import { InputError } from '../../util/errors.js';
import { pythonRepr } from '../../util/format.js';
import { warn } from '../../util/warnings.js';
import type { Label } from '../estimator.js';
import { type LabelsLike, toLabels } from '../labels.js';
import {
  type Average,
  averageScores,
  type ClassCounts,
  type ClassScores,
  countClasses,
  type MeanScores,
  pooled,
  type ScoreName,
  type ScoreRules,
  scoreClasses,
  type ZeroDivision,
} from './averaged-scores.js';
import { checkTargets, type Targets } from './targets.js';

export interface ScoreOptions<A extends Average | null = Average | null> {
  /** The classes to score, in which order; all that occur, sorted, unless told. */
  readonly labels?: LabelsLike | undefined;
  /** The class that 'binary' scores; 1 unless told. */
  readonly posLabel?: Label | null | undefined;
  /** 'binary': one class; 'micro': all classes as one; 'macro': plain mean; 'weighted': mean by support; null: every class. */
  readonly average?: A;
  /** What 0 / 0 is: 0 or 1; 'warn' is 0 with a warning. */
  readonly zeroDivision?: ZeroDivision | undefined;
}

/** `beta` weighs recall against precision: above 1 recall counts more. */
export type FbetaOptions<A extends Average | null = Average | null> = ScoreOptions<A> & { readonly beta?: number };

const averages = ['binary', 'micro', 'macro', 'weighted', null] as const;

type ScoredClasses = { readonly average: null; readonly scores: ClassScores };
type ScoredMean = { readonly average: Average; readonly scores: MeanScores };
type Scored = ScoredClasses | ScoredMean;

/** The scores that all functions of this file pick from. */
function score(yTrue: LabelsLike, yPred: LabelsLike, wanted: ScoreName, options: FbetaOptions): Scored {
  const { beta = 1, average = null, zeroDivision = 'warn' } = options;
  const rules = { beta, average, zeroDivision, wanted };
  checkRules(rules);
  const targets = checkTargets(yTrue, yPred);
  return scoreCounts(countClasses(targets, chosenLabels(targets, average, options)), rules);
}

/** The scores of counted classes; warns of those that are ill-defined. */
export function scoreCounts(counts: ClassCounts, rules: ScoreRules & { readonly average: null }): ScoredClasses;
export function scoreCounts(counts: ClassCounts, rules: ScoreRules & { readonly average: Average }): ScoredMean;
export function scoreCounts(counts: ClassCounts, rules: ScoreRules): Scored;
export function scoreCounts(perClass: ClassCounts, rules: ScoreRules): Scored {
  const { average } = rules;
  const counts = average === 'micro' ? pooled(perClass) : perClass;
  const { scores, warnings } = scoreClasses(counts, rules);
  for (const text of warnings) warn('UndefinedMetricWarning', text);
  return average === null ? { average, scores } : { average, scores: averageScores(scores, counts, rules) };
}

/** Raises {@link InputError} for rules that do not exist. */
export function checkRules({ beta, average, zeroDivision }: ScoreRules): void {
  if (!(beta >= 0)) throw new InputError(`beta should be >=0 in the F-beta score, got ${beta}`);
  if (!averages.includes(average)) {
    throw new InputError(
      `average has to be one of ${averages.map(pythonReprOfOption).join(', ')}, got ${String(average)}`,
    );
  }
  if (zeroDivision !== 'warn' && zeroDivision !== 0 && zeroDivision !== 1) {
    throw new InputError(`Got zeroDivision=${String(zeroDivision)}. Must be one of ['warn', 0, 1]`);
  }
}

const pythonReprOfOption = (option: string | null): string => (option === null ? 'null' : `'${option}'`);

/** The classes to score. */
function chosenLabels(targets: Targets, average: Average | null, options: ScoreOptions): readonly Label[] {
  const { posLabel = 1 } = options;
  if (average === 'binary') {
    checkBinary(targets, posLabel);
    return posLabel === null ? [] : [posLabel];
  }
  if (posLabel !== null && posLabel !== 1) {
    warn(
      'UserWarning',
      `Note that posLabel (set to ${pythonRepr(posLabel)}) is ignored when average != 'binary' (got ${pythonReprOfOption(average)}). You may use labels=[posLabel] to specify a single positive class.`,
    );
  }
  return options.labels === undefined ? targets.present : toLabels(options.labels, 'labels');
}

function checkBinary({ type, present }: Targets, posLabel: Label | null): void {
  if (type === 'multiclass') {
    throw new InputError(
      "Target is multiclass but average='binary'. Please choose another average setting, one of [null, 'micro', 'macro', 'weighted'].",
    );
  }
  if (posLabel === null || (!present.includes(posLabel) && present.length >= 2)) {
    throw new InputError(
      `posLabel=${String(posLabel)} is not a valid label. It should be one of ${pythonRepr(present)}`,
    );
  }
}

/** One score of every class or their mean, as `average` says. */
type Result<A extends Average | null> = A extends null ? Float64Array : number;

function pick<A extends Average | null>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  wanted: keyof MeanScores,
  options: FbetaOptions<A>,
): Result<A> {
  return score(yTrue, yPred, wanted, {
    ...options,
    average: options.average === undefined ? 'binary' : options.average,
  }).scores[wanted] as Result<A>;
}

/**
 * Of the rows predicted to be of a class, the fraction that is: hits / predicted. Equal to scikit-learn's to the last digit.
 * Raises {@link InputError} for labels that cannot be compared, and for more than two classes under average 'binary'.
 *
 * @example
 * precisionScore([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], { average: 'macro' }); // 0.2222222222222222
 */
export const precisionScore = <A extends Average | null = 'binary'>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ScoreOptions<A> = {},
): Result<A> => pick(yTrue, yPred, 'precision', options);

/**
 * Of the rows of a class, the fraction predicted to be of it: hits / actual. As {@link precisionScore} otherwise.
 *
 * @example
 * recallScore([0, 1, 1, 1], [0, 1, 1, 0]); // 0.6666666666666666
 */
export const recallScore = <A extends Average | null = 'binary'>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ScoreOptions<A> = {},
): Result<A> => pick(yTrue, yPred, 'recall', options);

/**
 * The harmonic mean of precision and recall. As {@link precisionScore} otherwise.
 *
 * @example
 * f1Score([0, 1, 1, 1], [0, 1, 1, 0]); // 0.8
 */
export const f1Score = <A extends Average | null = 'binary'>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ScoreOptions<A> = {},
): Result<A> => pick(yTrue, yPred, 'fscore', { ...options, beta: 1 });

/**
 * The harmonic mean of precision and recall, recall weighted by `beta`. As {@link precisionScore} otherwise.
 *
 * @example
 * fbetaScore([0, 1, 1, 1], [0, 1, 1, 0], { beta: 2 }); // 0.7142857142857142
 */
export const fbetaScore = <A extends Average | null = 'binary'>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: FbetaOptions<A> & { readonly beta: number },
): Result<A> => pick(yTrue, yPred, 'fscore', options);

export type PrecisionRecallFscoreSupport<A extends Average | null> = [
  precision: Result<A>,
  recall: Result<A>,
  fscore: Result<A>,
  support: A extends null ? Float64Array : null,
];

/**
 * Precision, recall, F-score and support of every class; with `average` the means, and null for the support.
 * As {@link precisionScore} otherwise.
 *
 * @example
 * const [precision, recall, fscore, support] = precisionRecallFscoreSupport(['a', 'b', 'b'], ['a', 'b', 'a']);
 * support; // Float64Array [1, 2]
 */
export function precisionRecallFscoreSupport<A extends Average | null = null>(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: FbetaOptions<A> = {},
): PrecisionRecallFscoreSupport<A> {
  const scored = score(yTrue, yPred, 'all', options);
  const { precision, recall, fscore } = scored.scores;
  const support = scored.average === null ? scored.scores.support : null;
  return [precision, recall, fscore, support] as PrecisionRecallFscoreSupport<A>;
}
