/** The data a command works on: a built-in data set, or a CSV file with a column of classes. */
import { existsSync } from 'node:fs';
import { allocate, type Block } from '../arrow/block.js';
import { type CsvColumn, type CsvTable, numbersIn, readCsv } from '../io/csv.js';
import { datasets } from '../learn/datasets.js';
import type { Label } from '../learn/estimator.js';
import { InputError } from '../util/errors.js';

export interface DataSource {
  /** A name of {@link datasetNames}, else a path. */
  readonly name: string;
  /** The column with the classes, for a file. */
  readonly target: string | undefined;
  /** Whether the first line of a file names the columns; without it they are called 0, 1, … */
  readonly header: boolean;
}

export interface Samples {
  /** One row per sample, one column per feature. */
  readonly X: Block<'float64'>;
  readonly y: readonly Label[];
}

const builtIn = { digits: datasets.loadDigits, iris: datasets.loadIris } as const;

export const datasetNames: readonly string[] = Object.keys(builtIn);

const isBuiltIn = (name: string): name is keyof typeof builtIn => Object.hasOwn(builtIn, name);

/** Raises {@link InputError} unless the flags for files come with a file, and a file with its target. */
export function checkSource({ name, target, header }: DataSource): void {
  if (!isBuiltIn(name)) return;
  if (target !== undefined) throw new InputError(`--target is for files: ${name} has its classes already`);
  if (!header) throw new InputError(`--no-header is for files: ${name} is none`);
}

/**
 * Reads the data. Raises {@link InputError}, naming the file with line and column, for a file that cannot be read or has no
 * rows, columns of the same name, a target that is missing or not given, features that are not numbers, and gaps.
 */
export async function loadData(source: DataSource): Promise<Samples> {
  const { name } = source;
  if (isBuiltIn(name)) {
    const { data, target, targetNames } = await builtIn[name]();
    return { X: data, y: Array.from(target.data, (code) => targetNames[code]!) };
  }
  if (!existsSync(name)) {
    throw new InputError(`--data ${name} is neither a file nor one of the data sets ${datasetNames.join(', ')}`);
  }
  return samplesOf(await readCsv(name, { header: source.header }), source);
}

function samplesOf(table: CsvTable, { target, header }: DataSource): Samples {
  const { source, rows, columns } = table;
  const names = columns.map((column) => column.name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    const places = names.flatMap((name, i) => (name === repeated ? [i + 1] : []));
    throw new InputError(
      `${source}: columns ${places.join(' and ')} are all called '${repeated}': rename them, or give --no-header if the first line is data`,
    );
  }
  if (target === undefined) {
    throw new InputError(`${source} needs --target COLUMN, the column with the classes: there are ${listOf(names)}`);
  }
  const classes = columns[names.indexOf(target)];
  if (!classes) {
    const hint = header ? ' (or give --no-header if the first line is data)' : '';
    throw new InputError(`${source} has no column '${target}': there are ${listOf(names)}${hint}`);
  }
  if (rows === 0) throw new InputError(`${source} has a header but no rows`);
  const features = columns.filter((column) => column !== classes);
  if (features.length === 0) throw new InputError(`${source} has no column besides the target ${target}`);
  return { X: matrixOf(table, features), y: labelsOf(table, classes) };
}

/** At most twenty names: files may have thousands of columns. */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

const placeOf = ({ source, lineOf }: CsvTable, row: number, { name }: CsvColumn): string =>
  `${source}, line ${lineOf(row)}, column ${name}`;

function matrixOf(table: CsvTable, features: readonly CsvColumn[]): Block<'float64'> {
  const width = features.length;
  const data = allocate('float64', table.rows * width);
  features.forEach((column, j) => {
    const values = numbersIn(table, column);
    for (let row = 0; row < table.rows; row++) {
      const value = values[row]!;
      if (!Number.isFinite(value)) {
        const what = Number.isNaN(value) ? 'there is no value' : `the value is ${value}`;
        throw new InputError(`${placeOf(table, row, column)}: ${what}: every feature must be a finite number`);
      }
      data[row * width + j] = value;
    }
  });
  return { dtype: 'float64', shape: [table.rows, width], data };
}

function labelsOf(table: CsvTable, column: CsvColumn): readonly Label[] {
  const labels: readonly Label[] = column.kind === 'number' ? Array.from(column.values) : column.values;
  labels.forEach((label, row) => {
    if (Number.isNaN(label) || (typeof label === 'string' && label.trim() === '')) {
      throw new InputError(`${placeOf(table, row, column)}: there is no class: every row needs one`);
    }
    if (typeof label === 'number' && !Number.isInteger(label)) {
      throw new InputError(`${placeOf(table, row, column)}: ${label} is no class: classes are integers or words`);
    }
  });
  return labels;
}
