/** What of an error crosses to other processes. */
import { expect, test } from 'vitest';
import { errorOf } from '../../src/client/remote-error.js';
import { reportOf } from '../../src/worker/error-report.js';

test('short fields that programs tell errors apart by come with it, others do not', () => {
  const error = Object.assign(new TypeError('no'), {
    ...{ code: 'ENOENT', errno: -2, big: 3n, fatal: true, none: null },
    ...{ detail: { large: true }, text: 'x'.repeat(2000), handler: () => 1 },
  });
  const { fields } = reportOf(error);
  expect(fields).toEqual({ code: 'ENOENT', errno: -2, big: 3n, fatal: true, none: null });
  const copy = errorOf(reportOf(error));
  expect(copy).toBeInstanceOf(TypeError);
  expect(copy).toMatchObject({ message: 'no', code: 'ENOENT', errno: -2 });
});

test('fields cannot take the place of what an error is', () => {
  const error = new Error('no');
  Object.defineProperty(error, '__proto__', { value: 'x', enumerable: true });
  const copy = errorOf(reportOf(Object.assign(error, { stack: 'Error: no\n    at here' })));
  expect(copy).toBeInstanceOf(Error);
  expect([copy.name, copy.message, copy.stack]).toEqual(['Error', 'no', 'Error: no\n    at here']);
});

test('the errors of an AggregateError come with it, with their causes', () => {
  const inner = new RangeError('one', { cause: new Error('why') });
  const copy = errorOf(reportOf(new AggregateError([inner, 'two'], 'both'))) as AggregateError;
  expect(copy).toBeInstanceOf(AggregateError);
  expect(copy.message).toBe('both');
  expect(copy.errors.map(({ name, message, cause }) => [name, message, cause?.message])).toEqual([
    ['RangeError', 'one', 'why'],
    ['Error', 'two', undefined],
  ]);
});
