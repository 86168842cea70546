import type { LabelsLike } from '../labels.js';
import { checkTargets } from './targets.js';

export interface AccuracyOptions {
  /** Without it the number of correct labels instead of their fraction. */
  readonly normalize?: boolean;
}

/**
 * The fraction of labels that are predicted right; NaN for no labels.
 *
 * @example
 * accuracyScore([0, 1, 2, 3], [0, 2, 1, 3]); // 0.5
 */
export function accuracyScore(yTrue: LabelsLike, yPred: LabelsLike, options: AccuracyOptions = {}): number {
  const targets = checkTargets(yTrue, yPred);
  const right = targets.yTrue.reduce<number>((n, label, i) => n + (label === targets.yPred[i] ? 1 : 0), 0);
  return (options.normalize ?? true) ? right / targets.yTrue.length : right;
}
