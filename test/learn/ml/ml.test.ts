import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { clone } from '../../../src/learn/clone.js';
import { toMatrix } from '../../../src/learn/input.js';
import { crossValidate } from '../../../src/learn/ml/cross-validate.js';
import { fromMl, type MlConstructor } from '../../../src/learn/ml/from-ml.js';
import { GridSearchCV } from '../../../src/learn/model-selection/grid-search.js';

const require = createRequire(import.meta.url);
const KNN = (require('ml-knn') as { readonly default?: MlConstructor }).default ?? (require('ml-knn') as MlConstructor);

// Two clusters with one stray point each: 1 neighbour is misled, 3 are not.
const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
  [0.5, 0.4],
  [8, 8],
  [8, 9],
  [9, 8],
  [9, 9],
  [8.5, 8.4],
];
const y = [0, 0, 0, 0, 1, 1, 1, 1, 1, 0];

/** The class whose mean is nearest, as ml.js writes classifiers with a method `train`. */
class NearestMean {
  readonly #scale: number;
  #means = new Map<unknown, number>();

  constructor({ scale = 1 }: { readonly scale?: number } = {}) {
    this.#scale = scale;
  }

  train(rows: number[][], labels: readonly unknown[]): void {
    for (const label of new Set(labels)) {
      const sums = rows.filter((_, i) => labels[i] === label).map((row) => row[0] + row[1]);
      this.#means.set(label, (this.#scale * sums.reduce((a, b) => a + b, 0)) / sums.length);
    }
  }

  predict(rows: number[][]): number[] {
    return rows.map((row) => {
      const gap = (mean: number) => Math.abs(row[0] + row[1] - mean);
      return [...this.#means].reduce((a, b) => (gap(b[1]) < gap(a[1]) ? b : a))[0] as number;
    });
  }
}

test('both kinds of ml.js classifiers are estimators', async () => {
  const knn = fromMl(KNN, { k: 1 });
  await knn.fit(toMatrix(X), y);
  expect(knn.predict(toMatrix(X))).toEqual(y);
  const other = clone(knn);
  expect(other.getParams()).toEqual({ k: 1 });
  expect(other.constructor.name).toBe('KNN');
  expect(() => other.predict(toMatrix(X))).toThrow('this KNN is not fitted yet');
  expect(() => other.setParams({ neighbours: 2 })).toThrow(/neighbours is no parameter of this KNN: there are k/);
  const means = fromMl(NearestMean, { scale: 1 });
  await means.fit(toMatrix(X), y);
  expect(means.predict(toMatrix(X))).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
});

test('a search varies an ml.js classifier, of either kind', async () => {
  const rows = X.map((_, row) => row);
  const leaveOneOut = rows.map((row) => ({ train: rows.filter((other) => other !== row), test: [row] }));
  const search = new GridSearchCV(fromMl(KNN, { k: 1 }), { k: [1, 3] }, { cv: leaveOneOut });
  await search.fit(X, y);
  expect(search.bestParams_).toEqual({ k: 3 });
  expect(search.cvResults_.meanTestScore).toEqual([0, 0.8]); // the strays are nearest to all others
  expect(await search.predict([[8, 8.5]])).toEqual([1]);
  const means = new GridSearchCV(fromMl(NearestMean, { scale: 1 }), { scale: [100, 1] }, { cv: 2 });
  await means.fit(X, y);
  expect(means.bestParams_).toEqual({ scale: 1 });
});

test('crossValidate counts what ml-cross-validation predicts', async () => {
  const expected = { labels: [0, 1], accuracy: 0.8 };
  const leaveOneOut = await crossValidate(NearestMean, X, y, {}, { cv: 'leaveOneOut' });
  expect(leaveOneOut).toEqual({
    ...expected,
    confusionMatrix: [
      [4, 1],
      [1, 4],
    ],
  });
  expect(await crossValidate(NearestMean, X, y, {}, { leavePOut: 1 })).toEqual(leaveOneOut);
  // Every pair is left out once: each row is tested with nine others.
  expect(await crossValidate(NearestMean, X, y, {}, { leavePOut: 2 })).toEqual({
    ...expected,
    confusionMatrix: [
      [36, 9],
      [9, 36],
    ],
  });
  const folds = await crossValidate(KNN, X, y, { k: 3 }, { kFold: 5 });
  expect(folds.confusionMatrix.map((row) => row.reduce((a, b) => a + b))).toEqual([5, 5]);
  await expect(crossValidate(KNN, X, y, {}, { cv: 11 })).rejects.toThrow(/kFold with 11: .* from 2 to 10/);
});
