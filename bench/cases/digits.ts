/** The work of the main program's search: its data, its grid, its results as they must be. */
import { readFileSync } from 'node:fs';
import { SheafError } from 'sheaf';
import {
  datasets,
  type Estimator,
  GridSearchCV,
  type GridSearchOptions,
  type Params,
  SVC,
  trainTestSplit,
} from 'sheaf/learn';
import type { Block } from '../../src/arrow/block.js';
import { takeRows } from '../../src/arrow/take.js';

export const grid = [
  { kernel: ['rbf'], gamma: [1e-3, 1e-4], C: [1, 10, 100, 1000] },
  { kernel: ['linear'], C: [1, 10, 100, 1000] },
];

export type Score = 'precision' | 'recall';

/** What is compared of a search, sheaf's or a peer's. */
export interface Found {
  readonly bestParams: Params;
  readonly meanTestScore: readonly number[];
}

/** Raised when a round did not find what it must: its time would be the time of other work. */
export class WrongResultError extends SheafError {
  override readonly name = 'WrongResultError';
}

export interface Half {
  readonly X: Block<'float64'>;
  readonly y: Block<'int32'>;
}

/** The half to learn from. */
export async function trainingHalf(randomState: number): Promise<Half> {
  const { data, target } = await datasets.loadDigits();
  const [X, , y] = trainTestSplit(data, target, { testSize: 0.5, randomState });
  return { X, y };
}

/** The first rows of the half, to be told odd (1) from even (0). */
export async function oddEven(randomState: number, rows: number): Promise<Half> {
  const { X, y } = await trainingHalf(randomState);
  const first = Int32Array.from({ length: rows }, (_, row) => row);
  const labels = takeRows(y, first);
  return { X: takeRows(X, first), y: { ...labels, data: labels.data.map((digit) => digit % 2) } };
}

/** One search after the other, as the main program does. */
export async function searchScores(
  { X, y }: Half,
  scores: readonly Score[],
  client: GridSearchOptions['client'],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const score of scores)
    found.push(await search({ X, y }, new SVC(), grid, { scoring: `${score}_macro`, client }));
  return found;
}

export async function search(
  { X, y }: Half,
  estimator: Estimator,
  paramGrid: GridSearchCV['paramGrid'],
  options: GridSearchOptions,
): Promise<Found> {
  const done = await new GridSearchCV(estimator, paramGrid, { ...options, progress: false }).fit(X, y);
  return { bestParams: done.bestParams_!, meanTestScore: Array.from(done.cvResults_.meanTestScore) };
}

interface GoldenScore {
  readonly params: readonly Params[];
  readonly mean_test_score: readonly number[];
  readonly best_index: number;
}

const golden = JSON.parse(readFileSync(new URL('../../../test/golden/grid-search.json', import.meta.url), 'utf8')) as {
  readonly scores: Readonly<Record<Score, GoldenScore>>;
};

/** The first split that no round is timed on; further ones follow. */
export const warmUpSplit = 1000;

/** Says whether what was found on a split is right. */
export type Referee = (who: string, split: number, found: readonly Found[]) => void;

/**
 * Raises {@link WrongResultError} unless everyone finds the same on a split, and on split 0 what `expected` says:
 * whoever is first on a split sets what the others must find.
 */
export function referee(expected: readonly Found[]): Referee {
  const bySplit = new Map([[0, expected]]);
  return (who, split, found) => {
    const must = bySplit.get(split);
    if (!must) bySplit.set(split, found);
    else for (const [i, one] of must.entries()) checkFound(`${who}, split ${split}`, found[i], one);
  };
}

/** What the reference run found for `scores` on split 0. */
export const referenceFound = (scores: readonly Score[]): Found[] =>
  scores.map((score) => {
    const { params, mean_test_score: meanTestScore, best_index: best } = golden.scores[score];
    return { bestParams: params[best], meanTestScore };
  });

export function checkFound(who: string, found: Found, expected: Found): void {
  const near = (value: number, i: number) => Math.abs(value - found.meanTestScore[i]) <= 1e-12;
  const isSame =
    found.meanTestScore.length === expected.meanTestScore.length &&
    expected.meanTestScore.every(near) &&
    canonical(found.bestParams) === canonical(expected.bestParams);
  if (isSame) return;
  throw new WrongResultError(
    `${who}: the search found ${canonical(found.bestParams)} with mean scores ${found.meanTestScore.join(', ')}; ` +
      `it must find ${canonical(expected.bestParams)} with ${expected.meanTestScore.join(', ')}`,
  );
}

const canonical = (params: Params): string =>
  JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
