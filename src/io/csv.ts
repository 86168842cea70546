/**
 * A small CSV reader for files that fit in memory: papaparse splits the cells, this file types them by column.
 * As in pandas, blank lines are skipped, and an empty cell, NA, NaN, nan and null in a column of numbers is NaN.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import { allocate } from '../arrow/block.js';
import { InputError } from '../util/errors.js';

// Papaparse is CommonJS: `import()` would parse it twice to find its exports, 13 ms where `require` takes 3.
const require = createRequire(import.meta.url);

export interface NumberColumn {
  readonly name: string;
  readonly kind: 'number';
  readonly values: Float64Array;
}

export interface StringColumn {
  readonly name: string;
  readonly kind: 'string';
  readonly values: readonly string[];
}

export type CsvColumn = NumberColumn | StringColumn;

export interface CsvTable {
  /** The file, as errors name it. */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly CsvColumn[];
  /** The line of the file, from 1, on which a row, from 0, begins. */
  lineOf(row: number): number;
}

export interface CsvOptions {
  /** Whether the first row holds names. Without it: when no cell of it is a number, or one that is none stands above numbers. */
  readonly header?: boolean;
  /** Without it: of comma, tab, semicolon and bar the one that the first line has most of. */
  readonly delimiter?: string;
}

/**
 * Reads a CSV file, gzipped or not, as columns of numbers or of strings. Raises {@link InputError}, naming file and
 * line, when it cannot be read, is empty, or has a row of another length.
 *
 * @example
 * const { columns, rows } = await readCsv('datasets/iris.csv', { header: true });
 * [rows, columns.length, columns[0].kind]; // [150, 5, 'number']
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<CsvTable> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseCsv(bytes.toString(), options, path);
}

/** The columns of CSV text; {@link readCsv} of a file that is in memory already. */
export function parseCsv(text: string, options: CsvOptions = {}, source = 'the CSV text'): CsvTable {
  const papa: typeof import('papaparse') = require('papaparse');
  const content = text.replace(/^\uFEFF/, '');
  const { data, errors } = papa.parse<Row>(content, { delimiter: options.delimiter ?? delimiterOf(content) });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) throw new InputError(`${source}, line ${lineOf(data, data[broken.row ?? 0])}: ${broken.message}`);
  const rows = data.filter((row) => row.length > 1 || row[0] !== '');
  checkWidths(source, data, rows);
  const table = typed(rows, options.header);
  const headers = rows.length - table.rows;
  return { source, ...table, lineOf: (row) => lineOf(data, rows[row + headers]) };
}

type Row = readonly string[];

/** Papaparse's own guess looks at more lines, but a trailing line end leads it astray in a short file. */
function delimiterOf(text: string): string {
  const line = /[^\r\n]+/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? '';
  const counts = [',', '\t', ';', '|'].map((delimiter) => [line.split(delimiter).length, delimiter] as const);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}

/** Counted on demand: lines differ from rows by blank lines and by line ends within quotes. */
function lineOf(all: readonly Row[], row: Row | undefined): number {
  let line = 1;
  for (const earlier of all) {
    if (earlier === row) break;
    for (const cell of earlier) line += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
    line++;
  }
  return line;
}

function checkWidths(source: string, all: readonly Row[], rows: readonly Row[]): void {
  const [first] = rows;
  if (!first) throw new InputError(`${source} is empty: it needs at least one row`);
  const ragged = rows.find((row) => row.length !== first.length);
  if (!ragged) return;
  throw new InputError(
    `${source}, line ${lineOf(all, ragged)}: ${ragged.length} cells, but line ${lineOf(all, first)} has ${first.length}`,
  );
}

function typed(rows: readonly Row[], header: boolean | undefined): Pick<CsvTable, 'rows' | 'columns'> {
  const first = rows[0]!;
  const bodies = first.map((_, column) => numbersOf(rows, column));
  const hasHeader = header ?? looksLikeHeader(first, bodies);
  const columns = first.map((cell, column): CsvColumn => {
    const body = bodies[column];
    const name = hasHeader ? cell : String(column);
    const values = hasHeader ? body?.subarray(1) : withFirst(body, toNumber(cell));
    if (values) return { name, kind: 'number', values };
    return { name, kind: 'string', values: rows.slice(hasHeader ? 1 : 0).map((row) => row[column]!) };
  });
  return { rows: rows.length - (hasHeader ? 1 : 0), columns };
}

/** The numbers of a column from its second row on, with room for the first, which may be a name; undefined when one is none. */
function numbersOf(rows: readonly Row[], column: number): Float64Array | undefined {
  const values = allocate('float64', rows.length);
  for (let i = 1; i < rows.length; i++) {
    const value = toNumber(rows[i]![column]!);
    if (value === undefined) return undefined;
    values[i] = value;
  }
  return values;
}

function withFirst(values: Float64Array | undefined, first: number | undefined): Float64Array | undefined {
  if (!values || first === undefined) return undefined;
  values[0] = first;
  return values;
}

function looksLikeHeader(first: Row, bodies: readonly (Float64Array | undefined)[]): boolean {
  const isNumber = first.map((cell) => !Number.isNaN(toNumber(cell) ?? Number.NaN));
  const standsAboveNumbers = first.some(
    (cell, column) => toNumber(cell) === undefined && bodies[column] && bodies[column].length > 1,
  );
  return standsAboveNumbers || !isNumber.includes(true);
}

const special: ReadonlyMap<string, number> = new Map([
  ...['', 'na', 'nan', 'null'].map((cell) => [cell, Number.NaN] as const),
  ...['inf', '+inf', 'infinity', '+infinity'].map((cell) => [cell, Number.POSITIVE_INFINITY] as const),
  ...['-inf', '-infinity'].map((cell) => [cell, Number.NEGATIVE_INFINITY] as const),
]);

/** The number a cell writes, NaN where it says that there is none, undefined where it is text. */
function toNumber(cell: string): number | undefined {
  // Almost every cell: decimal from its first two characters on. What it leaves to the rest: blanks, 1e5, words, 0x1f.
  if (cell.charCodeAt(0) > 32 && !(cell.charCodeAt(1) > 57)) {
    const value = Number(cell);
    if (value - value === 0) return value;
  }
  const trimmed = cell.trim().toLowerCase();
  return special.get(trimmed) ?? (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined);
}

/** The values of a column that must be numbers. Raises {@link InputError} with the file, the line and the cell that is none. */
export function numbersIn(table: CsvTable, column: CsvColumn): Float64Array {
  if (column.kind === 'number') return column.values;
  const row = column.values.findIndex((cell) => toNumber(cell) === undefined);
  throw new InputError(
    `${table.source}, line ${table.lineOf(row)}, column ${column.name}: ${JSON.stringify(column.values[row])} is not a number`,
  );
}
