import { makeVector, vectorFromArray } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, expectTypeOf, type MockInstance, test, vi } from 'vitest';
import { block } from '../../../src/arrow/block.js';
import type { Label } from '../../../src/learn/estimator.js';
import { accuracyScore } from '../../../src/learn/metrics/accuracy.js';
import type { Average, ZeroDivision } from '../../../src/learn/metrics/averaged-scores.js';
import { classificationReport } from '../../../src/learn/metrics/classification-report.js';
import { balancedAccuracyScore, confusionMatrix } from '../../../src/learn/metrics/confusion-matrix.js';
import {
  f1Score,
  fbetaScore,
  precisionRecallFscoreSupport,
  precisionScore,
  recallScore,
} from '../../../src/learn/metrics/precision-recall.js';
import { InputError } from '../../../src/util/errors.js';
import { resetWarnings } from '../../../src/util/warnings.js';
import { golden } from '../../support/golden.js';

/** A value with the numbers of its warnings, or 'error'. */
type Outcome = [value: unknown, warnings: number[]] | 'error';

interface Case {
  readonly y_true: Label[];
  readonly y_pred: Label[];
  readonly scores: [Average | null, ZeroDivision, Label[] | null, Outcome[] | false, Outcome][];
  readonly default: Outcome;
  readonly accuracy: Outcome;
  readonly right: Outcome;
  readonly balanced: Outcome;
  readonly fbeta: [number, Outcome][];
  readonly confusion: [Label[] | null, 'true' | 'pred' | 'all' | null, Outcome][];
  readonly reports: [Label[] | null, string[] | null, number, ZeroDivision, Outcome][];
  readonly dict?: Outcome;
  readonly 'dict of some': Outcome;
}

const { cases, warnings: texts }: { cases: Case[]; warnings: string[] } = golden('metrics.json');

/** scikit-learn's warnings with the parameters as they are called here. */
const ours = texts.map((text) => text.replace(/(?<=zero|target|y)_([a-z])/g, (_, letter) => letter.toUpperCase()));

