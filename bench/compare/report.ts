/** A comparison of two runs in words. */
import { alignedLines, type IsText, markdownLines, number, type Table } from '../table.js';
import type { Change, Comparison, Comparisons, Verdict } from './compare.js';
import type { SavedRow } from './saved.js';

const words: Readonly<Record<Verdict, string>> = {
  better: 'better',
  worse: 'WORSE',
  noise: 'within noise',
  rounds: 'too few rounds',
};

export interface ComparisonReport {
  readonly before: readonly SavedRow[];
  readonly after: readonly SavedRow[];
  readonly comparisons: Comparisons;
}

export function textComparison(report: ComparisonReport): string {
  return page(report, alignedLines(tableOf(report.comparisons.lines), isText));
}

export function markdownComparison(report: ComparisonReport): string {
  return page(report, markdownLines(tableOf(report.comparisons.lines), isText));
}

const isText: IsText = (name) => name !== 'before' && name !== 'after' && name !== 'times better';

function page({ before, after, comparisons }: ComparisonReport, table: readonly string[]): string {
  const { lines, gone, come } = comparisons;
  const moved = lines.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  const better = moved.filter(({ verdict }) => verdict === 'better');
  const notes = [
    `Of ${lines.length} lines ${better.length} got better and ${moved.length - better.length} worse beyond the noise.`,
    'Beyond noise: the rounds before and after do not overlap, and are too many for that to be chance (at most 1 in 10, so three each). ' +
      'Against a peer: how many times better sheaf is than that peer in the same run, which a slower machine moves less.',
    ...(machinesOf(before) === machinesOf(after)
      ? []
      : ['The machines differ, so only what stands against peers can be compared.']),
    ...(gone.length > 0 ? [`Before only: ${gone.join(', ')}.`] : []),
    ...(come.length > 0 ? [`After only: ${come.join(', ')}.`] : []),
  ];
  return [
    ...[`Before: ${runsOf(before)}  `, `After: ${runsOf(after)}  `, ''],
    ...(lines.length > 0 ? [...table, ''] : []),
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

function tableOf(lines: readonly Comparison[]): Table {
  const head = ['case', 'line', 'unit', 'before', 'after', 'times better', 'verdict', 'against peers'];
  const body = lines.map((line) => [
    ...[line.case, line.line, line.unit, number(line.before), number(line.after), `${number(line.times)}×`],
    words[line.verdict],
    Object.entries(line.peers)
      .map(([column, change]) => `${column} ${arrow(change)}, ${words[change.verdict]}`)
      .join('; '),
  ]);
  return [head, ...body];
}

const arrow = ({ before, after }: Change): string => `${number(before)}× → ${number(after)}×`;

const machinesOf = (rows: readonly SavedRow[]): string =>
  distinct(rows.map(({ run: { machine } }) => `${machine.cpu}, ${machine.cores} cores`));

const runsOf = (rows: readonly SavedRow[]): string =>
  `${distinct(rows.map(({ run }) => `sheaf ${run.version} (${run.commit}, ${run.date}), Node ${run.machine.node}`))} on ${machinesOf(rows)}`;

const distinct = (texts: readonly string[]): string => [...new Set(texts)].sort().join('; ');
