import { expect, test } from 'vitest';
import { gridsOf, parseValue } from '../../src/cli/grids.js';

/** `'C=1 | C=2'`: two grids of one parameter each. */
const given = (text: string) =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (word === '|' ? { name: 'grid', text: '' } : { name: 'param', text: word }));

test.each([
  ['1e-3', 0.001],
  ['-1', -1],
  ['true', true],
  ['False', false],
  ['none', null],
  ['None', null],
  ['null', null],
  ['rbf', 'rbf'],
  ['1e', '1e'],
])('the value %s', (text, value) => {
  expect(parseValue(text)).toBe(value);
});

test.each([
  ['C=1,10', [{ C: [1, 10] }]],
  ['kernel=rbf gamma=scale,0.1', [{ kernel: ['rbf'], gamma: ['scale', 0.1] }]],
  [
    'kernel=rbf C=1 | kernel=linear C=2',
    [
      { kernel: ['rbf'], C: [1] },
      { kernel: ['linear'], C: [2] },
    ],
  ],
  ['| C=1 | C=2', [{ C: [1] }, { C: [2] }]],
  ['name=a=b', [{ name: ['a=b'] }]],
])('the grids of %s', (text, grids) => {
  expect(gridsOf(given(text))).toEqual(grids);
});

test('other flags between the parameters change nothing', () => {
  const cv = { name: 'cv', text: '3' };
  expect(gridsOf([cv, ...given('C=1'), cv, ...given('tol=2')])).toEqual([{ C: [1], tol: [2] }]);
});

test.each([
  ['', 'there is nothing to search: give parameters to vary, such as --param C=1,10,100'],
  ['|', 'there is nothing to search'],
  ['C', "--param is written NAME=V1,V2,…, got 'C'"],
  ['=1', "--param is written NAME=V1,V2,…, got '=1'"],
  ['C=', '--param C= has an empty value: write C=V1,V2,…'],
  ['C=1,,2', '--param C=1,,2 has an empty value'],
  ['C=1 C=2', '--param C is given twice in one grid: list its values as C=V1,V2,… or begin another with --grid'],
  ['C=1 |', 'a --grid is empty: each must be followed by a --param'],
  ['C=1 | | C=2', 'a --grid is empty'],
  ['| | C=2', 'a --grid is empty'],
])('the grids of %j are refused', (text, message) => {
  expect(() => gridsOf(given(text))).toThrow(message);
});
