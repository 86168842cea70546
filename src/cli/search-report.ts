/** A finished search as text for people and as JSON for programs. */
import type { Label, Params } from '../learn/estimator.js';
import { uniqueLabels } from '../learn/labels.js';
import { classificationReport } from '../learn/metrics/classification-report.js';
import type { GridSearchCV } from '../learn/model-selection/grid-search.js';
import { columnOf } from '../learn/model-selection/results.js';
import { fixed } from '../util/format.js';
import { version } from '../util/version.js';
import type { Samples } from './data.js';
import type { SearchSettings } from './search-settings.js';

/** The labels of the rows held out, and those that the best estimator gives them. */
export interface HoldOut {
  readonly yTrue: readonly Label[];
  readonly yPred: readonly Label[];
}

type Finished = Pick<GridSearchCV, 'cvResults_' | 'bestIndex_' | 'bestScore_' | 'bestParams_' | 'nSplits_'>;

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
  /** Numbers stand right, words left. */
  readonly align: 'left' | 'right';
}

/** What was searched, the table by rank, the best parameters and their score. */
export function searchText(search: Finished, settings: SearchSettings, { X, y }: Samples): string {
  const { estimator, data, scoring, cv } = settings;
  const [rows, columns] = X.shape;
  const { params } = search.cvResults_;
  const classes = new Set(y).size;
  const title =
    `${estimator} on ${data.name}: ${rows} rows, ${columns} features, ${classes} classes; ` +
    `${params.length} candidates, ${cv} folds`;
  const best = `Best parameters: ${paramsText(search.bestParams_!)}\n`;
  const score = `Best score: ${fixed(search.bestScore_!, 4)} (mean ${scoring[0]} of ${cv} folds)\n`;
  return `${title}\n\n${tableText(tableOf(search, scoring))}\n${best}${score}`;
}

const paramsText = (params: Params): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

function tableOf({ cvResults_: results }: Finished, scoring: readonly string[]): Column[] {
  const isSingle = scoring.length === 1;
  // A single metric is called `score` in the results.
  const columns = (prefix: 'rankTest' | 'meanTest' | 'stdTest', metric: string) =>
    results[columnOf(prefix, isSingle ? 'score' : metric) as 'meanTestScore'];
  const ranks = columns('rankTest', scoring[0]!);
  const order = [...ranks.keys()].sort((a, b) => ranks[a]! - ranks[b]! || a - b);
  const numbers = (head: string, values: readonly number[], digits: number): Column => ({
    head,
    cells: order.map((i) => fixed(values[i]!, digits)),
    align: 'right',
  });
  const scores = scoring.flatMap((metric) => [
    numbers(isSingle ? 'mean' : metric, columns('meanTest', metric), 4),
    numbers('std', columns('stdTest', metric), 4),
  ]);
  const names = [...new Set(results.params.flatMap((params) => Object.keys(params)))];
  const params = names.map((name): Column => {
    const values = order.map((i) => (name in results.params[i]! ? results.params[i]![name] : undefined));
    return {
      head: name,
      cells: values.map((value) => (value === undefined ? '-' : String(value))),
      align: values.every((value) => typeof value === 'number' || value === undefined) ? 'right' : 'left',
    };
  });
  return [numbers('rank', ranks, 0), ...scores, ...params];
}

/** The columns two spaces apart, without blanks at the ends of lines. */
export function tableText(columns: readonly Column[]): string {
  const padded = columns.map(({ head, cells, align }) => {
    const texts = [head, ...cells];
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => (align === 'right' ? text.padStart(width) : text.padEnd(width)));
  });
  const lines = padded[0]!.map((_, i) => padded.map((texts) => texts[i]).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** How well the best estimator does on rows that the search has not seen. */
export const holdOutText = ({ yTrue, yPred }: HoldOut): string =>
  `\nOn the ${yTrue.length} rows held out:\n\n${classificationReport(yTrue, yPred)}`;

/** Everything that the search found, numbers in full precision; JSON writes NaN as null. */
export function searchRecord(
  search: Finished,
  settings: SearchSettings,
  { X, y }: Samples,
  heldOut: HoldOut | undefined,
): unknown {
  const { data, estimator, grids, scoring, cv, testSize, randomState } = settings;
  const holdOut = heldOut && {
    testSize,
    randomState,
    rows: heldOut.yTrue.length,
    report: classificationReport(heldOut.yTrue, heldOut.yPred, { outputDict: true }),
  };
  return {
    versions: { sheaf: version, node: process.versions.node },
    data: { name: data.name, target: data.target, rows: X.shape[0], features: X.shape[1], classes: uniqueLabels(y) },
    estimator,
    grids,
    scoring,
    cv,
    bestIndex: search.bestIndex_,
    bestParams: search.bestParams_,
    bestScore: search.bestScore_,
    cvResults: search.cvResults_,
    holdOut,
  };
}
