import { expect, test } from 'vitest';
import { classificationReport } from '../../src/learn/metrics/classification-report.js';
import { StratifiedKFold } from '../../src/learn/model-selection/stratified-k-fold.js';
import { trainTestSplit } from '../../src/learn/model-selection/train-test-split.js';
import { golden, goldenText } from '../support/golden.js';

const search = golden('grid-search.json');
const y = Uint8Array.from(golden('splits.json').digits);
const [yTrain, yTest] = trainTestSplit(y, { testSize: 0.5, randomState: 0 });

test('the digits are split as in the reference run', () => {
  expect([...yTrain.subarray(0, 20)]).toEqual(search.y_train_first_20);
  expect([...yTest.subarray(0, 20)]).toEqual(search.y_test_first_20);
  const folds = new StratifiedKFold().split(yTrain, yTrain);
  expect([...folds[0].test.subarray(0, 20)]).toEqual(search.fold_0_test_first_20);
});

test('the reports of the reference run, byte for byte', () => {
  const reports = ['precision', 'recall'].map((score) => classificationReport(yTest, search.scores[score].y_pred));
  const [, ...sections] = goldenText('grid-search.txt').split(
    'The scores are computed on the full evaluation set.\n\n',
  );
  expect(sections.map((section) => section.split('# Tuning')[0])).toEqual(reports.map((report) => `${report}\n\n`));
});
