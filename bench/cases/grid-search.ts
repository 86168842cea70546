/**
 * The search of the main program, and a smaller one against ml-svm.
 *
 * A cluster keeps the results of work that may come again, so a second round over the same data would find those of the
 * first. Every round therefore splits the digits anew, round r by randomState r, for sheaf and its peers alike; clusters
 * live through all rounds and are warmed up on splits that are not timed, as scikit-learn's process is.
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
  type Found,
  grid,
  type Half,
  oddEven,
  type Referee,
  referee,
  referenceFound,
  type Score,
  search,
  searchScores,
  trainingHalf,
  WrongResultError,
  warmUpSplit,
} from './digits.js';

const both: readonly Score[] = ['precision', 'recall'];
const cores = availableParallelism();
/** Searches before the first round: enough for the code of every thread to have been compiled. */
const warmUps = 6;

export async function openGridSearch(): Promise<OpenCase> {
  const scikitLearn = openScikitLearn();
  const clusters: Clusters = [];
  return {
    lines: [...digitsLines(scikitLearn, clusters), await mlSvmLine(scikitLearn, clusters)],
    versions: { ...scikitLearn.versions, 'ml-svm': mlSvm.version() ?? 'not installed' },
    notes: [
      `sheaf: a LocalCluster of ${cores} compute threads for all rounds, warmed up by ${warmUps} searches on other splits. Round r searches the split of randomState r, ` +
        'so that nothing a cluster has kept of earlier rounds can be found again.',
      'scikit-learn: one Python process for all rounds, its workers alive, warmed up by a search on another split; the same splits. It is warm in the ' +
        'line "cold" too, where sheaf is not: there sheaf is a fresh process with a new cluster and no search before, on split 0.',
      'Timed is GridSearchCV.fit, so fits, scores and refit, no prediction of the other half. On every split all must find the same means (to 1e-12) and the same best ' +
        'parameters; on split 0 those of the reference run.',
      'ml-svm subset: 600 digits told odd from even, two values of C, three folds, scored by accuracy. The solver of ml-svm is a simplified SMO.',
    ],
    close: async () => {
      await Promise.all([scikitLearn.close(), ...clusters.map((cluster) => cluster.close())]);
    },
  };
}

function digitsLines(scikitLearn: ScikitLearn, clusters: Clusters): Line[] {
  const of = (scores: readonly Score[]) => {
    const judge = referee(referenceFound(scores));
    const request = { odd_even: null, grid, scoring: scores.map((score) => `${score}_macro`), cv: 5 };
    return {
      onThreads: (threads: number) =>
        onWarmCluster(clusters, threads, trainingHalf, (half, client) => searchScores(half, scores, client), judge),
      peers: scikitLearn.columns(request, (split, found) => judge('scikit-learn', split, found)),
    };
  };
  const bothScores = of(both);
  const oneScore = of(['precision']);
  const allThreads = bothScores.onThreads(cores);
  const oneThread = bothScores.onThreads(1);
  const line = { unit: 'ms', higherIsBetter: false, rounds: 7 };
  return [
    { ...line, name: 'digits, both scores', sheaf: allThreads, peers: bothScores.peers },
    { ...line, name: 'digits, both scores, cold', sheaf: { round: coldRound }, peers: bothScores.peers },
    { ...line, name: 'digits, one score', sheaf: oneScore.onThreads(cores), peers: oneScore.peers },
    {
      ...line,
      name: 'digits, workers 1',
      sheaf: oneThread,
      peers: bothScores.peers,
      extra: (median) => ({ threads: cores, ...scaling(median(oneThread), median(allThreads), cores) }),
    },
  ];
}

async function coldRound(): Promise<number> {
  const { ms, found } = await answerOf<{ ms: number; found: Found[] }>('cold-search');
  referee(referenceFound(both))('sheaf, cold', 0, found);
  return ms;
}

/** What the lines have opened, to be closed after them. */
type Clusters = LocalCluster[];

function onWarmCluster(
  clusters: Clusters,
  threads: number,
  load: (split: number) => Promise<Half>,
  run: (half: Half, client: Client) => Promise<Found[]>,
  judge: Referee,
): Contestant {
  let client: Client;
  let rounds = 0;
  return {
    async warmUp() {
      const cluster = new LocalCluster({ workers: 1, threadsPerWorker: threads });
      clusters.push(cluster);
      client = new Client(cluster);
      for (let k = 0; k < warmUps; k++) await run(await load(warmUpSplit + k), client);
    },
    async round() {
      const split = rounds++;
      const half = await load(split);
      const start = performance.now();
      const found = await run(half, client);
      const ms = performance.now() - start;
      judge('sheaf', split, found);
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

async function mlSvmLine(scikitLearn: ScikitLearn, clusters: Clusters): Promise<Line> {
  const { rows, cv, expected } = subset;
  const load = (split: number) => oddEven(split, rows);
  const judge = referee([expected]);
  const withSolver = (solver: 'libsvm' | 'ml-svm', check: Referee) =>
    onWarmCluster(
      clusters,
      cores,
      load,
      async (half, client) => [
        await search(half, new SVC({ solver }), subset.grid, { scoring: 'accuracy', cv, client }),
      ],
      check,
    );
  return {
    name: 'ml-svm subset',
    unit: 'ms',
    higherIsBetter: false,
    rounds: 5,
    sheaf: withSolver('libsvm', judge),
    peers: {
      'ml-svm':
        mlSvm.version() === undefined ? { missing: notInstalled(mlSvm) } : mlSvmAlone(await load(0), await load(1)),
      "sheaf, solver 'ml-svm'": withSolver('ml-svm', (_who, _split, [{ meanTestScore }]) =>
        checkNear("solver 'ml-svm'", meanTestScore),
      ),
      ...scikitLearn.columns({ odd_even: rows, grid: subset.grid, scoring: ['accuracy'], cv }, (split, found) =>
        judge('scikit-learn', split, found),
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
