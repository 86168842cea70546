/** Numbers of bytes as people write them. */
import { describe } from './describe.js';
import { InputError } from './errors.js';

const binary = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const decimal = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes per unit, by its name in lower case; `Gi`, `G` and the like are short for `GiB` and `GB`. */
const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ...binary.flatMap((unit, i) => named(unit, 1024 ** (i + 1))),
  ...decimal.flatMap((unit, i) => named(unit, 1000 ** (i + 1))),
]);

function named(unit: string, bytes: number): [string, number][] {
  const name = unit.toLowerCase();
  return [
    [name, bytes],
    [name.slice(0, -1), bytes],
  ];
}

/**
 * The number of bytes that a text such as `4 GiB`, `500MB` or `1e9` means, rounded to whole bytes.
 * Raises {@link InputError} for anything else.
 *
 * @example
 * parseBytes('1.5 KiB'); // 1536
 */
export function parseBytes(text: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = units.get(unit.toLowerCase());
  if (number === '' || factor === undefined) {
    throw new InputError(
      `${describe(text)} is no number of bytes: give a number with one of the units B, ${decimal.join(', ')}, ` +
        `${binary.join(', ')}, such as '4 GiB' or '500MB', or without one for bytes`,
    );
  }
  return Math.round(Number(number) * factor);
}

/**
 * A number of bytes to three digits, in the unit that suits it.
 *
 * @example
 * formatBytes(4.2e9); // '3.91 GiB'
 */
export function formatBytes(bytes: number): string {
  if (Math.abs(bytes) < 1000) return `${Math.round(bytes)} B`;
  let value = bytes;
  let unit = '';
  for (const next of binary) {
    // A number that would be shown with four digits takes the next unit.
    if (unit !== '' && Math.abs(value) < 999.5) break;
    value /= 1024;
    unit = next;
  }
  return `${Number(value.toPrecision(3))} ${unit}`;
}
