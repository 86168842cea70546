import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toMatrix } from '../../../src/learn/input.js';
import { encodeLabels } from '../../../src/learn/labels.js';
import { crossDots, dot, dots } from '../../../src/learn/svm/dots.js';
import { type FitOptions, fit, groupByClass, type SvcState } from '../../../src/learn/svm/fit.js';
import { type KernelParams, kernelMatrix } from '../../../src/learn/svm/kernels.js';
import { solve } from '../../../src/learn/svm/solver.js';
import {
  classOrder,
  groupedKernel,
  type KernelSource,
  kernelSource,
  rowSource,
} from '../../../src/learn/svm/sources.js';
import { takeSteps } from '../../../src/learn/svm/steps.js';
import { SVC } from '../../../src/learn/svm/svc.js';
import { goldenData, halves } from './golden.js';

const options: FitOptions = {
  C: 1,
  gamma: 0,
  tol: 1e-3,
  maxIter: -1,
  shrinking: true,
  cacheSize: Number.POSITIVE_INFINITY,
  classWeight: () => 1,
};
const kernels: readonly KernelParams[] = [
  { kernel: 'linear', gamma: 0, degree: 0, coef0: 0 },
  { kernel: 'rbf', gamma: 0.1, degree: 0, coef0: 0 },
  { kernel: 'poly', gamma: 0.1, degree: 3, coef0: 1 },
];

/** Random points in two to four classes that overlap more or less. */
const problems = fc.record({
  X: fc.array(fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 3, maxLength: 3 }), {
    minLength: 8,
    maxLength: 60,
  }),
  classes: fc.integer({ min: 2, max: 4 }),
  shift: fc.integer({ min: 0, max: 30 }),
  kernel: fc.constantFrom(...kernels),
  C: fc.constantFrom(1e-3, 0.1, 1, 30, 1e3),
  shrinking: fc.boolean(),
});

function prepare({
  X,
  classes,
  shift,
  kernel,
}: {
  X: number[][];
  classes: number;
  shift: number;
  kernel: KernelParams;
}) {
  const codes = Int32Array.from(X, (_, i) => i % classes);
  const matrix = toMatrix(X.map((row, i) => row.map((value) => (value + shift * codes[i]) / 20)));
  const rows = Int32Array.from(X, (_, i) => i);
  const groups = groupByClass(rows, codes);
  const K = kernelMatrix(dots(matrix), kernel);
  const order = classOrder(codes);
  const grouped = groupedKernel(kernelMatrix(dots(matrix, order), kernel), order);
  return { codes, matrix, rows, groups, K, source: kernelSource(grouped) };
}

test('solutions satisfy the Karush-Kuhn-Tucker conditions within the tolerance', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { rows, groups, K, source } = prepare({ ...problem, classes: 2 });
      const { C } = problem;
      const maxIter = 20_000;
      const state = fit(source, groups, rows, { ...options, C, shrinking: problem.shrinking, maxIter });
      if (state.timedOut[0]) return;
      const n = rows.length;
      const coef = new Float64Array(n);
      state.support.forEach((row, k) => {
        coef[row] = state.dualCoef.data[k];
      });
      expect(Math.abs(coef.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9 * C * n);
      let up = -Infinity;
      let low = Infinity;
      for (let i = 0; i < n; i++) {
        const y = i % 2 === 0 ? 1 : -1;
        const alpha = y * coef[i];
        expect(alpha).toBeGreaterThanOrEqual(0);
        expect(alpha).toBeLessThanOrEqual(C);
        let g = -y;
        for (let j = 0; j < n; j++) g += coef[j] * K.data[i * n + j];
        if (y > 0 ? alpha < C : alpha > 0) up = Math.max(up, -g);
        if (y > 0 ? alpha > 0 : alpha < C) low = Math.min(low, -g);
      }
      // The solver sees the kernel in float32: its gradient is off by as much.
      const scale = Math.max(...K.data.map(Math.abs)) * coef.reduce((sum, value) => sum + Math.abs(value), 1);
      expect(up - low).toBeLessThan(options.tol + 4e-7 * scale);
    }),
    { numRuns: 100 },
  );
});

