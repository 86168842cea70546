import { expect, test } from 'vitest';
import { failureOf } from '../../src/cli/failure.js';
import { FitFailedError } from '../../src/learn/model-selection/failures.js';
import { InputError, SheafError } from '../../src/util/errors.js';

const failed = (split: number | 'all rows', message: string) => ({
  candidate: 0,
  split,
  params: { C: 1 },
  error: { name: 'Error', message },
});
const defect = new TypeError('x is not a function');

test.each([
  ['wrong input', new InputError('first\n  second'), 'first second', 2],
  ['trouble', new SheafError('the scheduler is gone'), 'the scheduler is gone', 1],
  ['all fits', new FitFailedError('…', [failed(0, 'no'), failed(1, 'no')]), 'all 2 fits failed: no', 1],
  [
    'all fits, for several reasons',
    new FitFailedError('…', [failed(0, 'no'), failed(1, 'no'), failed(2, 'never')]),
    'all 3 fits failed: no (the first of 2 reasons)',
    1,
  ],
  ['the refit', new FitFailedError('fitting failed: no', [failed('all rows', 'no')]), 'fitting failed: no', 1],
  ['a defect', defect, defect.stack, 1],
])('%s', (_, error, text, exitCode) => {
  expect(failureOf(error)).toEqual({ text, exitCode });
});
