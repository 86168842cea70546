/** Rows that an earlier run has written. */
import { readFileSync } from 'node:fs';
import type { Machine } from '../machine.js';
import { UsageError } from '../options.js';
import type { Origin } from '../origin.js';
import type { Row } from '../rows.js';

export type SavedRun = Origin & { readonly machine: Machine; readonly versions: Readonly<Record<string, string>> };
export type SavedRow = Omit<Row, 'extra'> & { readonly run: SavedRun };

/** Raises {@link UsageError} unless the file is one that `--json` has written. */
export function readRows(path: string): SavedRow[] {
  return rowsOfText(path, textOf(path));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `there is no file ${path}` : `${path} cannot be read (${code})`, {
      cause,
    });
  }
}

export function rowsOfText(name: string, text: string): SavedRow[] {
  const rows = parsed(name, text);
  if (!Array.isArray(rows)) throw new UsageError(`${name} holds no array of rows, as --json writes them`);
  const wrong = rows.findIndex((row) => !isRow(row));
  if (wrong >= 0) throw new UsageError(`${name} is no file that --json has written: entry ${wrong} is not a row`);
  return rows;
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function isRow(value: unknown): value is SavedRow {
  const { case: name, line, unit, higherIsBetter, sheaf, peers, spread, run } = (value ?? {}) as Partial<SavedRow>;
  const texts = [name, line, unit, run?.commit, run?.machine?.cpu];
  if (texts.some((text) => typeof text !== 'string') || typeof higherIsBetter !== 'boolean') return false;
  const medians: readonly (readonly [string, unknown])[] = [['sheaf', sheaf], ...Object.entries(peers ?? {})];
  const isMeasured = ([column, median]: readonly [string, unknown]) => {
    const { min, max, rounds } = spread?.[column] ?? {};
    return [median, min, max, rounds].every(Number.isFinite);
  };
  return medians.every(isMeasured);
}
