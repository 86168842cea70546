/** The search that `sheaf grid-search` asks for: starts or joins the cluster, runs, prints. */
import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Client } from '../client/client.js';
import { initialize } from '../cluster/initialize.js';
import { GridSearchCV } from '../learn/model-selection/grid-search.js';
import { InputError, SheafError } from '../util/errors.js';
import { loadData } from './data.js';
import { estimatorOf } from './estimators.js';
import { checkClasses, holdOut } from './search-data.js';
import { type HoldOut, holdOutText, searchRecord, searchText } from './search-report.js';
import type { SearchSettings } from './search-settings.js';

/** Runs the search and prints its table. Raises {@link InputError} for data, or a file for the results, that will not do. */
export async function runSearch(settings: SearchSettings): Promise<void> {
  const { workers, threads, json, scoring, cv, grids } = settings;
  await initialize({
    ...(workers === undefined ? {} : { workers }),
    ...(threads === undefined ? {} : { threadsPerWorker: threads, nthreads: threads }),
  });
  await using client = new Client();
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
  if (heldOut) process.stdout.write(holdOutText(heldOut));
  if (json !== undefined) save(json, searchRecord(search, settings, samples, heldOut));
}

/** Before the search, which may take hours, and without leaving an empty file should it fail. */
function checkWritable(path: string): void {
  const refuse = (why: string) => new InputError(`--json ${path} cannot be written: ${why}`);
  const folder = dirname(path);
  if (!existsSync(folder)) throw refuse(`there is no folder ${folder}`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw refuse('it is a folder');
  try {
    accessSync(existsSync(path) ? path : folder, constants.W_OK);
  } catch (cause) {
    throw refuse((cause as Error).message);
  }
}

function save(path: string, record: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`);
  } catch (cause) {
    throw new SheafError(`${path} could not be written: ${(cause as Error).message}`, { cause });
  }
}
