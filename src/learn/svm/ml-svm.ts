/**
 * The npm package ml-svm as the solver of the binary problems: the simplified SMO of a teaching text, with random second
 * items, a looser stop and a looser clipping than libsvm's, so its coefficients are near the optimum rather than at it.
 * It is given our kernel values through a kernel function of item numbers and a seeded generator, so it works with every
 * kernel and repeats itself. It knows one bound for both classes; weights that make them differ are refused.
 */
import { createRequire } from 'node:module';
import { InputError } from '../../util/errors.js';
import type { BinaryProblem } from './shrinking.js';
import type { BinarySolution } from './solver.js';

interface MlSvm {
  train(features: readonly (readonly number[])[], labels: readonly number[]): void;
  supportVectors(): readonly number[];
  readonly alphas: readonly number[];
  readonly b: number;
  readonly iterations: number;
}
type MlSvmConstructor = new (options: Record<string, unknown>) => MlSvm;

/**
 * Solves one binary problem with ml-svm. Raises what ml-svm raises when it does not converge, and InputError when it
 * diverges.
 */
export function solveWithMlSvm(problem: BinaryProblem): BinarySolution {
  const { source, rows, positives, bounds, tol, maxIter } = problem;
  if (bounds[0] !== bounds[1]) throw new InputError("solver 'ml-svm' has no class weights: leave classWeight null");
  const l = rows.length;
  const items = new Int32Array(l);
  source.locate(rows, items, new Float64Array(l));
  const K = new Float32Array(l * l);
  for (let i = 0; i < l; i++) source.gather(items[i], items, l, K, i * l);
  const SVM = createRequire(import.meta.url)('ml-svm') as MlSvmConstructor;
  const svm = new SVM({
    C: bounds[0],
    tol,
    whitening: false,
    kernel: { compute: ([i]: readonly number[], [j]: readonly number[]) => K[i * l + j] },
    random: generator(l),
    ...(maxIter === -1 ? {} : { maxIterations: maxIter }),
  });
  svm.train(
    Array.from({ length: l }, (_, i) => [i]),
    Array.from({ length: l }, (_, i) => (i < positives ? 1 : -1)),
  );
  const coef = new Float64Array(l);
  for (const [k, item] of svm.supportVectors().entries()) coef[item] = svm.alphas[k] * (item < positives ? 1 : -1);
  if (![svm.b, ...svm.alphas].every(Number.isFinite)) {
    throw new InputError(
      "solver 'ml-svm' found no finite solution: its coefficients grew beyond all bounds, as they do where the kernel is " +
        `not positive semi-definite and C is large (here ${bounds[0]}): choose a smaller C, or solver 'libsvm'`,
    );
  }
  return { coef, rho: -svm.b, iterations: svm.iterations, timedOut: false, unbounded: false };
}

/** Uniform numbers in [0, 1), the same for the same seed (xorshift32). */
function generator(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
