import { createHash } from 'node:crypto';
import { makeVector, type Table, tableFromArrays, type Vector, vectorFromArray } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, expectTypeOf, type MockInstance, test, vi } from 'vitest';
import { type Block, block } from '../../../src/arrow/block.js';
import { KFold } from '../../../src/learn/model-selection/k-fold.js';
import { StratifiedKFold } from '../../../src/learn/model-selection/stratified-k-fold.js';
import { trainTestSplit } from '../../../src/learn/model-selection/train-test-split.js';
import { InputError } from '../../../src/util/errors.js';
import { RandomState } from '../../../src/util/random.js';
import { resetWarnings } from '../../../src/util/warnings.js';
import { golden } from '../../support/golden.js';

const expected = golden('splits.json');

const digest = (values: ArrayLike<number>) =>
  createHash('sha1').update(Array.from(values).join(',')).digest('hex').slice(0, 12);

const labelVectors: string[][] = expected.labels.map(([alphabet, n]: [string, number]) =>
  Array.from({ length: n }, (_, i) => alphabet[((i * i + Math.floor(i / 3)) % 7) % alphabet.length]),
);

let emitted: MockInstance<typeof process.emitWarning>;
beforeEach(() => {
  resetWarnings();
  emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(() => emitted.mockRestore());

/** The value, or null when the input is refused. */
function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return null;
  }
}

const kFoldOptions = (nSplits: number, seed: number | null) =>
  seed === null ? { nSplits } : { nSplits, shuffle: true, randomState: seed };

describe('folds equal scikit-learn', () => {
  test('KFold', () => {
    const cases: [number, number, number | null, string[] | null][] = expected.KFold;
    const made = cases.map(([n, nSplits, seed]) => {
      const cv = new KFold(kFoldOptions(nSplits, seed));
      const splits = attempt(() => cv.split(new Array(n)));
      return [n, nSplits, seed, splits?.flatMap(({ train, test }) => [digest(train), digest(test)]) ?? null];
    });
    expect(made).toEqual(cases);
    expect(cases.filter(([, , , digests]) => digests === null).length).toBeGreaterThan(10);
  });

  test('StratifiedKFold', () => {
    const cases: [number, number, number | null, string[] | null, number | null][] = expected.StratifiedKFold;
    const made = cases.map(([which, nSplits, seed]) => {
      resetWarnings();
      emitted.mockClear();
      const y = labelVectors[which];
      const splits = attempt(() => new StratifiedKFold(kFoldOptions(nSplits, seed)).split(y, y));
      const digests = splits?.flatMap(({ train, test }) => [digest(train), digest(test)]) ?? null;
      return [which, nSplits, seed, digests, digests && emitted.mock.calls.length];
    });
    expect(made).toEqual(cases);
    expect(new Set(cases.map(([, , , , warnings]) => warnings))).toEqual(new Set([0, 1, null]));
  });

  test('trainTestSplit', () => {
    type Case = [number, [number | null, number | null], number | string, number | null, string[] | null];
    const cases: Case[] = expected.train_test_split;
    const made = cases.map(([n, sizes, seed, which]) => {
      const rows = Int32Array.from({ length: n }, (_, i) => i);
      const [testSize, trainSize] = sizes.map((size) => size ?? undefined);
      const how = typeof seed === 'number' ? { randomState: seed } : { shuffle: false };
      const stratify = which === null ? undefined : labelVectors[which];
      const parts = attempt(() => trainTestSplit(rows, { testSize, trainSize, stratify, ...how }));
      return [n, sizes, seed, which, parts?.map(digest) ?? null];
    });
    expect(made).toEqual(cases);
    expect(cases.filter(([, , , , digests]) => digests === null).length).toBeLessThan(cases.length / 2);
  });
});

