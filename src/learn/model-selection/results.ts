/** The table of a search: scikit-learn's `cv_results_`, its columns in camelCase. */
import type { ColumnLike } from '../../arrow/table.js';
import { mean } from '../../kernels/pairwise-sum.js';
import type { Params } from '../estimator.js';
import { rank, standardDeviation } from './statistics.js';

/** What came of one candidate on one split. */
export interface Cell {
  readonly fitMs: number;
  readonly scoreMs: number;
  readonly test: Readonly<Record<string, number>>;
  readonly train?: Readonly<Record<string, number>>;
}

/**
 * Columns with one value per candidate: `meanTestScore`, `stdTestScore`, `rankTestScore`, `meanFitTime` (seconds),
 * `paramC` (null where a candidate lacks it) and so on; `splitTestScore[k]` is the column of split k. With several
 * metrics `Score` is the metric's name: `meanTestPrecisionMacro`.
 */
export interface CvResults {
  readonly params: readonly Params[];
  readonly [mean: `mean${string}`]: readonly number[];
  readonly [std: `std${string}`]: readonly number[];
  readonly [rank: `rankTest${string}`]: readonly number[];
  readonly [split: `split${string}`]: readonly (readonly number[])[];
  readonly [param: `param${string}`]: readonly unknown[];
}

/** `columnOf('meanTest', 'precision_macro')` is `meanTestPrecisionMacro`. */
export const columnOf = (prefix: string, name: string): string =>
  prefix + name.replace(/(?:^|[^\p{L}\p{N}]+)(\p{L}|\p{N}|$)/gu, (_, letter: string) => letter.toUpperCase());

/** `cells[candidate][split]`, as columns. */
export function formatResults(
  params: readonly Params[],
  cells: readonly (readonly Cell[])[],
  metrics: readonly string[],
): CvResults {
  const columns: Record<string, unknown> = {};

  const store = (suffix: (prefix: string) => string, values: readonly (readonly number[])[]): number[] => {
    const means = values.map(mean);
    columns[suffix('mean')] = means;
    columns[suffix('std')] = values.map((row, i) => standardDeviation(row, means[i]));
    return means;
  };
  const storeScores = (set: 'test' | 'train', metric: string): number[] => {
    const values = cells.map((row) => row.map((cell) => cell[set]![metric]));
    const suffix = (prefix: string) => columnOf(`${prefix}${set === 'test' ? 'Test' : 'Train'}`, metric);
    columns[suffix('split')] = cells[0].map((_, split) => values.map((row) => row[split]));
    return store(suffix, values);
  };

  store(
    (prefix) => `${prefix}FitTime`,
    cells.map((row) => row.map((cell) => cell.fitMs / 1000)),
  );
  store(
    (prefix) => `${prefix}ScoreTime`,
    cells.map((row) => row.map((cell) => cell.scoreMs / 1000)),
  );
  for (const name of new Set(params.flatMap((candidate) => Object.keys(candidate)))) {
    columns[columnOf('param', name)] = params.map((candidate) => (name in candidate ? candidate[name] : null));
  }
  columns.params = params;
  for (const metric of metrics) {
    columns[columnOf('rankTest', metric)] = rank(storeScores('test', metric));
    if (cells[0][0].train) storeScores('train', metric);
  }
  return columns as unknown as CvResults;
}

/** The same table with scalar columns only: `split0TestScore` per split; values that are neither all numbers, all strings nor all booleans as JSON. */
export function flatColumns(results: CvResults): Record<string, ColumnLike> {
  const columns: Record<string, ColumnLike> = {};
  for (const [name, values] of Object.entries(results) as [string, readonly unknown[]][]) {
    if (!name.startsWith('split')) columns[name] = scalars(values);
    else {
      values.forEach((column, split) => {
        columns[name.replace('split', `split${split}`)] = column as readonly number[];
      });
    }
  }
  return columns;
}

function scalars(values: readonly unknown[]): ColumnLike {
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  const [kind = 'number'] = kinds;
  if (kinds.size <= 1 && ['number', 'string', 'boolean'].includes(kind)) return values as ColumnLike;
  return values.map((value) =>
    value === null || typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)),
  );
}
