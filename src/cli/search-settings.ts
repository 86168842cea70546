/** The flags of `sheaf grid-search`, and the checks of everything that needs no data. */
import { scorerOf, scorers } from '../learn/metrics/scorers.js';
import { type Grid, parameterGrid } from '../learn/model-selection/parameter-grid.js';
import { InputError } from '../util/errors.js';
import { checkSource, type DataSource, datasetNames } from './data.js';
import { estimatorNames, estimatorOf } from './estimators.js';
import { type Given, integerOf, parseFlags, parseNumber, textOf, wrap } from './flags.js';
import { gridsOf } from './grids.js';

export const flags = {
  data: { value: 'NAME|FILE', help: `${datasetNames.join(', ')}, or a CSV file, gzipped or not` },
  target: { value: 'COLUMN', help: 'the column of the file that holds the classes; all others are features' },
  'no-header': { help: 'the first line of the file is data; the columns are called 0, 1, …' },
  param: {
    value: 'NAME=V1,V2,…',
    repeats: true,
    help: 'the values of a parameter to try; numbers, true, false and none are\nread as such. Give one --param for each parameter',
  },
  grid: { repeats: true, help: 'begins another grid: the parameters after it are not combined\nwith those before' },
  estimator: { value: 'NAME', help: `what to fit: ${estimatorNames.join(', ')} (default ${estimatorNames[0]})` },
  scoring: {
    value: 'S1,S2,…',
    help: `how to score, the first chooses the best (default accuracy):\n${wrap(Object.keys(scorers), 70)}`,
  },
  cv: { value: 'K', help: 'the number of stratified folds (default 5)' },
  'test-size': {
    value: 'F',
    help: 'hold out this share of the rows (or, from 1 on, this many), search\non the others, and report on them',
  },
  'random-state': { value: 'N', help: 'the seed of the split that --test-size makes' },
  workers: { value: 'N', help: 'workers on this machine (default 1); under mpirun its ranks are the\nworkers' },
  threads: { value: 'N', help: 'compute threads of each worker (default: the cores shared out;\nunder mpirun 1)' },
  json: { value: 'FILE', help: 'write all results into this file, in full precision' },
  help: { help: 'this text' },
} as const;

export interface SearchSettings {
  readonly data: DataSource;
  readonly estimator: string;
  readonly grids: readonly Grid[];
  /** The first one chooses the best. */
  readonly scoring: readonly string[];
  readonly cv: number;
  readonly testSize: number | undefined;
  readonly randomState: number | undefined;
  readonly workers: number | undefined;
  readonly threads: number | undefined;
  /** The path of the JSON file. */
  readonly json: string | undefined;
}

/** What the flags ask for. Raises {@link InputError} for everything that can be wrong before the data is read. */
export function settingsOf(args: readonly string[]): SearchSettings {
  const given = parseFlags(args, flags);
  const name = textOf(given, 'data');
  if (name === undefined) throw new InputError(`--data is missing: give ${datasetNames.join(', ')} or a CSV file`);
  const data = { name, target: textOf(given, 'target'), header: textOf(given, 'no-header') === undefined };
  checkSource(data);
  const estimator = textOf(given, 'estimator') ?? estimatorNames[0]!;
  const { check } = estimatorOf(estimator);
  const grids = gridsOf(given);
  parameterGrid(grids).forEach(check);
  return {
    data,
    estimator,
    grids,
    scoring: scoringOf(textOf(given, 'scoring') ?? 'accuracy'),
    cv: integerOf(given, 'cv', 2) ?? 5,
    ...holdOutOf(given),
    workers: integerOf(given, 'workers', 1),
    threads: integerOf(given, 'threads', 1),
    json: textOf(given, 'json'),
  };
}

function scoringOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  names.forEach(scorerOf);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new InputError(`--scoring names ${repeated} twice: give each scorer once`);
  return names;
}

function holdOutOf(given: readonly Given<keyof typeof flags>[]): Pick<SearchSettings, 'testSize' | 'randomState'> {
  const text = textOf(given, 'test-size');
  const testSize = text === undefined ? undefined : parseNumber(text);
  if (text !== undefined && !(testSize! > 0 && (testSize! < 1 || Number.isSafeInteger(testSize)))) {
    throw new InputError(`--test-size must be a fraction between 0 and 1 or a number of rows, got '${text}'`);
  }
  const randomState = integerOf(given, 'random-state', 0);
  if (randomState !== undefined && randomState > 0xffffffff) {
    throw new InputError(`--random-state must be below 2**32, got ${randomState}`);
  }
  if (randomState !== undefined && testSize === undefined) {
    throw new InputError('--random-state is the seed of the split that --test-size makes: give both or neither');
  }
  return { testSize, randomState };
}
