import { expect, test } from 'vitest';
import { flagsHelp, integerOf, parseFlags, parseNumber, wrap } from '../../src/cli/flags.js';
import { InputError } from '../../src/util/errors.js';

const table = {
  cv: { value: 'K', help: 'folds' },
  param: { value: 'NAME=V', repeats: true, help: 'one line\nand another' },
  grid: { repeats: true, help: 'next' },
  quiet: { help: 'no talk' },
} as const;

test('flags keep their order', () => {
  const args = ['--param', 'C=1', '--grid', '--cv=3', '--param=C=-2', '--quiet', '--'];
  expect(parseFlags(args, table)).toEqual([
    { name: 'param', text: 'C=1' },
    { name: 'grid', text: '' },
    { name: 'cv', text: '3' },
    { name: 'param', text: 'C=-2' },
    { name: 'quiet', text: '' },
  ]);
});

test.each([
  [['--cvs', '3'], 'there is no flag --cvs: the flags are --cv, --param, --grid, --quiet'],
  [['-c'], 'there is no flag -c: the flags are --cv, --param, --grid, --quiet'],
  [['--toString'], 'there is no flag --toString: the flags are --cv, --param, --grid, --quiet'],
  [['--cv'], '--cv needs a value, --cv K'],
  [['--cv='], '--cv needs a value, --cv K'],
  [['--cv', '--quiet'], '--cv needs a value, --cv K'],
  [['--quiet=yes'], "--quiet is a switch and takes no value, got 'yes'"],
  [['--cv', '3', '--cv', '4'], '--cv is given twice: give it once'],
  [['digits'], "unexpected argument 'digits': every input is a flag (see --help)"],
  [['--', '--cv'], "unexpected argument '--cv': every input is a flag (see --help)"],
])('%j is refused', (args, message) => {
  expect(() => parseFlags(args, table)).toThrow(new InputError(message));
});

test.each([
  ['3', 3],
  ['-3', -3],
  ['1e-3', 0.001],
  ['.5', 0.5],
  ['2.', 2],
  ['+1E2', 100],
  ['', undefined],
  ['1e', undefined],
  ['0x10', undefined],
  ['Infinity', undefined],
  ['1_000', undefined],
  [' 1', undefined],
])('parseNumber(%j) is %d', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

test('integers have a least value', () => {
  expect(integerOf(parseFlags([], table), 'cv', 2)).toBeUndefined();
  expect(integerOf(parseFlags(['--cv', '2'], table), 'cv', 2)).toBe(2);
  for (const text of ['1', '2.5', '-3', 'x', '1e300']) {
    expect(() => integerOf(parseFlags(['--cv', text], table), 'cv', 2)).toThrow(
      `--cv must be an integer from 2 on, got '${text}'`,
    );
  }
});

test('the help of a table', () => {
  expect(flagsHelp(table)).toBe(`  --cv K          folds
  --param NAME=V  one line
                  and another
  --grid          next
  --quiet         no talk
`);
  expect(wrap(['one', 'two', 'three'], 10)).toBe('one, two,\nthree');
});
