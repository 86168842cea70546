/**
 * scikit-learn's digits grid search, spread over a cluster. Alone it runs on the cores of this machine; under
 * `mpirun -n 4 node dist/examples/grid-search.js` on as many workers as there are ranks to spare.
 */
import { Client, initialize } from 'sheaf';
import {
  classificationReport,
  datasets,
  fixed,
  GridSearchCV,
  pythonRepr,
  SVC,
  timedelta,
  trainTestSplit,
} from 'sheaf/learn';

await initialize();
const start = performance.now();
const client = new Client();

const digits = await datasets.loadDigits();
const [XTrain, XTest, yTrain, yTest] = trainTestSplit(digits.data, digits.target, { testSize: 0.5, randomState: 0 });
const grid = [
  { kernel: ['rbf'], gamma: [1e-3, 1e-4], C: [1, 10, 100, 1000] },
  { kernel: ['linear'], C: [1, 10, 100, 1000] },
];

for (const score of ['precision', 'recall']) {
  console.log(`# Tuning hyper-parameters for ${score}\n`);
  const search = new GridSearchCV(new SVC(), grid, { scoring: `${score}_macro`, client });
  await search.fit(XTrain, yTrain);

  console.log('Best parameters set found on development set:\n');
  console.log(`${pythonRepr(search.bestParams_)}\n`);
  console.log('Grid scores on development set:\n');
  const { meanTestScore, stdTestScore, params } = search.cvResults_;
  for (const [i, candidate] of params.entries()) {
    const [mean, spread] = [fixed(meanTestScore[i], 3), fixed(2 * stdTestScore[i], 3)];
    console.log(`${mean} (+/-${spread}) for ${pythonRepr(candidate)}`);
  }
  console.log('\nDetailed classification report:\n');
  console.log('The model is trained on the full development set.');
  console.log('The scores are computed on the full evaluation set.\n');
  console.log(`${classificationReport(yTest, await search.predict(XTest))}\n`);
}
console.log(`Time taken: ${timedelta(performance.now() - start)}`);
