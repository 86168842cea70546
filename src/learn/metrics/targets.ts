/** The labels that a metric compares, checked as scikit-learn checks them. */
import { InputError } from '../../util/errors.js';
import type { Label } from '../estimator.js';
import { consistentLength } from '../input.js';
import { type LabelsLike, targetType, toLabels, uniqueLabels } from '../labels.js';

export interface Targets {
  readonly type: 'binary' | 'multiclass';
  readonly yTrue: readonly Label[];
  readonly yPred: readonly Label[];
  /** Sorted and distinct, of both. */
  readonly present: readonly Label[];
}

/** Raises {@link InputError} for vectors of different lengths, strings against numbers, and numbers with a fraction. */
export function checkTargets(yTrue: LabelsLike, yPred: LabelsLike): Targets {
  const [actual, predicted] = [toLabels(yTrue, 'yTrue'), toLabels(yPred, 'yPred')];
  consistentLength(actual, predicted);
  if (actual.length > 0 && typeof actual[0] !== typeof predicted[0]) {
    throw new InputError(
      `Labels in yTrue and yPred should be of the same type: yTrue has ${typeof actual[0]}s, yPred ${typeof predicted[0]}s`,
    );
  }
  for (const [name, labels] of Object.entries({ yTrue: actual, yPred: predicted })) {
    if (targetType(labels) === 'continuous') {
      throw new InputError(
        `continuous is not supported: ${name} has numbers with a fraction, which are no class labels`,
      );
    }
  }
  const present = uniqueLabels(actual, predicted);
  return { type: present.length > 2 ? 'multiclass' : 'binary', yTrue: actual, yPred: predicted, present };
}