test('along growing C, what is copied is what a fresh fit finds, bit for bit', () => {
  let copied = 0;
  fc.assert(
    fc.property(problems, (problem) => {
      const { rows, groups, source } = prepare(problem);
      let smaller: SvcState | undefined;
      for (const C of [0.1, 1, 10, 100]) {
        const these = { ...options, C, shrinking: problem.shrinking, maxIter: 20_000 };
        const state: SvcState = fit(source, groups, rows, these, smaller);
        const isCopy = smaller?.unbounded.every((flag) => flag === 1) ?? false;
        expect(state).toEqual({ ...fit(source, groups, rows, these), isCopy });
        copied += smaller ? smaller.unbounded.reduce((sum, flag) => sum + flag, 0) : 0;
        smaller = state;
      }
    }),
    { numRuns: 40 },
  );
  expect(copied).toBeGreaterThan(0);
});

test('kernel rows computed as needed, few of them kept, lead to the same solution', () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { rows, groups, source, matrix } = prepare(problem);
      const these = { ...options, C: problem.C, maxIter: 20_000 };
      const whole = fit(source, groups, rows, these);
      const byRow = rowSource(matrix, problem.kernel);
      expect(fit(byRow, groups, rows, these)).toEqual(whole);
      // 0 megabytes are the two rows of a step, this is about five.
      expect(fit(byRow, groups, rows, { ...these, cacheSize: 0 })).toEqual(whole);
      expect(fit(byRow, groups, rows, { ...these, cacheSize: 1e-3 })).toEqual(whole);
    }),
    { numRuns: 40 },
  );
});

test('a kernel matrix in the memory of the steps, there already or replaced by another, or too large for it', () => {
  fc.assert(
    fc.property(problems, problems, (one, other) => {
      const [a, b] = [prepare(one), prepare(other)];
      const fitBoth = (strip: (source: KernelSource) => KernelSource) =>
        [a, a, b, a].map(({ source, groups, rows }) =>
          fit(strip(source), groups, rows, { ...options, maxIter: 20_000 }),
        );
      const whole = fitBoth((source) => source);
      expect(fitBoth(({ locate, gather }) => ({ locate, gather }))).toEqual(whole);
      expect(whole[1]).toEqual(whole[0]);
      expect(whole[3]).toEqual(whole[0]);
    }),
    { numRuns: 30 },
  );
});

test('the assembled steps are those that are written down, bit for bit', () => {
  let shrunk = 0;
  fc.assert(
    fc.property(problems, (problem) => {
      const { rows, groups, source } = prepare(problem);
      const these = { ...options, C: problem.C, shrinking: problem.shrinking, maxIter: 20_000 };
      const plain = fit(source, groups, rows, these, undefined, (binary, workspace) =>
        solve(binary, workspace, takeSteps),
      );
      expect(fit(source, groups, rows, these)).toEqual(plain);
      shrunk += plain.iterations.filter((count) => count > rows.length).length;
    }),
    { numRuns: 100 },
  );
  expect(shrunk).toBeGreaterThan(0);
});

test('dot products and decisions in tiles are those of plain loops, for sizes that fill no tile', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 9 }), fc.integer(), (n, d, seed) => {
      const random = (k: number) => Math.sin(seed + k * 12.9898) * 43758.5453;
      const matrix = toMatrix(
        Array.from({ length: n }, (_, i) => Array.from({ length: d }, (__, k) => random(i * d + k))),
      );
      const expected = Array.from({ length: n * n }, (_, at) =>
        dot(matrix.data, Math.floor(at / n) * d, matrix.data, (at % n) * d, d),
      );
      expect([...dots(matrix).data]).toEqual(expected);
      expect([...crossDots(matrix, matrix).data]).toEqual(expected);
    }),
  );
});

test('libsvm itself finds the same support vectors and predictions', async () => {
  const { train, test: other } = halves(goldenData.digits);
  const Libsvm = await createRequire(import.meta.url)('libsvm-js');
  for (const cost of [1, 10]) {
    const theirs = new Libsvm({
      kernel: Libsvm.KERNEL_TYPES.RBF,
      type: Libsvm.SVM_TYPES.C_SVC,
      gamma: 1e-3,
      cost,
      quiet: true,
    });
    theirs.train(train.X, train.y);
    const ours = new SVC({ gamma: 1e-3, C: cost }).fit(train.X, train.y);
    // libsvm orders classes by first appearance, scikit-learn and we by label.
    expect(ours.predict(other.X)).toEqual(theirs.predict(other.X));
    expect([...ours.support_].sort((a, b) => a - b)).toEqual(
      theirs.getSVIndices().sort((a: number, b: number) => a - b),
    );
    theirs.free();
  }
});

test('labels are encoded in the order scikit-learn sorts them', () => {
  expect(encodeLabels(['b', 'a', 'b'])).toEqual({ classes: ['a', 'b'], codes: Int32Array.from([1, 0, 1]) });
});
