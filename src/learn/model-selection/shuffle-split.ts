/** One random split into a training and a test set, plain or with the classes in equal shares. */
import { InputError } from '../../util/errors.js';
import type { RandomState } from '../../util/random.js';
import type { Labels } from '../estimator.js';
import { countCodes } from '../labels.js';
import type { Split } from './split.js';

export interface SplitSizes {
  /** A fraction in (0, 1), or a number of rows, 1 or more. */
  readonly testSize?: number | undefined;
  readonly trainSize?: number | undefined;
}

/**
 * The numbers of training and test rows: fractions of test rows are rounded up, of training rows down, and what is not
 * given complements the other. Raises {@link InputError} for sizes that `rows` cannot give.
 */
export function splitSizes(
  rows: number,
  sizes: SplitSizes,
  defaultTestSize: number,
): { nTrain: number; nTest: number } {
  const { trainSize } = sizes;
  const testSize = sizes.testSize ?? (trainSize === undefined ? defaultTestSize : undefined);
  checkSize('testSize', testSize, rows);
  checkSize('trainSize', trainSize, rows);
  if (isFraction(trainSize) && isFraction(testSize) && trainSize + testSize > 1) {
    throw new InputError(
      `The sum of testSize and trainSize = ${trainSize + testSize}, should be in the (0, 1) range. Reduce testSize and/or trainSize.`,
    );
  }
  const testRows = isFraction(testSize) ? Math.ceil(testSize * rows) : testSize;
  const trainRows = isFraction(trainSize) ? Math.floor(trainSize * rows) : trainSize;
  const nTest = testRows ?? rows - trainRows!;
  const nTrain = trainRows ?? rows - nTest;
  if (nTrain + nTest > rows) {
    throw new InputError(
      `The sum of trainSize and testSize = ${nTrain + nTest}, should be smaller than the number of samples ${rows}. Reduce testSize and/or trainSize.`,
    );
  }
  if (nTrain === 0) {
    throw new InputError(
      `With ${rows} samples, testSize=${testSize} and trainSize=${trainSize}, the resulting train set will be empty. Adjust any of these.`,
    );
  }
  return { nTrain, nTest };
}

const isFraction = (size: number | undefined): size is number => size !== undefined && size > 0 && size < 1;

function checkSize(name: string, size: number | undefined, rows: number): void {
  if (size === undefined || isFraction(size)) return;
  if (!Number.isInteger(size) || size <= 0 || size >= rows) {
    throw new InputError(
      `${name}=${size} should be either positive and smaller than the number of samples ${rows} or a float in the (0, 1) range`,
    );
  }
}

/** A random split of the rows below `rows`. */
export function shuffleSplit(rows: number, nTrain: number, nTest: number, rng: RandomState): Split {
  const order = rng.permutation(rows);
  return { train: order.slice(nTest, nTest + nTrain), test: order.slice(0, nTest) };
}

/** A random split that holds the classes in equal shares. Raises {@link InputError} when a class is too small for both sides. */
export function stratifiedShuffleSplit(y: Labels, nTrain: number, nTest: number, rng: RandomState): Split {
  const nClasses = y.classes.length;
  const counts = countCodes(y.codes, nClasses);
  checkClasses(y, counts, nTrain, nTest);
  const rowsOfClass = groupRows(y.codes, counts);
  const trainCounts = approximateMode(counts, nTrain, rng);
  const rest = counts.map((count, i) => count - trainCounts[i]);
  const testCounts = approximateMode(rest, nTest, rng);

  const train = new Int32Array(nTrain);
  const test = new Int32Array(nTest);
  let trained = 0;
  let tested = 0;
  for (let i = 0; i < nClasses; i++) {
    const rows = rng.permutation(counts[i]).map((place) => rowsOfClass[i][place]);
    const cut = trainCounts[i];
    train.set(rows.subarray(0, cut), trained);
    test.set(rows.subarray(cut, cut + testCounts[i]), tested);
    trained += cut;
    tested += testCounts[i];
  }
  return { train: rng.shuffle(train), test: rng.shuffle(test) };
}

function checkClasses(y: Labels, counts: Int32Array, nTrain: number, nTest: number): void {
  const lone = counts.findIndex((count) => count < 2);
  if (lone >= 0) {
    throw new InputError(
      `The least populated class in y (${y.classes[lone]}) has only 1 member, which is too few. The minimum number of members of any class cannot be less than 2.`,
    );
  }
  for (const [name, size] of [
    ['trainSize', nTrain],
    ['testSize', nTest],
  ] as const) {
    if (size < counts.length) {
      throw new InputError(
        `The ${name} = ${size} should be greater or equal to the number of classes = ${counts.length}`,
      );
    }
  }
}

/** The row numbers of every class, in order. */
function groupRows(codes: Int32Array, counts: Int32Array): Int32Array[] {
  const groups = Array.from(counts, (count) => new Int32Array(count));
  const used = new Int32Array(counts.length);
  for (let row = 0; row < codes.length; row++) groups[codes[row]][used[codes[row]]++] = row;
  return groups;
}

/**
 * How many of `nDraws` draws fall to each class at the (approximate) mode of the multivariate hypergeometric
 * distribution: the exact shares rounded down, then one more for the largest remainders, equal ones in random order.
 */
function approximateMode(counts: Int32Array, nDraws: number, rng: RandomState): Int32Array {
  const total = counts.reduce((a, b) => a + b, 0);
  const shares = Float64Array.from(counts, (count) => (count / total) * nDraws);
  const draws = Int32Array.from(shares, Math.floor);
  const remainders = shares.map((share, i) => share - draws[i]);
  let missing = nDraws - draws.reduce((a, b) => a + b, 0);
  for (const value of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (missing <= 0) break;
    const ties = [...remainders.keys()].filter((i) => remainders[i] === value);
    const now = Math.min(ties.length, missing);
    for (const pick of rng.permutation(ties.length).subarray(0, now)) draws[ties[pick]]++;
    missing -= now;
  }
  return draws;
}
