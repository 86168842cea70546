import { InputError } from '../../util/errors.js';
import { fixed } from '../../util/format.js';
import { warn } from '../../util/warnings.js';
import type { Label } from '../estimator.js';
import { type LabelsLike, toLabels } from '../labels.js';
import { countClasses, type ZeroDivision } from './averaged-scores.js';
import { checkRules, scoreCounts } from './precision-recall.js';
import { checkTargets } from './targets.js';

export interface ReportOptions {
  /** Which classes, in which order; all that occur, sorted, unless told. */
  readonly labels?: LabelsLike | undefined;
  /** What to call them, in the same order. */
  readonly targetNames?: readonly string[] | undefined;
  /** Decimals in the text; 2 unless told. */
  readonly digits?: number;
  readonly zeroDivision?: ZeroDivision;
  /** Numbers instead of text. */
  readonly outputDict?: boolean;
}

/** One line of the report. */
export interface ReportRow {
  readonly precision: number;
  readonly recall: number;
  readonly 'f1-score': number;
  readonly support: number;
}

/** Rows by class name, then by 'macro avg', 'weighted avg', and 'micro avg' or the number 'accuracy'. */
export type ReportDict = Record<string, ReportRow | number>;

/**
 * Precision, recall, F1 and support of every class and their averages, as text: byte for byte that of scikit-learn.
 * 'accuracy' stands for 'micro avg' where all classes are reported, since the two are then the same.
 * Raises {@link InputError} when there are not as many `targetNames` as classes.
 *
 * @example
 * console.log(classificationReport(['cat', 'dog', 'cat'], ['cat', 'dog', 'dog']));
 */
export function classificationReport(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ReportOptions & { readonly outputDict: true },
): ReportDict;
export function classificationReport(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options?: ReportOptions & { readonly outputDict?: false },
): string;
export function classificationReport(
  yTrue: LabelsLike,
  yPred: LabelsLike,
  options: ReportOptions = {},
): string | ReportDict {
  const targets = checkTargets(yTrue, yPred);
  const { present } = targets;
  const labels = options.labels === undefined ? present : toLabels(options.labels, 'labels');
  const names = namesOf(labels, options);
  const isComplete = options.labels === undefined || sameSet(labels, present);
  const rules = { beta: 1, zeroDivision: options.zeroDivision ?? 'warn', wanted: 'all' } as const;
  checkRules({ ...rules, average: null });

  const counts = countClasses(targets, labels);
  const { scores } = scoreCounts(counts, { ...rules, average: null });
  const { precision, recall, fscore, support } = scores;
  const row = (i: number): ReportRow => reportRow(precision[i], recall[i], fscore[i], support[i]);
  // As Python's zip: as many rows as there are both names and classes.
  const classes = names.slice(0, labels.length).map((name, i) => [name, row(i)] as const);
  const total = support.reduce((a, b) => a + b, 0);
  const averages = (['micro', 'macro', 'weighted'] as const).map((average) => {
    const { scores: mean } = scoreCounts(counts, { ...rules, average });
    const heading = average === 'micro' && isComplete ? 'accuracy' : `${average} avg`;
    return [heading, reportRow(mean.precision, mean.recall, mean.fscore, total)] as const;
  });
  if (options.outputDict) return reportDict(classes, averages);
  // scikit-learn counts in floats when not a single row is predicted right, and that shows.
  const countDigits = targets.yTrue.some((label, i) => label === targets.yPred[i]) ? 0 : 1;
  return reportText(names, classes, averages, { score: options.digits ?? 2, count: countDigits });
}

const reportRow = (precision: number, recall: number, f1: number, support: number): ReportRow => ({
  precision,
  recall,
  'f1-score': f1,
  support,
});

function namesOf(labels: readonly Label[], options: ReportOptions): readonly string[] {
  const { targetNames } = options;
  if (targetNames === undefined) return labels.map(String);
  if (targetNames.length !== labels.length) {
    if (options.labels === undefined) {
      throw new InputError(
        `Number of classes, ${labels.length}, does not match size of targetNames, ${targetNames.length}. Try specifying the labels parameter`,
      );
    }
    warn('UserWarning', `labels size, ${labels.length}, does not match size of targetNames, ${targetNames.length}`);
  }
  return targetNames;
}

const sameSet = (a: readonly Label[], b: readonly Label[]): boolean =>
  new Set(a).size === new Set(b).size && a.every((label) => b.includes(label));

type Rows = readonly (readonly [name: string, row: ReportRow])[];

const reportDict = (classes: Rows, averages: Rows): ReportDict =>
  Object.fromEntries(
    [...classes, ...averages].map(([name, row], i) =>
      i >= classes.length && name === 'accuracy' ? [name, row.precision] : [name, row],
    ),
  );

const columns = ['precision', 'recall', 'f1-score', 'support'] as const;

type Digits = { readonly score: number; readonly count: number };

function reportText(names: readonly string[], classes: Rows, averages: Rows, digits: Digits): string {
  if (names.length === 0) throw new InputError('there is no class to report: give at least one row and one label');
  const width = Math.max(...names.map(lengthOf), 'weighted avg'.length, digits.score);
  const line = (heading: string, cells: readonly string[]) =>
    `${alignRight(heading, width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`;
  const cellsOf = (heading: string, row: ReportRow) =>
    columns.map((column) => {
      if (column === 'support') return fixed(row.support, digits.count);
      return heading === 'accuracy' && column !== 'f1-score' ? '' : fixed(row[column], digits.score);
    });
  const head = line('', columns);
  const body = classes.map(([name, row]) => line(name, cellsOf('', row)));
  const foot = averages.map(([name, row]) => line(name, cellsOf(name, row)));
  return [head, '\n', ...body, '\n', ...foot].join('');
}

/** In code points, as Python counts. */
const lengthOf = (text: string): number => [...text].length;
const alignRight = (text: string, width: number): string => ' '.repeat(Math.max(0, width - lengthOf(text))) + text;
