/** ml-svm by itself, without anything of this package around it. */
import { createRequire } from 'node:module';
import { RandomState } from '../../src/util/random.js';

interface Svm {
  train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
  predict(rows: readonly (readonly number[])[]): number[];
}
type SvmConstructor = new (options: Readonly<Record<string, unknown>>) => Svm;

export interface BinaryProblem {
  readonly rows: readonly (readonly number[])[];
  /** 1 and −1. */
  readonly labels: readonly number[];
  readonly folds: readonly { readonly train: ArrayLike<number>; readonly test: ArrayLike<number> }[];
}

/** Mean accuracy over the folds of a radial SVM for every C, and then one fit of the best on all rows. */
export function searchWithMlSvm(
  { rows, labels, folds }: BinaryProblem,
  Cs: readonly number[],
  gamma: number,
): number[] {
  const SVM = createRequire(import.meta.url)('ml-svm') as SvmConstructor;
  const random = new RandomState(0);
  const options = {
    // exp(−‖x − z‖²/(2σ²)), unscaled data and libsvm's tolerance: the problem that the others solve
    kernel: 'rbf',
    kernelOptions: { sigma: Math.sqrt(1 / (2 * gamma)) },
    whitening: false,
    tol: 1e-3,
    random: () => random.random(),
  };
  const at = <T>(values: readonly T[], indices: ArrayLike<number>): T[] => Array.from(indices, (i) => values[i]);
  const accuracies = Cs.map((C) => {
    const scores = folds.map(({ train, test }) => {
      const svm = new SVM({ ...options, C });
      svm.train(at(rows, train), at(labels, train));
      const predicted = svm.predict(at(rows, test));
      return predicted.filter((label, i) => label === labels[test[i]]).length / test.length;
    });
    return scores.reduce((a, b) => a + b, 0) / scores.length;
  });
  new SVM({ ...options, C: Cs[accuracies.indexOf(Math.max(...accuracies))] }).train(rows, labels);
  return accuracies;
}