test('trainTestSplit keeps the kind and the pairing of every array', () => {
  const n = 12;
  const ints = Array.from({ length: n }, (_, i) => i);
  const tens = Float64Array.from(ints, (i) => i * 10);
  const X = block(
    'int32',
    [n, 2],
    Int32Array.from({ length: 2 * n }, (_, i) => i),
  );
  const [a, aTest, b, bTest, c, cTest] = trainTestSplit(ints, tens, X, { randomState: 5 });
  expectTypeOf(a).toEqualTypeOf<number[]>();
  expectTypeOf(bTest).toEqualTypeOf<typeof tens>();
  expectTypeOf(cTest).toEqualTypeOf<Block<'int32'>>();
  expect([a, aTest, [...b], [...bTest]]).toEqual(expected['train_test_split of 12']);
  expect(c.shape).toEqual([9, 2]);
  expect([...cTest.data]).toEqual(aTest.flatMap((i) => [2 * i, 2 * i + 1]));
});

test('without options a quarter is tested, differently every time', () => {
  const rows = Array.from({ length: 100 }, (_, i) => String(i));
  const [train, test1, again, test2] = trainTestSplit(rows, rows);
  expectTypeOf(train).toEqualTypeOf<string[]>();
  expect([train.length, test1.length]).toEqual([75, 25]);
  expect([again, test2]).toEqual([train, test1]);
  expect([...train, ...test1].sort()).toEqual([...rows].sort());
  expect(trainTestSplit(rows)[1]).not.toEqual(test1);
});

test('nested arrays are split by their rows', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ];
  const [train, tested] = trainTestSplit(rows, { shuffle: false, testSize: 1 });
  expectTypeOf(train).toEqualTypeOf<number[][]>();
  expect([train, tested]).toEqual([rows.slice(0, 3), rows.slice(3)]);
});

test('Arrow tables and vectors are split into tables and vectors', () => {
  const n = 12;
  const ints = Array.from({ length: n }, (_, i) => i);
  const y = vectorFromArray(ints.map((i) => (i === 11 ? null : 'abc'[i % 3])));
  const X = tableFromArrays({ id: Int32Array.from(ints), name: ints.map((i) => `row ${i}`) });
  const [XTrain, XTest, yTrain, yTest] = trainTestSplit(X, y, { randomState: 5 });
  expectTypeOf(XTrain).toEqualTypeOf<typeof X>();
  expectTypeOf(yTest).toEqualTypeOf<typeof y>();
  const [train, tested] = expected['train_test_split of 12'];
  const check = (X: Table, y: Vector, rows: number[]) => {
    expect([...X.getChild('id')!]).toEqual(rows);
    expect([...X.getChild('name')!]).toEqual(rows.map((i) => `row ${i}`));
    expect([...y]).toEqual(rows.map((i) => y0[i]));
  };
  const y0 = [...y];
  check(XTrain, yTrain, train);
  check(XTest, yTest, tested);
});

test('labels may be an Arrow vector', () => {
  const y = labelVectors[4];
  for (const vector of [vectorFromArray(y), makeVector(Int32Array.from(y, (label) => label.charCodeAt(0)))]) {
    expect(new StratifiedKFold({ nSplits: 3 }).split(vector, vector)).toEqual(
      new StratifiedKFold({ nSplits: 3 }).split(y, y),
    );
    const options = { randomState: 0, testSize: 0.4 };
    expect(trainTestSplit(y, { ...options, stratify: vector })).toEqual(trainTestSplit(y, { ...options, stratify: y }));
  }
});

test('numbers with a fraction may be stratified', () => {
  // As scikit-learn's train_test_split(range(4), stratify=[.5, .5, 1.5, 1.5], test_size=2, random_state=0).
  expect(trainTestSplit([0, 1, 2, 3], { stratify: [0.5, 0.5, 1.5, 1.5], testSize: 2, randomState: 0 })).toEqual([
    [1, 2],
    [3, 0],
  ]);
});

test('a generator as random state goes on from split to split', () => {
  const rng = new RandomState(0);
  const rows = Array.from({ length: 30 }, (_, i) => i);
  const first = trainTestSplit(rows, { randomState: rng });
  expect(first).toEqual(trainTestSplit(rows, { randomState: 0 }));
  expect(trainTestSplit(rows, { randomState: rng })).not.toEqual(first);
});

