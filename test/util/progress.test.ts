import { expect, test } from 'vitest';
import { progressBar, renderBar, showsProgress } from '../../src/util/progress.js';

test.each([
  [0, 10, 40, 0, '[                        ] 0/10 0% 0.0 s'],
  [5, 10, 40, 3, '[====>      ] 5/10 50% 3.0 s, 3.0 s left'],
  [10, 10, 40, 75.9, '[================] 10/10 100% 1 min 15 s'],
  [1, 3, 12, 3, '1/3 33% 3.0 '],
])('renderBar(%i, %i, %i, %d)', (done, total, width, elapsed, expected) => {
  const line = renderBar(done, total, width, elapsed);
  expect(line.length).toBeLessThanOrEqual(width);
  expect(line).toBe(expected);
});

test('a bar is drawn with pauses, always when done, and cleared', () => {
  const written: string[] = [];
  let time = 0;
  const bar = progressBar({ columns: 41, write: (text) => written.push(text) }, () => time);
  bar.update(1, 4);
  time = 49;
  bar.update(2, 4);
  time = 50;
  bar.update(3, 4);
  bar.update(4, 4);
  bar.finish();
  bar.finish();
  bar.update(4, 4);
  expect(written.map((text) => / (\d)\/4 /.exec(text)?.[1] ?? text)).toEqual(['1', '3', '4', '\r\x1b[K']);
});

test('a bar that drew nothing clears nothing', () => {
  const written: string[] = [];
  progressBar({ write: (text) => written.push(text) }).finish();
  expect(written).toEqual([]);
});

test('a terminal that knows no width of its own gets a bar of 79 characters', () => {
  const written: string[] = [];
  progressBar({ columns: 0, write: (text) => written.push(text) }, () => 0).update(1, 1);
  expect(written).toEqual([`\r${renderBar(1, 1, 79, 0)}\x1b[K`]);
});

test('only a terminal that is no rank of a job gets a bar', () => {
  const terminal = { isTTY: true, write: () => {} };
  expect(showsProgress(terminal, {})).toBe(true);
  expect(showsProgress({ write: () => {} }, {})).toBe(false);
  expect(showsProgress(terminal, { OMPI_COMM_WORLD_RANK: '1' })).toBe(false);
  expect(showsProgress(terminal, { PMI_RANK: '0' })).toBe(false);
});
