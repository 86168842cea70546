import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tasksOf } from '../../../src/graph/graph.js';
import { fbetaScore } from '../../../src/learn/metrics/precision-recall.js';
import { makeScorer } from '../../../src/learn/metrics/scorers.js';
import { FitFailedError } from '../../../src/learn/model-selection/failures.js';
import { GridSearchCV, type SearchEvents } from '../../../src/learn/model-selection/grid-search.js';
import type { GridSearchOptions } from '../../../src/learn/model-selection/prepare.js';
import type { ScorerFunction } from '../../../src/learn/model-selection/scoring.js';
import { InputError } from '../../../src/util/errors.js';
import { NearestCentroid } from '../../support/nearest-centroid.js';
import { PlannedCentroid, recordingRunner } from '../../support/planned-centroid.js';
import { warningsDuring } from '../../support/warnings.js';

// Three overlapping classes on a line, so that candidates differ.
const y = Array.from({ length: 30 }, (_, i) => ['ape', 'bee', 'cat'][i % 3]);
const X = y.map((label, i) => [label.charCodeAt(0) - 97 + ((i * 7) % 11) / 8, (i % 4) / 10]);
const grid = { shrink: [0, 0.3, 0.9], power: [1, 2] };

const withoutTimes = (results: object) =>
  Object.fromEntries(Object.entries(results).filter(([name]) => !name.endsWith('Time')));

test('equal work runs once, the refit included, and gives what separate fits give', async () => {
  const client = recordingRunner();
  const options: GridSearchOptions = {
    returnTrainScore: true,
    scoring: ['accuracy', 'recall_macro'],
    refit: 'accuracy',
  };
  const planned = await new GridSearchCV(new PlannedCentroid(), grid, { ...options, client }).fit(X, y);
  const plain = await new GridSearchCV(new NearestCentroid(), grid, options).fit(X, y);
  expect(withoutTimes(planned.cvResults_)).toEqual(withoutTimes(plain.cvResults_));
  expect(planned.bestParams_).toEqual(plain.bestParams_);
  expect(planned.bestEstimator_?.centroids_).toEqual(plain.bestEstimator_?.centroids_);
  expect(planned.bestEstimator_).toBeInstanceOf(PlannedCentroid);
  expect(await planned.predict(X)).toEqual(await plain.predict(X));
  expect(client.ran).toMatchObject({
    'test:centroids': 5 + 1, // one per fold, one on all rows
    'test:shrunk': 3 * 5 + 1, // `power` makes no difference to a fit
    'test:predict': 6 * 5 * 2, // test and training rows
    'learn/model-selection/ops.js#score': 6 * 5 * 2,
  });
  expect(client.held()).toBe(0);
  expect(client.graphSizes[1]).toBe(5); // X, y, the rows, their centroids, the fit
});

test('a search tells of every fit and candidate as it is done', async () => {
  const search = new GridSearchCV(new NearestCentroid(), grid, { cv: 3 });
  const candidates: SearchEvents['candidate'][] = [];
  const progress: number[] = [];
  const before = NearestCentroid.fits;
  const fitsByCandidate: number[] = [];
  search.on('candidate', (event) => {
    candidates.push(event);
    fitsByCandidate.push(NearestCentroid.fits - before);
  });
  search.on('progress', ({ done, total }) => progress.push(done / total));
  const stop = search.on('progress', () => expect.unreachable());
  stop();
  await search.fit(X, y);
  expect(progress).toEqual(Array.from({ length: 18 }, (_, i) => (i + 1) / 18));
  expect(candidates.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, 6]));
  // Told while the search runs, not at its end: at most one fit has begun since.
  fitsByCandidate.forEach((fits, i) => {
    expect(fits - 3 * (i + 1)).toBeLessThanOrEqual(1);
  });
  const { params, meanTestScore, splitTestScore } = search.cvResults_;
  for (const event of candidates) {
    expect(event.params).toEqual(params[event.index]);
    expect(event.mean).toBe(meanTestScore[event.index]);
    expect(event.scores.score).toEqual(splitTestScore.map((split) => split[event.index]));
  }
});

test('function scorers are given a fitted estimator and the test rows, beside named ones', async () => {
  const shapes = new Set<string>();
  const perfect: ScorerFunction = async (estimator, rows, labels) => {
    const predicted = Array.from(await estimator.predict(rows));
    shapes.add(`${estimator.constructor.name} ${rows.shape.join('x')} ${labels.length}`);
    return predicted.filter((label, i) => label === labels[i]).length / labels.length;
  };
  for (const estimator of [new NearestCentroid(), new PlannedCentroid()]) {
    const search = new GridSearchCV(estimator, grid, {
      scoring: { own: perfect, accuracy: 'accuracy' },
      refit: 'own',
      cv: 3,
      client: recordingRunner(),
    });
    await search.fit(X, y);
    expect(search.cvResults_.meanTestOwn).toEqual(search.cvResults_.meanTestAccuracy);
    expect(search.bestScore_).toBe(Math.max(...search.cvResults_.meanTestOwn));
    expect(await search.score(X.slice(0, 2), y.slice(0, 2))).toBeTypeOf('number');
  }
  expect([...shapes].sort()).toEqual([
    'NearestCentroid 10x2 10',
    'NearestCentroid 2x2 2',
    'PlannedCentroid 10x2 10',
    'PlannedCentroid 2x2 2',
  ]);
});

