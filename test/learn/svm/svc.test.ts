import { expect, test } from 'vitest';
import type { SvcParams } from '../../../src/learn/svm/params.js';
import { SVC } from '../../../src/learn/svm/svc.js';
import { type GoldenFit, goldenData, goldenFits, gram, halves } from './golden.js';

const relativeError = (value: number, expected: number) => Math.abs(value - expected) / (1 + Math.abs(expected));
const worst = (values: ArrayLike<number>, expected: readonly number[]) => {
  expect(values.length).toBe(expected.length);
  return Math.max(0, ...expected.map((value, k) => relativeError(values[k], value)));
};

/**
 * scikit-learn's dot products come from a BLAS, which rounds fractions in another order than ascending columns. On
 * these two long searches for a tight tolerance one equal choice in thousands falls the other way, and both end within
 * the tolerance of the optimum by paths of their own. On the same data in whole tenths, where no order rounds, they agree.
 */
const loose = new Set([
  'iris {"kernel":"linear","C":10,"tol":0.00001}',
  'iris pair {"kernel":"linear","C":10,"tol":0.00001}',
]);

const title = ({ data, params }: GoldenFit) => `${data} ${JSON.stringify(params)}`;

function fitted({ data, params }: GoldenFit): { svc: SVC; asked: readonly (readonly number[])[] } {
  const { train, test: other } = halves(goldenData[data]);
  const isPrecomputed = params.kernel === 'precomputed';
  const svc = new SVC(params as Partial<SvcParams>).fit(isPrecomputed ? gram(train.X, train.X) : train.X, train.y);
  return { svc, asked: isPrecomputed ? gram(other.X, train.X) : other.X };
}

test.each(goldenFits.map((golden) => [title(golden), golden] as const))('%s: as scikit-learn', (_, golden) => {
  const { svc, asked } = fitted(golden);
  expect(svc.predict(asked)).toEqual(golden.predict);
  expect([...svc.support_]).toEqual(golden.support);
  expect([...svc.nSupport_]).toEqual(golden.nSupport);
  const isLoose = loose.has(title(golden));
  if (!isLoose) expect([...svc.nIter_]).toEqual(golden.nIter);
  const [rows, nSV] = svc.dualCoef_.shape as [number, number];
  const row = (i: number) => svc.dualCoef_.data.subarray(i * nSV, (i + 1) * nSV);
  const sums = Array.from({ length: rows }, (__, i) => row(i).reduce((sum, value, k) => sum + value * (k + 1), 0));
  const errors = {
    intercept: worst(svc.intercept_, golden.intercept),
    sums: worst(sums, golden.dualCoefSums),
    coef: Math.max(0, ...(golden.dualCoef ?? []).map((expected, i) => worst(row(i), expected))),
    decisions: worst(svc.decisionFunction(asked.slice(0, 4)).data, golden.decisions),
  };
  for (const error of Object.values(errors)) expect(error).toBeLessThan(isLoose ? 1e-4 : 1e-9);
});

const X = [
  [0, 0],
  [1, 1],
  [3, 3],
  [4, 4],
];
const y = ['low', 'low', 'high', 'high'];

test('labels are what they were, and score counts them', () => {
  const svc = new SVC({ kernel: 'linear', C: 10 }).fit(X, y);
  expect(svc.classes_).toEqual(['high', 'low']);
  expect(
    svc.predict([
      [0.5, 0],
      [5, 5],
    ]),
  ).toEqual(['low', 'high']);
  expect(svc.score(X, ['low', 'low', 'high', 'low'])).toBe(0.75);
});

test.each([
  [{ kernel: 'quadratic' }, X, y, 'one of linear, rbf, poly, sigmoid, precomputed'],
  [{ C: -1 }, X, y, 'SVC parameter C is -1: give a number above 0'],
  [{ gamma: 'wide' }, X, y, "'scale', 'auto' or a number from 0 on"],
  [{ breakTies: true, decisionFunctionShape: 'ovo' }, X, y, 'breakTies'],
  [{}, X, ['a', 'a', 'a', 'a'], 'The number of classes has to be greater than one; got 1 class'],
  [{}, X, ['a', 'b'], 'X has 4 rows, but y has 2 labels'],
  [{}, [[0, 1], [2, Number.NaN], ...X.slice(2)], y, 'row 1, column 1'],
  [{ kernel: 'precomputed' }, X, y, 'the precomputed kernel is 4 × 2'],
  [{ classWeight: { low: 2, middle: 1 } }, X, y, 'not for the classes high'],
])('fit refuses %j', (params, data, labels, message) => {
  const svc = new SVC(params as unknown as Partial<SvcParams>);
  expect(() => svc.fit(data, labels)).toThrow(message);
});

test('a name that is no parameter, a model not fitted and other columns are refused', () => {
  expect(() => new SVC({ c: 1 } as Partial<SvcParams>)).toThrow('SVC has no parameter c; its parameters are C, kernel');
  expect(() => new SVC().setParams({ nu: 1 })).toThrow('SVC has no parameter nu');
  expect(() => new SVC().predict(X)).toThrow('call fit first');
  expect(() => new SVC().fit(X, y).predict([[1]])).toThrow('X has 1 columns, but this SVC was fitted with 2');
});

test('setParams changes what getParams tells', () => {
  expect(new SVC({ C: 2 }).setParams({ kernel: 'linear' }).getParams()).toMatchObject({
    C: 2,
    kernel: 'linear',
    tol: 1e-3,
  });
});

test('ml-svm solves the same problems, near the same answers', () => {
  const { train, test: other } = halves(goldenData['iris tenths']);
  const theirs = new SVC({ solver: 'ml-svm', gamma: 0.001, C: 1 }).fit(train.X, train.y);
  const ours = new SVC({ gamma: 0.001, C: 1 }).fit(train.X, train.y);
  expect(theirs.score(other.X, other.y)).toBeGreaterThan(0.9);
  const [a, b] = [theirs.predict(other.X), ours.predict(other.X)];
  expect(a.filter((label, k) => label === b[k]).length / a.length).toBeGreaterThan(0.9);
  const again = new SVC({ solver: 'ml-svm', gamma: 0.001, C: 1 }).fit(train.X, train.y);
  expect(again.dualCoef_).toEqual(theirs.dualCoef_);
  expect(() => new SVC({ solver: 'ml-svm', classWeight: { 0: 1, 1: 2, 2: 1 } }).fit(train.X, train.y)).toThrow(
    'ml-svm',
  );
});

test('a fit in which ml-svm diverges is an error, not a model of NaN', () => {
  // Indefinite: the dual has no minimum but the bounds.
  const K = [
    [1, -0.95, -0.95, 0.95],
    [-0.95, 1, -0.95, 0.95],
    [-0.95, -0.95, 1, 0.95],
    [0.95, 0.95, 0.95, 1],
  ];
  const fit = (C: number) => new SVC({ solver: 'ml-svm', kernel: 'precomputed', C }).fit(K, [0, 1, 0, 1]);
  expect(() => fit(1e308)).toThrow('no finite solution');
  expect(fit(1).intercept_.every(Number.isFinite)).toBe(true);
});

test.each(['linear', 'poly'] as const)('a %s kernel too large for single precision is refused, at once', (kernel) => {
  const X = [
    [1e25, 1],
    [2e25, 0],
    [1, 3],
    [2, 5e25],
  ];
  expect(() => new SVC({ kernel, gamma: 1 }).fit(X, [0, 1, 0, 1])).toThrow('values too large for single precision');
});
