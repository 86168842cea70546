/** Rows as text for a terminal, as Markdown and as JSON. */
import type { Machine } from './machine.js';
import type { Row } from './rows.js';
import { advantage, type Summary } from './statistics.js';

type Spread = Omit<Summary, 'median'>;

export interface Report {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

export function textReport({ rows, ...about }: Report): string {
  return [
    ...header(about),
    '',
    ...aligned(tableOf(rows)),
    '',
    ...legend,
    ...about.notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

export function markdownReport({ rows, ...about }: Report): string {
  const [head, ...body] = tableOf(rows);
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    ...header(about).map((text) => `${text}  `),
    '',
    line(head),
    line(head.map((name, i) => (isText(name, i) ? '---' : '---:'))),
    ...body.map(line),
    '',
    ...legend,
    '',
    ...about.notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/** An array of rows; the further numbers of a line are fields of its row. */
export function jsonReport({ rows }: Pick<Report, 'rows'>): string {
  return `${JSON.stringify(
    rows.map(({ extra, ...row }) => ({ ...row, ...extra })),
    null,
    2,
  )}\n`;
}

const legend = [
  'Medians (least to most). The number with × says how many times better sheaf is than the peer: above 1, sheaf is ahead.',
];

function header({ machine, versions }: Omit<Report, 'rows'>): string[] {
  const { cpu, cores, node, os, load } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Machine: ${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${os}, load at the start ${load.toFixed(1)}`,
    `Versions: Node ${node}${peers.map((peer) => `, ${peer}`).join('')}`,
  ];
}

/**
 * The head, then one line of cells per row; a peer without a measure in a row has an empty cell there, and a column whose
 * cells are all empty is left out.
 */
function tableOf(rows: readonly Row[]): string[][] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))];
  const body = rows.map((row) => [
    row.line,
    row.unit,
    cellOf(row.sheaf, row.spread.sheaf, row),
    targetCell(row),
    ...columns.map((column) =>
      column in row.peers ? `${cellOf(row.peers[column], row.spread[column], row)}, ${number(row.ratio[column])}×` : '',
    ),
    Object.entries(row.extra)
      .map(([name, value]) => `${name} ${number(value)}`)
      .join(', '),
  ]);
  const head = ['line', 'unit', 'sheaf', 'target', ...columns, 'further'];
  const isUsed = head.map((_, column) => body.some((cells) => cells[column] !== ''));
  return [head, ...body].map((cells) => cells.filter((_, column) => isUsed[column]));
}

/** A contestant that was measured less often than sheaf says so. */
function cellOf(median: number, { min, max, rounds }: Spread, { spread }: Row): string {
  const fewer = rounds === spread.sheaf.rounds ? '' : `; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  return `${number(median)} (${number(min)}–${number(max)}${fewer})`;
}

function targetCell({ sheaf, target, higherIsBetter }: Row): string {
  if (target === undefined) return '';
  const missed = 1 / advantage(sheaf, target, higherIsBetter);
  return `${number(target)}, ${missed <= 1 ? 'met' : `missed ${number(missed)}×`}`;
}

/** Three digits, or all those before the point. */
export function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

const isText = (name: string, column: number): boolean => column < 2 || name === 'further';

/** Columns of text padded to their widest cell: names to the left, measures to the right. */
function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  return table.map((cells) =>
    cells
      .map((cell, i) => (isText(table[0][i], i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