test('with functions only, no task predicts', async () => {
  const client = recordingRunner();
  const search = new GridSearchCV(new PlannedCentroid(), grid, {
    scoring: (_, rows, labels) => rows.shape[0] + labels.length,
    cv: 3,
    returnTrainScore: true,
    client,
  });
  await search.fit(X, y);
  expect(search.cvResults_.meanTestScore).toEqual(Array(6).fill(20));
  expect(search.cvResults_.meanTrainScore).toEqual(Array(6).fill(40));
  expect(Object.keys(client.ran).sort()).toEqual(['graph/ops.js#value', 'test:centroids', 'test:shrunk']);
});

test('a scorer that raises scores errorScore, with one warning', async () => {
  const scoring: ScorerFunction = (_, rows) => {
    if (rows.data[0] === X[0][0]) throw new Error('no score today');
    return 1;
  };
  const search = new GridSearchCV(new NearestCentroid(), { power: [1, 2] }, { scoring, cv: 2, errorScore: 0.5 });
  const warnings = await warningsDuring(() => search.fit(X, y));
  expect(search.cvResults_.splitTestScore).toEqual([
    [0.5, 0.5],
    [1, 1],
  ]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatchObject({
    name: 'ScoringFailedWarning',
    message: expect.stringContaining('2 scores failed'),
  });
  const nothing = new GridSearchCV(new NearestCentroid(), {}, { scoring: (() => 'high') as unknown as ScorerFunction });
  await expect(nothing.fit(X, y)).rejects.toThrow('scoring must return a number, got high (string)');
});

const failing = { shrink: [0, 3], limit: [2] };

test('failed fits are listed with their reasons', async () => {
  for (const estimator of [new NearestCentroid(), new PlannedCentroid()]) {
    const search = new GridSearchCV(estimator, failing, { cv: 2, client: recordingRunner() });
    const warnings = await warningsDuring(() => search.fit(X, y));
    expect(search.fitFailures_).toMatchObject(
      [0, 1].map((split) => ({
        candidate: 1,
        split,
        params: { shrink: 3, limit: 2 },
        error: { name: 'RangeError', message: 'shrink 3 is not below 2' },
      })),
    );
    expect(warnings.map(({ name }) => name)).toEqual(['FitFailedWarning']);
    expect(search.cvResults_.rankTestScore).toEqual([1, 2]);
    expect(search.cvResults_.meanTestScore[1]).toBeNaN();
  }
});

test("errorScore: 'raise' rejects at the first failure, once, and lets all results go", async () => {
  const client = recordingRunner();
  const search = new GridSearchCV(
    new PlannedCentroid(),
    { shrink: [0, 3, 4, 5, 6], limit: [2] },
    { errorScore: 'raise', client },
  );
  const error = await search.fit(X, y).catch((reason) => reason);
  expect(error).toBeInstanceOf(FitFailedError);
  expect(error.message).toBe('fitting { limit: 2, shrink: 3 } failed on split 0: shrink 3 is not below 2');
  expect(error.failures).toMatchObject([{ candidate: 1, split: 0, params: { limit: 2, shrink: 3 } }]);
  expect(client.held()).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  // Five good fits, the first bad one, and those that began before word of it came.
  expect(client.ran['test:shrunk']).toBeLessThan(10);
});

test('when all fits fail there is nothing to choose from', async () => {
  const search = new GridSearchCV(new NearestCentroid(), { shrink: [3], limit: [1, 2] }, { cv: 2 });
  const fits = NearestCentroid.fits;
  await expect(search.fit(X, y)).rejects.toThrow(
    /All the 4 fits failed[\s\S]*2 fits failed with:\nRangeError: shrink 3 is not below 1/,
  );
  expect(NearestCentroid.fits - fits).toBe(4); // none was tried again
});

const refused: readonly [string, GridSearchOptions, object, RegExp][] = [
  ['a parameter the estimator lacks', {}, { C: [1] }, /NearestCentroid has no parameter C.* limit, power, shrink/],
  ['an unknown scorer', { scoring: 'acuracy' }, grid, /'acuracy' is not a scorer.*accuracy/],
  [
    'several metrics and refit: true',
    { scoring: ['accuracy'] },
    grid,
    /refit must name the metric.*one of accuracy.*refit is true/,
  ],
  ['refit by an absent metric', { scoring: ['accuracy', 'recall_macro'], refit: 'f1' }, grid, /refit is "f1"/],
  ['no metric', { scoring: [] }, grid, /names no metric/],
  ['a metric twice', { scoring: ['accuracy', 'accuracy'] }, grid, /accuracy twice/],
  [
    'metrics of one column',
    { scoring: { 'a b': 'accuracy', a_b: 'accuracy' }, refit: false },
    grid,
    /share the column/,
  ],
  ['no splits', { cv: [] }, grid, /cv gave no splits/],
  ['rows that do not exist', { cv: [[[0, 1], [30]]] }, grid, /test of split 0 names row 30.* rows 0 to 29/],
  ['no training rows', { cv: [{ train: [], test: [1] }] }, grid, /train of split 0 is empty/],
  ['another errorScore', { errorScore: 'nan' as 'raise' }, grid, /errorScore is "nan": give a number.* or 'raise'/],
  ['something else as cv', { cv: 'five' as unknown as number }, grid, /cv is five/],
];

test.each(refused)('%s is refused before anything runs', async (_, options, paramGrid, message) => {
  const fits = NearestCentroid.fits;
  const search = new GridSearchCV(new NearestCentroid(), paramGrid as typeof grid, options);
  const error = await search.fit(X, y).catch((reason) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toMatch(message);
  expect(NearestCentroid.fits).toBe(fits);
});

test('results are an Arrow table, splits and mixed parameters in columns of their own', async () => {
  const search = new GridSearchCV(new NearestCentroid(), [{ power: [1] }, { shrink: [0.5] }], { cv: 2 });
  await expect(search.cvResultsTable()).rejects.toThrow(/await search.fit/);
  await search.fit(X, y);
  const table = await search.cvResultsTable();
  const { meanTestScore, splitTestScore } = search.cvResults_;
  const [first, second] = table.toArray().map((row) => row.toJSON());
  expect(first).toMatchObject({
    paramPower: 1,
    paramShrink: null,
    params: '{"power":1}',
    meanTestScore: meanTestScore[0],
  });
  expect(second).toMatchObject({ paramPower: null, paramShrink: 0.5, split1TestScore: splitTestScore[1][1] });
});

test('the graph can be had before and after, and drawn', async () => {
  const search = new GridSearchCV(new PlannedCentroid(), { shrink: [0, 0.5] }, { cv: 2, client: recordingRunner() });
  expect(() => search.graph()).toThrow(/fit has begun/);
  const keys = [...tasksOf(search.plan(X, y))].map((task) => task.key);
  await search.fit(X, y);
  const all = [...tasksOf(search.graph())].map((task) => task.key);
  // The winner is known now, so its fit on all rows is there too: its rows, their centroids, the fit.
  expect(all.slice(0, keys.length)).toEqual(keys);
  expect(all.slice(keys.length).map((key) => key.split('-')[0])).toEqual(['rows', 'test:centroids', 'test:shrunk']);
  const folder = await mkdtemp(join(tmpdir(), 'sheaf-'));
  try {
    await search.visualize(join(folder, 'graph.svg'));
    const svg = await readFile(join(folder, 'graph.svg'), 'utf8');
    expect(svg.match(/<g id="node\d+"/g)).toHaveLength(all.length);
    await search.visualize(join(folder, 'graph.dot'));
    expect(await readFile(join(folder, 'graph.dot'), 'utf8')).toMatch(/^digraph/);
    await expect(search.visualize(join(folder, 'graph.gif'))).rejects.toThrow(
      "'.gif': a graph is drawn as .dot or .svg",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('mistyped options, classes for instances and objects without the methods are refused', async () => {
  const grid = { shrink: [0] };
  // @ts-expect-error no such option
  const mistyped = new GridSearchCV(new PlannedCentroid(), grid, { scorring: 'f1_macro' });
  await expect(mistyped.fit(X, y)).rejects.toThrow('GridSearchCV has no option scorring: there are scoring, cv, refit');
  const ofClass = new GridSearchCV(PlannedCentroid as never, grid);
  await expect(ofClass.fit(X, y)).rejects.toThrow('it is a class: give an instance, made by new');
  const ofNothing = new GridSearchCV({ fit: () => {} } as never, grid);
  await expect(ofNothing.fit(X, y)).rejects.toThrow('the estimator has no predict, getParams, setParams');
});

test('a made scorer scores a search, beside named ones', async () => {
  const scoring = { acc: 'accuracy', f2: makeScorer(fbetaScore, { beta: 2, average: 'macro' }) };
  const search = new GridSearchCV(
    new PlannedCentroid(),
    { shrink: [0, 0.5] },
    { cv: 2, scoring, refit: 'f2', client: recordingRunner() },
  );
  const { meanTestAcc, meanTestF2 } = (await search.fit(X, y)).cvResults_;
  for (const value of [...meanTestAcc, ...meanTestF2]) expect(value).toBeGreaterThan(0);
  expect(search.bestScore_).toBe(Math.max(...meanTestF2));
});
