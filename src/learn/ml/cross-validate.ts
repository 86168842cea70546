import { InputError } from '../../util/errors.js';
import type { Label, Params } from '../estimator.js';
import { checkLengths, type MatrixLike, toMatrix } from '../input.js';
import { decodeLabels, encodeLabels, type LabelsLike } from '../labels.js';
import { type MlConstructor, toRows } from './from-ml.js';

/** How to split: a number of random folds (`cv` and `kFold` are the same), one row out at a time, or every choice of p rows. */
export type MlCrossValidation =
  | { readonly cv: number | 'leaveOneOut' }
  | { readonly kFold: number }
  | { readonly leavePOut: number };

export interface MlCrossValidationResult {
  /** Classes in the order in which `y` names them first. */
  readonly labels: readonly Label[];
  /** `confusionMatrix[actual][predicted]`, counts over all test sets. */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly accuracy: number;
}

interface ConfusionMatrix {
  readonly labels: readonly Label[];
  readonly matrix: readonly (readonly number[])[];
}

type Validate = (Type: MlConstructor, X: number[][], y: Label[], options: Params, size: number) => ConfusionMatrix;

/**
 * Cross-validates an ml.js classifier with the package ml-cross-validation, whose folds are drawn with `Math.random`.
 * Raises {@link InputError} for fold sizes that the data does not allow.
 *
 * @example
 * import KNN from 'ml-knn';
 * const { accuracy } = await crossValidate(KNN, X, y, { k: 3 }, { cv: 'leaveOneOut' });
 */
export async function crossValidate(
  Classifier: MlConstructor,
  X: MatrixLike,
  y: LabelsLike,
  classifierOptions: Params = {},
  how: MlCrossValidation = { cv: 5 },
): Promise<MlCrossValidationResult> {
  const matrix = toMatrix(X);
  const { codes, classes } = encodeLabels(y);
  checkLengths(matrix, codes);
  const rows = toRows(matrix);
  const labels = decodeLabels(codes, classes);
  const { method, size } = methodOf(how);
  const least = method === 'kFold' ? 2 : 1;
  const most = method === 'kFold' ? rows.length : rows.length - 1;
  if (!Number.isInteger(size) || size < least || size > most) {
    throw new InputError(
      `${method} with ${size}: give a whole number from ${least} to ${most}, for ${rows.length} rows`,
    );
  }
  // The package has no types of its own.
  const module = (await import('ml-cross-validation' as string)) as { readonly default: Record<string, Validate> };
  const { labels: found, matrix: counts } = module.default[method](Classifier, rows, labels, classifierOptions, size);
  const total = counts.flat().reduce((a, b) => a + b, 0);
  const correct = counts.reduce((sum, row, i) => sum + row[i], 0);
  return { labels: found, confusionMatrix: counts, accuracy: correct / total };
}

function methodOf(how: MlCrossValidation): { readonly method: 'kFold' | 'leavePOut'; readonly size: number } {
  if ('kFold' in how) return { method: 'kFold', size: how.kFold };
  if ('leavePOut' in how) return { method: 'leavePOut', size: how.leavePOut };
  return how.cv === 'leaveOneOut' ? { method: 'leavePOut', size: 1 } : { method: 'kFold', size: how.cv };
}
