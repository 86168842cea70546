/** Every example in the docstrings of public names compiles and runs, and the values that it states are right. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Example, examplesIn, frontDoors, runExamples } from './support/examples.js';
import { filesUnder, textOf } from './support/paths.js';

const publicNames = Object.values(frontDoors).flat();
const names = new Set(publicNames.map(({ name }) => name));
// The methods and functions of arrays are in files of their own.
const parts = ['src/array/methods', 'src/array/functions'].flatMap(filesUnder);
const files = [...new Set([...publicNames.map(({ file }) => file), ...parts])];
const examples = files.flatMap((file) => examplesIn(file, textOf(file), names));

const wrong: readonly (Example & { readonly told: RegExp })[] = [
  { where: 'a wrong value', code: 'fixed(0.125, 2); // "0.13"', told: /^AssertionError/ },
  {
    where: 'a value of several lines',
    code: 'new KFold({ nSplits: 2 });\n// {\n//   a: 1,\n// }',
    told: /^AssertionError/,
  },
  { where: 'a throw', code: 'new KFold({ nSplits: 1 });', told: /^InputError/ },
  { where: 'a wrong type', code: "const n: number = 'one';", told: /TS2322/ },
  { where: 'an unknown name', code: 'sheafless();', told: /TS2304/ },
];

let outcomes: readonly string[];
let stderr: string;

beforeAll(async () => {
  ({ outcomes, stderr } = await runExamples([...examples, ...wrong]));
});

test('examples are those of public names and of what stands within them', () => {
  const source = [
    '/**\n * Doubles.\n *\n * @example\n * twice(2); // 4\n */\nexport async function twice() {}',
    '/** @example hidden(); */\nexport const hidden = 1;',
    '/** No example. */\nexport const fixed = 1;',
    '  /**\n   * @example\n   * [\n   *   1,\n   * ].length; // 1\n   */\n  method(): void {',
  ].join('\n\n');
  expect(examplesIn('a.ts', source, new Set(['twice', 'fixed']))).toEqual([
    { where: 'a.ts: twice', code: 'twice(2); // 4' },
    { where: 'a.ts: method(): void', code: '[\n  1,\n].length; // 1' },
  ]);
});

test('the sources are found', () => {
  expect(examples.length).toBeGreaterThan(20);
});

describe('runs as it says', () => {
  test.each(examples.map(({ where }, i) => [where, i] as const))('%s', (_, i) => {
    expect(outcomes[i]).toBe('');
  });
});

test.each(wrong.map(({ where, told }, i) => [where, told, i] as const))('%s is told', (_, told, i) => {
  expect(outcomes[examples.length + i]).toMatch(told);
});

test('nothing is said on stderr', () => {
  expect(stderr).toBe('');
});
