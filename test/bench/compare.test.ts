import { expect, test } from 'vitest';
import { advantageOver, chanceOfParting, compareRuns, verdictOf } from '../../bench/compare/compare.js';
import { markdownComparison, textComparison } from '../../bench/compare/report.js';
import { readRows, rowsOfText, type SavedRow } from '../../bench/compare/saved.js';
import { UsageError } from '../../bench/options.js';
import { summarize } from '../../bench/statistics.js';

const run = {
  ...{ version: '0.1.0', commit: 'abc', date: '2025-01-31', versions: {} },
  machine: { cpu: 'Some CPU', cores: 2, node: 'v20.19.0', os: 'Linux', load: 0 },
};

/** A row of rounds that took so many ms. */
function row(line: string, sheaf: readonly number[], peer: readonly number[] = [], higherIsBetter = false): SavedRow {
  const summaries = { sheaf: summarize(sheaf), ...(peer.length > 0 && { peer: summarize(peer) }) };
  const { sheaf: own, ...peers } = summaries;
  const medians = Object.entries(peers).map(([name, { median }]) => [name, median]);
  const base = { case: 'c', line, unit: 'ms', higherIsBetter, ratio: {}, spread: summaries, run };
  return { ...base, sheaf: own.median, peers: Object.fromEntries(medians) };
}

const range = (min: number, max: number, rounds = 3) => ({ min, max, rounds });

test.each([
  ['noise', range(1, 3), range(2, 4), 0.7],
  ['noise', range(2, 3), range(3, 4), 0.7],
  ['better', range(3, 4), range(1, 2), 2],
  ['worse', range(1, 2), range(3, 4), 0.5],
  ['rounds', range(1, 2, 2), range(3, 4), 0.5],
  ['rounds', range(1, 1, 1), range(3, 3, 1), 0.3],
] as const)('%s', (verdict, before, after, times) => {
  expect(verdictOf(before, after, times)).toBe(verdict);
});

test('how likely rounds that are all alike part: 2 m! n! / (m + n)!', () => {
  expect(chanceOfParting(1, 1)).toBe(1);
  expect(chanceOfParting(2, 2)).toBeCloseTo(1 / 3, 12);
  expect(chanceOfParting(3, 3)).toBeCloseTo(0.1, 12);
  expect(chanceOfParting(3, 3)).toBeLessThanOrEqual(0.1);
  expect(chanceOfParting(5, 2)).toBeCloseTo(2 / 21, 12);
});

test('an advantage over a peer has the limits of all its rounds, for times and for rates', () => {
  const time = advantageOver(row('a', [2, 3, 4], [8, 9, 12]), 'peer');
  expect(time).toEqual({ median: 3, min: 2, max: 6, rounds: 3 });
  const rate = advantageOver(row('a', [8, 9, 12], [2, 3, 4], true), 'peer');
  expect(rate).toEqual({ median: 3, min: 2, max: 6, rounds: 3 });
});

// The machine was half as fast: only against the peer is it to be seen that `same` did not move, and that `faster` did.
const before = [row('same', [10, 11, 12], [20, 21, 22]), row('faster', [10, 11, 12], [20, 21, 22]), row('old', [1])];
const after = [row('same', [20, 22, 24], [40, 42, 44]), row('faster', [5, 6, 7], [40, 42, 44]), row('new', [1])];

test('lines are compared by themselves and against peers', () => {
  const { lines, gone, come } = compareRuns(before, after);
  expect(lines).toEqual([
    {
      ...{ case: 'c', line: 'same', unit: 'ms', before: 11, after: 22, times: 0.5, verdict: 'worse' },
      peers: { peer: { before: 21 / 11, after: 42 / 22, times: 1, verdict: 'noise' } },
    },
    {
      ...{ case: 'c', line: 'faster', unit: 'ms', before: 11, after: 6, times: 11 / 6, verdict: 'better' },
      peers: { peer: { before: 21 / 11, after: 7, times: expect.closeTo(11 / 3), verdict: 'better' } },
    },
  ]);
  expect([gone, come]).toEqual([['c old (ms)'], ['c new (ms)']]);
});

test('in words', () => {
  const report = { before, after, comparisons: compareRuns(before, after) };
  const lines = textComparison(report).split('\n');
  expect(lines[0]).toBe('Before: sheaf 0.1.0 (abc, 2025-01-31), Node v20.19.0 on Some CPU, 2 cores  ');
  expect(lines.slice(3, 6)).toEqual([
    'case  line    unit  before  after  times better  verdict  against peers',
    'c     same    ms        11     22         0.50×  WORSE    peer 1.91× → 1.91×, within noise',
    'c     faster  ms        11      6         1.83×  better   peer 1.91× → 7×, better',
  ]);
  expect(lines).toContain('- Of 2 lines 1 got better and 1 worse beyond the noise.');
  expect(lines).toContain('- Before only: c old (ms).');
  expect(lines.join()).not.toContain('machines differ');
  expect(markdownComparison(report)).toContain('| c | faster | ms | 11 | 6 | 1.83× | better |');
});

test('runs of two machines say so', () => {
  const elsewhere = after.map((one) => ({ ...one, run: { ...run, machine: { ...run.machine, cores: 4 } } }));
  const text = textComparison({ before, after: elsewhere, comparisons: compareRuns(before, elsewhere) });
  expect(text).toContain('- The machines differ, so only what stands against peers can be compared.');
});

test.each([
  ['{', /^x\.json is not JSON: /],
  ['{}', /^x\.json holds no array of rows, as --json writes them$/],
  ['[{"case": "c"}]', /^x\.json is no file that --json has written: entry 0 is not a row$/],
  [JSON.stringify([{ ...row('a', [1]), spread: {} }]), /entry 0 is not a row/],
  [JSON.stringify([row('a', [1]), null]), /entry 1 is not a row/],
])('a file with %s is refused', (text, sentence) => {
  expect(() => rowsOfText('x.json', text)).toThrow(UsageError);
  expect(() => rowsOfText('x.json', text)).toThrow(sentence);
});

test('what was written is read, and a file that is not there is named', () => {
  expect(rowsOfText('x.json', JSON.stringify(before))).toEqual(before);
  expect(() => readRows('no-such-folder/x.json')).toThrow(/^there is no file no-such-folder\/x\.json$/);
});