let emitted: MockInstance<typeof process.emitWarning>;
beforeEach(() => {
  resetWarnings();
  emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(() => emitted.mockRestore());

function attempt(call: () => unknown): Outcome {
  resetWarnings();
  emitted.mockClear();
  try {
    const value = plain(call());
    return [value, emitted.mock.calls.map(([text]) => ours.indexOf(String(text)))];
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return 'error';
  }
}

const plain = (value: unknown): unknown => {
  if (Number.isNaN(value)) return null;
  if (value instanceof Float64Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

describe.each(cases.map((expected, i) => ({ i, expected })))('labels $i agree with scikit-learn', ({ expected }) => {
  const { y_true: yTrue, y_pred: yPred } = expected;
  const present = [...new Set([...yTrue, ...yPred])].sort(
    (a, b) => (typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(a), Buffer.from(String(b)))), // UTF-8 keeps the order
  );

  test('precision, recall, F-score and support', () => {
    const made = expected.scores.map(([average, zeroDivision, labels, single]) => {
      const posLabel = average === 'binary' ? present.at(-1)! : 1;
      const options = { average, zeroDivision, posLabel, labels: labels ?? undefined };
      const scores = [precisionScore, recallScore, f1Score];
      return [
        average,
        zeroDivision,
        labels,
        single && scores.map((score) => attempt(() => score(yTrue, yPred, options))),
        attempt(() => precisionRecallFscoreSupport(yTrue, yPred, { ...options, beta: 0.7 })),
      ];
    });
    expect(made).toEqual(expected.scores);
  });

  test('other scores', () => {
    const { default: f1, accuracy, right, balanced, fbeta } = expected;
    expect({
      default: attempt(() => f1Score(yTrue, yPred)),
      accuracy: attempt(() => accuracyScore(yTrue, yPred)),
      right: attempt(() => accuracyScore(yTrue, yPred, { normalize: false })),
      balanced: attempt(() => balancedAccuracyScore(yTrue, yPred)),
      fbeta: fbeta.map(([beta]) => [beta, attempt(() => fbetaScore(yTrue, yPred, { beta, average: 'macro' }))]),
    }).toEqual({ default: f1, accuracy, right, balanced, fbeta });
  });

  test('confusion matrices', () => {
    const made = expected.confusion.map(([labels, normalize]) => [
      labels,
      normalize,
      attempt(() => confusionMatrix(yTrue, yPred, { labels: labels ?? undefined, normalize })),
    ]);
    expect(made).toEqual(expected.confusion);
  });

  test('reports, byte for byte', () => {
    const made = expected.reports.map(([labels, names, digits, zeroDivision]) => {
      const options = { labels: labels ?? undefined, targetNames: names ?? undefined, digits, zeroDivision };
      return [labels, names, digits, zeroDivision, attempt(() => classificationReport(yTrue, yPred, options))];
    });
    expect(made).toEqual(expected.reports);
    if (!expected.dict) return;
    expect({
      all: attempt(() => classificationReport(yTrue, yPred, { outputDict: true })),
      some: attempt(() => classificationReport(yTrue, yPred, { labels: present.slice(1), outputDict: true })),
    }).toEqual({ all: expected.dict, some: expected['dict of some'] });
  });
});

test('the golden cases hold every warning', () => {
  expect(ours).toContain(
    'Precision and F-score are ill-defined and being set to 0.0 in labels with no predicted samples. Use `zeroDivision` parameter to control this behavior.',
  );
  expect(ours.filter((text) => text.includes('_'))).toEqual([]);
  expect(cases.length).toBeGreaterThan(20);
});

test('labels may be in any array', () => {
  const yTrue = [0, 1, 1, 2];
  const yPred = [0, 2, 1, 2];
  expect(accuracyScore(Int32Array.from(yTrue), BigInt64Array.from(yPred.map(BigInt)))).toBe(0.75);
  expect(accuracyScore(block('uint8', [4], Uint8Array.from(yTrue)), yPred)).toBe(0.75);
  expect(accuracyScore(block('uint8', [4, 1], Uint8Array.from(yTrue)), yPred)).toBe(0.75);
  expect(accuracyScore(makeVector(Int8Array.from(yTrue)), yPred)).toBe(0.75);
  const spam = vectorFromArray(['spam', 'ham', 'ham']);
  expect(f1Score(spam, ['spam', 'spam', 'ham'], { posLabel: 'ham' })).toBe(2 / 3);
  expect(confusionMatrix(spam, spam, { labels: vectorFromArray(['spam', 'ham']) })).toEqual([
    [1, 0],
    [0, 2],
  ]);
  expect(accuracyScore([], [])).toBeNaN();
});

test('the type of a score follows its average', () => {
  expectTypeOf(precisionScore([1], [1])).toEqualTypeOf<number>();
  expectTypeOf(recallScore([1], [1], { average: 'macro' })).toEqualTypeOf<number>();
  expectTypeOf(f1Score([1], [1], { average: null })).toEqualTypeOf<Float64Array>();
  const [, , , support] = precisionRecallFscoreSupport([1], [1]);
  expectTypeOf(support).toEqualTypeOf<Float64Array>();
  expect(support).toEqual(new Float64Array([1]));
});

test('labels that cannot be compared are refused, and the reason told', () => {
  const attempts: [() => unknown, string][] = [
    [() => accuracyScore([1, 2], [1]), 'inconsistent numbers of samples: [2, 1]'],
    [() => accuracyScore([1, 2], ['1', '2']), 'should be of the same type: yTrue has numbers, yPred strings'],
    [() => accuracyScore([1, 'a'], [1, 1]), 'yTrue mixes numbers and strings: row 0 holds 1, row 1 the string "a"'],
    [() => accuracyScore([1, 2], [1.5, 2]), 'continuous is not supported: yPred'],
    [() => accuracyScore([1, Number.NaN], [1, 2]), 'yTrue must hold strings or finite numbers, but row 1 holds NaN'],
    [() => accuracyScore(block('uint8', [1, 2], new Uint8Array(2)), [1]), 'yTrue must have one dimension'],
    [() => f1Score([0, 1, 2], [0, 1, 2]), "Target is multiclass but average='binary'"],
    [() => f1Score(['a', 'b'], ['a', 'b']), "posLabel=1 is not a valid label. It should be one of ['a', 'b']"],
    [() => f1Score([1], [1], { average: 'samples' as 'macro' }), "one of 'binary', 'micro', 'macro', 'weighted', null"],
    [() => f1Score([1], [1], { zeroDivision: 2 as 1 }), "Got zeroDivision=2. Must be one of ['warn', 0, 1]"],
    [() => fbetaScore([1], [1], { beta: -1 }), 'beta should be >=0'],
    [() => confusionMatrix([1], [1], { labels: [] }), 'at least one label'],
    [() => confusionMatrix([1], [1], { labels: [2] }), 'must be in yTrue: labels are 2'],
    [
      () => confusionMatrix([1], [1], { normalize: 'rows' as 'true' }),
      "one of 'true', 'pred', 'all' or null, got rows",
    ],
    [() => classificationReport([1, 2], [1, 2], { targetNames: ['one'] }), 'Number of classes, 2, does not match'],
  ];
  for (const [attempted, reason] of attempts) {
    expect(attempted).toThrow(InputError);
    expect(attempted).toThrow(reason);
  }
});

test('a posLabel that means nothing is warned of', () => {
  f1Score(['a', 'b'], ['a', 'b'], { average: 'macro', posLabel: 'b' });
  expect(emitted.mock.calls).toEqual([
    [
      "Note that posLabel (set to 'b') is ignored when average != 'binary' (got 'macro'). You may use labels=[posLabel] to specify a single positive class.",
      'UserWarning',
    ],
  ]);
});

test('an infinite beta is recall', () => {
  expect(fbetaScore([0, 1, 1, 1], [1, 1, 1, 0], { beta: Infinity })).toBe(2 / 3);
});
