/** The search that `sheaf grid-search` asks for: starts or joins the cluster, runs, prints. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client } from '../client/client.js';
import { initialize } from '../cluster/initialize.js';
import { classificationReport } from '../learn/metrics/classification-report.js';
import { scorerOf } from '../learn/metrics/scorers.js';
import { GridSearchCV } from '../learn/model-selection/grid-search.js';
import { trainTestSplit } from '../learn/model-selection/train-test-split.js';
import { InputError, SheafError } from '../util/errors.js';
import { loadData, type Samples } from './data.js';
import { estimatorOf } from './estimators.js';
import type { SearchSettings } from './grid-search.js';
import { type HoldOut, searchRecord, searchText } from './search-report.js';

/** Runs the search and prints its table. Raises {@link InputError} for data, or a file for the results, that will not do. */
export async function runSearch(settings: SearchSettings): Promise<void> {
  const { workers, threads, json, scoring, cv, grids } = settings;
  await initialize({
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threadsPerWorker: threads, nthreads: threads }),
  });
  await using client = new Client();
  await client.ready; // workers that have not joined when the job ends would look for it for long
  if (json !== undefined) checkWritable(json);
  const samples = await loadData(settings.data);
  const { train, test } = holdOut(samples, settings);
  checkClasses(train, settings);

  const search = new GridSearchCV(estimatorOf(settings.estimator).create(), grids, {
    ...(scoring.length === 1 ? { scoring: scoring[0] } : { scoring, refit: scoring[0]! }),
    cv,
    client,
  });
  await search.fit(train.X, train.y);

  let heldOut: HoldOut | undefined;
  if (test) heldOut = { yTrue: test.y, yPred: Array.from(await search.predict(test.X)) };
  process.stdout.write(searchText(search, settings, train));
  if (heldOut)
    process.stdout.write(
      `\nOn the ${heldOut.yTrue.length} rows held out:\n\n${classificationReport(heldOut.yTrue, heldOut.yPred)}`,
    );
  if (json !== undefined) save(json, searchRecord(search, settings, samples, heldOut));
}

function checkWritable(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw new InputError(`--json ${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function save(path: string, record: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
  } catch (cause) {
    throw new SheafError(`${path} could not be written: ${(cause as Error).message}`, { cause });
  }
}

interface Parts {
  readonly train: Samples;
  readonly test?: Samples;
}

function holdOut(samples: Samples, { testSize, randomState }: SearchSettings): Parts {
  if (testSize === undefined) return { train: samples };
  const rows = samples.y.length;
  if (testSize >= rows || Math.ceil(testSize * rows) >= rows) {
    throw new InputError(`--test-size ${testSize} leaves nothing of the ${rows} rows to search on`);
  }
  const [XTrain, XTest, yTrain, yTest] = trainTestSplit(samples.X, samples.y, { testSize, randomState });
  return { train: { ...samples, X: XTrain, y: yTrain }, test: { ...samples, X: XTest, y: yTest } };
}

/** What the search would find out fold by fold: too few classes, too few rows, scorers for two classes only. */
function checkClasses({ y }: Samples, { data, cv, scoring, testSize }: SearchSettings): void {
  const rest = testSize === undefined ? '' : ', those held out not counted';
  const counts = new Map<unknown, number>();
  for (const label of y) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size < 2) {
    throw new InputError(
      `${data.name} has one class only, ${y[0]}, in its ${y.length} rows${rest}: at least two are needed`,
    );
  }
  if (y.length < cv)
    throw new InputError(`${data.name} has ${y.length} rows${rest}, fewer than the ${cv} folds of --cv`);
  const most = Math.max(...counts.values());
  if (most < cv) {
    throw new InputError(`${data.name} has at most ${most} rows of a class${rest}, fewer than the ${cv} folds of --cv`);
  }
  for (const name of scoring) {
    try {
      scorerOf(name)(y, y);
    } catch (cause) {
      throw new InputError(`--scoring ${name} does not suit ${data.name}: ${(cause as Error).message}`, { cause });
    }
  }
}
