import { expect, test } from 'vitest';
import { GraphBuilder, tasksOf } from '../../../src/graph/graph.js';
import type { FitOutcome, Params, PlannedFit } from '../../../src/learn/estimator.js';
import { encodeLabels, toMatrix } from '../../../src/learn/input.js';
import type { SvcState } from '../../../src/learn/svm/fit.js';
import type { SvcParams } from '../../../src/learn/svm/params.js';
import { planFits } from '../../../src/learn/svm/plan.js';
import { SVC } from '../../../src/learn/svm/svc.js';
import { execute } from '../../../src/worker/execute.js';
import { goldenData, gram } from './golden.js';

const { X: rows, y: labels } = goldenData.iris;
const everyThird = rows.map((_, i) => i).filter((i) => i % 3 === 0);
const trainingSets = [0, 1].map((fold) => everyThird.filter((i) => i % 2 === fold));
const heldOut = [1, 0].map((fold) => everyThird.filter((i) => i % 2 === fold));

function plan(candidates: readonly Params[], options: { maxBytes?: number; data?: number[][]; codes?: number[] } = {}) {
  const graph = new GraphBuilder();
  const X = toMatrix(options.data ?? rows);
  const y = encodeLabels(labels);
  const problem = {
    graph,
    X: graph.value('X', X),
    shape: X.shape as [number, number],
    y: graph.value('y', y),
    trainingSets: trainingSets.map((set) => graph.value('rows', Int32Array.from(set))),
    candidates,
  };
  return { planned: planFits(problem, options.maxBytes), graph, X, y };
}

const outcomesOf = (graph: GraphBuilder, planned: readonly PlannedFit[][]) =>
  Promise.all(
    execute(
      graph.build(),
      planned.flat().map(({ fit }) => fit),
    ),
  ) as Promise<FitOutcome<SvcState>[]>;

const candidates: readonly Partial<SvcParams>[] = [
  { kernel: 'linear', C: 10 },
  { kernel: 'linear', C: 1 },
  { C: 1 },
  { C: 10 },
  { gamma: 0.2, C: 1 },
  { gamma: 0.2, C: 1000, classWeight: 'balanced' },
  { kernel: 'poly', degree: 2, coef0: 1, gamma: 'auto' },
  { kernel: 'sigmoid', gamma: 0.01, breakTies: true },
  { solver: 'ml-svm', gamma: 0.2 },
];

test.each([
  ['shared kernel matrices', undefined],
  ['kernel rows as needed', 0],
])('planned fits and predictions equal direct ones: %s', async (_, maxBytes) => {
  const { planned, graph, X, y } = plan(candidates, maxBytes === undefined ? {} : { maxBytes });
  const keys = planned.flatMap((fits) =>
    fits.map((fit, fold) => fit.predict(graph.value('rows', Int32Array.from(heldOut[fold])))),
  );
  const predicted = (await Promise.all(execute(graph.build(), keys))) as Int32Array[];
  const outcomes = await outcomesOf(graph, planned);
  candidates.forEach((params, c) => {
    trainingSets.forEach((set, fold) => {
      const at = c * trainingSets.length + fold;
      const direct = new SVC(params).fit(
        set.map((i) => rows[i] as number[]),
        set.map((i) => labels[i]),
      );
      const asked = heldOut[fold].map((i) => rows[i] as number[]);
      expect(Array.from(predicted[at], (code) => y.classes[code])).toEqual(direct.predict(asked));
      const fromState = new SVC().fromState(params, outcomes[at].state, X, y);
      expect(fromState.dualCoef_).toEqual(direct.dualCoef_);
      expect(fromState.intercept_).toEqual(direct.intercept_);
      expect(fromState.supportVectors_).toEqual(direct.supportVectors_);
      expect(fromState.decisionFunction(asked)).toEqual(direct.decisionFunction(asked));
    });
  });
});

test('a precomputed kernel is its own matrix', async () => {
  const data = gram(rows, rows);
  const { planned, graph } = plan([{ kernel: 'precomputed' }, { kernel: 'precomputed', C: 10 }], { data });
  const linear = plan([{ kernel: 'linear' }, { kernel: 'linear', C: 10 }]);
  const states = (await outcomesOf(graph, planned)).map(({ state }) => state);
  expect(states).toEqual((await outcomesOf(linear.graph, linear.planned)).map(({ state }) => state));
});

test('what candidates have in common is one task', () => {
  const kernel = { kernel: 'rbf', gamma: 0.2 };
  const { planned, graph } = plan([
    { ...kernel, C: 1 },
    { ...kernel, C: 10 },
    { ...kernel, C: 10, cacheSize: 50 },
    { gamma: 0.1, C: 1 },
    { kernel: 'linear', C: 1 },
    { kernel: 'linear', C: 1, gamma: 0.3 },
  ]);
  const counts: Record<string, number> = {};
  for (const { op } of tasksOf(graph.build())) counts[op] = (counts[op] ?? 0) + 1;
  const folds = trainingSets.length;
  expect(counts).toEqual({
    'graph/ops.js#value': 2 + folds,
    'learn/svm/ops.js#dots': 1,
    'learn/svm/ops.js#kernel': 2,
    'learn/svm/ops.js#training': 3 * folds,
    'learn/svm/ops.js#fit': 5 * folds,
  });
  expect(planned[4]).toEqual(planned[5].map((fit) => expect.objectContaining({ fit: fit.fit })));
});

test('a candidate that cannot be fitted is an outcome, and its predictions fail with its reason', async () => {
  const { planned, graph } = plan([{ C: -1 }, { C: 1 }, { kernel: 'cubic' }, { gamma: -2, C: 10 }]);
  const outcomes = await outcomesOf(graph, planned);
  const messages = outcomes.map(({ error, state }) => (state ? 'fitted' : error?.message));
  const expected = [
    'SVC parameter C is -1: give a number above 0',
    'fitted',
    'SVC parameter kernel is "cubic": give one of linear, rbf, poly, sigmoid, precomputed',
    "SVC parameter gamma is -2: give 'scale', 'auto' or a number from 0 on",
  ];
  expect(messages).toEqual(expected.flatMap((message) => [message, message]));
  const key = planned[0][0].predict(graph.value('rows', Int32Array.from(heldOut[0])));
  await expect(execute(graph.build(), [key])[0]).rejects.toThrow('SVC parameter C is -1');
});

test('a training set of one class fails in every fit of its chain, and nowhere else', async () => {
  const graph = new GraphBuilder();
  const X = toMatrix(rows);
  const sets = [
    [0, 1, 2],
    [0, 1, 60, 61],
  ];
  const planned = planFits({
    graph,
    X: graph.value('X', X),
    shape: X.shape as [number, number],
    y: graph.value('y', encodeLabels(labels)),
    trainingSets: sets.map((set) => graph.value('rows', Int32Array.from(set))),
    candidates: [{ C: 1 }, { C: 10 }],
  });
  const outcomes = await outcomesOf(graph, planned);
  const reason = 'The number of classes has to be greater than one; got 1 class';
  expect(outcomes.map(({ error }) => error?.message)).toEqual([reason, undefined, reason, undefined]);
  expect(Array.from(outcomes[3].state!.classes)).toEqual([0, 1]);
});

test('a precomputed kernel that is not square is refused before a task runs', () => {
  expect(() => plan([{ kernel: 'linear' }, { kernel: 'precomputed' }])).toThrow(
    "kernel 'precomputed' takes X for the kernel matrix, one row and one column per sample, but X is 150 × 4",
  );
});
