import { mean } from '../../kernels/pairwise-sum.js';
import { InputError } from '../../util/errors.js';
import { warn } from '../../util/warnings.js';
import type { Label } from '../estimator.js';
import { type LabelsLike, toLabels } from '../labels.js';
import { checkTargets } from './targets.js';

export interface ConfusionMatrixOptions {
  /** Which classes, in which order; all that occur, sorted, unless told. */
  readonly labels?: LabelsLike | undefined;
  /** Divides by the row ('true'), column ('pred') or overall sums; nothing out of nothing is 0. */
  readonly normalize?: keyof typeof normalizers | null | undefined;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);

const normalizers = {
  true: (matrix: number[][]) => matrix.map((row) => row.map((n) => ratio(n, sum(row)))),
  pred: (matrix: number[][]) => {
    const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j])));
    return matrix.map((row) => row.map((n, j) => ratio(n, columns[j])));
  },
  all: (matrix: number[][]) => {
    const total = sum(matrix.map(sum));
    return matrix.map((row) => row.map((n) => ratio(n, total)));
  },
} as const;

/**
 * Element [i][j]: how many rows of class i were predicted to be of class j.
 * Raises {@link InputError} when none of `labels` occurs in `yTrue`.
 *
 * @example
 * confusionMatrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]); // [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
 */
export function confusionMatrix(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ConfusionMatrixOptions = {},
): number[][] {
  const targets = checkTargets(yTrue, yPred);
  const labels = options.labels === undefined ? targets.present : toLabels(options.labels, 'labels');
  if (options.labels !== undefined) checkLabels(labels, targets.yTrue);
  const normalize = options.normalize ?? null;
  if (normalize !== null && !Object.hasOwn(normalizers, normalize)) {
    throw new InputError(`normalize must be one of 'true', 'pred', 'all' or null, got ${String(normalize)}`);
  }
  const matrix = countPairs(targets.yTrue, targets.yPred, labels);
  return normalize === null ? matrix : normalizers[normalize](matrix);
}

function checkLabels(labels: readonly Label[], yTrue: readonly Label[]): void {
  if (labels.length === 0) throw new InputError("'labels' should contain at least one label");
  if (yTrue.length === 0) return;
  const wanted = new Set(labels);
  if (!yTrue.some((label) => wanted.has(label))) {
    throw new InputError(`At least one label specified must be in yTrue: labels are ${labels.join(', ')}`);
  }
}

function countPairs(yTrue: readonly Label[], yPred: readonly Label[], labels: readonly Label[]): number[][] {
  const place = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let row = 0; row < yTrue.length; row++) {
    const i = place.get(yTrue[row]);
    const j = place.get(yPred[row]);
    if (i !== undefined && j !== undefined) matrix[i][j]++;
  }
  return matrix;
}

export interface BalancedAccuracyOptions {
  /** Rescales so that guessing scores 0 and perfection 1. */
  readonly adjusted?: boolean;
}

/**
 * The mean recall of the classes that occur in `yTrue`: accuracy that a frequent class cannot dominate.
 *
 * @example
 * balancedAccuracyScore([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]); // 0.625
 */
export function balancedAccuracyScore(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: BalancedAccuracyOptions = {},
): number {
  const matrix = confusionMatrix(yTrue, yPred);
  const recalls = matrix.map((row, i) => row[i] / sum(row)).filter((recall) => !Number.isNaN(recall));
  if (recalls.length < matrix.length) warn('UserWarning', 'yPred contains classes not in yTrue');
  const score = mean(recalls);
  if (!options.adjusted) return score;
  const chance = 1 / recalls.length;
  return (score - chance) / (1 - chance);
}
