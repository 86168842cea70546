/** Rows as text for a terminal, as Markdown and as JSON. */
import type { Machine } from './machine.js';
import type { Origin } from './origin.js';
import type { Row } from './rows.js';
import { advantage, type Summary } from './statistics.js';
import { alignedLines, type IsText, markdownLines, number, type Table } from './table.js';

type Spread = Omit<Summary, 'median'>;

export interface Report {
  readonly machine: Machine;
  readonly origin: Origin;
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

export function textReport({ rows, ...about }: Report): string {
  return [
    ...header(about),
    '',
    ...alignedLines(tableOf(rows), isText),
    '',
    legendOf(rows),
    ...about.notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

export function markdownReport({ rows, ...about }: Report): string {
  return [
    ...header(about).map((text) => `${text}  `),
    '',
    ...markdownLines(tableOf(rows), isText),
    '',
    legendOf(rows),
    '',
    ...about.notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/**
 * An array of rows; the further numbers of a line are fields of its row. Each row says where it comes from, so that rows
 * of several runs can lie in one file.
 */
export function jsonReport(reports: readonly Omit<Report, 'notes'>[]): string {
  const rows = reports.flatMap(({ rows, origin, machine, versions }) => {
    const run = { ...origin, machine, versions };
    return rows.map(({ extra, ...row }) => ({ ...row, ...extra, run }));
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function legendOf(rows: readonly Row[]): string {
  const medians = 'Medians (least to most).';
  if (rows.every(({ peers }) => Object.keys(peers).length === 0)) return medians;
  return `${medians} The number with × says how many times better sheaf is than the peer: above 1, sheaf is ahead.`;
}

export function header({ machine, origin, versions }: Pick<Report, 'machine' | 'origin' | 'versions'>): string[] {
  const { cpu, cores, node, os, load } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Machine: ${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${os}, load at the start ${load.toFixed(1)}`,
    `Versions: sheaf ${origin.version} (${origin.commit}), Node ${node}${peers.map((peer) => `, ${peer}`).join('')}`,
  ];
}

/**
 * The head, then one line of cells per row; a peer without a measure in a row has an empty cell there, and a column whose
 * cells are all empty is left out. Further numbers that all rows have are columns of their own.
 */
function tableOf(rows: readonly Row[]): Table {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.peers)))];
  const names = Object.keys(rows[0]?.extra ?? {}).filter(
    (name) => rows.length > 1 && rows.every(({ extra }) => name in extra),
  );
  const body = rows.map((row) => [
    row.line,
    row.unit,
    cellOf(row.sheaf, row.spread.sheaf, row),
    targetCell(row),
    ...columns.map((column) =>
      column in row.peers ? `${cellOf(row.peers[column], row.spread[column], row)}, ${number(row.ratio[column])}×` : '',
    ),
    ...names.map((name) => number(row.extra[name])),
    Object.entries(row.extra)
      .flatMap(([name, value]) => (names.includes(name) ? [] : [`${name} ${number(value)}`]))
      .join(', '),
  ]);
  const head = ['line', 'unit', 'sheaf', 'target', ...columns, ...names, 'further'];
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

const isText: IsText = (name, column) => column < 2 || name === 'further';
