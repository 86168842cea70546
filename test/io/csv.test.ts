import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type CsvOptions, type CsvTable, numbersIn, parseCsv, readCsv } from '../../src/io/csv.js';

const valuesOf = ({ columns }: CsvTable) => Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const cases: readonly [what: string, text: string, options: CsvOptions, expected: Record<string, unknown>][] = [
  ['a header above numbers', 'a,b\n1,2\n3,4\n', {}, { a: [1, 3], b: [2, 4] }],
  ['numbers alone', '1,2\n3,4', {}, { 0: [1, 3], 1: [2, 4] }],
  ['a column of text', 'x,city\n1,Rome\n2,Bari', {}, { x: [1, 2], city: ['Rome', 'Bari'] }],
  ['text alone has a header', 'name,city\nAda,Rome', {}, { name: ['Ada'], city: ['Rome'] }],
  ['text beside numbers without a header', '1,Rome\n2,Bari', {}, { 0: [1, 2], 1: ['Rome', 'Bari'] }],
  ['a header of numbers, when told', '1,2\n3,4', { header: true }, { 1: [3], 2: [4] }],
  ['no header, when told', 'a,b\n1,2', { header: false }, { 0: ['a', '1'], 1: ['b', '2'] }],
  ['missing cells', 'a,b\n,x\nNA,\n5,y', {}, { a: [nan, nan, 5], b: ['x', '', 'y'] }],
  ['forms of numbers', 'a\n-1.5e3\n +.5\n1.\ninf\n-Infinity\nNaN', {}, { a: [-1500, 0.5, 1, inf, -inf, nan] }],
  ['what only looks like numbers', 'a,b,c\n0x1f,1 2,1_0\n0x1f,1 2,1_0', {}, twice({ a: '0x1f', b: '1 2', c: '1_0' })],
  ['names of object fields', 'a\nconstructor\ntoString', {}, { a: ['constructor', 'toString'] }],
  ['quotes', 'a,b\n"1","x, ""y""\nz"\n', {}, { a: [1], b: ['x, "y"\nz'] }],
  ['semicolons, CRLF and a byte order mark', '\uFEFFa;b\r\n1;2\r\n', {}, { a: [1], b: [2] }],
  ['blank lines', 'a,b\n\n1,2\n\n\n3,4\n\n', {}, { a: [1, 3], b: [2, 4] }],
  ['a header alone', 'a,b\n', {}, { a: [], b: [] }],
];

function twice(row: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, [cell, cell]]));
}

describe('columns', () => {
  for (const [what, text, options, expected] of cases) {
    test(what, () => expect(valuesOf(parseCsv(text, options))).toEqual(expected));
  }
});

describe('errors name file, line and column', () => {
  test('a row of another length, after blank lines and a cell of two lines', () => {
    const text = 'a,b\n\n"1\n1",2\n3,4,5\n';
    expect(() => parseCsv(text, {}, 'data.csv')).toThrow('data.csv, line 5: 3 cells, but line 1 has 2');
  });

  test('a cell that is no number', () => {
    const table = parseCsv('a,b\n1,2\n3,four\n', {}, 'data.csv');
    expect([...numbersIn(table, table.columns[0]!)]).toEqual([1, 3]);
    expect(() => numbersIn(table, table.columns[1]!)).toThrow('data.csv, line 3, column b: "four" is not a number');
  });

  test('a quote that does not end', () => {
    expect(() => parseCsv('a,b\n1,"2\n', {}, 'data.csv')).toThrow(/^data\.csv, line 2: .*[Qq]uote/);
  });

  test('an empty file, and none', async () => {
    expect(() => parseCsv('\n\n', {}, 'data.csv')).toThrow('data.csv is empty: it needs at least one row');
    await expect(readCsv('no/such.csv')).rejects.toThrow('no/such.csv cannot be read: ENOENT');
  });
});

test('a gzipped file reads as the plain one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sheaf-csv-'));
  try {
    writeFileSync(join(folder, 'plain.csv'), 'a\n1\n2\n');
    writeFileSync(join(folder, 'packed.csv.gz'), gzipSync('a\n1\n2\n'));
    for (const file of ['plain.csv', 'packed.csv.gz']) {
      expect(valuesOf(await readCsv(join(folder, file)))).toEqual({ a: [1, 2] });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
