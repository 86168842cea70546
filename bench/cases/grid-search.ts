/**
 * The search of the main program, and a smaller one against ml-svm.
 *
 * A cluster keeps the results of work that may come again, so a second round on it would find those of the first. Every
 * round therefore has a cluster of its own. Each of its threads compiles for itself, so it is warmed up by as many
 * searches on other splits as it has threads: every thread has then done about one search's work.
 */
import { availableParallelism } from 'node:os';
import { Client, LocalCluster } from 'sheaf';
import { StratifiedKFold, SVC } from 'sheaf/learn';
import type { Contestant, Line, Missing, OpenCase } from '../case.js';
import { searchWithMlSvm } from '../peers/ml-svm.js';
import { mlSvm, notInstalled } from '../peers/peers.js';
import { openScikitLearn, type ScikitLearn } from '../peers/scikit-learn.js';
import { answerOf } from '../programs/fork.js';
import { scaling } from '../statistics.js';
import {
  checkFound,
  checkScores,
  type Found,
  grid,
  type Half,
  oddEven,
  type Score,
  search,
  searchScores,
  trainingHalf,
  WrongResultError,
} from './digits.js';

const both: readonly Score[] = ['precision', 'recall'];
const cores = availableParallelism();

export async function openGridSearch(): Promise<OpenCase> {
  const scikitLearn = openScikitLearn();
  return {
    lines: [...digitsLines(scikitLearn), await mlSvmLine(scikitLearn)],
    versions: { ...scikitLearn.versions, 'ml-svm': mlSvm.version() ?? 'not installed' },
    notes: [
      `sheaf: a LocalCluster of ${cores} compute threads, already up; a fresh one each round, for a cluster keeps results of equal work and ` +
        'would find those of the round before; warmed up by the same search on other splits (randomState 1, 2, …), one per thread, then timed on randomState 0.',
      'scikit-learn: one Python process for the whole run, its workers alive, warmed up by the same search on split 1. It is warm in the ' +
        'line "cold" too, where sheaf is not: there sheaf is a fresh process with a new cluster and no search before.',
      'Timed is GridSearchCV.fit, so fits, scores and refit, no prediction of the other half. Results of every round were checked against the reference run.',
      'ml-svm subset: 600 digits told odd from even, two values of C, three folds, scored by accuracy. The solver of ml-svm is a simplified SMO.',
    ],
    close: () => scikitLearn.close(),
  };
}

function digitsLines(scikitLearn: ScikitLearn): Line[] {
  const contestant = (scores: readonly Score[], threads: number): Contestant =>
    onFreshCluster(
      threads,
      trainingHalf,
      (half, client) => searchScores(half, scores, client),
      (found) => checkScores('sheaf', scores, found),
    );
  const columns = (scores: readonly Score[]) =>
    scikitLearn.columns({ odd_even: null, grid, scoring: scores.map((score) => `${score}_macro`), cv: 5 }, (found) =>
      checkScores('scikit-learn', scores, found),
    );
  const allThreads = contestant(both, cores);
  const oneThread = contestant(both, 1);
  const peers = columns(both);
  const line = { unit: 'ms', higherIsBetter: false, rounds: 5 };
  return [
    { ...line, name: 'digits, both scores', sheaf: allThreads, peers },
    { ...line, name: 'digits, both scores, cold', sheaf: { round: coldRound }, peers },
    { ...line, name: 'digits, one score', sheaf: contestant(['precision'], cores), peers: columns(['precision']) },
    {
      ...line,
      name: 'digits, workers 1',
      sheaf: oneThread,
      peers,
      extra: (median) => ({ threads: cores, ...scaling(median(oneThread), median(allThreads), cores) }),
    },
  ];
}

async function coldRound(): Promise<number> {
  const { ms, found } = await answerOf<{ ms: number; found: Found[] }>('cold-search');
  checkScores('sheaf, cold', both, found);
  return ms;
}

function onFreshCluster<T>(
  threads: number,
  load: (split: number) => Promise<Half>,
  run: (half: Half, client: Client) => Promise<T>,
  check: (result: T) => void,
): Contestant {
  return {
    async round() {
      await using cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: threads });
      await using client = new Client(cluster);
      for (let split = 1; split <= threads; split++) await run(await load(split), client);
      const half = await load(0);
      const start = performance.now();
      const result = await run(half, client);
      const ms = performance.now() - start;
      check(result);
      return ms;
    },
  };
}

const subset = {
  rows: 600,
  grid: { kernel: ['rbf'], gamma: [1e-3], C: [1, 10] },
  cv: 3,
  // scikit-learn 1.2.1
  expected: {
    bestParams: { C: 10, gamma: 1e-3, kernel: 'rbf' },
    meanTestScore: [0.9783333333333332, 0.9833333333333334],
  },
} as const;

async function mlSvmLine(scikitLearn: ScikitLearn): Promise<Line> {
  const { rows, cv, expected } = subset;
  const load = (split: number) => oddEven(split, rows);
  const withSolver = (solver: 'libsvm' | 'ml-svm', check: (found: Found) => void) =>
    onFreshCluster(
      cores,
      load,
      (half, client) => search(half, new SVC({ solver }), subset.grid, { scoring: 'accuracy', cv, client }),
      check,
    );
  return {
    name: 'ml-svm subset',
    unit: 'ms',
    higherIsBetter: false,
    rounds: 5,
    sheaf: withSolver('libsvm', (found) => checkFound('sheaf', found, expected)),
    peers: {
      'ml-svm':
        mlSvm.version() === undefined ? { missing: notInstalled(mlSvm) } : mlSvmAlone(await load(0), await load(1)),
      "sheaf, solver 'ml-svm'": withSolver('ml-svm', ({ meanTestScore }) =>
        checkNear("solver 'ml-svm'", meanTestScore),
      ),
      ...scikitLearn.columns({ odd_even: rows, grid: subset.grid, scoring: ['accuracy'], cv }, ([found]) =>
        checkFound('scikit-learn', found, expected),
      ),
    },
  };
}

function mlSvmAlone(timed: Half, warm: Half): Contestant | Missing {
  const run = ({ X, y }: Half) => {
    const [n, d] = X.shape;
    const problem = {
      rows: Array.from({ length: n }, (_, i) => Array.from(X.data.subarray(i * d, (i + 1) * d))),
      labels: Array.from(y.data, (label) => (label === 1 ? 1 : -1)),
      folds: new StratifiedKFold({ nSplits: subset.cv }).split(X, y.data),
    };
    return searchWithMlSvm(problem, subset.grid.C, subset.grid.gamma[0]);
  };
  return {
    warmUp: async () => void run(warm),
    async round() {
      const start = performance.now();
      const accuracies = run(timed);
      const ms = performance.now() - start;
      checkNear('ml-svm', accuracies);
      return ms;
    },
  };
}

/** ml-svm stops short of the optimum, so a few of the test rows may fall to the other side. */
function checkNear(who: string, accuracies: readonly number[]): void {
  const { meanTestScore } = subset.expected;
  if (accuracies.length === 2 && accuracies.every((value, i) => Math.abs(value - meanTestScore[i]) < 0.03)) return;
  throw new WrongResultError(
    `${who}: mean accuracies ${accuracies.join(', ')} are not near ${meanTestScore.join(', ')}`,
  );
}
