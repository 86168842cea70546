import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { glob, isGlob } from '../../src/io/glob.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sheaf-glob-'));
  for (const name of ['a', 'a/b', '.hidden', 'a.b']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of [
    '1.txt',
    '2.txt',
    '10.txt',
    '1.csv',
    '.dot.txt',
    'a/3.txt',
    'a/b/4.txt',
    '.hidden/5.txt',
    'a.b/(x)+.txt',
  ]) {
    writeFileSync(join(folder, name), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['*.txt', ['1.txt', '10.txt', '2.txt']],
  ['?.txt', ['1.txt', '2.txt']],
  ['[!1].txt', ['2.txt']],
  ['[1-2].*', ['1.csv', '1.txt', '2.txt']],
  ['.*.txt', ['.dot.txt']],
  ['*/*.txt', ['a.b/(x)+.txt', 'a/3.txt']],
  ['a?b/(x)+*', ['a.b/(x)+.txt']],
  ['**/*.txt', ['1.txt', '10.txt', '2.txt', 'a.b/(x)+.txt', 'a/3.txt', 'a/b/4.txt']],
  ['a/**/4.txt', ['a/b/4.txt']],
  ['none/*', []],
  ['1.txt', ['1.txt']],
])('%s', (pattern, names) => {
  expect(glob(join(folder, pattern))).toEqual(names.map((name) => join(folder, name)));
});

test('patterns are told from paths', () => {
  expect(['a/b.txt', 'a/*.txt', 'a?', '[ab]'].map(isGlob)).toEqual([false, true, true, true]);
});
