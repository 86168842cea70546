/** The main job at full precision: scikit-learn's digits search, in this thread and on clusters of every kind. */
import { afterAll, describe, expect, test } from 'vitest';
import { Client } from '../../src/client/client.js';
import { LocalCluster } from '../../src/cluster/local-cluster.js';
import { datasets } from '../../src/learn/datasets.js';
import { GridSearchCV } from '../../src/learn/model-selection/grid-search.js';
import { trainTestSplit } from '../../src/learn/model-selection/train-test-split.js';
import type { SvcParams } from '../../src/learn/svm/params.js';
import { SVC } from '../../src/learn/svm/svc.js';
import { golden } from '../support/golden.js';

interface GoldenFit {
  readonly params: Partial<SvcParams>;
  readonly n_support: readonly number[];
  readonly intercept: readonly number[];
  readonly support: readonly number[];
  readonly dual_coef_row_0: readonly number[];
  readonly decision_function_first_3: readonly (readonly number[])[];
  readonly predict: readonly number[];
}

const reference = golden('grid-search.json');
const digits = await datasets.loadDigits();
const [XTrain, XTest, yTrain, yTest] = trainTestSplit(digits.data, digits.target, { testSize: 0.5, randomState: 0 });
const grid = [
  { kernel: ['rbf'], gamma: [1e-3, 1e-4], C: [1, 10, 100, 1000] },
  { kernel: ['linear'], C: [1, 10, 100, 1000] },
];

/** The largest distance, relative to the reference where that is above 1. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return expected.reduce(
    (most, value, i) => Math.max(most, Math.abs(found[i] - value) / Math.max(1, Math.abs(value))),
    0,
  );
}

test.each(reference.fits as GoldenFit[])('the fit of $params', (fit) => {
  const svc = new SVC(fit.params).fit(XTrain, yTrain);
  expect(Array.from(svc.support_)).toEqual(fit.support);
  expect(Array.from(svc.nSupport_)).toEqual(fit.n_support);
  expect(Array.from(svc.predict(XTest))).toEqual(fit.predict);
  expect(distance(svc.intercept_, fit.intercept)).toBeLessThan(1e-10);
  expect(distance(svc.dualCoef_.data.subarray(0, fit.support.length), fit.dual_coef_row_0)).toBeLessThan(1e-10);
  const [, columns] = svc.decisionFunction(XTest).shape;
  const decisions = svc.decisionFunction(XTest).data.subarray(0, 3 * columns);
  expect(distance(decisions, fit.decision_function_first_3.flat())).toBeLessThan(1e-10);
});

describe.each([
  ['in this thread', undefined],
  ['on threads', { workers: 1, threadsPerWorker: 2 }],
  ['on workers of this process', { workers: 3, threadsPerWorker: 1 }],
  ['on processes', { workers: 2, threadsPerWorker: 1, processes: true }],
])('both searches %s', async (_, options) => {
  const cluster = options && (await LocalCluster.start(options));
  const client = cluster && new Client(cluster);
  afterAll(async () => {
    await client?.close();
    await cluster?.close();
  });

  test.each(['precision', 'recall'])('%s', async (score) => {
    const expected = reference.scores[score];
    const search = new GridSearchCV(new SVC(), grid, { scoring: `${score}_macro`, ...(client && { client }) });
    await search.fit(XTrain, yTrain);
    const results = search.cvResults_;
    expect(results.params).toEqual(expected.params);
    expect(results.splitTestScore.map((scores) => Array.from(scores))).toEqual(expected.split_test_score);
    expect(Array.from(results.meanTestScore)).toEqual(expected.mean_test_score);
    expect(Array.from(results.stdTestScore)).toEqual(expected.std_test_score);
    expect(Array.from(results.rankTestScore)).toEqual(expected.rank_test_score);
    expect(search.bestIndex_).toBe(expected.best_index);
    expect(Array.from(await search.predict(XTest))).toEqual(expected.y_pred);
    expect(await search.score(XTest, yTest)).toBeGreaterThan(0.98);
  });
});
