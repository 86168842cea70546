/** The examples of lazy collections and arrays say what they should, and leave nothing on stderr. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/paths.js';

const outputs = {
  delayed: ['Oslo: 5.0', 'Rome: 17.0', 'Cairo: 24.0', 'The warmest is Cairo.'],
  bag: [
    'it: 10',
    'was: 10',
    'the: 10',
    'of: 10',
    '60 words, 20 different ones',
    '2 of 2 letters, 3 of 3 letters, 2 of 4 letters, 4 of 5 letters, 5 of 6 letters, 1 of 7 letters, 1 of 8 letters, 2 of 11 letters',
  ],
};

test.each(Object.entries(outputs))('%s', async (name, lines) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(root, 'dist/examples', `${name}.js`)]);
  expect(stdout.trimEnd().split('\n')).toEqual(lines);
  expect(stderr).toBe('');
});

const runIn = async (folder: string, name: string, ...args: readonly string[]) => {
  const file = join(root, 'dist/examples', `${name}.js`);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], { cwd: folder });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
};

describe('arrays', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sheaf-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('arrays', async () => {
    const lines = await runIn(folder, 'arrays');
    expect(lines.slice(0, 9)).toEqual([
      'ChunkedArray {',
      "  shape: '[4000, 500]',",
      "  dtype: 'float64',",
      "  chunks: '4 x 1 of [1000, 500]',",
      "  bytes: '16 MB'",
      '}',
      'mean of column 3: 0.000000',
      'standard deviation: 1.000000',
      'values beyond three deviations: 5382',
    ]);
    expect(lines).toContain(
      '#1 reduction sum over [0] of square(add(add(multiply(a, 2), 5), 1)) -> float64 [500] in 1 chunks',
    );
  });

  // sklearn.decomposition.PCA(2).fit(load_digits().data).explained_variance_ratio_.sum() is 0.285093648236799
  test('pca', async () => {
    expect(await runIn(folder, 'pca', 'digits.svg')).toEqual([
      'two components have 28.5 % of the variance',
      'wrote digits.svg',
    ]);
    expect(readFileSync(join(folder, 'digits.svg'), 'utf8').match(/<text /g)).toHaveLength(1797);
  });

  test('image-filter', async () => {
    expect(await runIn(folder, 'image-filter', 'edges.png')).toEqual(['wrote edges.png: 512 x 512, mean 0.5333']);
    const png = readFileSync(join(folder, 'edges.png'));
    expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 512, 512]);
  });
});