test('folds do not depend on what the classes are called', () => {
  const y = labelVectors[4];
  const renamed = Int32Array.from(y, (label) => -label.charCodeAt(0));
  const folds = new StratifiedKFold({ nSplits: 3 }).split(y, y);
  expect(new StratifiedKFold({ nSplits: 3 }).split(y, renamed)).toEqual(folds);
  expect(new StratifiedKFold({ nSplits: 3 }).split(y, block('int32', [61], renamed))).toEqual(folds);
});

test('a class smaller than the folds is warned of', () => {
  const y = [0, 0, 0, 0, 0, 1, 1];
  expect(new StratifiedKFold().split(y, y)).toHaveLength(5);
  expect(emitted.mock.calls).toEqual([
    ['The least populated class in y has only 2 members, which is less than nSplits=5.', 'UserWarning'],
  ]);
});

test('what scikit-learn refuses is refused, and the reason told', () => {
  const y = [0, 0, 0, 1, 1, 1];
  const many = Int32Array.from({ length: 200_000 }, (_, i) => i);
  const attempts: [() => unknown, string][] = [
    [() => new KFold({ nSplits: 1 }), 'setting nSplits=2 or more, got nSplits=1'],
    [() => new KFold({ nSplits: 2.5 }), 'The number of folds must be an integer, got nSplits=2.5'],
    [() => new KFold({ randomState: 0 }), 'Setting a randomState has no effect since shuffle is false'],
    [() => new KFold({ nSplits: 7 }).split(y), 'nSplits=7 greater than the number of samples: 6'],
    [() => new KFold({ nSplits: 2 }).split(y, [1]), 'inconsistent numbers of samples: [6, 1]'],
    [() => new StratifiedKFold({ nSplits: 4 }).split(y, y), 'nSplits=4 cannot be greater than the number of members'],
    [() => new StratifiedKFold().split(many, many), 'the largest has 1. Lower nSplits'],
    [() => new StratifiedKFold({ nSplits: 2 }).split(y), 'needs the class labels: split(X, y)'],
    [() => new StratifiedKFold({ nSplits: 2 }).split([1, 2], [0.5, 1.5]), "Got 'continuous' instead"],
    [
      () => new StratifiedKFold({ nSplits: 2 }).split([1, 2], [1, Number.NaN]),
      'y must hold strings or finite numbers, but row 1 holds NaN',
    ],
    [
      () => trainTestSplit(y, { testSize: 6 }),
      'testSize=6 should be either positive and smaller than the number of samples 6',
    ],
    [() => trainTestSplit(y, { testSize: 1.5 }), 'testSize=1.5 should be'],
    [() => trainTestSplit(y, { testSize: 0 }), 'testSize=0 should be'],
    [() => trainTestSplit(y, { testSize: 0.7, trainSize: 0.7 }), 'The sum of testSize and trainSize = 1.4'],
    [() => trainTestSplit(y, { testSize: 4, trainSize: 4 }), 'The sum of trainSize and testSize = 8'],
    [() => trainTestSplit([1], {}), 'the resulting train set will be empty'],
    [() => trainTestSplit(y, { stratify: y, shuffle: false }), 'stratify needs shuffle: true'],
    [() => trainTestSplit(y, { stratify: [1, 1] }), 'stratify has 2 labels, but the arrays have 6 rows'],
    [() => trainTestSplit(y, { stratify: [1, 1, 1, 1, 1, 2] }), '(2) has only 1 member, which is too few'],
    [
      () => trainTestSplit(y, { stratify: y, testSize: 1 }),
      'The testSize = 1 should be greater or equal to the number of classes = 2',
    ],
    [() => trainTestSplit(y, [1]), 'inconsistent numbers of samples: [6, 1]'],
    [() => trainTestSplit(y, { randomState: -1 }), 'between 0 and 2**32 - 1, got -1'],
    // @ts-expect-error a misspelt option
    [() => trainTestSplit(y, { random_state: 1 }), 'no option random_state: there are testSize'],
    // @ts-expect-error no array
    [() => trainTestSplit({ testSize: 0.5 }), 'At least one array required'],
  ];
  for (const [attempted, reason] of attempts) {
    expect(attempted).toThrow(InputError);
    expect(attempted).toThrow(reason);
  }
});
