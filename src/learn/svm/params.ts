/** The parameters of SVC: scikit-learn's names in camelCase, its defaults and its limits. */
import { InputError } from '../../util/errors.js';
import type { Label, Params } from '../estimator.js';
import { type KernelName, type KernelParams, kernelNames } from './kernels.js';

export interface SvcParams {
  /** The price of a margin violation. */
  readonly C: number;
  readonly kernel: KernelName;
  /** Of the polynomial kernel. */
  readonly degree: number;
  /** 'scale' is 1/(d·var(X)) of the training set, 'auto' 1/d. */
  readonly gamma: 'scale' | 'auto' | number;
  readonly coef0: number;
  readonly tol: number;
  /** −1 for no limit. */
  readonly maxIter: number;
  /** Factors on C by label; 'balanced' is n/(classes · members of the class). */
  readonly classWeight: null | 'balanced' | Readonly<Record<string, number>>;
  readonly shrinking: boolean;
  readonly decisionFunctionShape: 'ovr' | 'ovo';
  /** Predict by the largest decision value instead of the first class with most votes. */
  readonly breakTies: boolean;
  /** Megabytes of kernel rows to keep, where the whole kernel matrix would be too large. */
  readonly cacheSize: number;
  readonly solver: 'libsvm' | 'ml-svm';
}

export const defaults: SvcParams = {
  C: 1,
  kernel: 'rbf',
  degree: 3,
  gamma: 'scale',
  coef0: 0,
  tol: 1e-3,
  maxIter: -1,
  classWeight: null,
  shrinking: true,
  decisionFunctionShape: 'ovr',
  breakTies: false,
  cacheSize: 200,
  solver: 'libsvm',
};

const oneOf = (...names: readonly unknown[]) => ({
  accepts: (value: unknown) => names.includes(value),
  expected: `one of ${names.join(', ')}`,
});
const number = (expected: string, accepts: (value: number) => boolean) => ({
  accepts: (value: unknown) => typeof value === 'number' && Number.isFinite(value) && accepts(value),
  expected,
});

const rules: { readonly [K in keyof SvcParams]: { accepts(value: unknown): boolean; readonly expected: string } } = {
  C: number('a number above 0', (value) => value > 0),
  kernel: oneOf(...kernelNames),
  degree: number('an integer from 0 on', (value) => Number.isInteger(value) && value >= 0),
  gamma: {
    accepts: (value) =>
      value === 'scale' || value === 'auto' || (typeof value === 'number' && Number.isFinite(value) && value >= 0),
    expected: "'scale', 'auto' or a number from 0 on",
  },
  coef0: number('a number', () => true),
  tol: number('a number above 0', (value) => value > 0),
  maxIter: number('−1 or an integer from 0 on', (value) => Number.isInteger(value) && value >= -1),
  classWeight: {
    accepts: (value) =>
      value === null ||
      value === 'balanced' ||
      (typeof value === 'object' && Object.values(value).every((weight) => typeof weight === 'number' && weight >= 0)),
    expected: "null, 'balanced' or an object of weights by label",
  },
  shrinking: oneOf(true, false),
  decisionFunctionShape: oneOf('ovr', 'ovo'),
  breakTies: oneOf(true, false),
  cacheSize: number('a number above 0', (value) => value > 0),
  solver: oneOf('libsvm', 'ml-svm'),
};

/** Raises {@link InputError} for a name that is no parameter of SVC. */
export function checkNames(params: Params): void {
  for (const name of Object.keys(params)) {
    if (!(name in rules)) {
      throw new InputError(`SVC has no parameter ${name}; its parameters are ${Object.keys(rules).join(', ')}`);
    }
  }
}

/** `params` over the defaults. Raises {@link InputError} for a value out of its range. */
export function checkParams(params: Params): SvcParams {
  checkNames(params);
  const complete = { ...defaults, ...params };
  for (const [name, { accepts, expected }] of Object.entries(rules)) {
    const value = complete[name as keyof SvcParams];
    if (!accepts(value)) throw new InputError(`SVC parameter ${name} is ${JSON.stringify(value)}: give ${expected}`);
  }
  if (complete.breakTies && complete.decisionFunctionShape === 'ovo') {
    throw new InputError("breakTies is true, which needs decisionFunctionShape 'ovr', but that is 'ovo'");
  }
  return complete;
}

/** What of the parameters decides the kernel; 0 for what it does not use, so that equal kernels have equal parameters. */
export function kernelParams({ kernel, degree, coef0 }: SvcParams, gamma: number): KernelParams {
  const usesOffset = kernel === 'poly' || kernel === 'sigmoid';
  return {
    kernel,
    gamma: usesGamma(kernel) ? gamma : 0,
    degree: kernel === 'poly' ? degree : 0,
    coef0: usesOffset ? coef0 : 0,
  };
}

export const usesGamma = (kernel: KernelName): boolean => kernel !== 'linear' && kernel !== 'precomputed';

export type ClassWeights = (code: number, count: number, total: number, classes: number) => number;

/** The factor on C of every class. Raises {@link InputError} where labels of `present` lack a weight while others that are absent have one. */
export function classWeights(
  { classWeight }: Pick<SvcParams, 'classWeight'>,
  labels: readonly Label[],
  present: readonly Label[],
): ClassWeights {
  if (classWeight === null) return () => 1;
  if (classWeight === 'balanced') return (_code, count, total, classes) => total / (classes * count);
  const missing = present.filter((label) => !(String(label) in classWeight));
  if (missing.length > 0 && present.length - missing.length !== Object.keys(classWeight).length) {
    throw new InputError(
      `classWeight has weights for ${Object.keys(classWeight).join(', ')}, but not for the classes ${missing.join(', ')}`,
    );
  }
  return (code) => classWeight[String(labels[code])] ?? 1;
}
