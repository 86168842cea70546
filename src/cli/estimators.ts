/** The estimators that commands know by name. */
import type { Estimator, Params } from '../learn/estimator.js';
import { checkParams } from '../learn/svm/params.js';
import { SVC } from '../learn/svm/svc.js';
import { InputError } from '../util/errors.js';

interface EstimatorEntry {
  create(): Estimator;
  /** Raises {@link InputError} for parameters that it lacks and for values out of their range. */
  check(params: Params): void;
}

const estimators: Readonly<Record<string, EstimatorEntry>> = {
  svc: { create: () => new SVC(), check: checkParams },
};

export const estimatorNames: readonly string[] = Object.keys(estimators);

/** The estimator of this name. Raises {@link InputError}, which lists those that exist. */
export function estimatorOf(name: string): EstimatorEntry {
  if (Object.hasOwn(estimators, name)) return estimators[name]!;
  throw new InputError(`--estimator ${name} does not exist: there are ${estimatorNames.join(', ')}`);
}
