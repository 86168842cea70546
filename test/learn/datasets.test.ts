import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datasets } from '../../src/learn/datasets.js';
import { golden } from '../support/golden.js';
import { root, textOf } from '../support/paths.js';

const expected = golden('datasets.json');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (data: Float64Array | Int32Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

test('the files have the checksums that their README states', () => {
  const readme = textOf('datasets/README.md');
  const stated = [...readme.matchAll(/^\| `([\w.]+)` .* `([0-9a-f]{64})` \|$/gm)];
  expect(stated.map(([, file]) => file)).toEqual(['digits.csv.gz', 'iris.csv']);
  for (const [, file, checksum] of stated) {
    expect(sha256(readFileSync(join(root, 'datasets', file!))), file).toBe(checksum);
  }
});

for (const [name, load] of [
  ['digits', datasets.loadDigits],
  ['iris', datasets.loadIris],
] as const) {
  test(`${name} is bit for bit what scikit-learn loads`, async () => {
    const { data, target, featureNames, targetNames } = await load();
    expect(data.shape).toEqual(expected[name].shape);
    expect(Array.from(data.data.subarray(0, data.shape[1]))).toEqual(expected[name].first_row);
    expect(sha256(bytesOf(data.data))).toBe(expected[name].data_sha256);
    expect(target.shape).toEqual([data.shape[0]]);
    expect(sha256(bytesOf(target.data))).toBe(expected[name].target_sha256);
    expect(featureNames).toEqual(expected[name].feature_names);
    expect(targetNames).toEqual(expected[name].target_names);
  });
}

test('the images of the digits are their data in another shape', async () => {
  const { data, images } = await datasets.loadDigits();
  expect(images.shape).toEqual([1797, 8, 8]);
  expect(images.data).toBe(data.data);
});

test('a data set as an Arrow table has a column per feature, then the target', async () => {
  const iris = await datasets.loadIris();
  const table = await iris.table();
  expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
    ...iris.featureNames.map((name) => `${name}: Float64`),
    'target: Int32',
  ]);
  expect(table.numRows).toBe(150);
  expect(table.get(149)?.toArray()).toEqual([5.9, 3, 5.1, 1.8, 2]);
  expect(table.getChild('target')?.data[0]?.values.buffer).toBe(iris.target.data.buffer);
});
