import { expect, test } from 'vitest';
import { block } from '../../../src/arrow/block.js';
import { confusionMatrix } from '../../../src/learn/metrics/confusion-matrix.js';
import { fbetaScore, precisionScore } from '../../../src/learn/metrics/precision-recall.js';
import { makeScorer, scorerOf, scorers } from '../../../src/learn/metrics/scorers.js';
import { InputError } from '../../../src/util/errors.js';
import { golden } from '../../support/golden.js';

const [average, , , single] = [0, 1, 2, 3];

test('scorers are the metrics that their names say', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as recorded
  const { y_true, y_pred, scores, accuracy, balanced } = golden('metrics.json').cases[4] as any;
  const { accuracy: a, balanced_accuracy: b, precision, recall, f1, ...averaged } = scorers;
  expect([a(y_true, y_pred), b(y_true, y_pred)]).toEqual([accuracy[0], balanced[0]]);
  for (const scorer of [precision, recall, f1]) expect(() => scorer(y_true, y_pred)).toThrow(InputError);
  expect(Object.keys(averaged)).toHaveLength(9);
  for (const [name, scorer] of Object.entries(averaged)) {
    const [metric, how] = name.split('_');
    const row = scores.find((each: unknown[]) => each[average] === how && each[2] === null);
    expect(scorer(y_true, y_pred)).toBe(row[single][['precision', 'recall', 'f1'].indexOf(metric)][0]);
  }
  expect([precision, recall, f1].map((scorer) => scorer([0, 1, 1, 1, 0], [1, 1, 1, 0, 1]))).toEqual([
    1 / 2,
    2 / 3,
    0.5714285714285715,
  ]);
});

test('scorerOf knows the names', () => {
  expect(scorerOf('recall_macro')).toBe(scorers.recall_macro);
  expect(() => scorerOf('recal')).toThrow(InputError);
  expect(() => scorerOf('recal')).toThrow(
    "'recal' is not a scorer: there are accuracy, balanced_accuracy, f1, f1_macro,",
  );
  expect(() => scorerOf('toString')).toThrow(InputError);
});

test('makeScorer predicts, passes options on and turns the sign of a loss', async () => {
  const [yTrue, yPred] = [
    [0, 1, 1, 1],
    [0, 1, 1, 0],
  ];
  const X = block('float64', [4, 1], new Float64Array(4));
  const estimator = { fit: () => {}, getParams: () => ({}), setParams: () => {}, predict: () => yPred };
  const scored = (scorer: ReturnType<typeof makeScorer>) => scorer(estimator, X, yTrue);
  expect(await scored(makeScorer(fbetaScore, { beta: 2 }))).toBe(0.7142857142857142);
  expect(await scored(makeScorer(precisionScore, { average: 'macro' }))).toBe(0.75);
  const missed = makeScorer((t, p, { label }: { label: number }) => confusionMatrix(t, p)[label][1 - label], {
    label: 1,
    greaterIsBetter: false,
  });
  // @ts-expect-error no such option
  expect(await scored(makeScorer(precisionScore, { mean: 'macro' }))).toBe(1);
  expect(await scored(missed)).toBe(-1);
});
