import { describe, expect, test } from 'vitest';
import type { Label, Params } from '../../../src/learn/estimator.js';
import { GridSearchCV } from '../../../src/learn/model-selection/grid-search.js';
import type { Grid } from '../../../src/learn/model-selection/parameter-grid.js';
import { columnOf, formatResults } from '../../../src/learn/model-selection/results.js';
import type { Scoring } from '../../../src/learn/model-selection/scoring.js';
import { golden } from '../../support/golden.js';
import { NearestCentroid } from '../../support/nearest-centroid.js';
import { warningsDuring } from '../../support/warnings.js';

type Columns = Readonly<Record<string, readonly unknown[]>>;

interface Case {
  readonly name: string;
  readonly grid: Grid;
  readonly labels?: 'names';
  readonly cv?: number | 'custom';
  readonly scoring?: Scoring;
  readonly refit?: boolean | string;
  readonly errorScore?: number;
  readonly returnTrainScore?: boolean;
  readonly expected: {
    readonly results: Columns;
    readonly best_index_?: number;
    readonly best_score_?: number;
    readonly best_params_?: Params;
    readonly n_splits_: number;
    readonly predicted?: readonly Label[];
    readonly score?: number;
  };
}

interface Golden {
  readonly X: number[][];
  readonly codes: number[];
  readonly names: string[];
  readonly custom: [number[], number[]][];
  readonly cases: Case[];
  readonly tables: ({ readonly scores: number[][] } & Columns)[];
}

const notFinite: Readonly<Record<string, number>> = { nan: Number.NaN };
const recorded: Golden = golden('search.json', (_, value) =>
  typeof value === 'string' ? (notFinite[value] ?? value) : value,
);

const functions: Readonly<Record<string, Scoring>> = {
  by_first_class: async (estimator, X) => {
    const predicted = Array.from(await estimator.predict(X));
    return predicted.filter((label) => label === (estimator as unknown as NearestCentroid).classes_[0]).length;
  },
};

/** scikit-learn's columns under our names: `split0_test_x`, `split1_test_x` … become the columns of `splitTestX`. */
function camelCase(columns: Columns): Record<string, unknown> {
  const renamed: Record<string, unknown[]> = {};
  for (const [name, values] of Object.entries(columns)) {
    const [, prefix, split, rest] = /^([a-z]+)(\d*)(?:_(.*))?$/.exec(name)!;
    const ours = columnOf(prefix, rest ?? '');
    if (split === '') renamed[ours] = [...values];
    else (renamed[ours] ??= [])[Number(split)] = values;
  }
  return renamed;
}

describe('searches give what scikit-learn gives, digit for digit', () => {
  test.each(recorded.cases)(
    '$name',
    async ({ grid, labels, cv, scoring, expected, refit, errorScore, returnTrainScore }) => {
      const y = labels === 'names' ? recorded.names : recorded.codes;
      const search = new GridSearchCV(new NearestCentroid(), grid, {
        ...(cv !== undefined && { cv: cv === 'custom' ? recorded.custom : cv }),
        ...(refit !== undefined && { refit }),
        ...(errorScore !== undefined && { errorScore }),
        ...(returnTrainScore !== undefined && { returnTrainScore }),
        scoring: (typeof scoring === 'string' && functions[scoring]) || scoring,
      });
      const warnings = await warningsDuring(() => search.fit(recorded.X, y));
      const { meanFitTime, stdFitTime, meanScoreTime, stdScoreTime, ...results } = search.cvResults_;
      expect(results).toEqual(camelCase(expected.results));
      for (const times of [meanFitTime, stdFitTime, meanScoreTime, stdScoreTime]) {
        expect(times.every((time) => time >= 0 && time < 60)).toBe(true);
      }
      expect(search.bestIndex_).toBe(expected.best_index_);
      expect(search.bestScore_).toBe(expected.best_score_);
      expect(search.bestParams_).toEqual(expected.best_params_);
      expect(search.nSplits_).toBe(expected.n_splits_);
      const failed = warnings.filter(({ name }) => name === 'FitFailedWarning');
      expect(failed).toHaveLength(search.fitFailures_.length > 0 ? 1 : 0);
      if (expected.predicted) {
        expect(await search.predict(recorded.X)).toEqual(expected.predicted);
        expect(await search.score(recorded.X, y)).toBe(expected.score);
      } else {
        await expect(search.predict(recorded.X)).rejects.toThrow(/refit: false/);
      }
    },
  );
});

test.each(recorded.tables)('means, deviations and ranks of table %#', ({ scores, ...expected }) => {
  const cells = scores.map((row) => row.map((score) => ({ fitMs: 0, scoreMs: 0, test: { score } })));
  const params = scores.map(() => ({}));
  expect(formatResults(params, cells, ['score'])).toMatchObject(camelCase(expected));
});
