import { expect, test } from 'vitest';
import { type Grid, parameterGrid } from '../../../src/learn/model-selection/parameter-grid.js';
import { InputError } from '../../../src/util/errors.js';
import { golden } from '../../support/golden.js';

test.each<[Grid | Grid[], object[]]>(golden('splits.json').ParameterGrid)('candidates of %j', (grid, candidates) => {
  const made = parameterGrid(grid);
  expect(made).toEqual(candidates);
  expect(made.map((params) => Object.keys(params))).toEqual(candidates.map((params) => Object.keys(params)));
});

test('typed arrays are lists, lists are values', () => {
  expect(parameterGrid({ C: new Float64Array([1, 2]), shape: [[1, 2]] })).toEqual([
    { C: 1, shape: [1, 2] },
    { C: 2, shape: [1, 2] },
  ]);
});

test('what is no grid is refused', () => {
  const attempts: [unknown, string][] = [
    [{ kernel: 'rbf' }, "parameter 'kernel' needs to be a list, but got 'rbf'"],
    [{ C: 10 }, "parameter 'C' needs to be a list, but got 10. Single values need to be wrapped"],
    [{ C: [] }, "parameter 'C' needs to be a non-empty list, got []"],
    [[{ C: [1] }, [2]], 'got [2]'],
    [null, 'got None'],
    ['C', "got 'C'"],
  ];
  for (const [grid, reason] of attempts) {
    expect(() => parameterGrid(grid as Grid)).toThrow(InputError);
    expect(() => parameterGrid(grid as Grid)).toThrow(reason);
  }
});
