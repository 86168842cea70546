/** Which rows a search gets, and whether they will do. */
import { scorerOf } from '../learn/metrics/scorers.js';
import { trainTestSplit } from '../learn/model-selection/train-test-split.js';
import { InputError } from '../util/errors.js';
import type { Samples } from './data.js';
import type { SearchSettings } from './search-settings.js';

export interface Parts {
  readonly train: Samples;
  readonly test?: Samples;
}

/** The rows to search on, and those held out, if any. Raises {@link InputError} when none would be left to search on. */
export function holdOut(samples: Samples, { testSize, randomState }: SearchSettings): Parts {
  if (testSize === undefined) return { train: samples };
  const rows = samples.y.length;
  if ((testSize < 1 ? Math.ceil(testSize * rows) : testSize) >= rows) {
    throw new InputError(`--test-size ${testSize} leaves nothing of the ${rows} rows to search on`);
  }
  const [XTrain, XTest, yTrain, yTest] = trainTestSplit(samples.X, samples.y, { testSize, randomState });
  return { train: { ...samples, X: XTrain, y: yTrain }, test: { ...samples, X: XTest, y: yTest } };
}

/**
 * Raises {@link InputError} for what a search would find out fold by fold, or not in one sentence: too few classes, too few rows,
 * and scorers for two classes only.
 */
export function checkClasses({ y }: Samples, { data, cv, scoring, testSize }: SearchSettings): void {
  const rest = testSize === undefined ? '' : ', those held out not counted';
  const counts = new Map<unknown, number>();
  for (const label of y) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size < 2) {
    throw new InputError(
      `${data.name} has one class only, ${y[0]}, in its ${y.length} rows${rest}: at least two are needed`,
    );
  }
  const { length } = y;
  if (length < cv) throw new InputError(`${data.name} has ${length} rows${rest}, fewer than the ${cv} folds of --cv`);
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
