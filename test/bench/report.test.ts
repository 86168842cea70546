import { describe, expect, test } from 'vitest';
import { jsonReport, markdownReport, type Report, textReport } from '../../bench/report.js';
import { number } from '../../bench/table.js';

const report: Report = {
  machine: { cpu: 'Some CPU', cores: 2, node: 'v20.19.0', os: 'Linux 6.1', load: 0.25 },
  origin: { version: '0.1.0', commit: 'abc', date: '2025-01-31' },
  versions: { 'scikit-learn': '1.2.1' },
  notes: ['A note.'],
  rows: [
    {
      case: 'c',
      line: 'search',
      unit: 'ms',
      higherIsBetter: false,
      sheaf: 400,
      peers: { 'a|b': 1000 },
      ratio: { 'a|b': 2.5 },
      spread: { sheaf: { min: 390, max: 410.4, rounds: 5 }, 'a|b': { min: 900, max: 1100, rounds: 5 } },
      extra: { threads: 2, speedup: 1.666 },
    },
    {
      case: 'c',
      line: 'rate',
      unit: 'MB/s',
      higherIsBetter: true,
      sheaf: 12.34,
      peers: { 'other peer': 0.5 },
      ratio: { 'other peer': 24.68 },
      spread: { sheaf: { min: 12, max: 13, rounds: 5 }, 'other peer': { min: 0.25, max: 0.75, rounds: 5 } },
      extra: {},
    },
  ],
};

describe('reports', () => {
  test('text: machine, versions, one aligned line per row, notes', () => {
    const lines = textReport(report).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'Machine: Some CPU, 2 cores, Linux 6.1, load at the start 0.3',
      'Versions: sheaf 0.1.0 (abc), Node v20.19.0, scikit-learn 1.2.1',
      '',
      'line    unit          sheaf                     a|b               other peer  further',
      'search  ms    400 (390–410)  1000 (900–1100), 2.50×                           threads 2, speedup 1.67',
      'rate    MB/s   12.3 (12–13)                          0.50 (0.25–0.75), 24.7×',
    ]);
    expect(lines).toContain('- A note.');
  });

  test('Markdown: a table whose cells cannot break it', () => {
    const lines = markdownReport(report).split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toEqual([
      '| line | unit | sheaf | a\\|b | other peer | further |',
      '| --- | --- | ---: | ---: | ---: | --- |',
      '| search | ms | 400 (390–410) | 1000 (900–1100), 2.50× |  | threads 2, speedup 1.67 |',
      '| rate | MB/s | 12.3 (12–13) |  | 0.50 (0.25–0.75), 24.7× |  |',
    ]);
    expect(lines).toContain('- A note.');
  });

  test('a column of further numbers only where there are any', () => {
    const plain = textReport({ ...report, rows: [report.rows[1]] });
    expect(plain).not.toContain('further');
    expect(plain).not.toMatch(/ \n/);
  });

  test('targets are met or missed, for times and for rates; who was measured less often says so', () => {
    const [time, rate] = report.rows;
    const rows = [
      { ...time, target: 160, spread: { ...time.spread, 'a|b': { min: 1000, max: 1000, rounds: 1 } } },
      { ...rate, target: 12 },
      { ...rate, target: 24.68, spread: { ...rate.spread, 'other peer': { min: 0.5, max: 0.5, rounds: 2 } } },
      rate,
    ];
    const lines = markdownReport({ ...report, rows }).split('\n');
    expect(lines.filter((line) => line.startsWith('|'))).toEqual([
      '| line | unit | sheaf | target | a\\|b | other peer | further |',
      '| --- | --- | ---: | ---: | ---: | ---: | --- |',
      '| search | ms | 400 (390–410) | 160, missed 2.50× | 1000 (1000–1000; 1 round), 2.50× |  | threads 2, speedup 1.67 |',
      '| rate | MB/s | 12.3 (12–13) | 12, met |  | 0.50 (0.25–0.75), 24.7× |  |',
      '| rate | MB/s | 12.3 (12–13) | 24.7, missed 2× |  | 0.50 (0.50–0.50; 2 rounds), 24.7× |  |',
      '| rate | MB/s | 12.3 (12–13) |  |  | 0.50 (0.25–0.75), 24.7× |  |',
    ]);
    expect(JSON.parse(jsonReport([{ ...report, rows }])).map((row: { target?: number }) => row.target)).toEqual([
      ...[160, 12, 24.68, undefined],
    ]);
  });

  test('further numbers that all rows have are columns', () => {
    const [time, rate] = report.rows;
    const rows = [
      { ...time, peers: {}, extra: { workers: 2, speedup: 1.5 } },
      { ...rate, peers: {}, extra: { workers: 4, speedup: 3, bound: 1 } },
    ];
    const lines = textReport({ ...report, rows }).split('\n');
    expect(lines.slice(3, 8)).toEqual([
      'line    unit          sheaf  workers  speedup  further',
      'search  ms    400 (390–410)        2     1.50',
      'rate    MB/s   12.3 (12–13)        4        3  bound 1',
      '',
      'Medians (least to most).',
    ]);
  });

  test('JSON: an array of rows with further numbers as fields, each with the run that it comes from', () => {
    const [first, second] = JSON.parse(jsonReport([report]));
    const { extra, ...fields } = report.rows[0];
    const { machine, origin, versions } = report;
    expect(first).toEqual({ ...fields, ...extra, run: { ...origin, machine, versions } });
    expect(Object.keys(second)).toEqual([
      ...['case', 'line', 'unit', 'higherIsBetter', 'sheaf', 'peers', 'ratio', 'spread', 'run'],
    ]);
  });

  test.each([
    [0, '0'],
    [2, '2'],
    [0.5, '0.50'],
    [9.876, '9.88'],
    [12.34, '12.3'],
    [123.4, '123'],
    [12345.6, '12346'],
  ])('the number %d as %s', (value, text) => {
    expect(number(value)).toBe(text);
  });
});
